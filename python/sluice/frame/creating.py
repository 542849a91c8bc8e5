# SPDX-License-Identifier: Apache-2.0
"""What `createDataFrame` accepts, as an Arrow table with its schema."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import from_arrow_schema, pyarrow
from sluice.frame.conforming import conform
from sluice.frame.errors import condition
from sluice.frame.frompandas import same_length, table_of_pandas
from sluice.frame.fromrows import check, infer, named, target, to_table
from sluice.frame.inference import Inference
from sluice.frame.types import DataType, StructField, StructType
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    import numpy
    import pyarrow as pa

__all__ = ["Inference", "table_of"]


def table_of(
    data: Any,
    schema: DataType | str | list[str] | tuple[str, ...] | None = None,
    verify_schema: bool = True,
    zone: str = "UTC",
    sampling: float | None = None,
    how: Inference = Inference(),  # noqa: B008 - a tuple of flags
) -> tuple[pa.Table, StructType]:
    """Turn rows, values, frames of pandas, arrays of numpy, Arrow tables or an RDD into a table and its schema.

    `zone` is the session's: wall clock times of pandas and Arrow are read in it. Those in rows are of the process's
    own zone, as in PySpark. `sampling` is the part of an RDD that its schema is inferred from.

    :raises PySparkTypeError: values of no type, or of another type than the schema's; names the column
    :raises PySparkValueError: values out of range, or a schema that cannot be inferred; names the column
    :raises ParseException: a schema in SQL text that is none
    """
    kind, names = _schema(schema)
    if _is_of(data, "numpy", "ndarray"):
        data, names = _columns_of_array(data, kind, names)
    if _is_of(data, "pyarrow", "Table"):
        return _of_arrow(data, kind, names, zone, how.ntz)
    if _is_of(data, "pandas", "DataFrame"):
        # As rows are those of an empty frame, and those for a schema of one value; its dtypes say little then.
        if len(data) and (kind is None or isinstance(kind, StructType)):
            return table_of_pandas(data, kind, names, zone, how.ntz)
        data = list(data.itertuples(index=False, name=None))
    if _is_of(data, "sluice.rdd", "RDD"):
        from sluice.frame.fromrdd import table_of_rdd

        return table_of_rdd(data, kind, names, verify_schema, zone, sampling, how)
    records = _records(data)
    if kind is None:
        found = infer(records, names, how)
        table = to_table(records, target(found), zone)
        shown = named(found, names)
        return table.rename_columns(shown.names), shown
    to = target(kind)
    if verify_schema:
        check(records, to)
    return to_table(records, to, zone), to.schema


def _is_of(data: Any, module: str, name: str) -> bool:
    """Whether data is of a class, without importing its module: who has such an object has imported it."""
    found = getattr(sys.modules.get(module), name, None)
    return found is not None and isinstance(data, found)


def _schema(schema: Any) -> tuple[DataType | None, list[str] | None]:
    if isinstance(schema, str):
        schema = DataType.fromDDL(schema)
    if schema is None or isinstance(schema, DataType):
        return schema, None
    if isinstance(schema, (list, tuple)) and all(isinstance(name, str) for name in schema):
        return None, list(schema)
    raise condition(
        PySparkTypeError,
        "NOT_EXPECTED_TYPE",
        "Argument `{arg_name}` should be {expected_type}, got {arg_type}: {arg_value}",
        arg_name="schema",
        expected_type="list, None or StructType",
        arg_type=type(schema).__name__,
        arg_value=repr(schema)[:200],
    )


def _records(data: Any) -> list[Any]:
    if isinstance(data, list):
        return data
    try:
        return list(data)
    except TypeError as error:
        raise condition(
            PySparkTypeError,
            "NOT_ITERABLE",
            "{objectName} is not iterable: rows, values, a pandas or Arrow table, a numpy array or an RDD are needed",
            objectName=type(data).__name__,
        ) from error


def _columns_of_array(
    data: numpy.ndarray[Any, Any], kind: DataType | None, names: list[str] | None
) -> tuple[pa.Table, list[str]]:
    arrow = pyarrow()
    if data.ndim not in (1, 2):
        raise condition(
            PySparkValueError,
            "INVALID_NDARRAY_DIMENSION",
            "NumPy array input should be of {dimensions} dimensions, got {actual}",
            dimensions="1 or 2",
            actual=data.ndim,
        )
    columns = [data] if data.ndim == 1 else [data[:, at] for at in range(data.shape[1])]
    labels = ["value"] if len(columns) == 1 else [f"_{at + 1}" for at in range(len(columns))]
    if isinstance(kind, StructType):
        names = kind.names
    if names is not None:
        same_length(len(columns), names)
        labels = names
    # The caller may write into the array: the table keeps the numbers of now.
    return arrow.Table.from_arrays([arrow.array(column.copy()) for column in columns], names=labels), labels


def _of_arrow(
    table: pa.Table, kind: DataType | None, names: list[str] | None, zone: str, ntz: bool
) -> tuple[pa.Table, StructType]:
    if kind is not None:
        schema = target(kind).schema
        if schema.names != table.column_names:
            raise condition(
                PySparkValueError,
                "FIELD_NAMES_MISMATCH",
                "the schema's names are not the table's: schema={expected}, table={actual}",
                expected=schema.names,
                actual=table.column_names,
            )
        return conform(table, schema, zone), schema
    schema = from_arrow_schema(table.schema, ntz)
    if names is not None:
        same_length(table.num_columns, names)
        schema = StructType(
            [
                StructField(name, field.dataType, field.nullable, field.metadata)
                for name, field in zip(names, schema, strict=True)
            ]
        )
    return conform(table, schema, zone), schema
