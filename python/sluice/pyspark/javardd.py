# SPDX-License-Identifier: Apache-2.0
"""`rdd._jrdd`: what programs ask Spark's Java RDD for, answered in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.errors import UnsupportedError
from sluice.pyspark.javacontext import JavaContext, _Partial

if TYPE_CHECKING:
    from sluice.rdd import RDD
    from sluice.storagelevel import StorageLevel

__all__ = ["JavaRDD"]


class Partitions(_Partial):
    """The list of partitions, which programs count."""

    _java_class = "java.util.List"

    def __init__(self, number: int) -> None:
        self._number = number

    def size(self) -> int:
        """How many there are."""
        return self._number

    length = __len__ = size


class JavaRDD(_Partial):
    """Spark's RDD as Java and as Scala see it; both are this one object. Its items are pickled, as Spark's are."""

    _java_class = "org.apache.spark.api.java.JavaRDD"

    def __init__(self, rdd: RDD[Any]) -> None:
        self._rdd = rdd

    def rdd(self) -> JavaRDD:
        """The Scala RDD."""
        return self

    def context(self) -> JavaContext:
        """The context that it was made on."""
        return JavaContext(self._rdd.ctx)

    def id(self) -> int:
        """The number that names it in its context."""
        return self._rdd.id()

    def name(self) -> str | None:
        """The name that it was given."""
        return self._rdd.name()

    def setName(self, name: str) -> JavaRDD:
        """Name it; returns this object."""
        self._rdd.setName(name)
        return self

    def getNumPartitions(self) -> int:
        """How many partitions it has."""
        return self._rdd.getNumPartitions()

    def partitions(self) -> Partitions:
        """The list of its partitions."""
        return Partitions(self._rdd.getNumPartitions())

    def count(self) -> int:
        """How many batches there are: items come in batches of the size that the context was made with.

        Raises:
            UnsupportedError: the context chooses the size.
        """
        size = self._rdd.ctx._batchSize
        if size < 1:
            raise UnsupportedError(
                "Java's count of an RDD is that of its batches, and their size is open",
                advice="use rdd.count()",
            )
        return sum(-(-length // size) for length in self._rdd.glom().map(len).collect())

    def first(self) -> bytes:
        """The first item, pickled.

        Raises:
            ValueError: there is none.
        """
        from sluice.serializers import CPickleSerializer

        return bytes(CPickleSerializer().dumps(self._rdd.first()))

    def isEmpty(self) -> bool:
        """Whether there is no item."""
        return self._rdd.isEmpty()

    def getStorageLevel(self) -> StorageLevel:
        """How partitions are kept."""
        return self._rdd.getStorageLevel()

    def persist(self, level: StorageLevel) -> JavaRDD:
        """Keep the partitions once they are computed; returns this object."""
        self._rdd.persist(level)
        return self

    def cache(self) -> JavaRDD:
        """Keep the partitions once they are computed; returns this object."""
        self._rdd.cache()
        return self

    def unpersist(self, blocking: bool = False) -> JavaRDD:
        """Free what is kept; returns this object."""
        self._rdd.unpersist(blocking)
        return self

    def __repr__(self) -> str:
        return repr(self._rdd)

    toString = __repr__
