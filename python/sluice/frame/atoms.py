# SPDX-License-Identifier: Apache-2.0
"""Types, and those of a column that hold no other type and are no time; `types` is where programs find them."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from sluice.frame.errors import condition
from sluice.pyspark.aliases import name_as_theirs
from sluice.pyspark.exceptions import PySparkNotImplementedError

__all__ = [
    "AtomicType",
    "BinaryType",
    "BooleanType",
    "ByteType",
    "CharType",
    "DataType",
    "DataTypeSingleton",
    "DecimalType",
    "DoubleType",
    "FloatType",
    "FractionalType",
    "IntegerType",
    "IntegralType",
    "LongType",
    "NullType",
    "NumericType",
    "ShortType",
    "StringType",
    "VarcharType",
]


class DataType:
    """The type of a column, of an element, of a key or of a value."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self.__class__) and self.__dict__ == other.__dict__

    def __ne__(self, other: object) -> bool:
        return not self.__eq__(other)

    @classmethod
    def typeName(cls) -> str:
        """The name of the kind of type, without its parameters: `decimal`."""
        return cls.__name__.removesuffix("Type").lower()

    def simpleString(self) -> str:
        """The type as SQL names it: `decimal(10,2)`, `array<int>`."""
        return self.typeName()

    def jsonValue(self) -> str | dict[str, Any]:
        """The type as values that JSON has."""
        return self.typeName()

    def json(self) -> str:
        """The type as a text of JSON."""
        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def needConversion(self) -> bool:
        """Whether `toInternal` and `fromInternal` change a value."""
        return False

    def toInternal(self, obj: Any) -> Any:
        """Turn a Python value into what a row of SQL stores."""
        return obj

    def fromInternal(self, obj: Any) -> Any:
        """Turn what a row of SQL stores into a Python value."""
        return obj

    @classmethod
    def fromDDL(cls, ddl: str) -> DataType:
        """Read a type, or the columns of a table, from SQL text: `array<int>`, `a int, b string`.

        :raises ParseException: what is not a type, with the place in the text
        """
        from sluice.frame.ddl import parse_type

        return parse_type(ddl)

    def _as_nullable(self) -> DataType:
        return self


class DataTypeSingleton(type):
    """The class of types without parameters: one object each."""

    _instances: ClassVar[dict[DataTypeSingleton, Any]] = {}

    def __call__(cls) -> Any:
        made = cls._instances.get(cls)
        if made is None:
            made = cls._instances[cls] = super().__call__()
        return made


class NullType(DataType, metaclass=DataTypeSingleton):
    """The type of None, before more is known."""

    @classmethod
    def typeName(cls) -> str:
        return "void"


class AtomicType(DataType):
    """Every type but null, arrays, maps, structs and those that a user defined."""


class NumericType(AtomicType):
    """Numbers."""


class IntegralType(NumericType, metaclass=DataTypeSingleton):
    """Whole numbers of a fixed number of bits."""


class FractionalType(NumericType):
    """Numbers with a fraction."""


class StringType(AtomicType):
    """Text. Only the binary collation is here: any other is refused."""

    def __init__(self, collation: str = "UTF8_BINARY") -> None:
        if collation != "UTF8_BINARY":
            raise condition(
                PySparkNotImplementedError,
                "NOT_IMPLEMENTED",
                "collation {collation} is not implemented: a string is compared by its bytes, as UTF8_BINARY",
                feature=f"collation {collation}",
                collation=collation,
            )
        self.collation = collation

    def isUTF8BinaryCollation(self) -> bool:
        """Whether text is compared by its bytes: always."""
        return True


class _Sized(AtomicType):
    def __init__(self, length: int) -> None:
        self.length = length

    def simpleString(self) -> str:
        return f"{self.typeName()}({self.length})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.length})"


class CharType(_Sized):
    """Text of `length` characters."""


class VarcharType(_Sized):
    """Text of at most `length` characters."""


class BinaryType(AtomicType, metaclass=DataTypeSingleton):
    """Bytes."""


class BooleanType(AtomicType, metaclass=DataTypeSingleton):
    """True or False."""


class DecimalType(FractionalType):
    """Exact numbers of `precision` digits, `scale` of them after the point; at most 38."""

    def __init__(self, precision: int = 10, scale: int = 0) -> None:
        self.precision = precision
        self.scale = scale
        self.hasPrecisionInfo = True

    def simpleString(self) -> str:
        return f"decimal({self.precision},{self.scale})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"DecimalType({self.precision},{self.scale})"


class DoubleType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point numbers of 64 bits."""


class FloatType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point numbers of 32 bits."""


class ByteType(IntegralType):
    """Whole numbers of 8 bits."""

    def simpleString(self) -> str:
        return "tinyint"


class ShortType(IntegralType):
    """Whole numbers of 16 bits."""

    def simpleString(self) -> str:
        return "smallint"


class IntegerType(IntegralType):
    """Whole numbers of 32 bits."""

    def simpleString(self) -> str:
        return "int"


class LongType(IntegralType):
    """Whole numbers of 64 bits; larger ones are a `DecimalType`."""

    def simpleString(self) -> str:
        return "bigint"


name_as_theirs(globals(), "pyspark.sql.types")
