# SPDX-License-Identifier: Apache-2.0
"""An RDD as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sluice.rdd.base import RDDBase

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["Framed"]

T_co = TypeVar("T_co", covariant=True)


class Framed(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def toDF(self, schema: Any = None, sampleRatio: float | None = None) -> DataFrame:
        """The records as rows of a frame: tuples, rows, dicts, or values of one type.

        Args:
            schema: a schema, its text, or names of columns whose types are inferred.
            sampleRatio: how much of the records types are inferred from; by default the first rows.
        """
        from sluice.pyspark.session import session_of

        return session_of(self.ctx).createDataFrame(self, schema, sampleRatio)
