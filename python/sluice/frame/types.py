# SPDX-License-Identifier: Apache-2.0
"""The types of frames' columns, with the names of `pyspark.sql.types`, and `Row`."""

from __future__ import annotations

from sluice.frame.atoms import (
    AtomicType,
    BinaryType,
    BooleanType,
    ByteType,
    CharType,
    DataType,
    DataTypeSingleton,
    DecimalType,
    DoubleType,
    FloatType,
    FractionalType,
    IntegerType,
    IntegralType,
    LongType,
    NullType,
    NumericType,
    ShortType,
    StringType,
    VarcharType,
)
from sluice.frame.daytypes import (
    AnyTimeType,
    DatetimeType,
    DateType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)
from sluice.frame.ddl import parse_type as _parse_datatype_string
from sluice.frame.intervals import (
    AnsiIntervalType,
    CalendarIntervalType,
    DayTimeIntervalType,
    YearMonthIntervalType,
)
from sluice.frame.nested import ArrayType, MapType
from sluice.frame.structs import StructField, StructType
from sluice.frame.typenames import of_json as _parse_datatype_json_value
from sluice.frame.typenames import of_json_text as _parse_datatype_json_string
from sluice.frame.userdefined import (
    Geography,
    GeographyType,
    Geometry,
    GeometryType,
    UserDefinedType,
    VariantType,
    VariantVal,
)
from sluice.pyspark.row import Row

__all__ = [
    "AnsiIntervalType",
    "AnyTimeType",
    "ArrayType",
    "AtomicType",
    "BinaryType",
    "BooleanType",
    "ByteType",
    "CalendarIntervalType",
    "CharType",
    "DataType",
    "DataTypeSingleton",
    "DateType",
    "DatetimeType",
    "DayTimeIntervalType",
    "DecimalType",
    "DoubleType",
    "FloatType",
    "FractionalType",
    "Geography",
    "GeographyType",
    "Geometry",
    "GeometryType",
    "IntegerType",
    "IntegralType",
    "LongType",
    "MapType",
    "NullType",
    "NumericType",
    "Row",
    "ShortType",
    "StringType",
    "StructField",
    "StructType",
    "TimeType",
    "TimestampNTZType",
    "TimestampType",
    "UserDefinedType",
    "VarcharType",
    "VariantType",
    "VariantVal",
    "YearMonthIntervalType",
    "_parse_datatype_json_string",
    "_parse_datatype_json_value",
    "_parse_datatype_string",
]
