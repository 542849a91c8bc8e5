# SPDX-License-Identifier: Apache-2.0
"""The types of arrays and maps."""

from __future__ import annotations

from typing import Any

from sluice.frame.atoms import DataType
from sluice.pyspark.aliases import name_as_theirs

__all__ = ["ArrayType", "MapType"]


def is_type(value: object, what: str) -> DataType:
    """The value, which has to be a type."""
    assert isinstance(value, DataType), f"{what} {value} should be an instance of {DataType}"
    return value


class ArrayType(DataType):
    """Lists of values of one type; `containsNull` says whether None may be among them."""

    def __init__(self, elementType: DataType, containsNull: bool = True) -> None:
        self.elementType = is_type(elementType, "elementType")
        self.containsNull = containsNull

    def simpleString(self) -> str:
        return f"array<{self.elementType.simpleString()}>"

    def toNullable(self) -> ArrayType:
        """The same type with None allowed at every depth."""
        return ArrayType(self.elementType._as_nullable(), True)

    def _as_nullable(self) -> ArrayType:
        return self.toNullable()

    def __repr__(self) -> str:
        return f"ArrayType({self.elementType}, {self.containsNull})"

    def jsonValue(self) -> dict[str, Any]:
        return {
            "type": self.typeName(),
            "elementType": self.elementType.jsonValue(),
            "containsNull": self.containsNull,
        }

    @classmethod
    def fromJson(
        cls, json: dict[str, Any], fieldPath: str = "", collationsMap: dict[str, str] | None = None
    ) -> ArrayType:
        """Make it of what `jsonValue` gives."""
        return ArrayType(of_json_value(json["elementType"], fieldPath, collationsMap), json["containsNull"])

    def needConversion(self) -> bool:
        return self.elementType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return [self.elementType.toInternal(item) for item in obj] if obj and self.needConversion() else obj

    def fromInternal(self, obj: Any) -> Any:
        return [self.elementType.fromInternal(item) for item in obj] if obj and self.needConversion() else obj


class MapType(DataType):
    """Dicts from keys of one type, none of them None, to values of another."""

    def __init__(self, keyType: DataType, valueType: DataType, valueContainsNull: bool = True) -> None:
        self.keyType = is_type(keyType, "keyType")
        self.valueType = is_type(valueType, "valueType")
        self.valueContainsNull = valueContainsNull

    def simpleString(self) -> str:
        return f"map<{self.keyType.simpleString()},{self.valueType.simpleString()}>"

    def toNullable(self) -> MapType:
        """The same type with None allowed at every depth but as a key."""
        return MapType(self.keyType._as_nullable(), self.valueType._as_nullable(), True)

    def _as_nullable(self) -> MapType:
        return self.toNullable()

    def __repr__(self) -> str:
        return f"MapType({self.keyType}, {self.valueType}, {self.valueContainsNull})"

    def jsonValue(self) -> dict[str, Any]:
        return {
            "type": self.typeName(),
            "keyType": self.keyType.jsonValue(),
            "valueType": self.valueType.jsonValue(),
            "valueContainsNull": self.valueContainsNull,
        }

    @classmethod
    def fromJson(
        cls, json: dict[str, Any], fieldPath: str = "", collationsMap: dict[str, str] | None = None
    ) -> MapType:
        """Make it of what `jsonValue` gives."""
        key = of_json_value(json["keyType"], fieldPath, collationsMap)
        return MapType(
            key, of_json_value(json["valueType"], fieldPath, collationsMap), json["valueContainsNull"]
        )

    def needConversion(self) -> bool:
        return self.keyType.needConversion() or self.valueType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return {self.keyType.toInternal(key): self.valueType.toInternal(value) for key, value in obj.items()}

    def fromInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return {
            self.keyType.fromInternal(key): self.valueType.fromInternal(value) for key, value in obj.items()
        }


def of_json_value(value: Any, path: str = "", collations: dict[str, str] | None = None) -> DataType:
    """Make a type of what `jsonValue` gives."""
    from sluice.frame.typenames import of_json

    return of_json(value, path, collations)


name_as_theirs(globals(), "pyspark.sql.types")
