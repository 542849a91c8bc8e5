# SPDX-License-Identifier: Apache-2.0
"""Random rows: samples, parts of a frame, and samples by the value of a column. The same seed draws the same rows.

The draws are Python's own generator's, which is not Spark's: the same seed gives other rows than there.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sluice.frame.nodes import Cached, Kept, Node
from sluice.pyspark.exceptions import PySparkValueError

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.frame.base import FrameBase
    from sluice.frame.frame import DataFrame
    from sluice.frame.run import Run

__all__ = ["Part", "Strata", "sampled", "split"]

_ALL = 1 << 64
#: How many times a row may be drawn with replacement before its chance is nothing.
_MOST_DRAWS = 64


def _draws(count: int, seed: int) -> pa.Array:
    """One whole number below 2**64 a row."""
    import pyarrow as pa

    data = random.Random(seed).randbytes(8 * count)
    return pa.Array.from_buffers(pa.uint64(), count, [None, pa.py_buffer(data)])


def _below(draws: pa.Array, chance: float) -> pa.Array:
    """Which draws lie below a chance."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if chance >= 1.0:
        return pc.is_valid(draws)
    limit = max(0, int(chance * _ALL))
    return pc.less(draws, pa.scalar(limit, pa.uint64()))


def sampled(table: pa.Table, fraction: float, seed: int, replacement: bool = False) -> pa.Table:
    """Rows by chance: each at most once, or as often as chance has it, `fraction` times in the mean."""
    import pyarrow as pa
    import pyarrow.compute as pc

    draws = _draws(table.num_rows, seed)
    if not replacement:
        return table.filter(_below(draws, fraction))
    # How often a row comes is a Poisson number: so often as the sum of its chances stays below the draw.
    chance = math.exp(-fraction)
    below = chance
    places = []
    for count in range(1, _MOST_DRAWS + math.ceil(10 * fraction)):
        found = pc.indices_nonzero(pc.invert(_below(draws, below)))
        if len(found) == 0:
            break
        places.append(found)
        chance *= fraction / count
        below += chance
    if not places:
        return table.slice(0, 0)
    order = pa.concat_arrays(places)
    return table.take(order.take(pc.sort_indices(order)))


@dataclass(frozen=True, eq=False)
class Part(Node):
    """The rows whose draw lies between two chances."""

    child: Node
    low: float
    high: float
    seed: int

    def inputs(self) -> tuple[Node, ...]:
        """The node that it reads."""
        return (self.child,)

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        """The SQL of the rows, drawn now."""
        import pyarrow.compute as pc

        table = run.table(self.child, needed)
        draws = _draws(table.num_rows, self.seed)
        inside = pc.and_(_below(draws, self.high), pc.invert(_below(draws, self.low)))
        return run.of_table(table.filter(inside), self.kept(needed))


def split(frame: FrameBase, weights: Sequence[float], seed: int) -> list[DataFrame]:
    """Frames that have each row once; the rows are computed once, since all parts draw in one order.

    Raises:
        PySparkValueError: the weights are all nothing.
    """
    total = math.fsum(weights)
    if not weights or total <= 0:
        raise PySparkValueError(
            f"the weights must have a positive sum: got {list(weights)}",
            "CANNOT_BE_EMPTY" if not weights else "NEGATIVE_VALUE",
            {"item": "weight", "arg_name": "weights", "arg_value": str(list(weights))},
        )
    whole = Cached(frame._node.output, frame._node, Kept())
    parts = []
    low = 0.0
    for place in range(len(weights)):
        high = 1.0 if place == len(weights) - 1 else math.fsum(weights[: place + 1]) / total
        parts.append(frame._of(Part(whole.output, whole, low, high, seed)))
        low = high
    return parts


@dataclass(frozen=True, eq=False)
class Strata(Node):
    """Rows by chances that depend on a column's value; the last column of the child is the place of the chance."""

    child: Node
    chances: tuple[float, ...]
    seed: int

    def inputs(self) -> tuple[Node, ...]:
        """The node that it reads."""
        return (self.child,)

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        """The SQL of the rows, drawn now."""
        import pyarrow as pa
        import pyarrow.compute as pc

        place = self.child.output[-1]
        table = run.table(self.child, needed | {place.id})
        which = table.column(table.num_columns - 1).combine_chunks()
        draws = _draws(table.num_rows, self.seed)
        inside: Any = pa.array([False] * table.num_rows, pa.bool_())
        for number, chance in enumerate(self.chances):
            here = pc.fill_null(pc.equal(which, pa.scalar(number, which.type)), False)
            inside = pc.or_(inside, pc.and_(here, _below(draws, chance)))
        kept = [each for each in self.child.kept(needed | {place.id}) if each.id != place.id]
        rows = table.filter(inside)
        if not kept:
            return run.of_table(rows, (place,))
        return run.of_table(rows.drop_columns([rows.column_names[-1]]), kept)
