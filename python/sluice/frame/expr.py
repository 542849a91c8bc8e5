# SPDX-License-Identifier: Apache-2.0
"""Expressions as programs write them: a tree that knows no types until a plan's columns are known (`compile.py`)."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sluice.frame.names import quoted, shown_literal

if TYPE_CHECKING:
    from sluice.frame.types import DataType

__all__ = [
    "VEIL",
    "Alias",
    "Attribute",
    "Bound",
    "Call",
    "Case",
    "Cast",
    "Expr",
    "Lambda",
    "Literal",
    "Name",
    "PythonCall",
    "SortOrder",
    "Star",
    "Subquery",
    "Variable",
    "Window",
    "WindowSpec",
    "new_id",
    "outermost",
    "walk",
]

#: Before the names of columns that are there for plans alone: no name that a program gives finds them.
VEIL = "\0"

_ids = itertools.count(1)


def new_id() -> int:
    """Return a number that no attribute has."""
    return next(_ids)


@dataclass(frozen=True)
class Attribute:
    """A column of a plan node's output. Its id is its own; names may repeat."""

    name: str
    type: DataType
    nullable: bool = True
    id: int = field(default_factory=new_id)
    #: Aliases of the frame by which it may be named: `t` in `t.x`.
    qualifiers: tuple[str, ...] = ()
    metadata: tuple[tuple[str, Any], ...] = ()

    @property
    def sql(self) -> str:
        """Its name in SQL."""
        return f"c{self.id}"


@dataclass(frozen=True)
class Expr:
    """One node of an expression."""

    def children(self) -> tuple[Expr, ...]:
        """The nodes below, in order."""
        return ()

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        """Return the same node over other children."""
        return self

    def name(self) -> str:
        """What PySpark calls a column of it that has no alias."""
        raise NotImplementedError

    def transformed(self, change: Callable[[Expr], Expr | None]) -> Expr:
        """Return the tree with nodes changed from the top: where `change` gives a node, it is taken as it is."""
        changed = change(self)
        if changed is not None:
            return changed
        below = self.children()
        after = tuple(child.transformed(change) for child in below)
        return self if all(a is b for a, b in zip(below, after, strict=True)) else self.rebuilt(after)


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node, from the top."""
    yield expr
    for child in expr.children():
        yield from walk(child)


def outermost(expr: Expr, wanted: Callable[[Expr], bool]) -> Iterator[Expr]:
    """The nodes that are wanted, from the top, and nothing below them."""
    if wanted(expr):
        yield expr
        return
    for child in expr.children():
        yield from outermost(child, wanted)


@dataclass(frozen=True)
class Name(Expr):
    """A column by name: `x`, `t.x`, or a field of a struct, `x.y`; `plan` is its frame's where `df.x` named it."""

    parts: tuple[str, ...]

    def name(self) -> str:
        return self.parts[-1]


@dataclass(frozen=True)
class Bound(Expr):
    """A column of a known node, as `df.x` names it."""

    attribute: Attribute

    def name(self) -> str:
        return self.attribute.name


@dataclass(frozen=True)
class Star(Expr):
    """All columns, or those of one alias, or the fields of a struct."""

    qualifier: tuple[str, ...] = ()
    #: The columns that it stands for where these are known, as in `df["*"]`.
    of: tuple[Attribute, ...] = ()

    def name(self) -> str:
        return "*"


@dataclass(frozen=True)
class Literal(Expr):
    """A value; its type follows from the value unless it is given."""

    value: Any
    type: DataType | None = None

    def name(self) -> str:
        type_ = self.type
        if isinstance(self.value, datetime.timedelta) and type_ is None:
            from sluice.frame.types import DayTimeIntervalType

            type_ = DayTimeIntervalType()
        if type_ is not None and "interval" in type_.typeName():
            from sluice.frame.texts import shown_interval

            return shown_interval(self.value, type_)
        return shown_literal(self.value)

    # Values need no hash, and 1, True and 1.0 are three literals.
    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Literal)
            and type(self.value) is type(other.value)
            and repr(self.value) == repr(other.value)
            and self.type == other.type
        )

    def __hash__(self) -> int:
        return hash((type(self.value), repr(self.value)))


