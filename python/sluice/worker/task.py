# SPDX-License-Identifier: Apache-2.0
"""One task: the tree that the JVM describes, turned into an iterator over its items.

The tree is written in prefix order, big-endian::

    'P' u16 command, u8 inputs n, n trees     a Python stage's steps over its inputs
    'I' u32 index, tree                      a stage whose partition has another number than the task's
    'S' u32 length, description               a partition that the worker makes or reads itself
    'T' u32 length, description, 'D' node     a partition whose bytes the JVM reads and the worker makes items of
    'D' u16 input, u8 last, u32 length, bytes a stream from the JVM, with its first piece
    'C' u32 n, n trees                        several partitions one after the other
    'K' u32 stream, u64 node, u32 partition, tree
                                              a partition that is also stored: a copy of it goes to an output stream
    'L' u64 node, u32 partition, u64 attempt, u8 adopt, 'D' node
                                              a stored partition, which this worker may have as objects too; those that
                                              it reads may stay here where adopt is 1
"""

from __future__ import annotations

import json
import os
import pickle
import struct
import threading
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from sluice import tasktimes
from sluice.errors import BarrierError, ProtocolError, stop_iteration
from sluice.serializers.stream import BatchEncoder, decode_batches, decode_items, decode_kept, encode_batches
from sluice.worker import chain as steps_chain
from sluice.worker import wire
from sluice.worker.live import Copy, LivePartitions, Name
from sluice.worker.output import TaskOutput, check_owner
from sluice.worker.sources import open_source

if TYPE_CHECKING:
    from sluice.worker.stage import Stage

_COMMAND = struct.Struct(">HB")
_INPUT = struct.Struct(">HBI")
_U32 = struct.Struct(">I")
_STORED = struct.Struct(">IQI")
_LIVE = struct.Struct(">QIQB")


class Writer(Protocol):
    """The last step of a chain that does not simply send its items."""

    def write(self, items: Iterator[Any], split: int, out: TaskOutput) -> None:
        """Consume the items and emit batches."""


