# SPDX-License-Identifier: Apache-2.0
"""The grammar of Spark's SQL, by sqlglot, with one change: a function stays a name and its arguments.

sqlglot would turn functions into classes of its own, by which it translates between databases; ours are looked up by
Spark's names in the registry, so that none gets another database's meaning. Only where SQL has words between the
arguments is a function taken apart here.
"""

from __future__ import annotations

import logging
import re
from typing import Any, ClassVar

from sluice.frame.errors import condition
from sluice.frame.needs import needs
from sluice.pyspark.captured import ParseException

needs("sqlglot", "26.0", "queries in SQL")

from sqlglot import exp  # noqa: E402
from sqlglot.dialects.spark import Spark  # noqa: E402
from sqlglot.errors import ErrorLevel, SqlglotError  # noqa: E402
from sqlglot.tokenizer_core import TokenType  # noqa: E402

__all__ = ["exp", "parsed", "parsed_columns", "refusal", "syntax_error"]

# What it cannot parse is an error of ours, which needs no line in the log beside it.
logging.getLogger("sqlglot").addFilter(lambda record: False)


def _call(name: str, *args: Any) -> Any:
    return exp.Anonymous(this=name, expressions=list(args))


def _trim(parser: Any) -> Any:
    """`trim(BOTH 'x' FROM text)`, or its arguments behind commas."""
    side = "BOTH"
    if parser._match_texts(("BOTH", "LEADING", "TRAILING")):
        side = parser._prev.text.upper()
    name = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}[side]
    if parser._match(TokenType.FROM):
        return _call(name, parser._parse_bitwise())
    first = parser._parse_lambda()
    if parser._match(TokenType.FROM):
        # Spark's own functions take the characters first, the text behind them.
        return _call(f"{name}_of", first, parser._parse_bitwise())
    args = [first]
    while parser._match(TokenType.COMMA):
        args.append(parser._parse_lambda())
    return _call(name, *args)


def _pieces(name: str, *words: str) -> Any:
    """A function whose arguments may stand behind words, as in `substring(x FROM 1 FOR 2)`."""

    def parse(parser: Any) -> Any:
        args = []
        named = name
        if not parser._match(TokenType.R_PAREN, advance=False):
            args.append(parser._parse_bitwise() if words == ("IN",) else parser._parse_lambda())
            while parser._match(TokenType.COMMA) or parser._match_texts(words):
                # As Spark has it, a text's place behind a word is `locate`.
                named = "locate" if parser._prev.text.upper() == "IN" else name
                args.append(parser._parse_lambda())
        return _call(named, *args)

    return parse


def _extract(parser: Any) -> Any:
    """`extract(hour FROM t)`, with the field as it is written."""
    field = parser._curr.text
    parser._advance()
    if not parser._match(TokenType.FROM):
        parser.raise_error("expected FROM")
    return exp.Extract(this=exp.Var(this=field), expression=parser._parse_bitwise())


def _lambda_only(parser: Any) -> Any:
    """`transform(xs, x -> ...)`: the other TRANSFORM runs scripts."""
    args = parser._parse_csv(parser._parse_lambda)
    return _call("transform", *args)


_BITS = (
    (TokenType.PIPE, exp.BitwiseOr),
    (TokenType.CARET, exp.BitwiseXor),
    (TokenType.AMP, exp.BitwiseAnd),
)


