# SPDX-License-Identifier: Apache-2.0
"""Calls of functions in SQL: by Spark's names, aggregates with their clauses, windows, functions of the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sluice.frame import errors
from sluice.frame.ddl import parse_type
from sluice.frame.expr import (
    Alias,
    Call,
    Case,
    Cast,
    Expr,
    Literal,
    PythonCall,
    SortOrder,
    Star,
    Window,
    WindowSpec,
)
from sluice.frame.functions.registry import lookup
from sluice.frame.sql.grammar import exp, refusal

__all__ = ["Calls"]

#: Functions that are casts.
_CASTS = frozenset(
    (
        *("bigint", "binary", "boolean", "date", "decimal", "double", "float", "int", "smallint", "string"),
        *("timestamp", "timestamp_ntz", "tinyint"),
    )
)
#: Functions of where a session is, with what each is called.
_OF_SESSION = {
    "current_catalog": ("spark_catalog", "current_catalog()"),
    "current_database": ("default", "current_schema()"),
    "current_schema": ("default", "current_schema()"),
}
#: Functions whose first argument is a unit of time, written as a bare word.
_WITH_UNIT = frozenset(
    ("timestampdiff", "timestampadd", "dateadd", "datediff", "date_add", "date_diff", "date_sub")
)


class Calls:
    """Mixed into ``Expressions``."""

    text: str
    #: Windows by name, of the query that is translated.
    windows: dict[str, Any]
    _functions: Mapping[str, Any]

    def __call__(self, node: Any) -> Expr:
        """Translate a node."""
        raise NotImplementedError

    def all(self, nodes: Any) -> tuple[Expr, ...]:
        """Translate several."""
        return tuple(self(node) for node in nodes)

    def column(self, node: Any) -> Expr:
        """Translate what may have an alias."""
        raise NotImplementedError

    def _filter(self, node: Any) -> Expr:
        call = self(node.this)
        where = self(node.expression.this)
        if not isinstance(call, Call):
            raise refusal("FILTER of a function in Python", self.text)
        return Call(call.function, call.args, call.distinct, where, call.shown)

    def _ignorenulls(self, node: Any) -> Expr:
        call = self(node.this)
        if not isinstance(call, Call):
            raise refusal("IGNORE NULLS of a function in Python", self.text)
        args = call.args
        if call.function.lower() in ("lag", "lead"):
            args = (*args, *(Literal(1), Literal(None))[len(args) - 1 :], Literal(True))
        else:
            args = (*args, Literal(True))
        return Call(call.function, args, call.distinct, call.where)

    def _respectnulls(self, node: Any) -> Expr:
        return self(node.this)

    def _withingroup(self, node: Any) -> Expr:
        call = self(node.this)
        orders = self.all(node.expression.expressions)
        if not isinstance(call, Call) or len(orders) != 1:
            raise refusal("WITHIN GROUP of several keys", self.text)
        (order,) = orders
        assert isinstance(order, SortOrder)
        name = call.function.lower()
        if name == "mode" and not call.args:
            falling = () if order.ascending else (Literal(True),)
            return Call(name, (order.child, Literal(True), *falling), call.distinct, call.where)
        if name in ("listagg", "string_agg"):
            return Call(name, (*call.args, order), call.distinct, call.where)
        return Call(
            name,
            (order.child, *call.args, *((Literal(True),) if not order.ascending else ())),
            call.distinct,
            call.where,
            shown=f"{name}({call.args[0].name()}) WITHIN GROUP (ORDER BY {order.child.name()}"
            f"{'' if order.ascending else ' DESC'})",
        )

    def _window(self, node: Any) -> Expr:
        function = self(node.this)
        named = node.args.get("alias")
        if named is not None:
            node = self.windows.get(named.name.lower())
            if node is None:
                raise errors.analysis(
                    "MISSING_WINDOW_SPECIFICATION",
                    f"Window specification is not defined in the WINDOW clause for {named.name}. SQLSTATE: 42P20",
                )
        order = node.args.get("order")
        orders = self.all(order.expressions) if order is not None else ()
        return Window(
            function,
            WindowSpec(
                self.all(node.args.get("partition_by") or ()),
                tuple(each for each in orders if isinstance(each, SortOrder)),
                self._frame(node.args.get("spec")),
                in_sql=True,
            ),
        )

    def _frame(self, spec: Any) -> tuple[str, int | None, int | None] | None:
        if spec is None:
            return None
        if spec.args.get("exclude"):
            raise refusal("EXCLUDE in a window", self.text)
        first = self._bound(spec.args.get("start"), spec.args.get("start_side"))
        end = spec.args.get("end")
        last = self._bound(end, spec.args.get("end_side")) if end is not None else 0
        return spec.args["kind"].lower(), first, last

    def _bound(self, value: Any, side: str | None) -> int | None:
        value = value.upper() if isinstance(value, str) else value
        if value == "CURRENT ROW":
            return 0
        if value == "UNBOUNDED":
            return None
        literal = self(value)
        if not isinstance(literal, Literal) or type(literal.value) is not int:
            raise refusal("a bound of a window that is no whole number", self.text)
        return -literal.value if (side or "").upper() == "PRECEDING" else literal.value

    def _anonymous(self, node: Any) -> Expr:
        name = node.this if isinstance(node.this, str) else node.this.name
        distinct = False
        nodes = list(node.expressions)
        if nodes and isinstance(nodes[0], exp.Distinct):
            distinct = True
            nodes = [*nodes[0].expressions, *nodes[1:]]
        lowered = name.lower()
        if lowered in self._functions:
            return self._user(self._functions[lowered], nodes, distinct)
        if any(isinstance(each, exp.Kwarg) for each in nodes):
            raise refusal(f"named arguments of {name}", self.text)
        if len(nodes) == 3 and lowered in _WITH_UNIT and isinstance(nodes[0], exp.Column | exp.Literal):
            first: Expr = Literal(nodes[0].name)
            name = {"date_add": "dateadd", "date_sub": "dateadd", "date_diff": "datediff"}.get(lowered, name)
            name = {"dateadd": "timestampadd", "datediff": "timestampdiff"}.get(name.lower(), name)
            return Call(name.lower(), (first, *self.all(nodes[1:])), shown=None)
        args = tuple(self.column(each) for each in nodes)
        return self._named(lowered, name, args, distinct)

    def _named(self, lowered: str, name: str, args: tuple[Expr, ...], distinct: bool) -> Expr:
        if lowered == "count" and args and isinstance(args[0], Star):
            if args[0].qualifier:
                shown = ".".join(f"`{each}`" for each in args[0].qualifier)
                raise errors.analysis(
                    "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT",
                    f"count({shown}.*) is not allowed. Use count(*) or expand the columns manually, "
                    "e.g. count(col1, col2). SQLSTATE: 42000",
                )
            if not distinct:
                return Call("count", (Literal(1),))
        if lowered == "if" and len(args) == 3:
            shown = f"(IF({', '.join(each.name() for each in args)}))"
            if lookup("if") is None:
                return Alias(Case(((args[0], args[1]),), args[2]), (shown,))
            return Call("if", args, shown=shown)
        if lowered in _OF_SESSION and not args:
            return Alias(Literal(_OF_SESSION[lowered][0]), (_OF_SESSION[lowered][1],))
        if lowered in _CASTS and len(args) == 1:
            # A cast that is written as a function has its argument's name.
            return Alias(Cast(args[0], parse_type(lowered)), (args[0].name(),))
        if lowered == ">>>":
            shown = f"({args[0].name()} >>> {args[1].name()})"
            return Call("shiftrightunsigned", args, shown=shown)
        if lowered in ("trim_of", "ltrim_of", "rtrim_of"):
            return self._trimmed(lowered.removesuffix("_of"), args)
        if lookup(lowered) is None:
            raise errors.analysis(
                "UNRESOLVED_ROUTINE",
                f"Cannot resolve routine `{name}` on search path [`system`.`builtin`, `system`.`session`, "
                "`spark_catalog`.`default`]. SQLSTATE: 42883",
            )
        return Call(lowered, args, distinct)

    def _trimmed(self, name: str, args: tuple[Expr, ...]) -> Expr:
        side = {"trim": "BOTH", "ltrim": "LEADING", "rtrim": "TRAILING"}[name]
        characters, value = args
        shown = f"TRIM({side} {characters.name()} FROM {value.name()})"
        return Call(name, (value, characters), shown=shown)

    def _user(self, function: Any, nodes: list[Any], distinct: bool) -> Expr:
        if distinct:
            raise refusal(f"DISTINCT in a call of {function.name}", self.text)
        plain = [self(each) for each in nodes if not isinstance(each, exp.Kwarg)]
        named = tuple(
            (each.this.name, self(each.expression)) for each in nodes if isinstance(each, exp.Kwarg)
        )
        return PythonCall(function, tuple(plain), named)
