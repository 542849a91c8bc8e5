# SPDX-License-Identifier: Apache-2.0
"""Intervals divided by numbers."""

from __future__ import annotations

from sluice.frame.sqltext import Sql
from sluice.frame.types import DataType, DayTimeIntervalType, YearMonthIntervalType

__all__ = ["shared"]


def shared(interval: Sql, divisor: str) -> tuple[str, DataType]:
    """SQL of a part of an interval, to the closest microsecond or month, and its type."""
    if isinstance(interval.type, DayTimeIntervalType):
        return (
            f"to_microseconds(CAST(round(epoch_us({interval.text}) / {divisor}) AS BIGINT))",
            DayTimeIntervalType(),
        )
    months = f"(date_part('year', {interval.text}) * 12 + date_part('month', {interval.text}))"
    return f"to_months(CAST(round({months} / {divisor}) AS INTEGER))", YearMonthIntervalType()
