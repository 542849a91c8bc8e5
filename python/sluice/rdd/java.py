# SPDX-License-Identifier: Apache-2.0
"""The part of the RDD that suites for PySpark reach its serializers and Java by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sluice.rdd import tasks
from sluice.rdd.base import RDDBase

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)


class Java(RDDBase[T_co]):
    """Mixed into ``RDD``. Data between tasks is written as Sluice does, whatever these serializers are."""

    _serializer: Any = None

    @property
    def _jrdd_deserializer(self) -> Any:
        return self.ctx.serializer if self._serializer is None else self._serializer

    @_jrdd_deserializer.setter
    def _jrdd_deserializer(self, serializer: Any) -> None:
        self._serializer = serializer

    def _reserialize(self, serializer: Any = None) -> RDD[T_co]:
        wanted = serializer or self.ctx.serializer
        if self._jrdd_deserializer == wanted:
            return self._self
        again = self._derive("mapPartitions", tasks.same, True)
        again._jrdd_deserializer = wanted
        return again

    def _pickled(self) -> RDD[T_co]:
        from sluice.serializers import AutoBatchedSerializer, CPickleSerializer

        return self._reserialize(AutoBatchedSerializer(CPickleSerializer()))

    @property
    def _jrdd(self) -> Any:
        from sluice.pyspark.javardd import JavaRDD

        return JavaRDD(self._self)