@dataclass(frozen=True)
class Alias(Expr):
    """An expression under one name; under several where it makes several columns."""

    child: Expr
    names: tuple[str, ...]
    #: None where it says nothing: a column keeps its own.
    metadata: tuple[tuple[str, Any], ...] | None = None

    def children(self) -> tuple[Expr, ...]:
        return (self.child,)

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        return dataclasses.replace(self, child=children[0])

    def name(self) -> str:
        return self.names[0]


@dataclass(frozen=True)
class Cast(Expr):
    """A cast; `safe` gives null where a value does not fit."""

    child: Expr
    type: DataType
    safe: bool = False

    def children(self) -> tuple[Expr, ...]:
        return (self.child,)

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        return dataclasses.replace(self, child=children[0])

    def name(self) -> str:
        if self.type.typeName() in ("array", "map", "struct"):
            return self.child.name()
        cast = "TRY_CAST" if self.safe else "CAST"
        return f"{cast}({self.child.name()} AS {self.type.simpleString().upper()})"


@dataclass(frozen=True)
class Call(Expr):
    """A function or operator of the registry (`functions/`), by its name there."""

    function: str
    args: tuple[Expr, ...] = ()
    distinct: bool = False
    #: Of an aggregate: only rows for which this holds.
    where: Expr | None = None
    #: What it is called, if not by its own name.
    shown: str | None = None

    def children(self) -> tuple[Expr, ...]:
        return (*self.args, self.where) if self.where is not None else self.args

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        count = len(self.args)
        return dataclasses.replace(
            self, args=children[:count], where=children[count] if len(children) > count else None
        )

    def name(self) -> str:
        from sluice.frame.functions.registry import shown_name

        text = shown_name(self)
        return f"{text} FILTER (WHERE {self.where.name()})" if self.where is not None else text


@dataclass(frozen=True)
class Case(Expr):
    """`when(...).when(...).otherwise(...)`."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr | None = None

    def children(self) -> tuple[Expr, ...]:
        flat = tuple(itertools.chain.from_iterable(self.branches))
        return flat if self.otherwise is None else (*flat, self.otherwise)

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        count = len(self.branches)
        branches = tuple((children[2 * i], children[2 * i + 1]) for i in range(count))
        return Case(branches, children[2 * count] if len(children) > 2 * count else None)

    def name(self) -> str:
        text = "".join(f" WHEN {when.name()} THEN {then.name()}" for when, then in self.branches)
        last = "" if self.otherwise is None else f" ELSE {self.otherwise.name()}"
        return f"CASE{text}{last} END"


@dataclass(frozen=True)
class Variable(Expr):
    """A lambda's parameter."""

    text: str

    def name(self) -> str:
        return "namedlambdavariable()"


@dataclass(frozen=True)
class Lambda(Expr):
    """The function of a higher-order function."""

    variables: tuple[Variable, ...]
    body: Expr

    def children(self) -> tuple[Expr, ...]:
        return (self.body,)

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        return Lambda(self.variables, children[0])

    def name(self) -> str:
        inner = ", ".join(variable.name() for variable in self.variables)
        return f"lambdafunction({self.body.name()}, {inner})"


@dataclass(frozen=True)
class SortOrder(Expr):
    """A key of a sort. Nulls come first when ascending, unless said otherwise."""

    child: Expr
    ascending: bool = True
    nulls_first: bool | None = None

    @property
    def nulls(self) -> bool:
        """Whether nulls come first."""
        return self.ascending if self.nulls_first is None else self.nulls_first

    def children(self) -> tuple[Expr, ...]:
        return (self.child,)

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        return dataclasses.replace(self, child=children[0])

    def name(self) -> str:
        way = "ASC" if self.ascending else "DESC"
        return f"{self.child.name()} {way} NULLS {'FIRST' if self.nulls else 'LAST'}"


@dataclass(frozen=True)
class WindowSpec:
    """Which rows a window function sees; a frame's bounds are rows or values before and after, None has no end."""

    partition: tuple[Expr, ...] = ()
    order: tuple[SortOrder, ...] = ()
    #: "rows" or "range", first, last; None for the default frame.
    frame: tuple[str, int | None, int | None] | None = None
    #: Whether SQL said the frame: a bound before is then called so in a column's name.
    in_sql: bool = False


