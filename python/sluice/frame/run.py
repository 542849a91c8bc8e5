# SPDX-License-Identifier: Apache-2.0
"""One run of a plan: SQL of its nodes, DuckDB's answer as Arrow, and Python functions where the plan has some."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.expr import Attribute
from sluice.frame.nodes import Cached, Limit, Local, Node, Project, Requalified
from sluice.frame.types import DayTimeIntervalType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.frame.engine import Engine
    from sluice.frame.nodes import Grouped, Mapped, Python
    from sluice.frame.standing import Origin

__all__ = ["Run", "schema_of"]

_TOKEN = re.compile(r"\u27e6(\w+)\u27e7")
#: Rows of a batch that is read from a query.
_BATCH_ROWS = 122_880


def schema_of(attributes: Iterable[Attribute]) -> StructType:
    """The schema of columns."""
    return StructType(
        [StructField(each.name, each.type, each.nullable, dict(each.metadata) or None) for each in attributes]
    )


class Run:
    """Computes one plan. Not for several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cursor = engine.cursor()
        self._names = itertools.count()
        self._subplans: dict[str, Node] = {}

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *args: object) -> None:
        self._cursor.close()

    def sql(self, node: Node, needed: frozenset[int]) -> str:
        """The SQL of a node; what Python has to compute for it is computed now."""
        self._subplans.update(node.subplans)
        return node.sql(self, needed)

    def register(self, table: pa.Table) -> str:
        """Make a table known to SQL, its columns by their places; return its name."""
        name = f"t{next(self._names)}"
        self._cursor.register(name, table.rename_columns([str(place) for place in range(table.num_columns)]))
        return name

    def stream(self, reader: pa.RecordBatchReader) -> str:
        """Make batches known to SQL that are read once; return their name."""
        name = f"t{next(self._names)}"
        self._cursor.register(name, reader)
        return name

    def of_table(self, table: pa.Table, attributes: Iterable[Attribute]) -> str:
        """A SELECT of a table whose columns are these."""
        attributes = tuple(attributes)
        return Local(attributes, table).sql(self, frozenset(each.id for each in attributes))

    def table(self, node: Node, needed: frozenset[int] | None = None) -> pa.Table:
        """Compute the needed columns of a node, in the order of its output; all of them by default.

        Raises:
            CapturedException: the query failed; of PySpark's class for it.
        """
        wanted = node.output if needed is None else node.kept(needed)
        direct = _direct(node, wanted)
        if direct is not None:
            return direct
        text = self._select(node, wanted)
        try:
            found: pa.Table = self._cursor.sql(text).to_arrow_table()
        except self._engine.error as error:
            raise errors.of_duckdb(error) from None
        return self._engine.as_typed(found, wanted)

    def direct(self, node: Node) -> pa.Table | None:
        """The rows of a node that are there, in the order of its output; None if they have to be computed."""
        return _direct(node, node.output)

    def reader(
        self, node: Node, wanted: tuple[Attribute, ...] | None = None, names: list[str] | None = None
    ) -> pa.RecordBatchReader:
        """Compute columns of a node batch by batch: what is read must be used before this run is closed.

        Raises:
            CapturedException: the query failed; of PySpark's class for it.
        """
        import pyarrow as pa

        wanted = node.output if wanted is None else wanted
        schema = self._engine.arrow_schema(wanted)
        if names is not None:
            schema = pa.schema([field.with_name(name) for field, name in zip(schema, names, strict=True)])
        direct = _direct(node, wanted)
        if direct is not None:
            return direct.rename_columns(schema.names).to_reader(_BATCH_ROWS)
        try:
            reader = self._cursor.sql(self._select(node, wanted)).to_arrow_reader(_BATCH_ROWS)
        except self._engine.error as error:
            raise errors.of_duckdb(error) from None

        def batches() -> Iterator[pa.RecordBatch]:
            try:
                for batch in reader:
                    table = self._engine.as_typed(pa.Table.from_batches([batch]), wanted)
                    yield from table.rename_columns(schema.names).to_batches()
            except (self._engine.error, OSError) as error:
                raise errors.of_duckdb(error) from None

        return pa.RecordBatchReader.from_batches(schema, batches())

    def count(self, node: Node) -> int:
        """The number of rows."""
        direct = _direct(node, ())
        if direct is not None:
            return int(direct.num_rows)
        return int(self.value(f"SELECT count(*) FROM ({self.filled(self.sql(node, frozenset()))})"))

    def value(self, text: str) -> Any:
        """The one value of a query.

        Raises:
            CapturedException: the query failed; of PySpark's class for it.
        """
        try:
            (row,) = self._cursor.execute(self._engine.prepare(text)).fetchall()
        except self._engine.error as error:
            raise errors.of_duckdb(error) from None
        return row[0]

    def batches(self, text: str) -> Iterator[pa.RecordBatch]:
        """What a query answers, batch by batch.

        Raises:
            CapturedException: the query failed; of PySpark's class for it.
        """
        try:
            yield from self._cursor.sql(self._engine.prepare(self.filled(text))).to_arrow_reader(_BATCH_ROWS)
        except (self._engine.error, OSError) as error:
            raise errors.of_duckdb(error) from None

    def row(self, text: str) -> tuple[Any, ...]:
        """The one row of a query.

        Raises:
            CapturedException: the query failed; of PySpark's class for it.
        """
        try:
            (row,) = self._cursor.execute(self._engine.prepare(self.filled(text))).fetchall()
        except self._engine.error as error:
            raise errors.of_duckdb(error) from None
        return tuple(row)

    def copy(self, text: str, to: str) -> None:
        """Write what a query answers, as `COPY` does; ``to`` is the rest of that statement.

        DuckDB 2.0 waits for ever where a query fails under `COPY` while a row group is being written. So `COPY` reads a
        stream, which merely ends where the query fails.

        Raises:
            CapturedException: the query failed; of PySpark's class for it.
        """
        import pyarrow as pa

        failures: list[Exception] = []
        writer = self._engine.cursor()
        try:
            rows = self._cursor.sql(self._engine.prepare(text)).to_arrow_reader(_BATCH_ROWS)

            def batches() -> Iterator[pa.RecordBatch]:
                try:
                    yield from rows
                except (self._engine.error, OSError) as error:
                    failures.append(error)

            writer.register("rows_to_write", pa.RecordBatchReader.from_batches(rows.schema, batches()))
            writer.execute(f"COPY (SELECT * FROM rows_to_write) {to}").fetchall()
        except self._engine.error as error:
            raise errors.of_duckdb(error) from None
        finally:
            writer.close()
        if failures:
            raise errors.of_duckdb(failures[0]) from None

    def explained(self, text: str) -> str:
        """How DuckDB computes a query."""
        return str(self._cursor.execute(f"EXPLAIN {text}").fetchall()[-1][1])

    def text(self, node: Node) -> str:
        """The whole query of a node."""
        return self._select(node, node.output)

    def _select(self, node: Node, wanted: tuple[Attribute, ...]) -> str:
        below = self.sql(node, frozenset(each.id for each in wanted))
        columns = ", ".join(map(_answered, wanted)) or "1 AS c0"
        return self.filled(f"SELECT {columns} FROM ({below})")

    def filled(self, text: str) -> str:
        """Put the queries of expressions into a text."""

        def query(found: re.Match[str]) -> str:
            plan = self._subplans.get(found[1])
            if plan is None:
                return found[0]
            columns = ", ".join(each.sql for each in plan.output)
            return self.filled(
                f"SELECT {columns} FROM ({self.sql(plan, frozenset(each.id for each in plan.output))})"
            )

        return self._engine.prepare(_TOKEN.sub(query, text))

    def python(self, node: Python, needed: frozenset[int]) -> str:
        """Have functions computed over a node's rows; return a SELECT of its needed columns with theirs."""
        from sluice.frame import transport
        from sluice.frame.gathering import Gathering, chunks

        child = node.child
        made = node.output[len(child.output) :]
        wanted = [(each, call) for each, call in zip(made, node.calls, strict=True) if each.id in needed]
        if not wanted:
            return self.sql(child, needed)
        inputs = frozenset(itertools.chain.from_iterable(call.ids() for _, call in wanted))
        passed = frozenset(each.id for each in child.output if each.id in needed)
        kept = child.kept(inputs | passed)
        places = {each.id: place for place, each in enumerate(kept)}
        sent = [each for each in kept if each.id in inputs]
        at = {each.id: place for place, each in enumerate(sent)}
        calls = [call.placed(at) for _, call in wanted]
        # A function without arguments needs to know how many rows there are.
        columns = [places[each.id] for each in sent] or [0]
        context, zone, options = self._engine.context, self._engine.settings.zone, self._engine.options()

        def made_of(table: pa.Table, origin: Origin | None = None) -> pa.Table:
            origin = origin and origin.select(columns)
            found = transport.evaluate(context, table.select(columns), calls, zone, options, origin)
            for column in found.columns:
                table = table.append_column(str(table.num_columns), column)
            return table

        output = (*kept, *(each for each, _ in wanted))
        if not self._large(child):
            origin = _origin(child, kept)
            table = origin.columns() if origin else self.table(child, inputs | passed)
            return self.of_table(made_of(table, origin), output)
        with Run(self._engine) as below, Gathering(self._engine.directory) as gathering:
            for chunk in chunks(below.reader(child, kept)):
                gathering.add(made_of(chunk))
            return self.of_table(gathering.table(self._engine.arrow_schema(output)), output)

    @staticmethod
    def _large(node: Node) -> bool:
        """Whether a node reads files that may be more than fits into memory, so that it goes piece by piece."""
        from sluice.frame import gathering

        size, waiting = 0, [node]
        while waiting:
            each = waiting.pop()
            waiting.extend(each.inputs())
            for name in getattr(each, "files", ()):
                try:
                    size += os.path.getsize(name.removeprefix("file:"))
                except OSError:
                    pass
        return size > gathering.CHUNK_BYTES

    def mapped(self, node: Mapped) -> str:
        """Have a function map all batches of a node."""
        from sluice.frame import transport
        from sluice.frame.gathering import Gathering
        from sluice.frame.partitioned import partitioned, partitions

        context, zone, options = self._engine.context, self._engine.settings.zone, self._engine.options()
        schema = schema_of(node.output)
        count = partitions(node.child, context.defaultParallelism)
        found = partitioned(self, node.child)
        if found is not None:
            table = found[0].rename_columns([each.name for each in node.child.output])
            made = transport.map_batches(
                context, table, node.function, node.kind, schema, zone, options, borders=found[1]
            )
            return self.of_table(made, node.output)
        if not self._large(node.child):
            origin = _origin(node.child, node.child.output)
            table = self._named(node.child, origin)
            made = transport.map_batches(
                context, table, node.function, node.kind, schema, zone, options, count, origin
            )
            return self.of_table(made, node.output)
        names = [each.name for each in node.child.output]
        with Run(self._engine) as below, Gathering(self._engine.directory) as gathering:
            reader = below.reader(node.child, node.child.output, names)
            for part in transport.mapped(
                context, reader, node.function, node.kind, schema, zone, options, count
            ):
                gathering.add(part)
            return self.of_table(gathering.table(self._engine.arrow_schema(node.output)), node.output)

    def grouped(self, node: Grouped) -> str:
        """Have a function compute groups of a node, or of two."""
        from sluice.frame import transport

        origins = [_origin(child, child.output) for child in node.children]
        tables = [self._named(child, origin) for child, origin in zip(node.children, origins, strict=True)]
        places = [{each.id: place for place, each in enumerate(child.output)} for child in node.children]
        keys = [[at[id_] for id_ in ids] for at, ids in zip(places, node.keys, strict=True)]
        context, zone, options = self._engine.context, self._engine.settings.zone, self._engine.options()
        if node.kind in ("aggregate", "over"):
            calls = [call.placed(places[0]) for call in node.function]
            if node.kind == "aggregate":
                made = transport.aggregate(context, tables[0], keys[0], calls, zone, options)
            else:
                made = tables[0]
                found = transport.aggregate_over(context, tables[0], keys[0], calls, zone, options)
                for column in found.columns:
                    made = made.append_column("", column)
            return self.of_table(made, node.output)
        schema = schema_of(node.output)
        seen = [range(count) for count in node.seen]
        if len(tables) == 2:
            (left, right), (left_keys, right_keys), (left_seen, right_seen) = tables, keys, seen
            made = transport.apply_cogroups(
                context,
                left,
                right,
                left_keys,
                right_keys,
                node.function,
                node.kind,
                schema,
                zone,
                options,
                left_seen,
                right_seen,
                (origins[0], origins[1]),
            )
        else:
            made = transport.apply_groups(
                context,
                tables[0],
                keys[0],
                node.function,
                node.kind,
                schema,
                zone,
                options,
                seen[0],
                origins[0],
            )
        return self.of_table(made, node.output)

    def _named(self, node: Node, origin: Origin | None) -> pa.Table:
        """A node's rows under the names that the program gave to the columns."""
        table = origin.columns() if origin else self.table(node)
        return table.rename_columns([each.name for each in node.output])