class Task:
    """Reads a task's tree and runs it."""

    def __init__(
        self,
        stage: Stage,
        split: int,
        tree: memoryview,
        connection: wire.Connection,
        send: Callable[[bytes], None],
        live: LivePartitions,
        attempt_id: int,
    ) -> None:
        self._live = live
        self._attempt_id = attempt_id
        self._stage = stage
        self._split = split
        self._tree = tree
        self._at = 0
        self._connection = connection
        self._lock = threading.Lock()
        self._over = False
        self._owner = os.getpid()
        self._writer: Writer | None = None
        self._profiler: Any = None
        self.out = TaskOutput(send)

    def run(self) -> None:
        """Compute the partition and emit it; streams that are also stored are stored whole."""
        try:
            self._compute()
        except BaseException as error:
            # What the traceback holds ends after the report, and must send nothing then.
            self.finish()
            # Not the error itself in a name of its own: with its frames, and all that these hold, it would live on
            # until a garbage collection.
            stopped = _stop(error)
            if stopped is not None:
                raise stop_iteration(stopped) from error
            raise

    def _compute(self) -> None:
        items = self._node(top=True)
        if self._profiler is None:
            self._emit(items)
        else:
            self._profiler.profile(lambda: self._emit(items))

    def _emit(self, items: Iterator[Any]) -> None:
        if self._writer is not None:
            self._writer.write(items, self._split, self.out)
            return
        emit = self.out.emit
        for frame, records in encode_batches(items):
            emit(0, frame, records)

    def finish(self) -> None:
        """Take part no more: a thread or generator that user code kept must not read the next task's input."""
        self._over = True

    def _node(self, top: bool = False, index: int | None = None, later: bool = False) -> Iterator[Any]:
        """Read a node; what it computes of a whole partition begins at once, or with `later` at its first item."""
        tree, at = self._tree, self._at
        opcode = tree[at]
        at += 1
        if opcode == 0x50:  # P
            number, count = _COMMAND.unpack_from(tree, at)
            self._at = at + 3
            inputs = [self._node(later=later) for _ in range(count)]
            steps = self._stage.steps(number)
            if steps and steps[0][0] == "profile":
                # What is computed below was read before: the topmost stage's profiler stays.
                self._profiler = steps[0][1]
                steps = steps_chain.deferred(steps[1:])
            if steps and steps[-1][0] == "write":
                if not top:
                    raise ProtocolError(f"a writer below the top of a task: command={number}")
                writer, steps = steps[-1][1], steps[:-1]
                if hasattr(writer, "fused"):
                    writer, steps = writer.fused(steps)
                self._writer = writer
            if later:
                steps = steps_chain.deferred(steps)
            return steps_chain.run(steps, self._split if index is None else index, inputs)
        if opcode == 0x49:  # I
            (index,) = _U32.unpack_from(tree, at)
            self._at = at + 4
            return self._node(index=index, later=later)
        if opcode == 0x53:  # S
            (length,) = _U32.unpack_from(tree, at)
            self._at = at + 4 + length
            return open_source(bytes(tree[at + 4 : at + 4 + length]))
        if opcode == 0x54:  # T
            (length,) = _U32.unpack_from(tree, at)
            self._at = at + 5 + length
            return open_source(bytes(tree[at + 4 : at + 4 + length]), self._input())
        if opcode == 0x44:  # D
            self._at = at
            return decode_items(self._input())
        if opcode == 0x43:  # C
            (count,) = _U32.unpack_from(tree, at)
            self._at = at + 4
            # One after the other also in memory: a partition's groups are gone before the next one's are made.
            return chain.from_iterable([self._node(later=True) for _ in range(count)])
        if opcode == 0x4B:  # K
            stream, dataset, partition = _STORED.unpack_from(tree, at)
            self._at = at + _STORED.size
            copy = self._live.begin(Name(dataset, partition, self._attempt_id))
            return chain.from_iterable(self._store(stream, self._node(later=later), copy))
        if opcode == 0x4C:  # L
            dataset, partition, attempt, adopt = _LIVE.unpack_from(tree, at)
            # Past the letter of the stream below, which is asked for nothing if the items are here.
            self._at = at + _LIVE.size + 1
            name, stored = Name(dataset, partition, attempt), self._input()
            return self._live.get(name) or self._read(stored, self._live.begin(name) if adopt else None)
        raise ProtocolError(f"unknown node in a task: opcode={opcode:#x} offset={at - 1}")

    def _input(self) -> Iterator[bytes]:
        at = self._at
        number, last, length = _INPUT.unpack_from(self._tree, at)
        self._at = at + 7 + length
        return self._pull(number, bool(last), bytes(self._tree[at + 7 : at + 7 + length]))

    def _pull(self, index: int, last: bool, first: bytes) -> Iterator[bytes]:
        if first:
            yield first
        while not last:
            with self._lock:
                if self._over:
                    raise RuntimeError("a task's input was read after the task had ended")
                check_owner(self._owner)
                # What was made of the input so far goes first, so that a slow stream is not held back.
                self.out.flush(wire.pack(wire.NEED, index))
                mark = tasktimes.enter()
                frame = self._connection.read()
                tasktimes.leave(tasktimes.WAITING, mark)
            if frame is None:
                os._exit(0)
            if frame.type != wire.INPUT or frame.stream != index:
                raise ProtocolError(
                    f"unexpected frame: type={frame.type} stream={frame.stream} expected input={index}"
                )
            last = bool(frame.flags & wire.FLAG_LAST)
            yield frame.payload

    def meet(self, gather: bool, message: str) -> list[str]:
        """Wait for all other tasks of a barrier stage; return the messages of all, by partition.

        Raises:
            BarrierError: one of them will not come, or not in time.
        """
        encoded = message.encode()
        # Who reads input in another thread meanwhile waits: an answer is told apart by its turn.
        with self._lock:
            if self._over:
                raise BarrierError("a task waited at a barrier after it had ended")
            check_owner(self._owner)
            self.out.flush(wire.pack(wire.BARRIER, int(gather), encoded))
            frame = self._connection.read()
        if frame is None:
            os._exit(0)
        if frame.type != wire.GATHERED:
            raise ProtocolError(f"unexpected frame at a barrier: type={frame.type}")
        answer = json.loads(frame.payload)
        if "error" in answer:
            raise BarrierError(
                "the tasks of a barrier stage did not all meet",
                partition=self._split,
                call="allGather" if gather else "barrier",
                reason=answer["error"],
            )
        messages: list[str] = answer["messages"]
        return messages

    def _store(self, stream: int, items: Iterator[Any], copy: Copy) -> Iterator[list[Any]]:
        """Send every batch to the JVM's cache before anyone downstream sees, or changes, its items."""
        encoder = _KeptEncoder()
        batches = encode_batches(items, encode=encoder)
        try:
            for frame, records in batches:
                self.out.emit(stream, frame, records)
                copy.add(encoder.proved)
                # What cannot be changed need not be read back.
                yield from decode_batches((frame,)) if encoder.proved is None else (encoder.proved,)
        except GeneratorExit:
            if self._over:
                return
            # Whoever reads stopped early, as take does: the cache still wants the whole partition.
            for frame, records in batches:
                self.out.emit(stream, frame, records)
                copy.add(encoder.proved)
        self._live.keep(copy)

    def _read(self, stored: Iterator[bytes], copy: Copy | None) -> Iterator[Any]:
        if copy is None or copy.refused:
            return decode_items(stored)
        return chain.from_iterable(self._adopt(stored, copy))

    def _adopt(self, stored: Iterator[bytes], copy: Copy) -> Iterator[list[Any]]:
        """Keep what is read: no other worker has it as objects."""
        for batch, proved in decode_kept(stored):
            copy.add(batch if proved else None)
            yield batch
        self._live.keep(copy)


def _stop(error: BaseException) -> StopIteration | None:
    """The ``StopIteration`` that a function raised, also as what Python makes of it inside a generator of ours."""
    cause: BaseException | None = error
    if type(error) is RuntimeError and str(error) == "generator raised StopIteration":
        cause = error.__cause__
    return cause if isinstance(cause, StopIteration) else None


class _KeptEncoder:
    """Makes frames for the cache; ``proved`` is the last batch if nothing in it can be changed, else None."""

    def __init__(self) -> None:
        self._encode = BatchEncoder().encode_kept
        self.proved: list[Any] | None = None

    def __call__(self, batch: list[Any]) -> bytes:
        frame, proved = self._encode(batch)
        self.proved = batch if proved else None
        return frame


def load_steps(blob: bytes) -> list[tuple[str, Any]]:
    """Unpickle a command: the list of steps that the driver fused; a large one lies in a broadcast."""
    steps: list[tuple[str, Any]] = pickle.loads(blob)
    if steps and steps[0][0] == "command":
        steps = pickle.loads(steps[0][1].value)
    return steps
