# SPDX-License-Identifier: Apache-2.0
"""What computes a frame: rows, pandas, Arrow, texts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sluice.frame.base import FrameBase
from sluice.frame.errors import unexpected
from sluice.frame.nodes import Cached, Kept, Limit, Node

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sluice.frame.frame import DataFrame
    from sluice.pyspark.row import Row
    from sluice.rdd import RDD

__all__ = ["Actions"]


class Actions(FrameBase):
    """Mixed into ``DataFrame``."""

    @property
    def _zone(self) -> str:
        return self._session._frames.settings().zone

    def _table(self, node: Node | None = None) -> pa.Table:
        with self._run() as run:
            return run.table(node or self._node)

    def _rows(self, node: Node | None = None) -> list[Row]:
        from sluice.frame.collecting import rows_of

        return rows_of(self._table(node), self.schema)

    def collect(self) -> list[Row]:
        """All rows."""
        return self._rows()

    def count(self) -> int:
        """The number of rows."""
        with self._run() as run:
            return run.count(self._node)

    def take(self, num: int) -> list[Row]:
        """The first rows."""
        return self._rows(Limit(self._node.output, self._node, num))

    def head(self, n: int | None = None) -> Any:
        """The first row, or None; the first `n` rows."""
        if n is None:
            rows = self.take(1)
            return rows[0] if rows else None
        return self.take(n)

    def first(self) -> Row | None:
        """The first row; None if there is none."""
        return self.head()  # type: ignore[no-any-return]

    def tail(self, num: int) -> list[Row]:
        """The last rows."""
        from sluice.frame.collecting import rows_of

        table = self._table()
        return rows_of(table.slice(max(0, table.num_rows - num)), self.schema)

    def isEmpty(self) -> bool:
        """Whether there is no row."""
        with self._run() as run:
            return run.count(Limit(self._node.output, self._node, 1)) == 0

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.toArrow().__arrow_c_stream__(requested_schema)

    def toArrow(self) -> pa.Table:
        """All rows as an Arrow table, without a copy where they are one."""
        from sluice.frame.arrowtypes import to_arrow_schema

        table = self._table().rename_columns(self.columns)
        schema = to_arrow_schema(self.schema, "UTC")
        return table if table.schema.equals(schema) else _recast(table, schema)

    def toPandas(self) -> pd.DataFrame:
        """All rows as a frame of pandas."""
        from sluice.frame.collecting import pandas_of

        with self._run() as run:
            # A table that is there as a whole is not copied; batches of a query go one by one.
            there = run.direct(self._node)
            data = run.reader(self._node) if there is None else there
            return pandas_of(data, self.schema, self._zone)

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Row]:
        """The rows one by one, computed batch by batch."""
        import pyarrow as pa

        from sluice.frame.collecting import rows_of

        with self._run() as run:
            for batch in run.reader(self._node):
                yield from rows_of(pa.Table.from_batches([batch]), self.schema)

    def toJSON(self, use_unicode: bool = True) -> RDD[str]:
        """The rows as JSON texts."""
        from sluice.frame.frame import DataFrame
        from sluice.frame.functions.api import struct, to_json

        assert isinstance(self, DataFrame)
        texts = self.select(to_json(struct(*self.columns)).alias("value"))
        return self._session.sparkContext.parallelize([row[0] for row in texts.collect()])

    @property
    def rdd(self) -> RDD[Row]:
        """The rows, as they are now, as an RDD."""
        from sluice.frame.partitioned import partitioned, partitions
        from sluice.frame.rowsrdd import rows_rdd

        context = self._session.sparkContext
        with self._run() as run:
            found = partitioned(run, self._node)
            table = run.table(self._node) if found is None else found[0]
        if found is not None:
            return rows_rdd(context, table, self.schema, found[1])
        rows = table.num_rows
        count = partitions(self._node, max(1, min(context.defaultParallelism, rows)))
        return rows_rdd(context, table, self.schema, [rows * each // count for each in range(count + 1)])

    def foreach(self, f: Callable[[Row], None]) -> None:
        """Call a function with every row, in the workers."""
        self.rdd.foreach(f)

    def foreachPartition(self, f: Callable[[Iterator[Row]], None]) -> None:
        """Call a function with every partition's rows, in the workers."""
        self.rdd.foreachPartition(f)

    def show(self, n: int = 20, truncate: bool | int = True, vertical: bool = False) -> None:
        """Print the first rows."""
        print(self._show_string(n, truncate, vertical))

    def _show_string(self, n: int = 20, truncate: bool | int = True, vertical: bool = False) -> str:
        if not isinstance(n, int) or isinstance(n, bool):
            raise unexpected("n", "int", n)
        if not isinstance(vertical, bool):
            raise unexpected("vertical", "bool", vertical)
        if isinstance(truncate, bool):
            width = 20 if truncate else 0
        else:
            try:
                width = int(truncate)
            except ValueError:
                raise unexpected("truncate", "bool", truncate) from None
        from sluice.frame.showing import show_text

        table = self._table(Limit(self._node.output, self._node, max(n, 0) + 1))
        return show_text(table, self.schema, max(n, 0), width, vertical, self._zone)

    def printSchema(self, level: int | None = None) -> None:
        """Print the tree of columns and types."""
        from sluice.frame.showing import tree_text

        print(tree_text(self.schema, level) if level is not None else tree_text(self.schema))

    def explain(self, extended: bool | str | None = None, mode: str | None = None) -> None:
        """Print how DuckDB computes it."""
        with self._run() as run:
            text = run.text(self._node)
            sys.stdout.write(f"== Physical Plan ==\n{run.explained(text)}\n")

    def cache(self) -> DataFrame:
        """Keep the rows once they are computed."""
        return self.persist()

    def persist(self, storageLevel: Any = None) -> DataFrame:
        """Keep the rows once they are computed, in this process, whatever level is named."""
        from sluice.frame.frame import DataFrame

        assert isinstance(self, DataFrame)
        if not isinstance(self._node, Cached):
            self._node = Cached(self._node.output, self._node, Kept(), storageLevel)
        return self

    def unpersist(self, blocking: bool = False) -> DataFrame:
        """Let the rows go."""
        from sluice.frame.frame import DataFrame

        assert isinstance(self, DataFrame)
        if isinstance(self._node, Cached):
            self._node.kept_rows.table = None
            self._node = self._node.child
        return self

    @property
    def is_cached(self) -> bool:
        """Whether rows are kept."""
        return isinstance(self._node, Cached)

    @property
    def storageLevel(self) -> Any:
        """Where rows are kept."""
        from sluice.storagelevel import StorageLevel

        if isinstance(self._node, Cached):
            return self._node.level or StorageLevel.MEMORY_AND_DISK_DESER
        return StorageLevel(False, False, False, False, 1)

    def checkpoint(self, eager: bool = True, storageLevel: Any = None) -> DataFrame:
        """The rows as they are now, computed once."""
        from sluice.frame.nodes import Local

        return self._of(Local(self._node.output, self._table()))

    localCheckpoint = checkpoint


def _recast(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same columns under a schema whose types hold the same values."""
    import pyarrow as pa

    columns = [
        column if column.type == field.type else column.cast(field.type)
        for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)
