# SPDX-License-Identifier: Apache-2.0
"""The partitions that a frame's rows are said to have.

DuckDB knows none of them: they matter for `DataFrame.rdd`, for functions over partitions, and for the files of a write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sluice.frame.expr import Attribute, Call, Expr, Literal, SortOrder
from sluice.frame.nodes import Filter, Generate, Node, Project, Python, Requalified
from sluice.frame.types import IntegerType

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.frame.compile import Compiler
    from sluice.frame.run import Run

__all__ = ["Partitioned", "partitioned", "partitions", "place_of", "spread_by_hash", "spread_by_range"]

#: What leaves rows in the partitions that they are in.
_WITHIN = (Filter, Generate, Project, Python, Requalified)


@dataclass(frozen=True, eq=False)
class Partitioned(Requalified):
    """The same rows in a number of partitions; `most` says that they may be fewer."""

    count: int = 1
    most: bool = False
    #: Which partition a row is in, as SQL over the child's columns; empty where any will do.
    place: str = ""


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


def place_of(node: Node) -> tuple[Node, Attribute | None, int]:
    """The rows of a plan with the partition of each in front, if values say which; and how many partitions there are.

    `coalesce` puts whole partitions together, so that rows that were in one still are.
    """
    count = partitions(node, 1)
    within: list[Filter | Generate | Project | Python | Requalified] = []
    while isinstance(node, _WITHIN):
        within.append(node)
        if isinstance(node, Partitioned) and not node.most:
            break
        node = node.child
    last = within[-1] if within else None
    if not isinstance(last, Partitioned) or not last.place or count == 1:
        return (within[0] if within else node), None, count
    place = Attribute("place", IntegerType(), False)
    text = last.place if count == last.count else f"({last.place}) * {count} // {last.count}"
    texts = (f"CAST({text} AS INTEGER)", *(each.sql for each in last.output))
    made: Node = Project((place, *last.output), last.child, texts, subplans=last.subplans)
    for each in reversed(within[:-1]):
        if not isinstance(each, Partitioned):
            made = each.passing_on((place,), made)
    return made, place, count


def partitioned(run: Run, node: Node) -> tuple[pa.Table, list[int]] | None:
    """The rows of a plan, those of a partition together, and where partitions begin; None if any rows may be in one."""
    import pyarrow.compute as pc

    placed, place, count = place_of(node)
    if place is None:
        return None
    table = run.table(placed)
    order = pc.sort_indices(table.column(0))
    table = table.take(order)
    counts = {each["values"]: each["counts"] for each in pc.value_counts(table.column(0)).to_pylist()}
    borders = [0]
    for number in range(count):
        borders.append(borders[-1] + counts.get(number, 0))
    return table.remove_column(0), borders


def spread_by_hash(compiler: Compiler, keys: list[Expr], count: int) -> str:
    """The partition of a row by the hash of its keys: the one that it has in Spark."""
    hashed = Call("hash", tuple(key.child if isinstance(key, SortOrder) else key for key in keys))
    return compiler(Call("pmod", (hashed, Literal(count)))).text


def spread_by_range(compiler: Compiler, keys: list[Expr], count: int) -> str:
    """The partition of a row by the place of its keys among all."""
    orders = ", ".join(
        compiler.ordered(key if isinstance(key, SortOrder) else SortOrder(key, True, True)) for key in keys
    )
    return f"((rank() OVER (ORDER BY {orders}) - 1) * {count} // count(*) OVER ())"
