# SPDX-License-Identifier: Apache-2.0
"""Cases whose answer is not PySpark's, each with the reason."""

from __future__ import annotations

_NO_HISTOGRAM = "histogram_numeric is refused: its bars depend on the order in which partitions are merged"
_NO_NAMES_TWICE = "structs have one field at least, and no two of one name"
_EARLY = "refused when the frame is made, before any row is read"

#: On purpose; docs/differences.md says so too.
DIFFERENT: dict[str, str] = {
    "aggregates/summary_of_nan": "percentiles take NaN as the greatest value, as order does; PySpark's are off by one",
    "aggregates/whole: F.histogram_numeric('n', F.lit(2))": _NO_HISTOGRAM,
    "aggregates/by_group: F.histogram_numeric('n', F.lit(2))": _NO_HISTOGRAM,
    "aggregates/of_nothing: F.histogram_numeric('n', F.lit(2))": _NO_HISTOGRAM,
    "nested/maps: F.create_map()": "Arrow has no map whose keys have no type",
    'nested/maps: F.expr("map()")': "Arrow has no map whose keys have no type",
    "nested/maps: F.struct()": _NO_NAMES_TWICE,
    "nested/group_by_map": "a null inside a map that is grouped by stays null; PySpark makes 0 of it",
    "jsontexts/reading: F.from_json('j', 'a int', {'mode': 'DROPMALFORMED'})": _EARLY,
    "jsontexts/csv: F.from_csv('c', 'a array<int>')": _EARLY,
}

#: Not yet.
LATER: dict[str, str] = {}
