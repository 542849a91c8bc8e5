# SPDX-License-Identifier: Apache-2.0
"""Operations that write files: a directory with one for each partition, which appears whole or not at all."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.errors import InputError, SluiceError, UnsupportedError
from sluice.files.filesystems import local_or_url
from sluice.rdd.base import RDDBase

if TYPE_CHECKING:
    from sluice.files.outputdirectory import OutputDirectory
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)


class Output(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def saveAsTextFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Write the items as lines.

        Args:
            path: the new directory; its parents are made.
            compressionCodecClass: ``org.apache.hadoop.io.compress.GzipCodec``, ``BZip2Codec``, ``DefaultCodec`` or
                ``ZStandardCodec``.

        Raises:
            OutputExistsError: there is something at ``path``.
            UnsupportedError: the codec is not known.
        """
        from sluice.files.text import TextWriter, suffix_of_codec

        suffix = suffix_of_codec(compressionCodecClass or self.ctx._hadoop.output_codec)
        write_directory(
            self._self, path, lambda staging: TextWriter(staging, suffix), self.ctx._hadoop.marks_success
        )

    def saveAsPickleFile(self, path: str, batchSize: int = 10) -> None:
        """Write the items pickled, in PySpark's own format: it can read them with ``pickleFile``, and so can this.

        Args:
            path: the new directory.
            batchSize: how many items are pickled together; 0 lets their size decide, -1 takes all of a partition.

        Raises:
            OutputExistsError: there is something at ``path``.
        """
        from sluice.files.records import PickleWriter

        write_directory(
            self._self, path, lambda staging: PickleWriter(staging, batchSize), self.ctx._hadoop.marks_success
        )

    def saveAsSequenceFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Write pairs of int, float, str, bytes, bool or None as a Hadoop SequenceFile, uncompressed.

        The first pair decides the classes of the keys and of the values.

        Raises:
            OutputExistsError: there is something at ``path``.
            UnsupportedError: a codec is given, or the first pair holds other types.
            InputError: there are no items.
            TypeError: an item is no pair.
        """
        from sluice.files import writables
        from sluice.files.records import PairWriter
        from sluice.pyspark import present

        if compressionCodecClass:
            raise present(
                UnsupportedError(
                    "sequence files are written uncompressed here",
                    codec=compressionCodecClass,
                    advice="leave the codec out, or run this program with PySpark",
                )
            )
        try:
            first = self._self.take(1)
            if not first:
                raise InputError("empty collection", "java.lang.UnsupportedOperationException", path=path)
            if not isinstance(first[0], tuple) or len(first[0]) != 2:
                raise UnsupportedError(
                    f"RDD element of type {type(first[0]).__name__} cannot be used; pairs can"
                )
            classes = [writables.class_of(side) for side in first[0]]
        except (InputError, UnsupportedError) as error:
            raise present(error) from None
        write_directory(
            self._self, path, lambda staging: PairWriter(staging, *classes), self.ctx._hadoop.marks_success
        )


def write_directory(
    rdd: RDD[Any],
    path: str,
    writer: Callable[[str], Callable[[int, Iterator[Any]], list[str]]],
    success: bool,
) -> None:
    """Run a job that writes an RDD's partitions into a new directory.

    Args:
        rdd: what is written.
        path: the directory.
        writer: makes a task's step of the directory to write into; it returns the names of the files it wrote.
        success: whether an empty file ``_SUCCESS`` is to say that all is there.

    Raises:
        OutputExistsError: there is something at ``path``.
        JobError: the job failed, or the directory above cannot be written; nothing is at ``path``.
    """
    output = _begin(path)
    try:
        written = rdd._derive("mapPartitionsWithIndex", writer(output.staging))
        names = set(itertools.chain.from_iterable(rdd.ctx._collect_partitions(written)))
        output.commit(names, success)
    except BaseException:
        output.abort()
        raise


def _begin(path: str) -> OutputDirectory:
    from sluice.files.outputdirectory import OutputDirectory

    target = local_or_url(path)
    try:
        return OutputDirectory(target)
    except SluiceError:
        raise
    except OSError as error:
        from sluice.pyspark import present

        raise present(
            InputError(
                f"Mkdirs failed to create file:{target}",
                "java.io.IOException",
                reason=error.strerror or str(error),
            )
        ) from error
