# SPDX-License-Identifier: Apache-2.0
"""Rows of Python values as an Arrow table: the schema found or verified, then column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow
from sluice.frame.conforming import conform
from sluice.frame.errors import condition
from sluice.frame.inference import PLAIN, Inference, field_names, merge, refuse_unknown
from sluice.frame.transposing import transposed, widths
from sluice.frame.types import DataType, NullType, StructField, StructType
from sluice.frame.values import columns_of
from sluice.frame.verifying import ACCEPTED, BITS, verifier
from sluice.frame.zones import local_zone
from sluice.pyspark.exceptions import IllegalArgumentException, PySparkTypeError, PySparkValueError
from sluice.pyspark.row import Row

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Target", "check", "infer", "named", "rows_only", "target", "to_table"]


class Target:
    """What rows are turned into: a struct, with each record as its row or as the one value of it."""

    def __init__(self, schema: StructType, value: DataType | None = None) -> None:
        self.schema = schema
        #: The type of records that are no rows but values.
        self.value = value


def target(schema: DataType) -> Target:
    """The target for a given type: one that is no struct is that of the one column `value`."""
    if isinstance(schema, StructType):
        return Target(schema)
    return Target(StructType([StructField("value", schema)]), schema)


def infer(rows: Sequence[Any], names: list[str] | None, how: Inference) -> StructType:
    """Find the columns of rows, all of them together; `names` are for rows whose values have none.

    :raises PySparkTypeError: a value has no type, or two of one column have none in common
    :raises PySparkValueError: there are no rows, or a column has only None
    """
    if not rows:
        text = "Can not infer schema from an empty dataset: give a schema with types"
        raise condition(PySparkValueError, "CANNOT_INFER_EMPTY_SCHEMA", text)
    found = _infer_columns(rows, names, how) or how.of_rows(rows, names)
    refuse_unknown(found)
    return found


def named(schema: StructType, names: list[str] | None) -> StructType:
    """The columns with the given names, as many as there are, whatever the rows call them; the others keep theirs.

    :raises PySparkValueError: more names than columns
    """
    if names is None:
        return schema
    if len(names) > len(schema):
        raise condition(
            PySparkValueError,
            "AXIS_LENGTH_MISMATCH",
            "Length mismatch: Expected axis has {expected_length} elements, new values have {actual_length} elements",
            expected_length=len(schema),
            actual_length=len(names),
        )
    kept = [field.name for field in schema][len(names) :]
    return StructType(
        [
            StructField(name, field.dataType, field.nullable, field.metadata)
            for name, field in zip([*names, *kept], schema, strict=True)
        ]
    )


def _infer_columns(rows: Sequence[Any], names: list[str] | None, how: Inference) -> StructType | None:
    """The same as row by row for rows of one form, much faster; None where something needs a closer look."""
    first = rows[0]
    if len(set(map(type, rows))) > 1:
        return None
    try:
        if type(first) is dict:
            labels = _keys(rows)
        elif isinstance(first, (tuple, list)) and len(widths(rows)) == 1:
            labels = field_names(first, names)
            own = getattr(first, "__fields__", None)
            if own is not None and any(row.__fields__ != own for row in rows if row.__fields__ is not own):
                return None
        else:
            return None
        columns = transposed(rows, labels)
        return StructType(
            [
                StructField(label, _infer_column(values, how))
                for label, values in zip(labels, columns, strict=True)
            ]
        )
    except (TypeError, AttributeError, IllegalArgumentException, AssertionError):
        # Row by row, the error says more.
        return None


def _keys(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The keys of all dicts, those of the first one that has a new one sorted."""
    seen: dict[str, None] = {}
    for row in rows:
        if not row.keys() <= seen.keys():
            seen.update(dict.fromkeys(sorted(row)))
    return list(seen)


def _infer_column(values: Sequence[Any], how: Inference) -> DataType:
    classes = dict.fromkeys(map(type, values))
    found: DataType = NullType()
    if classes.keys() <= PLAIN.keys() and not how.ntz:
        for kind in classes:
            found = merge(found, PLAIN[kind])
        return found
    for value in values:
        found = merge(found, how.of(value))
    return found


def check(records: Sequence[Any], to: Target) -> None:
    """Refuse records that are not of the target's types.

    :raises PySparkTypeError: a value of another class
    :raises PySparkValueError: a value out of range, None where it is not allowed, a row of another length
    """
    if to.value is not None:
        sound, verify = _is_sound(records, to.value, True), verifier(to.value, name="field value")
    else:
        sound, verify = _are_sound(records, to.schema), verifier(to.schema)
    if not sound:
        # One by one: the first that is wrong is named, as in PySpark.
        for record in records:
            verify(record)


def _are_sound(records: Sequence[Any], schema: StructType) -> bool:
    """Whether all columns of plain types are sound, without a look at each record; False proves nothing."""
    if not set(map(type, records)) <= {tuple, list, dict, Row} or not widths(records) <= {len(schema)}:
        return False
    columns = transposed(records, schema.names)
    return all(
        _is_sound(values, field.dataType, field.nullable)
        for field, values in zip(schema, columns, strict=True)
    )


def _is_sound(values: Sequence[Any], kind: DataType, nullable: bool) -> bool:
    classes = set(map(type, values))
    if type(None) in classes and not nullable:
        return False
    accepted = ACCEPTED.get(type(kind))
    if accepted is None or accepted[0] in (dict, list, tuple) or not classes <= {*accepted, type(None)}:
        return False
    bits = BITS.get(type(kind))
    if bits is None:
        return nullable or type(kind).__name__ != "DecimalType"
    there = [value for value in values if value is not None] if type(None) in classes else values
    return not there or (-(1 << bits - 1) <= min(there) and max(there) < 1 << bits - 1)


def to_table(records: Sequence[Any], to: Target, zone: str) -> pa.Table:
    """Turn records into a table with the target's Arrow types; `zone` is that of the types, not of the values.

    :raises PySparkTypeError: a record that is no row, or a value of another class than its column's type accepts
    :raises PySparkValueError: a value out of its type's range
    """
    arrow = pyarrow()
    if to.value is not None:
        records = [(record,) for record in records]
    elif type(None) in set(map(type, records)):
        text = "None is no row: place={place}"
        raise condition(
            PySparkTypeError,
            "CANNOT_INFER_SCHEMA_FOR_TYPE",
            text,
            data_type="NoneType",
            place=records.index(None),
        )
    arrays = columns_of(records, to.schema, local_zone())
    if not arrays:
        return rows_only(len(records))
    return conform(arrow.Table.from_arrays(arrays, names=to.schema.names), to.schema, zone)


def rows_only(rows: int) -> pa.Table:
    """A table of rows without columns: a batch of empty structs."""
    arrow = pyarrow()
    batch = arrow.RecordBatch.from_struct_array(arrow.array([{}] * rows, arrow.struct([])))
    return arrow.Table.from_batches([batch])
