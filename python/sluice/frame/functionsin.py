# SPDX-License-Identifier: Apache-2.0
"""Functions of the program over whole batches: `mapInPandas`, `mapInArrow`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.frame.base import FrameBase
from sluice.frame.expr import Attribute
from sluice.frame.nodes import Mapped
from sluice.frame.types import DataType, StructType
from sluice.pyspark.exceptions import PySparkTypeError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["FunctionsIn", "output_of"]


def output_of(schema: DataType | str) -> tuple[Attribute, ...]:
    """The columns of a schema, which may be DDL text.

    Raises:
        PySparkTypeError: the schema is no struct.
    """
    from sluice.frame.ddl import parse_type

    type_ = parse_type(schema) if isinstance(schema, str) else schema
    if not isinstance(type_, StructType):
        raise PySparkTypeError(
            f"schema should be a struct of the columns, got {type_.simpleString()}",
            "INVALID_RETURN_TYPE_FOR_PANDAS_UDF",
            {"eval_type": "", "return_type": str(type_)},
        )
    return tuple(Attribute(field.name, field.dataType, field.nullable) for field in type_.fields)


class FunctionsIn(FrameBase):
    """Mixed into ``DataFrame``."""

    def mapInPandas(
        self, func: Any, schema: StructType | str, barrier: bool = False, profile: Any = None
    ) -> DataFrame:
        """What a function makes of the frame: an iterator of frames of pandas in, one out."""
        return self._of(Mapped(output_of(schema), self._node, func, "pandas"))

    def mapInArrow(
        self, func: Any, schema: StructType | str, barrier: bool = False, profile: Any = None
    ) -> DataFrame:
        """What a function makes of the frame: an iterator of Arrow batches in, one out."""
        return self._of(Mapped(output_of(schema), self._node, func, "arrow"))
