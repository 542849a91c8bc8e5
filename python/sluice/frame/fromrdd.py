# SPDX-License-Identifier: Apache-2.0
"""RDDs of rows as Arrow tables: the workers turn their partitions into batches, which come back as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from sluice.errors import JobError
from sluice.frame.arrowtypes import pyarrow, to_arrow_schema
from sluice.frame.errors import condition
from sluice.frame.fromrows import Target, check, named, target, to_table
from sluice.frame.functionerror import told
from sluice.frame.inference import Inference, has_null_type, merge, refuse_unknown
from sluice.frame.types import DataType, StructType
from sluice.pyspark.exceptions import PySparkValueError

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.rdd import RDD

__all__ = ["table_of_rdd"]

#: Rows turned at a time: enough for Arrow's columns to pay, few enough for a worker's memory.
_ROWS = 50_000
#: Rows that are looked at where the first one leaves a column without a type.
_FIRST = 100


def table_of_rdd(
    rdd: RDD[Any],
    kind: DataType | None,
    names: list[str] | None,
    verify: bool,
    zone: str,
    sampling: float | None,
    how: Inference,
) -> tuple[pa.Table, StructType]:
    """Turn an RDD into a table: its first rows, or a sample, say the types if none are given."""
    if kind is None:
        to = target(_infer(rdd, names, sampling, how))
        verify = False
    else:
        to = target(kind)
    try:
        pieces = rdd.mapPartitions(partial(_batches, to=to, verify=verify, zone=zone)).collect()
    except JobError as error:
        raise told(error) from None
    arrow = pyarrow()
    tables = [arrow.ipc.open_stream(piece).read_all() for piece in pieces]
    table = arrow.concat_tables(tables) if tables else to_arrow_schema(to.schema, zone).empty_table()
    schema = named(to.schema, names)
    return table.rename_columns(schema.names), schema


def _batches(rows: Iterable[Any], to: Target, verify: bool, zone: str) -> Iterator[bytes]:
    arrow = pyarrow()
    rows = iter(rows)
    while records := list(islice(rows, _ROWS)):
        if verify:
            check(records, to)
        table = to_table(records, to, zone)
        out = arrow.BufferOutputStream()
        with arrow.ipc.new_stream(out, table.schema) as writer:
            writer.write_table(table)
        yield out.getvalue().to_pybytes()


def _infer(rdd: RDD[Any], names: list[str] | None, sampling: float | None, how: Inference) -> StructType:
    if sampling is not None:
        return _infer_sample(rdd, names, sampling, how)
    first = rdd.first()
    if isinstance(first, Sized) and not len(first):
        text = "Can not infer schema from an empty dataset: the first row has no values, give a schema"
        raise condition(PySparkValueError, "CANNOT_INFER_EMPTY_SCHEMA", text)
    found: DataType = how.of_row(first, names)
    if has_null_type(found):
        for row in rdd.take(_FIRST)[1:]:
            found = merge(found, how.of_row(row, names))
            if not has_null_type(found):
                break
    assert isinstance(found, StructType)
    refuse_unknown(found)
    return found


def _infer_sample(rdd: RDD[Any], names: list[str] | None, sampling: float, how: Inference) -> StructType:
    sample = rdd if sampling >= 0.99 else rdd.sample(False, float(sampling))
    found: DataType = sample.map(partial(how.of_row, names=names)).reduce(merge)
    assert isinstance(found, StructType)
    refuse_unknown(found)
    return found
