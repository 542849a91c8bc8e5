# SPDX-License-Identifier: Apache-2.0
"""Windows as SQL, with the rules that Spark has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluice.frame import errors
from sluice.frame.coercion import is_numeric
from sluice.frame.expr import Alias, Call, PythonCall, Window, WindowSpec
from sluice.frame.types import DataType, DateType

if TYPE_CHECKING:
    from sluice.frame.compile import Compiler

__all__ = ["over"]

#: What a function's rows are whatever the window says: numbering looks at all before, an offset at one row.
_RANKS = frozenset(("row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile"))
_OFFSETS = frozenset(("lag", "lead"))


def over(compiler: Compiler, window: Window) -> str:
    """` OVER (...)` of a window.

    Raises:
        AnalysisException: this function does not go with this window.
    """
    spec = window.spec
    _check_function(window)
    parts = []
    if spec.partition:
        parts.append("PARTITION BY " + ", ".join(sql.text for sql in compiler.all(spec.partition)))
    keys = [compiler.ordered(order) for order in spec.order]
    if keys:
        parts.append("ORDER BY " + ", ".join(keys))
    function = window.function
    fixed = isinstance(function, Call) and function.function in _RANKS | _OFFSETS
    if spec.frame is not None and not fixed:
        parts.append(_frame(compiler, window, spec))
    return f" OVER ({' '.join(parts)})"


def _check_function(window: Window) -> None:
    from sluice.frame.functions.registry import AGGREGATE, REFUSED, WINDOW, lookup

    function, spec = window.function, window.spec
    while isinstance(function, Alias):
        function = function.child
    entry = lookup(function.function) if isinstance(function, Call) else None
    if isinstance(function, PythonCall) or (entry is None and isinstance(function, Call)):
        # The compiler says of these what is wrong.
        return
    name = function.function if isinstance(function, Call) else ""
    if entry is None or entry.kind not in (AGGREGATE, WINDOW, REFUSED) or name.startswith("grouping"):
        raise errors.analysis(
            "UNSUPPORTED_EXPR_FOR_WINDOW",
            f'Expression "{function.name()}" not supported within a window function. SQLSTATE: 42P20',
        )
    assert isinstance(function, Call)
    if function.distinct:
        raise errors.analysis(
            "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED",
            f'Distinct window functions are not supported: "{window.name()}". SQLSTATE: 0A000',
        )
    if name in _RANKS | _OFFSETS and not spec.order:
        raise errors.analysis(
            "WINDOW_FUNCTION_FRAME_NOT_ORDERED",
            f"Window function {name}() requires window to be ordered, please add ORDER BY clause. "
            "SQLSTATE: 42601",
        )
    usual = ("rows", None, 0)
    if spec.frame is not None and name in _RANKS and spec.frame != usual:
        raise errors.analysis(
            "_LEGACY_ERROR_TEMP_1036",
            f"Window Frame {spec.frame} must match the required frame {usual}: {name} numbers all rows before.",
        )
    if spec.frame is not None and name in _OFFSETS:
        raise errors.analysis("_LEGACY_ERROR_TEMP_1035", f"Cannot specify window frame for {name} function.")


def _frame(compiler: Compiler, window: Window, spec: WindowSpec) -> str:
    assert spec.frame is not None
    kind, first, last = spec.frame
    if first is not None and last is not None and first > last:
        raise errors.analysis(
            "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
            f'Cannot resolve "{window.name()}" due to data type mismatch: The lower bound of a window frame must be '
            "less than or equal to the upper bound. SQLSTATE: 42K09",
        )
    if kind == "range":
        bounded = [each for each in (first, last) if each]
        if not spec.order and (first is not None or last is not None):
            raise errors.analysis(
                "DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER",
                f'Cannot resolve "{window.name()}" due to data type mismatch: A range window frame cannot be used in '
                "an unordered window specification. SQLSTATE: 42K09",
            )
        if bounded and len(spec.order) > 1:
            raise errors.analysis(
                "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER",
                f'Cannot resolve "{window.name()}" due to data type mismatch: A range window frame with value '
                "boundaries cannot be used in a window specification with multiple order by expressions. "
                "SQLSTATE: 42K09",
            )
        if bounded:
            _check_range(window, compiler(spec.order[0].child).type)
    return f"{kind.upper()} BETWEEN {bound(first, True)} AND {bound(last, False)}"


def _check_range(window: Window, type_: DataType) -> None:
    if not is_numeric(type_) and not isinstance(type_, DateType):
        raise errors.analysis(
            "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE",
            f'Cannot resolve "{window.name()}" due to data type mismatch: The data type '
            f'"{type_.simpleString().upper()}" used in the order specification does not support the data type "INT" '
            "which is used in the range frame. SQLSTATE: 42K09",
        )


def bound(value: int | None, first: bool) -> str:
    """A frame's bound."""
    if value is None:
        return f"UNBOUNDED {'PRECEDING' if first else 'FOLLOWING'}"
    if value == 0:
        return "CURRENT ROW"
    return f"{abs(value)} {'PRECEDING' if value < 0 else 'FOLLOWING'}"