class Ours(Spark):
    """Spark's SQL with functions as they are written; a type that there is not is told by its name."""

    SUPPORTS_USER_DEFINED_TYPES = True

    class Tokenizer(Spark.Tokenizer):
        STRING_ESCAPES: ClassVar[Any] = ["\\", "'", '"']

    class Parser(Spark.Parser):  # type: ignore[misc, valid-type]
        FUNCTIONS: ClassVar[Any] = {}
        NO_PAREN_FUNCTIONS: ClassVar[Any] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar[Any] = {"CASE": Spark.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]}
        ARRAY_CONSTRUCTORS: ClassVar[Any] = {}
        FUNCTION_PARSERS: ClassVar[Any] = {
            "CAST": Spark.Parser.FUNCTION_PARSERS["CAST"],
            "TRY_CAST": Spark.Parser.FUNCTION_PARSERS["TRY_CAST"],
            "EXTRACT": _extract,
            "TRIM": _trim,
            "POSITION": _pieces("position", "IN"),
            "SUBSTRING": _pieces("substring", "FROM", "FOR"),
            "SUBSTR": _pieces("substr", "FROM", "FOR"),
            "OVERLAY": _pieces("overlay", "PLACING", "FROM", "FOR"),
            "TRANSFORM": _lambda_only,
        }

        def _parse_bitwise(self) -> Any:
            return self._parse_bits(0)

        def _parse_bits(self, level: int) -> Any:
            """`|`, `^`, `&` and shifts, each of which binds more tightly than the one before, as in Spark."""
            if level == len(_BITS):
                return self._parse_shift()
            token, kind = _BITS[level]
            found = self._parse_bits(level + 1)
            while self._match(token):
                found = self.expression(kind(this=found, expression=self._parse_bits(level + 1)))
            return found

        def _parse_shift(self) -> Any:
            found = self._parse_pipes()
            while self._is_pair():
                if self._curr.token_type == TokenType.LT:
                    self._advance(2)
                    found = self.expression(exp.BitwiseLeftShift(this=found, expression=self._parse_pipes()))
                elif len(self._tokens) > self._index + 2 and self._tokens[self._index + 2].text == ">":
                    self._advance(3)
                    found = _call(">>>", found, self._parse_pipes())
                else:
                    self._advance(2)
                    found = self.expression(exp.BitwiseRightShift(this=found, expression=self._parse_pipes()))
            return found

        def _parse_pipes(self) -> Any:
            found = self._parse_term()
            while self._match(TokenType.DPIPE):
                found = self.expression(exp.DPipe(this=found, expression=self._parse_term(), safe=False))
            return found

        def _is_pair(self) -> bool:
            return any(self._match_pair(sign, sign, advance=False) for sign in (TokenType.LT, TokenType.GT))

        def build_cast(self, strict: bool, **kwargs: Any) -> Any:
            suffix = self._prev.text.upper()
            value = kwargs.get("this")
            if isinstance(value, exp.Literal) and not value.is_string and suffix in _SUFFIXES:
                # 1L is a literal, it is not a cast of one.
                value.set("suffix", suffix)
                return value
            return super().build_cast(strict, **kwargs)


exp.Literal.arg_types.setdefault("suffix", False)
_SUFFIXES = frozenset(("L", "S", "Y", "D", "F", "BD"))


def parsed(text: str, shown: str | None = None) -> Any:
    """Return the tree of a statement; `shown` is what errors show instead of it.

    Raises:
        ParseException: it is none, or is several.
    """
    try:
        found = Ours().parse(text, error_level=ErrorLevel.IMMEDIATE)
    except SqlglotError as error:
        raise _of(error, shown or text) from None
    except RecursionError:
        raise refusal("an expression that is nested too deep", text) from None
    statements = [each for each in found if each is not None]
    if len(statements) != 1:
        raise syntax_error("end of input" if not statements else ";", text)
    if isinstance(statements[0], exp.Command):
        raise refusal(f"the statement {text.split(None, 1)[0].upper()}", text)
    return statements[0]


def parsed_columns(text: str) -> list[Any]:
    """Return the trees of the columns of a select list.

    Raises:
        ParseException: there is something else in it.
    """
    if not text.strip():
        raise syntax_error("end of input", text)
    select = parsed(f"SELECT {text}", text)
    extra = [key for key, value in select.args.items() if value and key != "expressions"]
    if not isinstance(select, exp.Select) or extra:
        raise syntax_error(extra[0].strip("_").upper() if extra else text.split()[0], text)
    return list(select.expressions)


def _of(error: SqlglotError, text: str) -> ParseException:
    places = getattr(error, "errors", None)
    if not places:
        found = re.search(r"'(.*)'", str(error))
        return syntax_error(found[1] if found else "end of input", text)
    place = places[0]
    near = str(place.get("highlight") or "") or "end of input"
    return syntax_error(near, text, place.get("line"), place.get("col"))


def syntax_error(near: str, text: str, line: Any = None, column: Any = None) -> ParseException:
    """Return the error for a text that is no SQL."""
    shown = "end of input" if near == "end of input" else f"'{near}'"
    where = f" (line {line}, pos {max(int(column) - len(near), 0)})" if line else ""
    return condition(
        ParseException,
        "PARSE_SYNTAX_ERROR",
        "Syntax error at or near {error}. SQLSTATE: 42601{where}\n\n== SQL ==\n{text}",
        error=shown,
        hint="",
        where=where,
        text=text,
    )


def refusal(what: str, text: str) -> ParseException:
    """Return the error for SQL that Spark has and frames have not."""
    return condition(
        ParseException,
        "UNSUPPORTED_FEATURE.SQL",
        "The feature is not supported: {feature}; it needs Apache Spark. SQLSTATE: 0A000\n\n== SQL ==\n{text}",
        feature=what,
        text=text,
    )
