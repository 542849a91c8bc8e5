# SPDX-License-Identifier: Apache-2.0
"""A frame's rows as an RDD: its partitions are pieces of Arrow, of which workers make rows."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.context import Context
    from sluice.frame.types import StructType
    from sluice.pyspark.row import Row
    from sluice.rdd import RDD

__all__ = ["rows_rdd"]


class _Rows:
    """Makes rows of a piece; runs in workers."""

    def __init__(self, schema: StructType) -> None:
        self._schema = schema

    def __call__(self, piece: bytes) -> list[Row]:
        import pyarrow as pa

        from sluice.frame.collecting import rows_of

        return rows_of(pa.ipc.open_stream(piece).read_all(), self._schema)


def rows_rdd(context: Context, table: pa.Table, schema: StructType, places: list[int]) -> RDD[Row]:
    """Return the rows of a table as an RDD whose partitions begin and end at these places."""
    import pyarrow as pa

    pieces: list[Any] = []
    for first, last in itertools.pairwise(places):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.slice(first, last - first))
        pieces.append(sink.getvalue().to_pybytes())
    return context.parallelize(pieces, len(pieces)).flatMap(_Rows(schema))
