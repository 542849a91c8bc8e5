# SPDX-License-Identifier: Apache-2.0
"""The types of Python values: of one value, of one row, and of many rows together."""

from __future__ import annotations

import datetime
import decimal
import functools
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sluice.frame.errors import condition
from sluice.frame.types import (
    ArrayType,
    AtomicType,
    BinaryType,
    BooleanType,
    ByteType,
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
)
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

__all__ = ["PLAIN", "Inference", "has_null_type", "merge"]

#: What a value's class alone decides. Subclasses are not here: what they add would be lost.
PLAIN: dict[type, DataType] = {
    type(None): NullType(),
    bool: BooleanType(),
    int: LongType(),
    float: DoubleType(),
    str: StringType(),
    bytes: BinaryType(),
    bytearray: BinaryType(),
    # The digits differ from row to row.
    decimal.Decimal: DecimalType(38, 18),
    datetime.date: DateType(),
    datetime.time: TimeType(),
    datetime.timedelta: DayTimeIntervalType(),
    datetime.datetime: TimestampType(),
}

#: Signed types of at least the bits of C's types; one bit more where those are unsigned.
_OF_ARRAY: dict[str, DataType] = {"f": FloatType(), "d": DoubleType(), "u": StringType()}
for _code, _bits in ((code, array(code).itemsize * 8 + code.isupper()) for code in "bhilBHIL"):
    for _limit, _kind in ((8, ByteType()), (16, ShortType()), (32, IntegerType()), (64, LongType())):
        if _bits <= _limit:
            _OF_ARRAY[_code] = _kind
            break


def merge(first: DataType, second: DataType) -> DataType:
    """The one type for values of two types.

    :raises PySparkTypeError: there is none
    """
    if isinstance(first, NullType):
        return second
    if isinstance(second, NullType):
        return first
    kinds = {type(first), type(second)}
    if kinds == {TimestampType, TimestampNTZType}:
        return TimestampType()
    if StringType in kinds and isinstance(first, AtomicType) and isinstance(second, AtomicType):
        return StringType()
    if len(kinds) > 1:
        raise condition(
            PySparkTypeError,
            "CANNOT_MERGE_TYPE",
            "Can not merge type `{data_type1}` and `{data_type2}`",
            data_type1=type(first).__name__,
            data_type2=type(second).__name__,
        )
    if isinstance(first, ArrayType) and isinstance(second, ArrayType):
        return ArrayType(merge(first.elementType, second.elementType), True)
    if isinstance(first, MapType) and isinstance(second, MapType):
        return MapType(merge(first.keyType, second.keyType), merge(first.valueType, second.valueType), True)
    if isinstance(first, StructType) and isinstance(second, StructType):
        return _merge_structs(first, second)
    return first


def _merge_structs(first: StructType, second: StructType) -> StructType:
    others = {field.name: field.dataType for field in second}
    fields = [
        StructField(field.name, merge(field.dataType, others.get(field.name, NullType()))) for field in first
    ]
    names = {field.name for field in first}
    return StructType(
        fields + [StructField(name, kind) for name, kind in others.items() if name not in names]
    )


def has_null_type(kind: DataType) -> bool:
    """Whether something in a type is known only from None."""
    if isinstance(kind, StructType):
        return any(has_null_type(field.dataType) for field in kind)
    if isinstance(kind, ArrayType):
        return has_null_type(kind.elementType)
    if isinstance(kind, MapType):
        return has_null_type(kind.keyType) or has_null_type(kind.valueType)
    return isinstance(kind, NullType)


