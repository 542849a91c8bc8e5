# SPDX-License-Identifier: Apache-2.0
"""Functions of regular expressions: by DuckDB's RE2 where it answers as Java does, else by Python's."""

from __future__ import annotations

import re
from collections.abc import Callable

from sluice.frame import errors
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import Function, coerced, register
from sluice.frame.functions.rounding import whole_literal
from sluice.frame.javaregex import Pattern, pattern
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, BooleanType, IntegerType, StringType
from sluice.pyspark.captured import SparkRuntimeException

_BOOLEAN, _INT, _STRING = BooleanType(), IntegerType(), StringType()


def _texts(compiler: Compiler, call: Call, args: list[Sql], count: int = 2) -> list[Sql]:
    return [coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args[:count])]


def _known(call: Call, place: int = 1) -> Pattern | None:
    """The expression, if it is known before rows are: then it is checked at once."""
    arg = call.args[place]
    return pattern(arg.value) if isinstance(arg, Literal) and isinstance(arg.value, str) else None


def _rlike(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, regex = _texts(compiler, call, args)
    known = _known(call)
    nullable = text.nullable or regex.nullable
    if known is not None and known.re2 is not None:
        return Sql(f"regexp_matches({text.text}, {sql_text(known.re2)})", _BOOLEAN, nullable)
    return Sql(scalar("rlike", text.text, regex.text), _BOOLEAN, nullable)


def _rewritten(replacement: str, known: Pattern) -> str | None:
    """Java's replacement as RE2 has it; None where it has none."""
    out, at = "", 0
    while at < len(replacement):
        letter = replacement[at]
        found = re.compile(r"\$(\d)(\d?)").match(replacement, at)
        if letter == "\\" and at + 1 < len(replacement):
            out += "\\\\" if replacement[at + 1] == "\\" else replacement[at + 1]
            at += 2
        elif found and not found[2] and int(found[1]) <= known.groups:
            out += f"\\{found[1]}"
            at = found.end()
        elif letter in "$\\":
            return None
        else:
            out += letter
            at += 1
    return out


def _replace(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, regex, replacement = _texts(compiler, call, args, 3)
    nullable = any(each.nullable for each in args)
    known, by = _known(call), call.args[2]
    start = coerced(compiler, call, 3, args[3], _INT).text if len(args) > 3 else "1"
    if known is not None and known.re2 is not None and start == "1" and isinstance(by, Literal):
        rewritten = _rewritten(str(by.value), known)
        if rewritten is not None and (not known.empty or known.python is None):
            done = f"regexp_replace({text.text}, {sql_text(known.re2)}, {sql_text(rewritten)}, 'g')"
            return Sql(done, _STRING, nullable)
    if known is not None and known.python is None:
        from sluice.frame.javaregex import unavailable

        raise unavailable(str(getattr(call.args[1], "value", "")))
    done = scalar("regexp_replace", text.text, regex.text, replacement.text, start)
    return Sql(done, _STRING, nullable)


def _group(call: Call, known: Pattern | None, default: int = 1) -> int | None:
    """The number of a group, checked if it can be."""
    if len(call.args) > 2 and not isinstance(call.args[2], Literal):
        return None
    index = whole_literal(call, 2, default)
    if known is not None and not 0 <= index <= known.groups:
        raise errors.raised(
            "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
            f"The value of parameter(s) `idx` in `{call.function}` is invalid: Expects group index between 0 and "
            f"{known.groups}, but got {index}. SQLSTATE: 22023",
            SparkRuntimeException,
        )
    return index


def _extract(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, regex = _texts(compiler, call, args)
    known = _known(call)
    index = _group(call, known)
    nullable = any(each.nullable for each in args)
    if known is not None and known.re2 is not None and index is not None:
        return Sql(f"regexp_extract({text.text}, {sql_text(known.re2)}, {index})", _STRING, nullable)
    place = coerced(compiler, call, 2, args[2], _INT).text if len(args) > 2 else "1"
    return Sql(scalar("regexp_extract", text.text, regex.text, place), _STRING, nullable)


def _extract_all(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, regex = _texts(compiler, call, args)
    known = _known(call)
    index = _group(call, known)
    type_ = ArrayType(_STRING, True)
    nullable = any(each.nullable for each in args)
    if known is not None and known.re2 is not None and index is not None and not known.empty:
        done = f"regexp_extract_all({text.text}, {sql_text(known.re2)}, {index})"
        return Sql(done, type_, nullable)
    place = coerced(compiler, call, 2, args[2], _INT).text if len(args) > 2 else "1"
    return Sql(scalar("regexp_extract_all", text.text, regex.text, place), type_, nullable)


def _count(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, regex = _texts(compiler, call, args)
    known = _known(call)
    nullable = text.nullable or regex.nullable
    if known is not None and known.re2 is not None and not known.empty:
        found = f"len(regexp_extract_all({text.text}, {sql_text(known.re2)}))"
        return Sql(f"CAST({found} AS INTEGER)", _INT, nullable)
    return Sql(scalar("regexp_count", text.text, regex.text), _INT, nullable)


def _place(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, regex = _texts(compiler, call, args)
    _needs_python(call)
    return Sql(scalar("regexp_instr", text.text, regex.text), _INT, True)


def _needs_python(call: Call) -> None:
    known = _known(call)
    if known is not None and known.python is None:
        from sluice.frame.javaregex import unavailable

        raise unavailable(str(getattr(call.args[1], "value", "")))


def _substring(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, regex = _texts(compiler, call, args)
    known = _known(call)
    if known is not None and known.re2 is not None:
        inner = sql_text(known.re2)
        done = f"(CASE WHEN regexp_matches({text.text}, {inner}) THEN regexp_extract({text.text}, {inner}, 0) END)"
        return Sql(done, _STRING, True)
    return Sql(scalar("regexp_substr", text.text, regex.text), _STRING, True)


def _split(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, regex = _texts(compiler, call, args)
    limit = coerced(compiler, call, 2, args[2], _INT).text if len(args) > 2 else "-1"
    known = _known(call)
    endless = len(call.args) < 3 or (
        isinstance(call.args[2], Literal) and isinstance(call.args[2].value, int) and call.args[2].value <= 0
    )
    type_ = ArrayType(_STRING, False)
    nullable = any(each.nullable for each in args)
    if known is not None and endless and not known.empty:
        if known.literal:
            return Sql(f"string_split({text.text}, {sql_text(known.literal)})", type_, nullable)
        if known.re2 is not None:
            return Sql(f"string_split_regex({text.text}, {sql_text(known.re2)})", type_, nullable)
    if known is not None and known.python is None:
        _needs_python(call)
    return Sql(scalar("regexp_split", text.text, regex.text, limit), type_, nullable)


def _shown(name: str, *defaults: str, least: int = 2) -> Callable[[list[str]], str]:
    """Arguments that were left out are shown with their values."""
    return lambda inner: f"{name}({', '.join([*inner, *defaults[len(inner) - least :]])})"


for _name in ("rlike", "regexp", "regexp_like"):
    register(Function(_name, _rlike, arity=(2, 2), shown=_shown(_name.upper())))
register(Function("regexp_replace", _replace, arity=(3, 4), shown=_shown("regexp_replace", "1", least=3)))
register(Function("regexp_extract", _extract, arity=(2, 3), shown=_shown("regexp_extract", "1")))
register(Function("regexp_extract_all", _extract_all, arity=(2, 3), shown=_shown("regexp_extract_all", "1")))
register(Function("regexp_count", _count, arity=(2, 2)))
register(Function("regexp_instr", _place, arity=(2, 3), shown=_shown("regexp_instr", "0")))
register(Function("regexp_substr", _substring, arity=(2, 2)))
register(Function("split", _split, arity=(2, 3), shown=_shown("split", "-1")))

declare(
    """
    regexp(str:c, regexp:c)
    regexp_count(str:c, regexp:c)
    regexp_extract(str:c, pattern:v, idx:v)
    regexp_extract_all(str:c, regexp:c, idx:v=None)
    regexp_instr(str:c, regexp:c, idx:v=None)
    regexp_like(str:c, regexp:c)
    regexp_replace(string:c, pattern:v, replacement:v, position:v=None)
    regexp_substr(str:c, regexp:c)
    rlike(str:c, regexp:c)
    split(str:c, pattern:v, limit:x=-1)
    """
)
