# SPDX-License-Identifier: Apache-2.0
"""Whole numbers without ANSI mode: what a type cannot hold begins again at its other end, as in Java."""

from __future__ import annotations

from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.types import ByteType, DataType, DoubleType, FloatType, IntegerType, LongType, ShortType

__all__ = ["bits_of", "wrapped", "wrapping"]

_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}


def bits_of(type_: DataType) -> int | None:
    """The bits of a whole number's type; None of other types."""
    return _BITS.get(type(type_))


def wrapped(wide: str, type_: DataType) -> str:
    """SQL for the last bits of a HUGEINT, as a whole number of a type."""
    bits = _BITS[type(type_)]
    half, whole = 1 << (bits - 1), 1 << bits
    return f"CAST((({wide} + {half}) % {whole} + {whole}) % {whole} - {half} AS {to_duckdb(type_)})"


def wrapping(text: str, source: DataType, to: DataType) -> str:
    """SQL for a number as a whole number: of a fraction the part before the point; without end, the last one."""
    bits = _BITS[type(to)]
    if isinstance(source, FloatType | DoubleType):
        # Java goes by way of an integer to the shorter ones, and stops at the ends of that.
        middle = LongType() if bits == 64 else IntegerType()
        least, most = -(1 << (_BITS[type(middle)] - 1)), (1 << (_BITS[type(middle)] - 1)) - 1
        name = to_duckdb(middle)
        whole = (
            f"(CASE WHEN isnan({text}) THEN 0 WHEN {text} >= {most}::DOUBLE THEN {most} "
            f"WHEN {text} <= {least}::DOUBLE THEN CAST({least} AS {name}) ELSE CAST(trunc({text}) AS {name}) END)"
        )
        return whole if bits >= 32 else wrapped(f"CAST({whole} AS HUGEINT)", to)
    held = _BITS.get(type(source))
    if held is not None and held <= bits:
        return f"CAST({text} AS {to_duckdb(to)})"
    cut = text if held is not None else f"trunc({text})"
    return wrapped(f"CAST({cut} AS HUGEINT)", to)
