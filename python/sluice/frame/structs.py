# SPDX-License-Identifier: Apache-2.0
"""The types of structs and of a frame's columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

from sluice.frame.atoms import DataType
from sluice.frame.errors import condition
from sluice.frame.nested import is_type, of_json_value
from sluice.frame.trees import tree
from sluice.pyspark.aliases import name_as_theirs
from sluice.pyspark.exceptions import (
    PySparkIndexError,
    PySparkKeyError,
    PySparkTypeError,
    PySparkValueError,
)
from sluice.pyspark.row import Row

__all__ = ["StructField", "StructType", "values_of"]


class StructField(DataType):
    """A column, or a field of a struct: its name, its type, whether None may be in it, and notes about it."""

    def __init__(
        self, name: str, dataType: DataType, nullable: bool = True, metadata: dict[str, Any] | None = None
    ) -> None:
        is_type(dataType, "dataType")
        assert isinstance(name, str), f"field name {name} should be a string"
        self.name = name
        self.dataType = dataType
        self.nullable = nullable
        self.metadata: dict[str, Any] = metadata or {}

    def simpleString(self) -> str:
        return f"{self.name}:{self.dataType.simpleString()}"

    def __repr__(self) -> str:
        return f"StructField('{self.name}', {self.dataType}, {self.nullable})"

    def jsonValue(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "type": self.dataType.jsonValue(),
            "nullable": self.nullable,
            "metadata": self.metadata,
        }

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructField:
        """Make it of what `jsonValue` gives."""
        metadata = dict(json.get("metadata") or {})
        collations = metadata.pop("__COLLATIONS", None)
        return StructField(
            json["name"],
            of_json_value(json["type"], json["name"], collations),
            json.get("nullable", True),
            metadata,
        )

    def needConversion(self) -> bool:
        return self.dataType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return self.dataType.toInternal(obj)

    def fromInternal(self, obj: Any) -> Any:
        return self.dataType.fromInternal(obj)

    def typeName(self) -> str:  # type: ignore[override]
        """Refused: ask its `dataType`.

        Raises:
            PySparkTypeError: always: a field has none.
        """
        raise condition(
            PySparkTypeError,
            "INVALID_TYPENAME_CALL",
            "StructField does not have typeName: ask its type, field.dataType.typeName()",
        )


class StructType(DataType):
    """The columns of a frame, or the fields of a struct: a list of `StructField`, also by name."""

    def __init__(self, fields: list[StructField] | None = None) -> None:
        self.fields: list[StructField] = fields or []
        assert all(isinstance(field, StructField) for field in self.fields), (
            "fields should be a list of StructField"
        )
        self.names = [field.name for field in self.fields]
        self._note()

    def _note(self) -> None:
        self._needConversion = [field.needConversion() for field in self.fields]
        self._needSerializeAnyField = any(self._needConversion)

    def add(
        self,
        field: str | StructField,
        data_type: str | DataType | None = None,
        nullable: bool = True,
        metadata: dict[str, Any] | None = None,
    ) -> StructType:
        """Add a field, or one of this name and type, at the end; return the struct itself.

        Raises:
            PySparkValueError: a name comes without a type.
        """
        if not isinstance(field, StructField):
            if data_type is None:
                raise condition(
                    PySparkValueError,
                    "ARGUMENT_REQUIRED",
                    "Argument `{arg_name}` is required when {condition}: field={field}",
                    arg_name="data_type",
                    condition="passing name of struct_field to create",
                    field=field,
                )
            kind = of_json_value(data_type) if isinstance(data_type, str) else data_type
            field = StructField(field, kind, nullable, metadata)
        self.fields.append(field)
        self.names.append(field.name)
        self._note()
        return self

    def __iter__(self) -> Iterator[StructField]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    @overload
    def __getitem__(self, key: str | int) -> StructField: ...

    @overload
    def __getitem__(self, key: slice) -> StructType: ...

    def __getitem__(self, key: str | int | slice) -> StructField | StructType:
        if isinstance(key, str):
            found = next((field for field in self.fields if field.name == key), None)
            if found is None:
                names = ", ".join(self.names)
                text = "Key `{key}` does not exist: names={names}"
                raise condition(PySparkKeyError, "KEY_NOT_EXISTS", text, key=key, names=names)
            return found
        if isinstance(key, slice):
            return StructType(self.fields[key])
        if not isinstance(key, int):
            raise condition(
                PySparkTypeError,
                "NOT_EXPECTED_TYPE",
                "Argument `{arg_name}` should be {expected_type}, got {arg_type}",
                expected_type="int, slice or str",
                arg_name="key",
                arg_type=type(key).__name__,
            )
        try:
            return self.fields[key]
        except IndexError:
            text = "{arg_name} index out of range, got '{index}': fields={fields}"
            raise condition(
                PySparkIndexError,
                "INDEX_OUT_OF_RANGE",
                text,
                arg_name="StructType",
                index=key,
                fields=len(self),
            ) from None

    def simpleString(self) -> str:
        return f"struct<{','.join(field.simpleString() for field in self.fields)}>"

    def toNullable(self) -> StructType:
        """The same struct with None allowed at every depth."""
        return StructType(
            [StructField(field.name, field.dataType._as_nullable(), True, field.metadata) for field in self]
        )

    def _as_nullable(self) -> StructType:
        return self.toNullable()

    def __repr__(self) -> str:
        return f"StructType([{', '.join(map(str, self.fields))}])"

    def jsonValue(self) -> dict[str, Any]:
        return {"type": self.typeName(), "fields": [field.jsonValue() for field in self.fields]}

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructType:
        """Make it of what `jsonValue` gives."""
        return StructType([StructField.fromJson(field) for field in json["fields"]])

    def fieldNames(self) -> list[str]:
        """The names, in order."""
        return list(self.names)

    def treeString(self, maxDepth: int = 2**31 - 1) -> str:
        """The text that `printSchema` prints, down to `maxDepth` levels."""
        return tree(self, maxDepth)

    def toDDL(self) -> str:
        """The columns as SQL text, such as `fromDDL` reads."""
        from sluice.frame.ddltext import columns_text

        return columns_text(self)

    def needConversion(self) -> bool:
        # Rows, dicts and objects become tuples.
        return True

    def toInternal(self, obj: Any) -> tuple[Any, ...] | None:
        if obj is None:
            return None
        values = values_of(obj, self.names)
        if not self._needSerializeAnyField:
            return tuple(values)
        return tuple(field.toInternal(value) for field, value in zip(self.fields, values, strict=False))

    def fromInternal(self, obj: Any) -> Row | None:
        if obj is None or isinstance(obj, Row):
            return obj
        if self._needSerializeAnyField:
            obj = [field.fromInternal(value) for field, value in zip(self.fields, obj, strict=False)]
        row = Row(*obj)
        row.__fields__ = self.names
        return row


def values_of(record: Any, names: list[str]) -> Any:
    """The values of a tuple or list as they are, those of a dict or object by name, None for what it lacks.

    :raises PySparkValueError: for anything else
    """
    if isinstance(record, (tuple, list)):
        return record
    if not isinstance(record, dict):
        if not hasattr(record, "__dict__"):
            raise condition(
                PySparkValueError,
                "UNEXPECTED_TUPLE_WITH_STRUCT",
                "Unexpected tuple {tuple} with StructType: a tuple, list, dict or object with fields is needed",
                tuple=record,
            )
        record = record.__dict__
    return [record.get(name) for name in names]


name_as_theirs(globals(), "pyspark.sql.types")
