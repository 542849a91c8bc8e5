# SPDX-License-Identifier: Apache-2.0
"""How many partitions a frame's rows are said to have: a matter of `DataFrame.rdd` and of functions over partitions."""

from __future__ import annotations

from dataclasses import dataclass

from sluice.frame.nodes import Filter, Generate, Node, Project, Requalified

__all__ = ["Partitioned", "partitions"]

#: What leaves rows in the partitions that they are in.
_WITHIN = (Filter, Generate, Project, Requalified)


@dataclass(frozen=True, eq=False)
class Partitioned(Requalified):
    """The same rows in a number of partitions; `most` says that they may be fewer."""

    count: int = 1
    most: bool = False


def partitions(node: Node, default: int) -> int:
    """The number of partitions that the rows of a plan have; `default` where the program did not say."""
    fewer: list[int] = []
    while isinstance(node, _WITHIN):
        if isinstance(node, Partitioned):
            if not node.most:
                return min([node.count, *fewer])
            fewer.append(node.count)
        node = node.child
    return min([default, *fewer])
