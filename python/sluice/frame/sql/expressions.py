# SPDX-License-Identifier: Apache-2.0
"""Expressions of SQL as expressions of frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sluice.frame import errors
from sluice.frame.ddl import parse_type
from sluice.frame.expr import (
    Alias,
    Call,
    Case,
    Cast,
    Expr,
    Lambda,
    Literal,
    Name,
    SortOrder,
    Star,
    Subquery,
    Variable,
    new_id,
)
from sluice.frame.sql import constants
from sluice.frame.sql.calls import Calls
from sluice.frame.sql.grammar import exp, refusal, syntax_error
from sluice.frame.types import DataType, StringType
from sluice.pyspark.captured import ParseException
from sluice.pyspark.exceptions import ParseException as Unparsed

__all__ = ["ExceptStar", "Expressions"]

_BINARY: dict[type, str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.IntDiv: "div",
    exp.Mod: "%",
    exp.EQ: "=",
    exp.NullSafeEQ: "<=>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.And: "and",
    exp.Or: "or",
    exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|",
    exp.BitwiseXor: "^",
    exp.BitwiseLeftShift: "shiftleft",
    exp.BitwiseRightShift: "shiftright",
    exp.DPipe: "concat",
}
_SHIFTS = {"shiftleft": "<<", "shiftright": ">>"}
#: Names that are functions without brackets.
_BARE = frozenset(
    ("current_date", "current_timestamp", "current_time", "current_user", "session_user", "localtimestamp")
)


class ExceptStar(Star):
    """All columns but some."""

    def __init__(self, qualifier: tuple[str, ...], without: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(qualifier)
        object.__setattr__(self, "without", without)

    without: tuple[tuple[str, ...], ...]


class Expressions(Calls):
    """Translates; a subclass knows how to plan queries inside expressions.

    Args:
        functions: user functions by lower-case name.
        parameters: values of `:name`, or of `?` by their places.
    """

    def __init__(
        self,
        text: str,
        functions: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Expr] | list[Expr] | None = None,
    ) -> None:
        self.text = text
        self._functions = functions or {}
        self._parameters = parameters
        self._places = 0
        self._variables: list[dict[str, Variable]] = []
        #: The session's time zone, in which a time without one is.
        self.zone = "UTC"
        self.windows = {}

    def plan(self, query: Any) -> Any:
        """Return the plan of a query inside an expression."""
        raise refusal("a query inside this expression; use spark.sql", self.text)

    def __call__(self, node: Any) -> Expr:
        """Translate a node."""
        binary = _BINARY.get(type(node))
        if binary is not None:
            return self._binary(binary, node)
        method: Callable[[Any], Expr] | None = getattr(self, "_" + type(node).__name__.lower(), None)
        if method is None:
            raise refusal(f"{type(node).__name__} in `{node.sql(dialect='spark')}`", self.text)
        return method(node)

    def column(self, node: Any) -> Expr:
        """Translate what stands in a select list."""
        if isinstance(node, exp.Alias):
            alias = node.args["alias"]
            if not isinstance(alias, exp.Identifier):
                raise syntax_error(":", self.text)
            return Alias(self(node.this), (alias.name,))
        if isinstance(node, exp.Aliases):
            return Alias(self(node.this), tuple(each.name for each in node.expressions))
        return self(node)

    def _binary(self, name: str, node: Any) -> Expr:
        right = node.expression
        if isinstance(right, exp.All | exp.Any):
            raise syntax_error(type(right).__name__.lower(), self.text)
        if name == "+" and isinstance(node.this, exp.Interval | exp.Add) and _is_interval_sum(node):
            return constants.interval(_interval_parts(node))
        args = (self(node.this), self(right))
        sign = _SHIFTS.get(name)
        if sign is not None:
            return Call(name, args, shown=f"({args[0].name()} {sign} {args[1].name()})")
        return Call(name, args)

    def _neq(self, node: Any) -> Expr:
        return Call("not", (Call("=", (self(node.this), self(node.expression))),))

    def _nullsafeneq(self, node: Any) -> Expr:
        return Call("not", (Call("<=>", (self(node.this), self(node.expression))),))

    def _paren(self, node: Any) -> Expr:
        return self(node.this)

    def _not(self, node: Any) -> Expr:
        inner = node.this
        if isinstance(inner, exp.Is):
            return self._is(inner, True)
        return Call("not", (self(inner),))

    def _is(self, node: Any, negate: bool = False) -> Expr:
        value, what = self(node.this), node.expression
        if isinstance(what, exp.Null):
            return Call("isnotnull" if negate else "isnull", (value,))
        if isinstance(what, exp.Boolean):
            found = Call("<=>", (value, Literal(bool(what.this))))
            return Call("not", (found,)) if negate else found
        raise syntax_error("IS", self.text)

    def _neg(self, node: Any) -> Expr:
        if isinstance(node.this, exp.Literal) and not node.this.is_string:
            return constants.number(node.this, True)
        return Call("unary -", (self(node.this),))

    def _bitwisenot(self, node: Any) -> Expr:
        return Call("~", (self(node.this),))

    def _in(self, node: Any) -> Expr:
        value = node.this
        query = node.args.get("query")
        if query is not None:
            values = self.all(value.expressions) if isinstance(value, exp.Tuple) else (self(value),)
            return self._query(query.this if isinstance(query, exp.Subquery) else query, "in", values)
        if not node.expressions:
            raise syntax_error(")", self.text)
        return Call("in", (self(value), *self.all(node.expressions)))

    def _exists(self, node: Any) -> Expr:
        return self._query(node.this, "exists")

    def _subquery(self, node: Any) -> Expr:
        return self._query(node.this, "scalar")

    def _select(self, node: Any) -> Expr:
        return self._query(node, "scalar")

    def _query(self, node: Any, kind: str, values: tuple[Expr, ...] = ()) -> Expr:
        plan = self.plan(node)
        return Subquery(plan, kind, values, self.outside(plan))

    def outside(self, plan: Any) -> tuple[str, ...]:
        """The names of the columns of this query that a query inside it uses."""
        return ()

    def _between(self, node: Any) -> Expr:
        args = (self(node.this), self(node.args["low"]), self(node.args["high"]))
        return Call("between", args, shown=f"between({', '.join(each.name() for each in args)})")

    def _like(self, node: Any, name: str = "like", escape: Any = None) -> Expr:
        value, pattern = self(node.this), node.expression
        more = () if escape is None else (self(escape),)
        if isinstance(pattern, exp.Any | exp.All):
            inner = (
                pattern.this.expressions if isinstance(pattern.this, exp.Tuple) else [pattern.this.unnest()]
            )
            negate = bool(node.args.get("negate"))
            calls: list[Expr] = [Call(name, (value, self(each), *more)) for each in inner]
            calls = [Call("not", (each,)) for each in calls] if negate else calls
            word = "or" if isinstance(pattern, exp.Any) else "and"
            found = calls[0]
            for each in calls[1:]:
                found = Call(word, (found, each))
            many = "any" if word == "or" else "all"
            shown = f"lower({value.name()})" if name == "ilike" else value.name()
            return Alias(found, (f"{'not' if negate else ''}like{many}({shown})",))
        made = Call(name, (value, self(pattern), *more))
        return Call("not", (made,)) if node.args.get("negate") else made

    def _ilike(self, node: Any) -> Expr:
        return self._like(node, "ilike")

    def _regexplike(self, node: Any) -> Expr:
        return self._like(node, "rlike")

    def _escape(self, node: Any) -> Expr:
        inner = node.this
        return self._like(inner, "ilike" if isinstance(inner, exp.ILike) else "like", node.expression)

    def _literal(self, node: Any) -> Expr:
        return Literal(str(node.this)) if node.is_string else constants.number(node)

    def _rawstring(self, node: Any) -> Expr:
        return Literal(str(node.this))

    def _concat(self, node: Any) -> Expr:
        # Texts beside each other are one.
        if all(isinstance(each, exp.Literal | exp.RawString) for each in node.expressions):
            return Literal("".join(str(each.this) for each in node.expressions))
        raise syntax_error("'", self.text)

    def _hexstring(self, node: Any) -> Expr:
        digits = str(node.this)
        try:
            return Literal(bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2)))
        except ValueError:
            raise syntax_error(f"X'{digits}'", self.text) from None

    def _null(self, node: Any) -> Expr:
        return Literal(None)

    def _boolean(self, node: Any) -> Expr:
        return Literal(bool(node.this))

    def _interval(self, node: Any) -> Expr:
        value = node.this
        value = value.this if isinstance(value, exp.Neg) else value
        if isinstance(value, exp.Literal):
            return constants.interval([node])
        unit = constants.unit_of(node.args["unit"].name)
        names = {"year": "years", "month": "months", "week": "weeks", "day": "days"}
        if unit in ("year", "month"):
            places = {"years": 0, "months": 1}
            inner = self(value)
            zeros: list[Expr] = [Literal(0), Literal(0)]
            zeros[places[names[unit]]] = inner
            return Call("make_ym_interval", tuple(zeros))
        place = {"day": 0, "week": 0, "hour": 1, "minute": 2, "second": 3}.get(unit)
        if place is None:
            raise refusal(f"an interval of computed {unit}s", self.text)
        inner = self(value)
        if unit == "week":
            inner = Call("*", (inner, Literal(7)))
        args: list[Expr] = [Literal(0), Literal(0), Literal(0), Literal(0)]
        args[place] = inner
        return Call("make_dt_interval", tuple(args))

    def type(self, node: Any) -> DataType:
        """A type that SQL names."""
        text = node.sql(dialect="spark") if isinstance(node, exp.Expr) else str(node)
        try:
            return parse_type(text)
        except Unparsed:
            raise errors.raised(
                "UNSUPPORTED_DATATYPE",
                f'Unsupported data type "{text.upper()}". SQLSTATE: 0A000',
                ParseException,
            ) from None

    def _cast(self, node: Any) -> Expr:
        # Of this class are typed literals alone: casts and `::` are TryCast in this grammar.
        if isinstance(node.this, exp.Literal) and node.this.is_string:
            kind = node.to.this.name
            if kind in ("DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPLTZ", "TIMESTAMPNTZ", "TIMESTAMP_NTZ"):
                return constants.typed_text(kind, str(node.this.this), self.zone)
            if kind == "BINARY":
                return Literal(str(node.this.this).encode())
        return Cast(self(node.this), self.type(node.to))

    def _trycast(self, node: Any) -> Expr:
        if node.args.get("format") is not None:
            raise refusal("a format in a cast", self.text)
        return Cast(self(node.this), self.type(node.to), bool(node.args.get("safe")))

    def _case(self, node: Any) -> Expr:
        value = None if node.this is None else self(node.this)
        branches = []
        for each in node.args["ifs"]:
            when = self(each.this)
            branches.append((when if value is None else Call("=", (value, when)), self(each.args["true"])))
        default = node.args.get("default")
        return Case(tuple(branches), None if default is None else self(default))

    def _identifier(self, node: Any) -> Expr:
        return self._name((node.name,))

    def _column(self, node: Any) -> Expr:
        parts = tuple(node.args[key].name for key in ("catalog", "db", "table") if node.args.get(key))
        if isinstance(node.this, exp.Star):
            return self._starred(node.this, parts)
        quoted = isinstance(node.this, exp.Identifier) and node.this.args.get("quoted")
        return self._name((*parts, node.name), bool(quoted))

    def _name(self, parts: tuple[str, ...], quoted: bool = False) -> Expr:
        for scope in reversed(self._variables):
            found = scope.get(parts[0].lower())
            if found is not None:
                value: Expr = found
                for part in parts[1:]:
                    value = Call("getitem", (value, Literal(part)), shown=f"{value.name()}.{part}")
                return value
        if len(parts) == 1 and not quoted and parts[0].lower() in _BARE:
            return Call(parts[0].lower())
        return Name(parts)

    def _star(self, node: Any) -> Expr:
        return self._starred(node, ())

    def _starred(self, node: Any, parts: tuple[str, ...]) -> Expr:
        without = node.args.get("except_")
        if node.args.get("replace") or node.args.get("rename"):
            raise refusal("REPLACE in a star", self.text)
        if without:
            return ExceptStar(parts, tuple(tuple(part.name for part in each.parts) for each in without))
        return Star(parts)

    def _dot(self, node: Any) -> Expr:
        field = node.expression
        if isinstance(field, exp.Star):
            base = self(node.this)
            if not isinstance(base, Name):
                raise refusal("a star of a computed struct", self.text)
            return self._starred(field, base.parts)
        if isinstance(field, exp.Anonymous):
            # A function under the name of its catalog and schema.
            return self._anonymous(field)
        if not isinstance(field, exp.Identifier):
            raise syntax_error(".", self.text)
        value = self(node.this)
        if isinstance(value, Name):
            return Name((*value.parts, field.name))
        return Call("getitem", (value, Literal(field.name)), shown=f"{value.name()}.{field.name}")

    def _bracket(self, node: Any) -> Expr:
        if len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Slice):
            raise syntax_error("[", self.text)
        return Call("getitem", (self(node.this), self(node.expressions[0])))

    def _tuple(self, node: Any) -> Expr:
        args = self.all(node.expressions)
        shown = ", ".join(
            f"{each.name() if isinstance(each, Name | Alias) else f'col{place}'}, {each.name()}"
            for place, each in enumerate(args, 1)
        )
        return Call("struct", args, shown=f"named_struct({shown})")

    def _lambda(self, node: Any) -> Expr:
        names = [each.name for each in node.expressions]
        variables = {name.lower(): Variable(f"{name}_{new_id()}") for name in names}
        self._variables.append(variables)
        try:
            body = self(node.this)
        finally:
            self._variables.pop()
        return Lambda(tuple(variables[name.lower()] for name in names), body)

    def _extract(self, node: Any) -> Expr:
        field = node.this.name
        value = self(node.expression)
        return Call("date_part", (Literal(field), value), shown=f"extract({field} FROM {value.name()})")

    def _placeholder(self, node: Any) -> Expr:
        name = node.this
        known = self._parameters
        if name is None:
            place, self._places = self._places, self._places + 1
            if isinstance(known, list) and place < len(known):
                return known[place]
            raise _unbound(f"_{place + 1}")
        name = name if isinstance(name, str) else name.name
        if isinstance(known, Mapping) and name in known:
            return known[name]
        raise _unbound(name)

    def _parameter(self, node: Any) -> Expr:
        raise syntax_error("$", self.text)

    def _collate(self, node: Any) -> Expr:
        return Cast(self(node.this), StringType(node.expression.name))

    def _ordered(self, node: Any) -> SortOrder:
        # sqlglot notes Spark's default itself; told apart from what is written by nothing, and the same.
        ascending = not node.args.get("desc")
        return SortOrder(self(node.this), ascending, bool(node.args.get("nulls_first")))


def _is_interval_sum(node: Any) -> bool:
    parts = _interval_parts(node)
    # Only what was one INTERVAL: the second has no word INTERVAL of its own, but the tree has lost that; a sum is the
    # same.
    return all(
        isinstance(each, exp.Interval) and isinstance(each.this, exp.Literal) and each.args.get("unit")
        for each in parts
    ) and not any(isinstance(each.args.get("unit"), exp.IntervalSpan) for each in parts)


def _interval_parts(node: Any) -> list[Any]:
    if isinstance(node, exp.Add):
        return [*_interval_parts(node.this), *_interval_parts(node.expression)]
    return [node]


def _unbound(name: str) -> Exception:
    return errors.analysis(
        "UNBOUND_SQL_PARAMETER",
        f"Found the unbound parameter: {name}. Please, fix `args` and provide a mapping of the parameter to either a "
        "SQL literal or collection constructor functions such as `map()`, `array()`, `struct()`. SQLSTATE: 42P02",
    )
