# SPDX-License-Identifier: Apache-2.0
"""A text about where an RDD comes from: its steps, and what they read, indented at every shuffle.

It has the form of Spark's, for people who know that. The number behind a name is that of the plan's node; the RDD's
own line has the RDD's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluice.plan import Node
    from sluice.rdd import RDD

__all__ = ["describe"]

_NAMES = {
    "cartesian": "CartesianRDD",
    "coalesce": "CoalescedRDD",
    "python": "PythonRDD",
    "shuffle": "ShuffledRDD",
    "source": "ParallelCollectionRDD",
    "union": "UnionRDD",
    "zip": "ZippedPartitionsRDD",
}


def describe(rdd: RDD[Any]) -> str:
    """Return the text."""
    node = rdd._node()
    level = str(rdd.getStorageLevel()) if rdd.is_cached else ""
    while node.type == "cached":
        (node,) = node.inputs
    name = f"{rdd.name()} " if rdd.name() else ""
    counted = f"({node.partitions})"
    offset = (len(counted) - 1) // 2
    prefix = " " * offset + "|" + " " * (len(counted) - offset)
    first = f"{counted} {name}{_NAMES.get(node.type, 'RDD')}[{rdd.id()}] [{level}]"
    return "\n".join([first, *_inputs(node, prefix, level)])


def _inputs(node: Node, prefix: str, level: str) -> Iterator[str]:
    if node.type == "shuffle":
        yield from _written(node.inputs[0], prefix, level)
        return
    for below in node.inputs:
        kept = level
        while below.type == "cached":
            kept = "kept"
            (below,) = below.inputs
        yield f"{prefix}{_NAMES.get(below.type, 'RDD')}[{below.id}] [{kept}]"
        yield from _inputs(below, prefix, kept)


def _written(writer: Node, prefix: str, level: str) -> Iterator[str]:
    """What lies on the other side of a shuffle, one level further in."""
    outer = prefix.rstrip()[:-1]
    counted = f"({writer.partitions})"
    offset = (len(counted) - 1) // 2
    inner = outer + "  " + " " * offset + "|" + " " * (len(counted) - offset)
    yield f"{outer}+-{counted} PairwiseRDD[{writer.id}] [{level}]"
    yield from _inputs(writer, inner, level)
