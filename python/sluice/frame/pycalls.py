# SPDX-License-Identifier: Apache-2.0
"""Calls of Python functions in a plan: taken out of expressions, so that one trip to the workers computes them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.expr import Attribute, Bound, Expr, PythonCall, Window, walk

if TYPE_CHECKING:
    from sluice.frame.compile import Compiler

__all__ = ["Extraction", "PyCall", "has_python"]


@dataclass(frozen=True)
class PyCall:
    """A function over columns, which are named by id, and over other calls."""

    function: Any
    args: tuple[int | PyCall, ...]
    keywords: tuple[tuple[str, int | PyCall], ...] = ()
    #: What errors call the column that it makes.
    column: str = ""

    def ids(self) -> Iterator[int]:
        """The columns that it reads."""
        for arg in (*self.args, *(arg for _, arg in self.keywords)):
            if isinstance(arg, PyCall):
                yield from arg.ids()
            else:
                yield arg

    def placed(self, places: dict[int, int]) -> Any:
        """The call as the transport takes it: columns by their places in the table that is sent."""
        from sluice.frame.transport import Call

        def place(arg: int | PyCall) -> Any:
            return arg.placed(places) if isinstance(arg, PyCall) else places[arg]

        return Call(
            self.function,
            [place(arg) for arg in self.args],
            {name: place(arg) for name, arg in self.keywords},
        )


def has_python(expr: Expr) -> bool:
    """Whether a Python function is called somewhere in it."""
    return any(isinstance(each, PythonCall) for each in walk(expr))


class Extraction:
    """What was taken out of some expressions: columns to compute before, and calls."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        #: New columns below the calls, with their SQL.
        self.before: list[tuple[Attribute, str]] = []
        self.calls: list[tuple[Attribute, PyCall]] = []
        #: Aggregates over whole partitions of a window, by the ids of the partitions' columns.
        self.windows: dict[tuple[int, ...], list[tuple[Attribute, PyCall]]] = {}
        self._seen: dict[PythonCall, Attribute] = {}

    def column(self, expr: Expr) -> Expr:
        """Return an expression in which each outermost call is a column."""

        def change(each: Expr) -> Expr | None:
            if isinstance(each, Window) and isinstance(each.function, PythonCall):
                return Bound(self._window(each, each.function))
            if not isinstance(each, PythonCall):
                return None
            known = self._seen.get(each) if each.function.deterministic else None
            if known is None:
                known = Attribute(each.name(), each.function.returnType, True)
                self.calls.append((known, self._call(each)))
                self._seen[each] = known
            return Bound(known)

        return expr.transformed(change)

    def _window(self, window: Window, call: PythonCall) -> Attribute:
        spec = window.spec
        if not call.function.aggregates or spec.order or spec.frame not in (None, ("rows", None, None)):
            raise errors.raised(
                "UNSUPPORTED_FEATURE.PYTHON_WINDOW",
                f"A function in Python over a window sees whole partitions: function={call.function.name}; it has to "
                "be an aggregate of pandas, and the window without order and without bounds. SQLSTATE: 0A000",
            )
        keys = tuple(key for key in map(self._argument, spec.partition) if isinstance(key, int))
        made = Attribute(window.name(), call.function.returnType, True)
        self.windows.setdefault(keys, []).append((made, self._call(call)))
        return made

    def _call(self, call: PythonCall) -> PyCall:
        return PyCall(
            call.function,
            tuple(self._argument(arg) for arg in call.args),
            tuple((name, self._argument(arg)) for name, arg in call.keywords),
            call.name(),
        )

    def _argument(self, expr: Expr) -> int | PyCall:
        if isinstance(expr, PythonCall):
            return self._call(expr)
        if has_python(expr):
            raise errors.analysis(
                "UNSUPPORTED_FEATURE.NESTED_PYTHON",
                f"an expression over a Python function is the argument of another one: expression={expr.name()}; "
                "give it a column of its own with withColumn first",
            )
        sql = self._compiler(expr)
        for attribute, text in self.before:
            if text == sql.text:
                return attribute.id
        if sql.text.startswith("c") and sql.text[1:].isdigit():
            return int(sql.text[1:])
        attribute = Attribute(expr.name(), sql.type, sql.nullable)
        self.before.append((attribute, sql.text))
        return attribute.id
