# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: the data of an RDD takes the place of how it is computed, once a job has computed it.

After a job, whatever it read from that was marked is written by a job of its own, as PySpark does it. Then the node in
the plan becomes a source that reads the files, for RDDs that were derived before as well, and all above it is free.
A local checkpoint is kept as cached partitions are, in memory and on disk, and nothing is written elsewhere.
"""

from __future__ import annotations

import os
import pickle
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from sluice import parallel
from sluice.errors import InputError, JobError
from sluice.files.filesystems import display, filesystem, is_url, local_or_url
from sluice.plan import Node, Source
from sluice.serializers.data import PROTOCOL
from sluice.storagelevel import StorageLevel

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.rdd import RDD

__all__ = ["Checkpoint", "Checkpoints"]

_LOCAL_LEVEL = StorageLevel(True, True, False, True)


class Checkpoint:
    """What was asked for, and whether it is done."""

    def __init__(self, rdd_id: int, local: bool) -> None:
        self.rdd_id = rdd_id
        self.local = local
        self.done = False
        #: The directory, once it is there.
        self.file: str | None = None


class Checkpoints:
    """Those of a context."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._waiting: WeakSet[Source] = WeakSet()
        #: Has `making` while this thread's jobs are those of a checkpoint itself.
        self._own = threading.local()
        self.directory: str | None = None

    def use(self, directory: str) -> None:
        """Make a directory of this context's own below ``directory``.

        Raises:
            InputError: it cannot be made.
        """
        import uuid

        made = f"{local_or_url(directory).rstrip('/')}/{uuid.uuid4()}"
        try:
            if is_url(made):
                fs, inside = filesystem(made)
                fs.makedirs(inside)
            else:
                os.makedirs(made)
        except OSError as error:
            raise _present(
                InputError(
                    f"cannot make the checkpoint directory {display(made)}",
                    "java.io.IOException",
                    reason=error.strerror or str(error),
                )
            ) from error
        self.directory = made

    def ask(self, source: Source, rdd_id: int, local: bool) -> None:
        """Mark what starts at a source; a local one takes the place of another that is not done.

        Raises:
            JobError: there is no directory for one that is not local.
        """
        if self.directory is None and not local:
            raise _present(
                JobError(
                    "Checkpoint directory has not been set in the SparkContext",
                    advice="call setCheckpointDir first",
                )
            )
        with self._lock:
            if source.checkpoint is None or (local and not source.checkpoint.done):
                source.checkpoint = Checkpoint(rdd_id, local)
                self._waiting.add(source)
        if source.checkpoint.local and not source.checkpoint.done:
            level = source.level
            source.level = (
                _LOCAL_LEVEL
                if level is None
                else StorageLevel(
                    True, level.useMemory, level.useOffHeap, level.deserialized, level.replication
                )
            )

    def after_job(self, target: Node) -> None:
        """Make the checkpoints of what a job read from; of several above each other only the lowest."""
        if not self._waiting or getattr(self._own, "making", False):
            return
        with self._lock:
            by_node = {node: source for source in self._waiting for node in source.made()}
        seen: set[Node] = set()
        stack = [target]
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            source = by_node.get(node)
            if source is not None:
                self._make(source)
            else:
                stack.extend(node.inputs)

    def _make(self, source: Source) -> None:
        with self._lock:
            if source not in self._waiting:
                return
            self._waiting.discard(source)
        checkpoint = source.checkpoint
        assert checkpoint is not None
        self._own.making = True
        try:
            node = self._keep(source, checkpoint) if checkpoint.local else self._write(source, checkpoint)
        except BaseException:
            with self._lock:
                self._waiting.add(source)
            raise
        finally:
            self._own.making = False
        self._context._plan.redefine(source.plain(), node)
        checkpoint.done = True

    def _write(self, source: Source, checkpoint: Checkpoint) -> Node:
        from sluice.files.checkpointfiles import CheckpointWriter
        from sluice.rdd.output import write_directory

        rdd = self._rdd(source)
        path = f"{self.directory}/rdd-{checkpoint.rdd_id}"
        write_directory(rdd, path, CheckpointWriter, success=False)
        checkpoint.file = display(path)
        return _files_node(path, rdd.getNumPartitions())

    def _keep(self, source: Source, checkpoint: Checkpoint) -> Node:
        from sluice.rdd import tasks

        rdd = self._rdd(source)
        # The job may have been about some partitions only.
        for _ in self._context._collect_partitions(rdd._derive("mapPartitions", tasks.count)):
            pass
        description = pickle.dumps(("released", checkpoint.rdd_id), PROTOCOL)
        return parallel.source([description] * rdd.getNumPartitions())

    def _rdd(self, source: Source) -> RDD[Any]:
        from sluice.rdd import RDD

        return RDD(self._context, source)

    def recover(self, path: str) -> RDD[Any]:
        """Return an RDD of what a checkpoint's directory holds.

        Raises:
            InputError: there is none, or a partition's file is missing.
        """
        from sluice.files import listing
        from sluice.rdd import RDD

        where = local_or_url(path)
        names = {os.path.basename(file.path) for file in listing.files([where], False)}
        expected = {f"part-{number:05d}" for number in range(len(names))}
        if names != expected:
            raise _present(
                InputError(
                    f"Invalid checkpoint directory: {display(where)}",
                    "org.apache.spark.SparkException",
                    missing=", ".join(sorted(expected - names)),
                )
            )
        return RDD(self._context, _files_node(where, len(names)))


def _files_node(path: str, partitions: int) -> Node:
    return parallel.source(
        [pickle.dumps(("checkpoint", f"{path}/part-{number:05d}"), PROTOCOL) for number in range(partitions)]
    )


def _present(error: Exception) -> Exception:
    from sluice.pyspark import present

    return present(error)