class Inference(NamedTuple):
    """How types are found: PySpark has settings for these choices."""

    #: A datetime without a zone is a wall clock time, no moment.
    ntz: bool = False
    #: A dict inside a row is a struct, no map.
    dict_as_struct: bool = False
    #: The first element decides for an array.
    first_element: bool = False
    #: The first pair decides for a map.
    first_pair: bool = False

    def of(self, value: Any) -> DataType:
        """The type of a value.

        :raises PySparkTypeError: there is none for it
        """
        plain = PLAIN.get(type(value))
        if plain is not None:
            if self.ntz and type(value) is datetime.datetime and value.tzinfo is None:
                return TimestampNTZType()
            return plain
        if hasattr(value, "__UDT__"):
            found: DataType = value.__UDT__
            return found
        if isinstance(value, dict):
            return self._of_dict(value)
        if isinstance(value, list):
            return ArrayType(self._of_all(value[:1] if self.first_element else value), True)
        if isinstance(value, array) and value.typecode in _OF_ARRAY:
            return ArrayType(_OF_ARRAY[value.typecode], False)
        name = f"array({value.typecode})" if isinstance(value, array) else type(value).__name__
        try:
            if not isinstance(value, array):
                return self.of_row(value)
        except TypeError:
            pass
        raise condition(
            PySparkTypeError, "UNSUPPORTED_DATA_TYPE", "Unsupported DataType `{data_type}`", data_type=name
        )

    def _of_all(self, values: Iterable[Any]) -> DataType:
        unknown: DataType = NullType()
        return functools.reduce(merge, map(self.of, values), unknown)

    def _of_dict(self, value: dict[Any, Any]) -> DataType:
        if self.dict_as_struct:
            return StructType(
                [
                    StructField(name, self.of(item))
                    for name, item in value.items()
                    if name is not None and item is not None
                ]
            )
        keys: Iterable[Any] = (key for key in value if key is not None)
        values: Iterable[Any] = (item for item in value.values() if item is not None)
        if self.first_pair:
            pairs = ((key, item) for key, item in value.items() if key is not None and item is not None)
            first = next(pairs, None)
            keys, values = ([], []) if first is None else ([first[0]], [first[1]])
        return MapType(self._of_all(keys), self._of_all(values), True)

    def of_row(self, row: Any, names: list[str] | None = None) -> StructType:
        """The columns of one row: a tuple, list, dict, `Row`, named tuple or object with fields.

        :raises PySparkTypeError: it is none of these, or a field, which it names, has no type
        """
        fields = []
        for name, value in self._items(row, names):
            try:
                fields.append(StructField(name, self.of(value)))
            except TypeError as error:
                raise condition(
                    PySparkTypeError,
                    "CANNOT_INFER_TYPE_FOR_FIELD",
                    "Unable to infer the type of the field `{field_name}`: {why}",
                    field_name=name,
                    why=error,
                ) from error
        return StructType(fields)

    def _items(self, row: Any, names: list[str] | None) -> Iterator[tuple[str, Any]]:
        if isinstance(row, dict):
            return iter(sorted(row.items()))
        if isinstance(row, (tuple, list)):
            return zip(field_names(row, names), row, strict=False)
        if hasattr(row, "__dict__"):
            return iter(sorted(row.__dict__.items()))
        text = "Can not infer schema for type: `{data_type}`; a row is a tuple, list, dict, Row or object with fields"
        raise condition(PySparkTypeError, "CANNOT_INFER_SCHEMA_FOR_TYPE", text, data_type=type(row).__name__)

    def of_rows(self, rows: Iterable[Any], names: list[str] | None = None) -> StructType:
        """The columns of all rows together, row by row.

        :raises PySparkTypeError: they have no type
        """
        kinds: Iterator[DataType] = (self.of_row(row, names) for row in rows)
        found = functools.reduce(merge, kinds)
        assert isinstance(found, StructType)
        return found


def field_names(row: tuple[Any, ...] | list[Any], names: list[str] | None) -> list[str]:
    """The names of a tuple's values: its own, or the given ones, and `_1`, `_2` and so on for those without."""
    own = getattr(row, "__fields__", None) or getattr(row, "_fields", None)
    if own is not None:
        return list(own)
    given = list(names or [])
    return given + [f"_{at}" for at in range(len(given) + 1, len(row) + 1)]


def refuse_unknown(schema: StructType) -> None:
    """Refuse columns in which only None was found.

    :raises PySparkValueError: names them
    """
    unknown = [field.name for field in schema if has_null_type(field.dataType)]
    if unknown:
        raise condition(
            PySparkValueError,
            "CANNOT_DETERMINE_TYPE",
            "Some of types cannot be determined after inferring: columns={columns}; give a schema",
            columns=", ".join(unknown),
        )
