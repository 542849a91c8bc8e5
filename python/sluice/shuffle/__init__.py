# SPDX-License-Identifier: Apache-2.0
"""Shuffles: where a key goes, how pairs are combined and written, how they are merged beyond memory.

`ShuffleWriter` is the map side, `Merger` and `GroupMerger` the reduce side, `Aggregator` what both
do to values of one key. `Sorter` sorts what does not fit in memory.
"""

from __future__ import annotations

from sluice.shuffle.aggregator import Aggregator
from sluice.shuffle.groupby import GroupAggregator, GroupMerger
from sluice.shuffle.hashing import portable_hash
from sluice.shuffle.merger import Merger
from sluice.shuffle.partition_writer import ShuffleWriter
from sluice.shuffle.sorter import Sorter

__all__ = [
    "Aggregator",
    "GroupAggregator",
    "GroupMerger",
    "Merger",
    "ShuffleWriter",
    "Sorter",
    "portable_hash",
]
