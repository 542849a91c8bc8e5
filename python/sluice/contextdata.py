# SPDX-License-Identifier: Apache-2.0
"""The part of the context that makes RDDs of data: collections, ranges, files, unions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sluice import parallel
from sluice.files import inputs
from sluice.plan import Node

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.rdd import RDD
    from sluice.shared import SharedFiles

T = TypeVar("T")


class ContextData:
    """Mixed into ``Context``."""

    _batchSize: int
    _files: SharedFiles

    def parallelize(self, c: Iterable[T], numSlices: int | None = None) -> RDD[T]:
        """Return an RDD of the items of a collection, which are pickled now."""
        slices = self._own.defaultParallelism if numSlices is None else int(numSlices)
        self._own._engine()
        from sluice.rdd import RDD, PipelinedRDD

        files = self._files if self._own._shares_files else None
        node = parallel.node_of(c, slices, self._batchSize, files)
        # PySpark makes ranges in the workers, and programs see it by the name of the class.
        made = PipelinedRDD if isinstance(c, range) and len(c) else RDD
        return made(self._own, node)

    def range(
        self, start: int, end: int | None = None, step: int = 1, numSlices: int | None = None
    ) -> RDD[int]:
        """Return an RDD of whole numbers, from ``start`` (0 if it is the only argument) up to ``end``."""
        if end is None:
            start, end = 0, start
        return self.parallelize(range(start, end, step), numSlices)

    def emptyRDD(self) -> RDD[Any]:
        """Return an RDD without partitions."""
        return self._rdd(parallel.source([]))

    def textFile(self, name: str, minPartitions: int | None = None, use_unicode: bool = True) -> RDD[str]:
        """Return an RDD of the lines of files.

        Args:
            name: a file, a directory, a pattern, or several of them separated by commas.
            minPartitions: the least number of partitions to aim at; large files are cut.
            use_unicode: whether lines are ``str``; else they are UTF-8 bytes.
        """
        least = minPartitions or self._own.defaultMinPartitions
        where = inputs.absolute(name)
        rdd = self._rdd(lambda: inputs.text_node(where, least, use_unicode, self._input_options()))
        return cast("RDD[str]", rdd.setName(name))

    def wholeTextFiles(
        self, path: str, minPartitions: int | None = None, use_unicode: bool = True
    ) -> RDD[tuple[str, str]]:
        """Return an RDD of (path, whole contents) of files; arguments are those of ``textFile``."""
        least = minPartitions or self._own.defaultMinPartitions
        where = inputs.absolute(path)
        rdd = self._rdd(lambda: inputs.whole_node(where, least, use_unicode, self._input_options()))
        return cast("RDD[tuple[str, str]]", rdd.setName(path))

    def binaryFiles(self, path: str, minPartitions: int | None = None) -> RDD[tuple[str, bytes]]:
        """Return an RDD of (path, whole contents as bytes) of files; arguments are those of ``textFile``."""
        least = max(self._own.defaultParallelism, minPartitions or self._own.defaultMinPartitions)
        where = inputs.absolute(path)
        rdd = self._rdd(lambda: inputs.binary_node(where, least, self._input_options()))
        return cast("RDD[tuple[str, bytes]]", rdd.setName(path))

    def binaryRecords(self, path: str, recordLength: int) -> RDD[bytes]:
        """Return an RDD of the records of files.

        Args:
            path: what ``textFile`` takes.
            recordLength: how many bytes a record has; a file must be a whole number of records.

        Raises:
            ValueError: the length is not above 0.
        """
        if recordLength < 1:
            raise ValueError(f"the length of a record must be above 0: recordLength={recordLength}")
        where = inputs.absolute(path)
        return self._rdd(lambda: inputs.records_node(where, recordLength, self._input_options()))

    def pickleFile(self, name: str, minPartitions: int | None = None) -> RDD[Any]:
        """Return an RDD of what ``RDD.saveAsPickleFile`` wrote, here or by PySpark.

        Unpickling runs code that the file names: read only what you trust.
        """
        least = minPartitions or self._own.defaultMinPartitions
        where = inputs.absolute(name)
        return self._rdd(lambda: inputs.sequence_node("pickles", where, least, self._input_options()))

    def sequenceFile(
        self,
        path: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        minSplits: int | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """Return an RDD of the pairs of Hadoop SequenceFiles of simple Writables, uncompressed.

        Args:
            path: what ``textFile`` takes.
            keyClass: not needed: the file says it.
            valueClass: not needed either.
            keyConverter: refused; it is a Java class.
            valueConverter: refused as well.
            minSplits: the least number of partitions to aim at.
            batchSize: taken for PySpark's sake.

        Raises:
            UnsupportedError: a converter is given, or a class that is not a simple Writable.
        """
        from sluice.files import writables

        writables.check_known(keyClass, valueClass)
        writables.refuse_converters(keyConverter, valueConverter)
        least = minSplits or self._own.defaultMinPartitions
        where = inputs.absolute(path)
        # Looked at now, since PySpark does.
        return self._rdd(inputs.sequence_node("pairs", where, least, self._input_options()))

    def union(self, rdds: Sequence[RDD[Any]]) -> RDD[Any]:
        """Return an RDD of the partitions of several, or of theirs side by side if they are partitioned alike.

        Raises:
            IndexError: there are none.
        """
        return rdds[0]._union(rdds[1:])

    def _input_options(self) -> inputs.Options:
        hadoop = self._own._hadoop
        return inputs.Options(hadoop.recursive, hadoop.least_split, hadoop.delimiter)

    @property
    def _own(self) -> Context:
        return cast("Context", self)

    def _rdd(self, source: Node | Callable[[], Node]) -> RDD[Any]:
        from sluice.rdd import RDD

        return RDD(self._own, source)
