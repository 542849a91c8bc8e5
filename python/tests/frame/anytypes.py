# SPDX-License-Identifier: Apache-2.0
"""Strategies for types of columns, and for rows of them."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from typing import Any

from hypothesis import strategies as st

import sluice.frame.types as t

_INTS = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}
_PLAIN: list[t.DataType] = [
    t.BooleanType(),
    t.ByteType(),
    t.ShortType(),
    t.IntegerType(),
    t.LongType(),
    t.FloatType(),
    t.DoubleType(),
    t.StringType(),
    t.BinaryType(),
    t.DateType(),
    t.TimestampType(),
    t.TimestampNTZType(),
    t.TimeType(),
    t.DayTimeIntervalType(),
]
_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5)


def _decimals() -> st.SearchStrategy[t.DataType]:
    return st.integers(1, 38).flatmap(
        lambda digits: st.integers(0, digits).map(lambda scale: t.DecimalType(digits, scale))
    )


def _nested(inner: st.SearchStrategy[t.DataType]) -> st.SearchStrategy[t.DataType]:
    names = st.lists(_NAMES, min_size=1, max_size=3, unique=True)
    return st.one_of(
        st.builds(t.ArrayType, inner),
        st.builds(t.MapType, st.sampled_from([t.IntegerType(), t.StringType(), t.DateType()]), inner),
        names.flatmap(
            lambda found: st.tuples(*[inner] * len(found)).map(
                lambda kinds: t.StructType([t.StructField(*pair) for pair in zip(found, kinds, strict=True)])
            )
        ),
    )


def kinds() -> st.SearchStrategy[t.DataType]:
    """Types of columns, nested a few times."""
    return st.recursive(st.sampled_from(_PLAIN) | _decimals(), _nested, max_leaves=4)


def values(kind: t.DataType) -> st.SearchStrategy[Any]:
    """Values of a type as `collect` gives them, None among them; no NaN, which pandas takes for None."""
    return st.none() | _there(kind)


def _there(kind: t.DataType) -> st.SearchStrategy[Any]:
    if type(kind) in _INTS:
        half = 1 << (_INTS[type(kind)] - 1)
        return st.integers(-half, half - 1)
    if isinstance(kind, t.ArrayType):
        return st.lists(values(kind.elementType), max_size=3)
    if isinstance(kind, t.MapType):
        return st.dictionaries(_there(kind.keyType), values(kind.valueType), max_size=3)
    if isinstance(kind, t.StructType):
        names = kind.names
        return st.tuples(*[values(field.dataType) for field in kind]).map(lambda found: t.Row(*names)(*found))
    if isinstance(kind, t.DecimalType):
        most = 10**kind.precision - 1
        return st.integers(-most, most).map(
            lambda digits: decimal.Decimal(digits).scaleb(-kind.scale, decimal.Context(prec=76))
        )
    clocks = st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30))
    found: dict[type[t.DataType], st.SearchStrategy[Any]] = {
        t.BooleanType: st.booleans(),
        t.FloatType: st.floats(width=32, allow_nan=False),
        t.DoubleType: st.floats(allow_nan=False),
        t.StringType: st.text(st.characters(codec="utf-8"), max_size=5),
        t.BinaryType: st.binary(max_size=5),
        t.DateType: st.dates(),
        t.TimestampType: clocks,
        t.TimestampNTZType: clocks,
        t.TimeType: st.times(),
        t.DayTimeIntervalType: st.timedeltas(dt.timedelta(-99_999), dt.timedelta(99_999)),
    }
    return found[type(kind)]


@st.composite
def frames(draw: st.DrawFn) -> tuple[t.StructType, list[tuple[Any, ...]]]:
    """A schema and rows of it; names of columns may be there twice."""
    columns = draw(st.lists(st.tuples(_NAMES, kinds()), min_size=1, max_size=3))
    schema = t.StructType([t.StructField(*column) for column in columns])
    rows = st.lists(st.tuples(*[values(field.dataType) for field in schema]), max_size=6)
    return schema, draw(rows)


def same(found: Any, wanted: Any) -> bool:
    """Whether two values are the same, with the same classes, names of rows, and signs of zeros."""
    if isinstance(wanted, tuple):
        names = getattr(wanted, "__fields__", None)
        if names is not None and list(found.__fields__) != list(names):
            return False
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if type(found) is not type(wanted):
        return False
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(same(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, float):
        return found == wanted and math.copysign(1, found) == math.copysign(1, wanted)
    if isinstance(wanted, decimal.Decimal):
        return found.as_tuple() == wanted.as_tuple() or (found == wanted and found.is_zero())
    return bool(found == wanted)
