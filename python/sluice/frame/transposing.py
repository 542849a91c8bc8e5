# SPDX-License-Identifier: Apache-2.0
"""Records turned into columns of Python values, before anything is made of the values."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sluice.frame.errors import condition
from sluice.frame.structs import values_of
from sluice.pyspark.exceptions import IllegalArgumentException

__all__ = ["transposed", "widths"]


def widths(records: Sequence[Any]) -> set[int]:
    """How many values tuples and lists have; those of the records that are neither are not counted."""
    return {len(record) for record in records if isinstance(record, (tuple, list))}


def transposed(records: Sequence[Any], names: list[str]) -> list[list[Any]]:
    """One list of values a name: of tuples and lists by place, of dicts and objects by name.

    :raises IllegalArgumentException: a tuple has another number of values than there are names
    :raises PySparkValueError: a record is none of these
    """
    classes = set(map(type, records))
    if classes == {dict}:
        return [[record.get(name) for record in records] for name in names]
    if not classes <= {tuple, list}:
        # A class of its own may have an access of its own, as Row has: much slower than a tuple's.
        records = [tuple(values_of(record, names)) for record in records]
    if records and set(map(len, records)) != {len(names)}:
        wrong = next(record for record in records if len(record) != len(names))
        raise condition(
            IllegalArgumentException,
            "STRUCT_ARRAY_LENGTH_MISMATCH",
            "a row has {actual} values, its schema {expected} fields: row={row}",
            expected=len(names),
            actual=len(wrong),
            row=repr(wrong)[:200],
        )
    return [list(map(itemgetter(at), records)) for at in range(len(names))]
