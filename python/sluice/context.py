# SPDX-License-Identifier: Apache-2.0
"""The context: where a driver program begins, makes its RDDs and broadcasts, and ends."""

from __future__ import annotations

import itertools
import os
import pickle
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from sluice import accumulators, broadcast, gateway, results
from sluice.errors import BroadcastError, ContextError
from sluice.plan import Node, Plan
from sluice.rdd import RDD
from sluice.serializers.stream import encode_batches

T = TypeVar("T")

_broadcast_ids = itertools.count()


class Context:
    """The entry point of a program; one may be active in a process at a time."""

    _active: Context | None = None
    _lock = threading.RLock()

    def __init__(self, master: str | None = None, appName: str | None = None) -> None:
        with Context._lock:
            if Context._active is not None:
                raise ContextError("a context is active already", master=Context._active.master)
            self.master = master or "local[*]"
            self.appName = appName or "sluice"
            self._rdd_ids = itertools.count()
            self._plan = Plan()
            self._properties = threading.local()
            self._slots = os.cpu_count() or 1 if self.master == "local[*]" else int(self.master[6:-1])
            self._settings: dict[str, str] = {}
            self._start = {
                "settings": self._settings, "environment": {}, "slots": self._slots, "maxFailures": 1
            }  # fmt: skip
            self._gateway = gateway.get(self._start)
            self._started = False
            self._broadcasts: dict[int, Path] = {}
            Context._active = self

    def _jvm(self) -> gateway.Gateway:
        """Return the JVM with this context's engine started in it."""
        if not self._started:
            with Context._lock:
                if Context._active is not self:
                    raise ContextError("the context was stopped", advice="make a new one")
                if not self._started:
                    self._gateway.start(self._start)
                    self._started = True
        return self._gateway

    def _next_rdd_id(self) -> int:
        return next(self._rdd_ids)

    @property
    def defaultParallelism(self) -> int:
        """The number of partitions where none is given."""
        return self._slots

    def parallelize(self, c: Iterable[T], numSlices: int | None = None) -> RDD[T]:
        """Return an RDD of the items of a collection."""
        slices = numSlices or self.defaultParallelism
        items = c if isinstance(c, list | range) else list(c)
        size = len(items)
        descriptions = []
        for index in range(slices):
            part = items[index * size // slices : (index + 1) * size // slices]
            if isinstance(part, range):
                descriptions.append(pickle.dumps(("range", part.start, part.stop, part.step)))
            else:
                data = b"".join(frame for frame, _ in encode_batches(iter(part)))
                descriptions.append(pickle.dumps(("batches", data), 5))
        return RDD(self, self._source(descriptions))

    def range(self, start: int, end: int | None = None, step: int = 1, numSlices: int | None = None) -> RDD[int]:
        """Return an RDD of whole numbers."""
        if end is None:
            start, end = 0, start
        return self.parallelize(range(start, end, step), numSlices)

    @staticmethod
    def _source(descriptions: list[bytes]) -> Node:
        return Node("source", [], len(descriptions), {"sizes": [len(d) for d in descriptions]}, descriptions)

    def broadcast(self, value: T) -> broadcast.Broadcast[T]:
        """Return a broadcast of a value: pickled once, read by every task."""
        import cloudpickle

        def dump(obj: Any, file: Any, buffer_callback: Any) -> None:
            cloudpickle.CloudPickler(file, 5, buffer_callback).dump(obj)

        id_ = next(_broadcast_ids)
        directory = self._shared_directory()
        path = directory / f"broadcast-{id_}"
        try:
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b", buffering=1 << 20) as file:
                inband, length = broadcast.write_file(file, value, dump)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise BroadcastError("cannot write a broadcast", path=path, reason=error.strerror) from error
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._broadcasts[id_] = path
        self._jvm().call("broadcast", id=id_, path=str(path), length=length, shared=inband > (32 << 20))
        return broadcast.Broadcast(self, id_, value, str(path))

    def _broadcast_bytes(self, data: bytes) -> broadcast.Broadcast[bytes]:
        return self.broadcast(data)

    def _shared_directory(self) -> Path:
        return self._gateway.shared_directory

    def _drop_broadcast(self, id_: int, keep: bool) -> None:
        if Context._active is self:
            self._jvm().call("dropBroadcast", id=id_, keep=keep)
        if not keep:
            path = self._broadcasts.pop(id_, None)
            if path is not None:
                path.unlink(missing_ok=True)

    def _collect_partitions(self, rdd: RDD[Any], partitions: Iterable[int] | None = None) -> Iterator[list[Any]]:
        node = rdd._node()
        jvm = self._jvm()
        payload, nodes = self._plan.message(node, partitions, [entry for entry in sys.path], {})
        return results.run(jvm, payload, lambda: self._plan.mark(nodes), self._merge)

    @staticmethod
    def _merge(updates: list[bytes]) -> None:
        for update in updates:
            accumulators.merge_updates(accumulators.load_updates(update))

    def stop(self) -> None:
        """End this context: its jobs, workers, files and broadcasts. May be called again."""
        with Context._lock:
            if Context._active is not self:
                return
            Context._active = None
            if not self._gateway.owned:
                return
            if self._gateway.alive:
                self._gateway.stop()
            for path in self._broadcasts.values():
                path.unlink(missing_ok=True)
            self._broadcasts.clear()