def _answered(attribute: Attribute) -> str:
    """A column of a query's answer. Intervals leave DuckDB as whole microseconds, which Arrow has durations for."""
    if isinstance(attribute.type, DayTimeIntervalType):
        return f"epoch_us({attribute.sql}) AS {attribute.sql}"
    return attribute.sql


def _source(
    node: Node, wanted: tuple[Attribute, ...]
) -> tuple[pa.Table, tuple[int, ...], list[Limit]] | None:
    """The table of which a node only picks columns, their places, and what cuts it; None if there is none."""
    names = {each.id: each.id for each in wanted}
    limits: list[Limit] = []
    while True:
        if isinstance(node, Requalified):
            node = node.child
        elif isinstance(node, Limit):
            limits.append(node)
            node = node.child
        elif isinstance(node, Project):
            texts = {each.id: text for each, text in zip(node.output, node.texts, strict=True)}
            below = {each.sql: each.id for each in node.child.output}
            for id_, source in names.items():
                if texts[source] not in below:
                    return None
                names[id_] = below[texts[source]]
            node = node.child
        else:
            table = node.kept_rows.table if isinstance(node, Cached) else None
            table = node.table if isinstance(node, Local) else table
            if table is None:
                return None
            places = {each.id: place for place, each in enumerate(node.output)}
            return table, tuple(places[names[each.id]] for each in wanted), limits


def _direct(node: Node, wanted: tuple[Attribute, ...]) -> pa.Table | None:
    """The rows of a node that only picks columns of a table that is there; None if there is something to compute."""
    found = _source(node, wanted)
    if found is None:
        return None
    table, places, limits = found
    return _cut(table.select(places), limits)


def _origin(node: Node, wanted: tuple[Attribute, ...]) -> Origin | None:
    """The table that a node's columns are from as they are, if it is one that stays."""
    from sluice.frame.standing import Origin

    found = _source(node, wanted)
    return None if found is None or found[2] else Origin(found[0], found[1])


def _cut(table: pa.Table, limits: list[Limit]) -> pa.Table:
    """The rows that limits leave, of which the last comes first."""
    for limit in reversed(limits):
        # Arrow does not look at the number of rows where there are no columns.
        start = min(limit.offset, table.num_rows)
        left = table.num_rows - start
        table = table.slice(start, left if limit.count is None else min(limit.count, left))
    return table
