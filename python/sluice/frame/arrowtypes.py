# SPDX-License-Identifier: Apache-2.0
"""Types of frames as types of Arrow and of DuckDB, and back. docs/types.md has the table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sluice.frame.errors import condition
from sluice.frame.names import sql_name
from sluice.frame.needs import needs
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    CalendarIntervalType,
    CharType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VarcharType,
    YearMonthIntervalType,
)
from sluice.pyspark.exceptions import PySparkTypeError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["from_arrow", "from_arrow_schema", "loose", "to_arrow", "to_arrow_schema", "to_duckdb"]

#: Where the metadata of a field is kept in Arrow, as JSON; PySpark has it there too.
_METADATA = b"SPARK::metadata::json"

_FIXED: dict[type[DataType], str] = {
    NullType: "null",
    BooleanType: "bool_",
    ByteType: "int8",
    ShortType: "int16",
    IntegerType: "int32",
    LongType: "int64",
    FloatType: "float32",
    DoubleType: "float64",
    StringType: "string",
    CharType: "string",
    VarcharType: "string",
    BinaryType: "binary",
    DateType: "date32",
    CalendarIntervalType: "month_day_nano_interval",
    YearMonthIntervalType: "month_day_nano_interval",
}

_DUCKDB: dict[type[DataType], str] = {
    NullType: '"NULL"',
    BooleanType: "BOOLEAN",
    ByteType: "TINYINT",
    ShortType: "SMALLINT",
    IntegerType: "INTEGER",
    LongType: "BIGINT",
    FloatType: "FLOAT",
    DoubleType: "DOUBLE",
    StringType: "VARCHAR",
    CharType: "VARCHAR",
    VarcharType: "VARCHAR",
    BinaryType: "BLOB",
    DateType: "DATE",
    TimeType: "TIME",
    TimestampType: "TIMESTAMP WITH TIME ZONE",
    TimestampNTZType: "TIMESTAMP",
    DayTimeIntervalType: "INTERVAL",
    YearMonthIntervalType: "INTERVAL",
    CalendarIntervalType: "INTERVAL",
}

_WIDENED: dict[str, type[DataType]] = {
    "null": NullType,
    "bool": BooleanType,
    "int8": ByteType,
    "int16": ShortType,
    "uint8": ShortType,
    "int32": IntegerType,
    "uint16": IntegerType,
    "int64": LongType,
    "uint32": LongType,
    "halffloat": FloatType,
    "float": FloatType,
    "double": DoubleType,
    "string": StringType,
    "large_string": StringType,
    "string_view": StringType,
    "binary": BinaryType,
    "large_binary": BinaryType,
    "binary_view": BinaryType,
    "date32[day]": DateType,
    "date64[ms]": DateType,
    "month_day_nano_interval": CalendarIntervalType,
}


def pyarrow() -> Any:
    """The package, imported when it is first needed."""
    return needs("pyarrow", "15.0", "frames")


def to_arrow(kind: DataType, zone: str = "UTC") -> pa.DataType:
    """The Arrow type of a column; `zone` is the one that timestamps are shown in.

    :raises PySparkTypeError: Arrow has no such type
    """
    arrow = pyarrow()
    name = _FIXED.get(type(kind))
    if name is not None:
        return getattr(arrow, name)()
    if isinstance(kind, TimestampType):
        return arrow.timestamp("us", zone)
    if isinstance(kind, TimestampNTZType):
        return arrow.timestamp("us")
    if isinstance(kind, TimeType):
        return arrow.time64("ns")
    if isinstance(kind, DayTimeIntervalType):
        return arrow.duration("us")
    if isinstance(kind, DecimalType) and 0 < kind.precision <= 38 and 0 <= kind.scale <= kind.precision:
        return arrow.decimal128(kind.precision, kind.scale)
    if isinstance(kind, ArrayType):
        return arrow.list_(
            arrow.field(
                "element",
                to_arrow(kind.elementType, zone),
                kind.containsNull or isinstance(kind.elementType, NullType),
            )
        )
    if isinstance(kind, MapType):
        value = arrow.field("value", to_arrow(kind.valueType, zone), kind.valueContainsNull)
        return arrow.map_(arrow.field("key", to_arrow(kind.keyType, zone), nullable=False), value)
    if isinstance(kind, StructType):
        return arrow.struct([_field(field, zone) for field in kind])
    if isinstance(kind, UserDefinedType):
        return to_arrow(kind.sqlType(), zone)
    raise _unmapped(kind, "Arrow has no such type")


def loose(kind: DataType) -> pa.DataType:
    """The Arrow type with nulls allowed everywhere inside: a null of DuckDB's holds some, which Arrow would refuse.

    :raises PySparkTypeError: Arrow has no such type
    """
    return _loosened(to_arrow(kind))


def _loosened(type_: pa.DataType) -> pa.DataType:
    arrow = pyarrow()
    if arrow.types.is_map(type_):
        return arrow.map_(_loosened(type_.key_type), _loosened(type_.item_type))
    if arrow.types.is_list(type_):
        return arrow.list_(_loosened(type_.value_type))
    if arrow.types.is_struct(type_):
        return arrow.struct([(field.name, _loosened(field.type)) for field in type_])
    return type_


def to_arrow_schema(schema: StructType, zone: str = "UTC") -> pa.Schema:
    """The Arrow schema of a frame's columns.

    :raises PySparkTypeError: Arrow has no type for a column, which it names
    """
    fields = []
    for field in schema:
        try:
            fields.append(_field(field, zone))
        except PySparkTypeError as error:
            raise _unmapped(field.dataType, "Arrow has no such type", field.name) from error
    return pyarrow().schema(fields)


def _field(field: StructField, zone: str) -> pa.Field:
    metadata = {_METADATA: json.dumps(field.metadata)} if field.metadata else None
    return pyarrow().field(field.name, to_arrow(field.dataType, zone), field.nullable, metadata)


def from_arrow(kind: pa.DataType, column: str = "", ntz: bool = True) -> DataType:
    """The type for values of an Arrow type; unsigned integers, half floats and others get the next wider type.

    `column` is named in errors; without `ntz`, timestamps without a zone are moments in the session's zone.

    :raises PySparkTypeError: there is no such type here
    """
    plain = _WIDENED.get(str(kind))
    if plain is not None:
        return plain()
    types = pyarrow().types
    if types.is_timestamp(kind):
        return TimestampNTZType() if kind.tz is None and ntz else TimestampType()
    if types.is_decimal(kind) and 0 <= kind.scale <= kind.precision <= 38:
        return DecimalType(kind.precision, kind.scale)
    if types.is_uint64(kind):
        return DecimalType(20, 0)
    if types.is_time(kind):
        return TimeType()
    if types.is_duration(kind):
        return DayTimeIntervalType()
    if types.is_fixed_size_binary(kind):
        return BinaryType()
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return from_arrow(kind.value_type, column, ntz)
    if types.is_map(kind):
        key = from_arrow(kind.key_type, f"{column}.key", ntz)
        value = from_arrow(kind.item_type, f"{column}.value", ntz)
        return MapType(key, value, kind.item_field.nullable)
    if types.is_struct(kind):
        return StructType([_from_field(field, f"{column}.{field.name}", ntz) for field in kind])
    if is_list(kind):
        element = from_arrow(kind.value_type, f"{column}.element", ntz)
        return ArrayType(element, kind.value_field.nullable)
    raise _unmapped(kind, "frames have no such type", column)


def from_arrow_schema(schema: pa.Schema, ntz: bool = True) -> StructType:
    """The columns of an Arrow schema.

    :raises PySparkTypeError: a column, which it names, has a type that is not here
    """
    return StructType([_from_field(field, field.name, ntz) for field in schema])


def _from_field(field: pa.Field, column: str, ntz: bool) -> StructField:
    notes = (field.metadata or {}).get(_METADATA)
    metadata = json.loads(notes) if notes else None
    return StructField(field.name, from_arrow(field.type, column, ntz), field.nullable, metadata)


def is_list(kind: pa.DataType) -> bool:
    """Whether an Arrow type is one of the forms of a list."""
    types = pyarrow().types
    names = (
        "is_list",
        "is_large_list",
        "is_fixed_size_list",
        "is_list_view",
        "is_large_list_view",
    )
    # The views came with pyarrow 16.
    return any(getattr(types, name)(kind) for name in names if hasattr(types, name))


def to_duckdb(kind: DataType) -> str:
    """The type as DuckDB's SQL names it, such as a cast needs.

    :raises PySparkTypeError: DuckDB has no such type
    """
    name = _DUCKDB.get(type(kind))
    if name is not None:
        return name
    if isinstance(kind, DecimalType):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if isinstance(kind, ArrayType):
        return f"{to_duckdb(kind.elementType)}[]"
    if isinstance(kind, MapType):
        return f"MAP({to_duckdb(kind.keyType)}, {to_duckdb(kind.valueType)})"
    if isinstance(kind, StructType):
        fields = (f"{sql_name(field.name)} {to_duckdb(field.dataType)}" for field in kind)
        return f"STRUCT({', '.join(fields)})"
    if isinstance(kind, UserDefinedType):
        return to_duckdb(kind.sqlType())
    raise _unmapped(kind, "DuckDB has no such type")


def _unmapped(kind: object, why: str, column: str = "") -> PySparkTypeError:
    return condition(
        PySparkTypeError,
        "UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION",
        "{data_type} is not supported in conversion to or from Arrow: {why}"
        + (", column={column}" * bool(column)),
        data_type=kind,
        why=why,
        column=column,
    )
