# SPDX-License-Identifier: Apache-2.0
"""Broadcasts: values pickled once in the driver and read by every task.

The driver writes the pickle to a file in shared memory; large buffers lie out of band behind it, so that a worker maps
them copy-on-write instead of copying. In a worker a broadcast is loaded at the first ``.value``, or was inherited from
a generation.

File layout, big-endian::

    8 bytes magic | u32 CRC-32 of pickle and table | u32 buffers n | u64 pickle length | pickle |
    table: n x (u64 offset, u64 length, u64 CRC-32 or all ones) | buffers, each at a multiple of 64

Bytes that rest on disk are all checksummed. In shared memory buffers beyond 64 MiB are not: summing them would cost
more than the broadcast, and what guards other memory guards them too.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import struct
import weakref
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar, cast

from sluice import tasktimes
from sluice.closure import note_reference
from sluice.errors import BroadcastError, ContextError, CorruptDataError
from sluice.pyspark import present

if TYPE_CHECKING:
    from sluice.context import Context

T = TypeVar("T")

_MAGIC = b"SLUICEB1"
_HEAD = struct.Struct(">8sIIQ")
_ENTRY = struct.Struct(">QQQ")
_UNSUMMED = (1 << 64) - 1
_ALIGN = 64
_PIECE = 8 << 20

#: In a worker: id -> {"path", "length"} as the stage announced it.
_announced: dict[int, dict[str, Any]] = {}
#: In a worker or generation: id -> value.
_values: dict[int, Any] = {}


class Broadcast(Generic[T]):
    """A read-only value that every task can use; made by ``Context.broadcast``.

    In the driver, too, ``value`` is what was pickled: a later change of the original object is not in it.
    """

    def __init__(self, ctx: Context, id_: int, path: str) -> None:
        self._id = id_
        self._ctx_ref = weakref.ref(ctx)
        self._value: list[T] = []
        self._path = path
        self._destroyed = False

    @property
    def id(self) -> int:
        """The number that names this broadcast in its program; never used again."""
        return self._id

    @property
    def value(self) -> T:
        """The value.

        Raises:
            BroadcastError: it was destroyed, or its context was stopped.
        """
        self.check()
        if not self._value:
            try:
                self._value.append(read_file(self._path))
            except FileNotFoundError:
                raise BroadcastError(f"broadcast is gone with its context: id={self._id}") from None
        return self._value[0]

    def unpersist(self, blocking: bool = False) -> None:
        """Let driver and workers forget the value; who reads it next loads it again."""
        self.check()
        self._value.clear()
        ctx = self._ctx_ref()
        if ctx is not None:
            ctx._drop_broadcast(self._id, keep=True)

    def destroy(self, blocking: bool = False) -> None:
        """Free the value everywhere; reading it later is an error."""
        self.check()
        self._destroyed = True
        self._value.clear()
        ctx = self._ctx_ref()
        if ctx is not None:
            ctx._drop_broadcast(self._id, keep=False)

    def dump(self, value: T, f: BinaryIO) -> None:
        """Pickle a value into a file and close it: a plain pickle, for programs that keep one beside a broadcast."""
        with f:
            pickle.dump(value, f, pickle.HIGHEST_PROTOCOL)

    def load(self, file: BinaryIO) -> T:
        """Return what ``dump`` wrote into a file."""
        from sluice.pyspark.util import disable_gc

        with disable_gc():
            return cast("T", pickle.load(file))

    def load_from_path(self, path: str) -> T:
        """Return what ``dump`` wrote into the file of this name."""
        with open(path, "rb", _PIECE) as file:
            return self.load(file)

    def check(self) -> None:
        """Raise the error if it was destroyed."""
        if self._destroyed:
            raise present(self._refused())

    def __reduce__(self) -> tuple[Any, ...]:
        self.check()
        note_reference(self)
        return (_in_worker, (self._id,))

    def _refused(self) -> BroadcastError:
        return BroadcastError(
            f"Attempted to use Broadcast({self._id}) after it was destroyed; make a new one with Context.broadcast"
        )

    def __repr__(self) -> str:
        return f"<Broadcast id={self._id}{' destroyed' if self._destroyed else ''}>"


class WorkerBroadcast(Broadcast[Any]):
    """What a ``Broadcast`` becomes in a worker."""

    #: A task may keep it: what it names never changes, and the value is looked up at each use.
    _sluice_stateless_ = True

    def __init__(self, id_: int) -> None:
        self._id = id_

    @property
    def value(self) -> Any:
        """The value, loaded at the first use in this worker."""
        try:
            return _values[self._id]
        except KeyError:
            return load(self._id)

    def unpersist(self, blocking: bool = False) -> None:
        """Refuse: only the driver may."""
        raise self._not_here("unpersisted")

    def destroy(self, blocking: bool = False) -> None:
        """Refuse: only the driver may."""
        raise self._not_here("destroyed")

    def _not_here(self, what: str) -> Exception:
        error = ContextError(f"a broadcast cannot be {what} in a task: id={self._id}; do it in the driver")
        return present(error, "INVALID_BROADCAST_OPERATION", operation=what)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_in_worker, (self._id,))

    def __repr__(self) -> str:
        return f"<Broadcast id={self._id}, in a task>"


def _in_worker(id_: int) -> WorkerBroadcast:
    return WorkerBroadcast(id_)


def announce(entry: dict[str, Any]) -> None:
    """Note where a broadcast's file is."""
    _announced[entry["id"]] = entry


