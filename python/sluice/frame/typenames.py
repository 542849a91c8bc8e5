# SPDX-License-Identifier: Apache-2.0
"""Types from the names that JSON has for them, as `DataType.jsonValue` writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sluice.frame.atoms import (
    BinaryType,
    BooleanType,
    ByteType,
    CharType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NullType,
    ShortType,
    StringType,
    VarcharType,
)
from sluice.frame.daytypes import (
    DateType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)
from sluice.frame.errors import condition
from sluice.frame.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
from sluice.frame.nested import ArrayType, MapType
from sluice.frame.structs import StructType
from sluice.frame.userdefined import GeographyType, GeometryType, UserDefinedType, VariantType
from sluice.pyspark.exceptions import PySparkValueError

__all__ = ["interval", "of_json", "of_json_text"]

#: The names without parameters; `interval` alone is that of a calendar.
PLAIN: dict[str, type[DataType]] = {
    "string": StringType,
    "binary": BinaryType,
    "boolean": BooleanType,
    "decimal": DecimalType,
    "float": FloatType,
    "double": DoubleType,
    "byte": ByteType,
    "short": ShortType,
    "integer": IntegerType,
    "long": LongType,
    "date": DateType,
    "timestamp": TimestampType,
    "timestamp_ntz": TimestampNTZType,
    "void": NullType,
    "variant": VariantType,
    "interval": CalendarIntervalType,
}


def interval(first: str, last: str | None) -> DataType:
    """The type of intervals from one field to another, such as `day` to `second`.

    :raises KeyError: for fields that are not of one kind, or in the wrong order
    """
    kind = DayTimeIntervalType if first in DayTimeIntervalType._inverted_fields else YearMonthIntervalType
    start, end = kind._inverted_fields[first], kind._inverted_fields[last or first]
    if last is not None and end <= start:
        raise KeyError(last)
    return kind(start, end)


_WITH_PARAMETERS: list[tuple[str, Callable[..., DataType]]] = [
    (r"decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)", lambda digits, scale: DecimalType(int(digits), int(scale))),
    (r"time\(\s*(\d+)\s*\)", lambda digits: TimeType(int(digits))),
    (r"interval (\w+)(?: to (\w+))?", interval),
    (r"string\s+collate\s+(\w+)", StringType),
    (r"char\(\s*(\d+)\s*\)", lambda length: CharType(int(length))),
    (r"varchar\(\s*(\d+)\s*\)", lambda length: VarcharType(int(length))),
    (r"geometry(?:\(.*\))?", GeometryType),
    (r"geography(?:\(.*\))?", GeographyType),
]


def of_json_text(text: str) -> DataType:
    """Read a type from the text that `DataType.json` gives."""
    import json

    return of_json(json.loads(text))


def of_json(value: Any, path: str = "", collations: dict[str, str] | None = None) -> DataType:
    """Make a type of what `DataType.jsonValue` gives.

    :raises PySparkValueError: what is not the name of a type
    """
    if collations and path in collations:
        return StringType(collations[path].rpartition(".")[2])
    if isinstance(value, dict):
        return _of_dict(value, path, collations)
    if value in PLAIN:
        return PLAIN[value]()
    for pattern, make in _WITH_PARAMETERS:
        found = re.fullmatch(pattern, str(value))
        if found:
            try:
                return make(*found.groups())
            except KeyError:
                break
    raise condition(
        PySparkValueError,
        "CANNOT_PARSE_DATATYPE",
        "Unable to parse datatype. {msg} is no name of a type in JSON, such as integer, long, decimal(10,2)",
        msg=value,
    )


def _of_dict(value: dict[str, Any], path: str, collations: dict[str, str] | None) -> DataType:
    kind = value["type"]
    if kind == "struct":
        return StructType.fromJson(value)
    if kind == "udt":
        return UserDefinedType.fromJson(value)
    if kind == "array":
        return ArrayType.fromJson(value, f"{path}.element", collations)
    if kind == "map":
        key = of_json(value["keyType"], f"{path}.key", collations)
        inner = of_json(value["valueType"], f"{path}.value", collations)
        return MapType(key, inner, value["valueContainsNull"])
    text = "Unsupported DataType `{data_type}`: expected struct, array, map or udt"
    raise condition(PySparkValueError, "UNSUPPORTED_DATA_TYPE", text, data_type=kind)