@dataclass(frozen=True)
class Window(Expr):
    """A function over a window."""

    function: Expr
    spec: WindowSpec

    def children(self) -> tuple[Expr, ...]:
        return (self.function, *self.spec.partition, *self.spec.order)

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        count = 1 + len(self.spec.partition)
        orders = tuple(child for child in children[count:] if isinstance(child, SortOrder))
        return Window(children[0], WindowSpec(children[1:count], orders, self.spec.frame, self.spec.in_sql))

    def name(self) -> str:
        parts = []
        if self.spec.partition:
            parts.append("PARTITION BY " + ", ".join(expr.name() for expr in self.spec.partition))
        if self.spec.order:
            parts.append("ORDER BY " + ", ".join(expr.name() for expr in self.spec.order))
        if self.spec.frame is None:
            parts.append(_default_frame(self.function, bool(self.spec.order)))
        else:
            kind, first, last = self.spec.frame
            bounds = (_bound(first, True, self.spec.in_sql), _bound(last, False, self.spec.in_sql))
            parts.append(f"{kind.upper()} BETWEEN {' AND '.join(bounds)}")
        return f"{self.function.name()} OVER ({' '.join(parts)})"


#: Functions that number rows, and so see all rows before by their places.
_BY_ROWS = frozenset(("dense_rank", "ntile", "percent_rank", "rank", "row_number"))


def _default_frame(function: Expr, ordered: bool) -> str:
    """The rows that a function sees where its window does not say which, as names of columns have it."""
    name = function.function.lower() if isinstance(function, Call) else ""
    if isinstance(function, Call) and name in ("lag", "lead"):
        by = function.args[1] if len(function.args) > 1 else Literal(1)
        rows = by.value if isinstance(by, Literal) and isinstance(by.value, int) else 1
        return "ROWS BETWEEN {0} FOLLOWING AND {0} FOLLOWING".format(-rows if name == "lag" else rows)
    if name in _BY_ROWS:
        return "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    if ordered:
        return "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    return "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


def _bound(value: int | None, first: bool, in_sql: bool) -> str:
    if value is None:
        return f"UNBOUNDED {'PRECEDING' if first else 'FOLLOWING'}"
    if value == 0:
        return "CURRENT ROW"
    return f"{-value} PRECEDING" if value < 0 and in_sql else f"{value} FOLLOWING"


@dataclass(frozen=True)
class PythonCall(Expr):
    """A function of the program, which our workers run (`userfunctions.UserFunction`)."""

    function: Any
    args: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()

    def children(self) -> tuple[Expr, ...]:
        return (*self.args, *(expr for _, expr in self.keywords))

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        count = len(self.args)
        names = (name for name, _ in self.keywords)
        return PythonCall(self.function, children[:count], tuple(zip(names, children[count:], strict=True)))

    def name(self) -> str:
        inner = [expr.name() for expr in self.args]
        inner += [f"{name} => {expr.name()}" for name, expr in self.keywords]
        return f"{self.function.name}({', '.join(inner)})"


@dataclass(frozen=True, eq=False)
class Subquery(Expr):
    """A query inside an expression: `scalar`, `exists`, or `in` with the expressions that are looked for."""

    plan: Any
    kind: str
    values: tuple[Expr, ...] = ()
    #: Names of the columns of the query around it that it uses.
    outer: tuple[str, ...] = ()

    def children(self) -> tuple[Expr, ...]:
        return self.values

    def rebuilt(self, children: tuple[Expr, ...]) -> Expr:
        return Subquery(self.plan, self.kind, children, self.outer)

    def name(self) -> str:
        if self.kind == "in":
            return f"({', '.join(value.name() for value in self.values)} IN (listquery({', '.join(self.outer)})))"
        return f"{'exists' if self.kind == 'exists' else 'scalarsubquery'}({', '.join(self.outer)})"


def field_name(parent: str, key: str) -> str:
    """What PySpark calls a field of a struct."""
    return f"{parent}.{quoted(key)}"