def forget(id_: int) -> None:
    """Drop a broadcast's value and whereabouts; ids never come back."""
    _values.pop(id_, None)
    _announced.pop(id_, None)


def load(id_: int) -> Any:
    """Read a broadcast's file and keep its value."""
    entry = _announced.get(id_)
    if entry is None:
        raise BroadcastError(f"unknown broadcast: id={id_}; it was destroyed, or belongs to another Context")
    enabled = gc.isenabled()
    mark = tasktimes.enter()
    # Unpickling builds no garbage; the collector would only walk what was just made, again and again.
    gc.disable()
    try:
        value = read_file(entry["path"])
    finally:
        if enabled:
            gc.enable()
        tasktimes.leave(tasktimes.UNPICKLING, mark)
    _values[id_] = value
    gc.freeze()
    return value


def write_file(file: BinaryIO, value: Any, dump: Any, sum_above: int | None = 64 << 20) -> tuple[int, int]:
    """Pickle a value into an empty file; ``dump(value, file, buffer_callback)`` pickles.

    Args:
        sum_above: buffers larger than this many bytes get no checksum; ``None`` for a checksum on all.

    Returns:
        In-band pickled bytes, and bytes of the whole file.
    """
    buffers: list[pickle.PickleBuffer] = []
    file.write(b"\0" * _HEAD.size)
    summed = _Summing(file)
    dump(value, summed, buffers.append)
    inband = summed.length
    raws = [buffer.raw() for buffer in buffers]
    position = _HEAD.size + inband + _ENTRY.size * len(raws)
    for raw in raws:
        position += -position % _ALIGN
        large = sum_above is not None and raw.nbytes > sum_above
        summed.write(_ENTRY.pack(position, raw.nbytes, _UNSUMMED if large else zlib.crc32(raw)))
        position += raw.nbytes
    at = _HEAD.size + summed.length
    for raw in raws:
        file.write(b"\0" * (-at % _ALIGN))
        at += -at % _ALIGN + raw.nbytes
        for start in range(0, raw.nbytes, _PIECE):
            file.write(raw[start : start + _PIECE])
        raw.release()
    file.seek(0)
    file.write(_HEAD.pack(_MAGIC, summed.crc, len(raws), inband))
    file.flush()
    return inband, at


class _Summing:
    """A binary file that counts and checksums what passes."""

    def __init__(self, file: BinaryIO) -> None:
        self._write = file.write
        self.crc = 0
        self.length = 0

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B") if not isinstance(data, bytes) else data
        self.crc = zlib.crc32(view, self.crc)
        self.length += len(view)
        self._write(view)
        return len(view)


def read_file(path: str) -> Any:
    """Unpickle a broadcast file; its buffers are mapped, private to this process once written to.

    Raises:
        CorruptDataError: the file is not whole; names the file, offset and checksums.
    """
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size < _HEAD.size:
            raise CorruptDataError(f"broadcast file is cut: file={path} size={size} expected>={_HEAD.size}")
        mapped = mmap.mmap(file.fileno(), size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    view = memoryview(mapped)
    magic, crc, count, inband = _HEAD.unpack_from(view)
    table = _HEAD.size + inband
    end = table + _ENTRY.size * count
    actual = zlib.crc32(view[_HEAD.size : end]) if end <= size else 0
    if magic != _MAGIC or end > size or actual != crc:
        raise CorruptDataError(
            f"broadcast file is damaged: file={path} size={size} offset={_HEAD.size} end={end} "
            f"expected crc={crc:#010x} actual={actual:#010x}"
        )
    buffers = []
    position = end
    for index in range(count):
        offset, length, crc = _ENTRY.unpack_from(view, table + index * _ENTRY.size)
        _check_padding(path, view[position:offset], position)
        position = offset + length
        buffer = view[offset:position]
        if buffer.nbytes != length:
            raise CorruptDataError(
                f"broadcast file is cut: file={path} size={size} offset={offset} length={length}"
            )
        if crc != _UNSUMMED and (actual := zlib.crc32(buffer)) != crc:
            raise CorruptDataError(
                f"broadcast file is damaged: file={path} offset={offset} expected crc={crc:#010x} actual={actual:#010x}"
            )
        buffers.append(buffer)
    if position != size:
        raise CorruptDataError(
            f"broadcast file is damaged: file={path} offset={position} expected end={position} actual={size}"
        )
    return pickle.loads(view[_HEAD.size : table], buffers=buffers)


def _check_padding(path: str, padding: memoryview, offset: int) -> None:
    if any(padding):
        raise CorruptDataError(
            f"broadcast file is damaged: file={path} offset={offset} expected={len(padding)} zero bytes "
            f"actual={padding.hex()}"
        )
