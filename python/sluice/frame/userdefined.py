# SPDX-License-Identifier: Apache-2.0
"""Types that a user defines over another type, and types of PySpark that are refused."""

from __future__ import annotations

import base64
import importlib
from typing import Any, ClassVar

from sluice.frame.atoms import AtomicType, DataType
from sluice.frame.errors import condition
from sluice.pyspark.aliases import name_as_theirs
from sluice.pyspark.exceptions import PySparkNotImplementedError, PySparkTypeError, PySparkValueError

__all__ = [
    "Geography",
    "GeographyType",
    "Geometry",
    "GeometryType",
    "UserDefinedType",
    "VariantType",
    "VariantVal",
]


class UserDefinedType(DataType):
    """Objects of a class of the user's, stored as another type.

    A subclass says with `sqlType()` how they are stored, with `module()` where it is, and converts with `serialize`
    and `deserialize`; the class of the objects names it in `__UDT__`.
    """

    @classmethod
    def typeName(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def sqlType(cls) -> DataType:
        """How the objects are stored.

        Raises:
            PySparkNotImplementedError: a subclass has none.
        """
        raise _unwritten("sqlType()")

    @classmethod
    def module(cls) -> str:
        """The name of the Python module that has this class.

        Raises:
            PySparkNotImplementedError: a subclass has none.
        """
        raise _unwritten("module()")

    @classmethod
    def scalaUDT(cls) -> str:
        """The class of the same type in Java, if there is one."""
        return ""

    def needConversion(self) -> bool:
        return True

    def serialize(self, obj: Any) -> Any:
        """Turn an object into a value of `sqlType()`.

        Raises:
            PySparkNotImplementedError: a subclass has none.
        """
        raise _unwritten("toInternal()")

    def deserialize(self, datum: Any) -> Any:
        """Turn a value of `sqlType()` into an object.

        Raises:
            PySparkNotImplementedError: a subclass has none.
        """
        raise _unwritten("fromInternal()")

    def toInternal(self, obj: Any) -> Any:
        return None if obj is None else self.sqlType().toInternal(self.serialize(obj))

    def fromInternal(self, obj: Any) -> Any:
        value = self.sqlType().fromInternal(obj)
        return None if value is None else self.deserialize(value)

    def simpleString(self) -> str:
        return "udt"

    def jsonValue(self) -> dict[str, Any]:
        value = {
            "type": "udt",
            "pyClass": f"{self.module()}.{type(self).__name__}",
            "sqlType": self.sqlType().jsonValue(),
        }
        if self.scalaUDT():
            assert self.module() != "__main__", "UDT in __main__ cannot work with ScalaUDT"
            value["class"] = self.scalaUDT()
        else:
            import cloudpickle

            value["serializedClass"] = base64.b64encode(cloudpickle.dumps(type(self))).decode()
        return value

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> UserDefinedType:
        """Make it of what `jsonValue` gives: the class is imported, never unpickled.

        Raises:
            PySparkValueError: it is of a language that is not here.
        """
        module, _, name = str(json["pyClass"]).rpartition(".")
        found = getattr(importlib.import_module(module), name, None)
        if found is None:
            raise condition(
                PySparkValueError,
                "UNSUPPORTED_OPERATION",
                "{operation} is not supported: module {module} has no class {name}",
                operation="unpickling user defined types",
                module=module,
                name=name,
            )
        if not (isinstance(found, type) and issubclass(found, UserDefinedType)):
            text = "{obj} is not an instance of type {data_type}"
            raise condition(
                PySparkTypeError, "FIELD_TYPE_MISMATCH", text, obj=found, data_type="UserDefinedType"
            )
        return found()


def _unwritten(feature: str) -> PySparkNotImplementedError:
    text = "{feature} is not implemented: a user-defined type has to"
    return condition(PySparkNotImplementedError, "NOT_IMPLEMENTED", text, feature=feature)


class _Refused:
    """A name that programs import, without a value behind it."""

    refused: ClassVar[str] = "frames have no such values; they need Apache Spark"

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        raise _refused(cls)


def _refused(cls: type) -> PySparkNotImplementedError:
    return condition(
        PySparkNotImplementedError,
        "NOT_IMPLEMENTED",
        "{feature} is not implemented: frames have no {kind} values; they need Apache Spark",
        feature=cls.__name__,
        kind=cls.__name__.removesuffix("Type").removesuffix("Val").lower(),
    )


class VariantType(_Refused, AtomicType):
    """Refused: values of any shape."""


class VariantVal(_Refused):
    """Refused: a value of `VariantType`."""

    @classmethod
    def parseJson(cls, json_str: str) -> VariantVal:
        """Refused.

        Raises:
            PySparkNotImplementedError: always: there are no variants.
        """
        raise _refused(cls)


class GeographyType(_Refused, AtomicType):
    """Refused: places on the globe."""


class GeometryType(_Refused, AtomicType):
    """Refused: places on a plane."""


class Geography(_Refused):
    """Refused: a value of `GeographyType`."""

    @classmethod
    def fromWKB(cls, wkb: bytes, srid: int) -> Geography:
        """Refused.

        Raises:
            PySparkNotImplementedError: always: there are no such values.
        """
        raise _refused(cls)


class Geometry(_Refused):
    """Refused: a value of `GeometryType`."""

    @classmethod
    def fromWKB(cls, wkb: bytes, srid: int) -> Geometry:
        """Refused.

        Raises:
            PySparkNotImplementedError: always: there are no such values.
        """
        raise _refused(cls)


name_as_theirs(globals(), "pyspark.sql.types")
