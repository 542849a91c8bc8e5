# SPDX-License-Identifier: Apache-2.0
"""Calls of Python functions in a plan: taken out of expressions, so that one trip to the workers computes them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sluice.frame.expr import Attribute, Bound, Expr, PythonCall, walk

if TYPE_CHECKING:
    from sluice.frame.compile import Compiler

__all__ = ["PyCall", "extracted", "has_python"]


@dataclass(frozen=True)
class PyCall:
    """A function over columns, which are named by id, and over other calls."""

    function: Any
    args: tuple[int | PyCall, ...]
    keywords: tuple[tuple[str, int | PyCall], ...] = ()

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
        self._seen: dict[PythonCall, Attribute] = {}

    def column(self, expr: Expr) -> Expr:
        """Return an expression in which each outermost call is a column."""

        def change(each: Expr) -> Expr | None:
            if not isinstance(each, PythonCall):
                return None
            known = self._seen.get(each) if each.function.deterministic else None
            if known is None:
                known = Attribute(each.name(), each.function.returnType, True)
                self.calls.append((known, self._call(each)))
                self._seen[each] = known
            return Bound(known)

        return expr.transformed(change)

    def _call(self, call: PythonCall) -> PyCall:
        return PyCall(
            call.function,
            tuple(self._argument(arg) for arg in call.args),
            tuple((name, self._argument(arg)) for name, arg in call.keywords),
        )

    def _argument(self, expr: Expr) -> int | PyCall:
        if isinstance(expr, PythonCall):
            return self._call(expr)
        if has_python(expr):
            from sluice.frame import errors

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


def extracted(compiler: Compiler, exprs: list[Expr]) -> tuple[list[Expr], Extraction]:
    """Take the calls out of expressions."""
    extraction = Extraction(compiler)
    return [extraction.column(expr) for expr in exprs], extraction
