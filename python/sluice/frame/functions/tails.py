# SPDX-License-Identifier: Apache-2.0
"""What stands behind an aggregate: FILTER and OVER, and entries of aggregates."""

from __future__ import annotations

from sluice.frame.casts import cast
from sluice.frame.coercion import is_numeric
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.bound import entry
from sluice.frame.functions.registry import AGGREGATE, Builder, coerced
from sluice.frame.sqltext import Sql
from sluice.frame.types import DoubleType

__all__ = ["aggregate", "double", "flag", "kept", "over_window"]

_FILTER = " FILTER (WHERE "


def kept(tail: str, condition: str) -> str:
    """The tail with a further condition on the rows."""
    if tail.startswith(_FILTER):
        return f"{_FILTER}{condition} AND {tail.removeprefix(_FILTER)}"
    return f"{_FILTER}{condition}){tail}"


def over_window(tail: str) -> bool:
    """Whether it is computed for each row of a window."""
    return " OVER (" in tail


def aggregate(
    name: str, build: Builder, least: int, most: int | None = -1, *aliases: str, shown: int | None = None
) -> None:
    """Add an aggregate; `shown` is how many arguments its name has, if not all."""

    def first(inner: list[str], name: str) -> str:
        return f"{name}({', '.join(inner[:shown])})"

    for each in (name, *aliases):
        entry(
            each,
            build,
            least,
            most,
            kind=AGGREGATE,
            shown=None if shown is None else lambda inner, name=each: first(inner, name),  # type: ignore[misc]
        )


def double(compiler: Compiler, call: Call, args: list[Sql], place: int = 0) -> Sql:
    """An argument as a double."""
    sql = args[place]
    if is_numeric(sql.type):
        return cast(compiler.settings, sql, DoubleType())
    return coerced(compiler, call, place, sql, DoubleType())


def flag(call: Call, place: int) -> bool:
    """A boolean argument, which is a literal; no by default."""
    if len(call.args) <= place:
        return False
    arg = call.args[place]
    return isinstance(arg, Literal) and bool(arg.value)
