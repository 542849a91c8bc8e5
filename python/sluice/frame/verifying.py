# SPDX-License-Identifier: Apache-2.0
"""Whether Python values are of a schema's types, value by value, with PySpark's conditions."""

from __future__ import annotations

import datetime
import decimal
from array import array
from collections.abc import Callable
from typing import Any

from sluice.frame.errors import condition
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
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
    ShortType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VarcharType,
)
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

__all__ = ["ACCEPTED", "BITS", "verifier"]

#: The classes of the values of each type, without their subclasses.
ACCEPTED: dict[type[DataType], tuple[type, ...]] = {
    BooleanType: (bool,),
    ByteType: (int,),
    ShortType: (int,),
    IntegerType: (int,),
    LongType: (int,),
    FloatType: (float,),
    DoubleType: (float,),
    DecimalType: (decimal.Decimal,),
    StringType: (str,),
    CharType: (str,),
    VarcharType: (str,),
    BinaryType: (bytearray, bytes),
    DateType: (datetime.date, datetime.datetime),
    TimeType: (datetime.time,),
    TimestampType: (datetime.datetime,),
    TimestampNTZType: (datetime.datetime,),
    DayTimeIntervalType: (datetime.timedelta,),
    ArrayType: (list, tuple, array),
    MapType: (dict,),
    StructType: (tuple, list, dict),
}
BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}

_Verify = Callable[[Any], None]


def verifier(kind: DataType, nullable: bool = True, name: str | None = None) -> _Verify:
    """A function that raises for a value that is not of a type; `name` stands in the error.

    :raises AssertionError: from the function, for a type that no value of Python is of
    """
    check = _check(kind, name)

    def verify(value: Any) -> None:
        if value is None or (isinstance(value, decimal.Decimal) and value.is_nan()):
            if not nullable:
                raise _null(name)
        else:
            check(value)

    return verify


def _null(name: str | None) -> PySparkValueError:
    if name is None:
        return condition(PySparkValueError, "FIELD_NOT_NULLABLE", "Field is not nullable, but got None")
    return condition(
        PySparkValueError,
        "FIELD_NOT_NULLABLE_WITH_NAME",
        "{field_name}: This field is not nullable, but got None",
        field_name=name,
    )


def _named(kind: type[Any], name: str | None, what: str, text: str, **values: object) -> Any:
    """An error with the field's name in front, under the condition that PySpark has for errors with one."""
    if name is None:
        return condition(kind, what, text, **values)
    return condition(kind, f"{what}_WITH_NAME", "{field_name}: " + text, field_name=name, **values)


def _unacceptable(kind: DataType, value: Any, name: str | None) -> PySparkTypeError:
    error: PySparkTypeError = _named(
        PySparkTypeError,
        name,
        "FIELD_DATA_TYPE_UNACCEPTABLE",
        "{data_type} can not accept object {obj} in type {obj_type}",
        data_type=kind,
        obj=repr(value),
        obj_type=type(value),
    )
    return error


def _check(kind: DataType, name: str | None) -> _Verify:
    if isinstance(kind, (StringType, CharType, VarcharType)):
        # Everything has a text.
        return lambda value: None
    if isinstance(kind, UserDefinedType):
        return _check_defined(kind, name)
    accepted = _check_class(kind, name)
    if type(kind) in BITS:
        return _check_range(BITS[type(kind)], accepted)
    if isinstance(kind, ArrayType):
        return _check_array(kind, name, accepted)
    if isinstance(kind, MapType):
        return _check_map(kind, name, accepted)
    if isinstance(kind, StructType):
        return _check_struct(kind, name)
    return accepted


def _check_class(kind: DataType, name: str | None) -> _Verify:
    classes = ACCEPTED.get(type(kind))

    def check(value: Any) -> None:
        prefix = "" if name is None else f"{name}: "
        assert classes is not None, f"{prefix}unknown datatype: {kind} for object {value!r}"
        if type(value) not in classes:
            raise _unacceptable(kind, value, name)

    return check


def _check_range(bits: int, accepted: _Verify) -> _Verify:
    lowest, highest = -(1 << bits - 1), (1 << bits - 1) - 1

    def check(value: Any) -> None:
        accepted(value)
        if not lowest <= value <= highest:
            raise condition(
                PySparkValueError,
                "VALUE_OUT_OF_BOUNDS",
                "Value for `{arg_name}` must be between {lower_bound} and {upper_bound} (inclusive), got {actual}",
                arg_name="obj",
                lower_bound=lowest,
                upper_bound=highest,
                actual=value,
            )

    return check


def _check_array(kind: ArrayType, name: str | None, accepted: _Verify) -> _Verify:
    element = verifier(kind.elementType, kind.containsNull, f"element in array {name}")

    def check(value: Any) -> None:
        accepted(value)
        for item in value:
            element(item)

    return check


def _check_map(kind: MapType, name: str | None, accepted: _Verify) -> _Verify:
    key = verifier(kind.keyType, False, f"key of map {name}")
    item = verifier(kind.valueType, kind.valueContainsNull, f"value of map {name}")

    def check(value: Any) -> None:
        accepted(value)
        for pair in value.items():
            key(pair[0])
            item(pair[1])

    return check


def _check_struct(kind: StructType, name: str | None) -> _Verify:
    within = "" if name is None else f" in {name}"
    fields = [
        (field.name, verifier(field.dataType, field.nullable, f"field {field.name}{within}"))
        for field in kind
    ]

    def check(value: Any) -> None:
        if isinstance(value, (tuple, list)):
            if len(value) != len(fields):
                raise _named(
                    PySparkValueError,
                    name,
                    "FIELD_STRUCT_LENGTH_MISMATCH",
                    "Length of object ({object_length}) does not match with length of fields ({field_length})",
                    object_length=len(value),
                    field_length=len(fields),
                )
            for item, (_, verify) in zip(value, fields, strict=True):
                verify(item)
            return
        if not isinstance(value, dict):
            if not hasattr(value, "__dict__"):
                raise _unacceptable(kind, value, name)
            value = value.__dict__
        for field, verify in fields:
            verify(value.get(field))

    return check


def _check_defined(kind: UserDefinedType, name: str | None) -> _Verify:
    inner = verifier(kind.sqlType(), name=name)

    def check(value: Any) -> None:
        if getattr(value, "__UDT__", None) != kind:
            raise _named(
                PySparkValueError,
                name,
                "FIELD_TYPE_MISMATCH",
                "{obj} is not an instance of type {data_type}",
                obj=value,
                data_type=kind,
            )
        inner(kind.toInternal(value))

    return check
