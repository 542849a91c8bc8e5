# SPDX-License-Identifier: Apache-2.0
"""The batches that travel between our own tasks; the hottest path of the product.

    0        4     5                 4 + length
    +--------+-----+-----------------+
    | length | tag | body            |    length: 4 bytes, big-endian, counts tag and body
    +--------+-----+-----------------+

    tag L    body is a pickle of a list of records
    tag I    the same, and proved: nothing in it can be changed; only partitions for the cache say so
    tag P    body is a pickle of (list of keys, list of values): records are pairs

Chunk borders may fall anywhere. A stream that ends inside a frame is an error, never a short answer.

**How a batch is written.** C pickle's memo costs more than the data: every tuple and string is entered into
a table so that a second reference can point back. Without it ("fast") tuples pickle 1.7 times and unpickle
1.3 times faster, but an object met twice becomes two, which a program can see if the object is mutable. So
fast pickling needs a proof that nothing mutable is in the batch: `reducer_override` refuses everything but
exact built-in types, and hashing the batch once refuses list, dict, set and bytearray at any depth. Where
the proof fails, or records are so large that the memo no longer counts, plain pickle writes the batch, and
the next few.

Measured, ns a record to encode + decode, batches of 1,000 made on the fly, one core, Python 3.11:

    records      pickle 5    marshal + proof   fast + hash proof
    (int, str)   106 + 81      93 + 69            62 + 60
    (str, int)   100 + 75      84 + 53            62 + 57
    (int, int)    54 + 61      84 + 54            44 + 57
    str           34 + 41      23 + 25            29 + 29
    int           11 + 18      22 + 16            16 + 18 (plain is used)
    float         10 + 20      23 + 17            22 + 20 (plain is used)

marshal is quick itself (26 ns for an (int, str)), but it turns every buffer into bytes silently, and the
cheapest proof of exact types found in pure Python costs 44 to 60 ns a pair; it is not used. Larger batches
are slower: at 10,000 records the batch no longer fits the caches and everything takes 1.5 times as long.
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from sluice import tasktimes
from sluice.errors import StreamFormatError, TruncatedStreamError
from sluice.serializers.data import PROTOCOL, dumps_data
from sluice.serializers.special import MAX_FRAME_LENGTH

__all__ = [
    "BatchEncoder",
    "FrameSplitter",
    "decode_batches",
    "decode_frame",
    "decode_items",
    "decode_kept",
    "encode_batch",
    "encode_batches",
    "encode_pairs",
    "split_frames",
]

#: Bytes a batch aims at.
TARGET_BYTES = 1 << 15
#: Above this many bytes a record, the memo's share is small and sharing of large objects counts.
_SMALL_RECORD = 256
_LIST = b"L"
_IMMUTABLE = b"I"
_PAIRS = b"P"
_PLAIN = frozenset((int, float, bool, type(None)))
_ATOMS = _PLAIN | {str, bytes}

_dumps = pickle.dumps
_loads = pickle.loads


class _NotProvedError(Exception):
    """The batch holds more than exact built-in types, or shared objects swell it."""


class _FastPickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        raise _NotProvedError


class _Sink:
    """Collects what a pickler writes and stops it when shared objects, written out each time, swell."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.room = 0

    def write(self, data: Any) -> None:
        self.room -= len(data)
        if self.room < 0:
            raise _NotProvedError
        self.parts.append(bytes(data))


class BatchEncoder:
    """Writes batches as frames; remembers what kind of records came last. Not for several threads."""

    __slots__ = ("_penalty", "_pickler", "_proved", "_sink", "_skip")

    def __init__(self) -> None:
        self._proved = False
        self._skip = 0
        self._penalty = 1
        self._sink = _Sink()
        self._pickler: _FastPickler | None = None

    def encode(self, batch: list[Any]) -> bytes:
        """One frame with these records."""
        return _frame(_LIST, self._body(batch, batch))

    def encode_kept(self, batch: list[Any]) -> tuple[bytes, bool]:
        """One frame with these records, and whether it is proved that nothing in them can be changed."""
        body = self._body(batch, batch)
        proved = self._proved or _plain(batch)
        return _frame(_IMMUTABLE if proved else _LIST, body), proved

    def encode_pairs(self, keys: list[Any], values: list[Any]) -> bytes:
        """One frame whose records are `zip(keys, values)`; no pair object is made on either side."""
        if len(keys) != len(values):
            raise StreamFormatError("keys and values differ in number", keys=len(keys), values=len(values))
        return _frame(_PAIRS, self._body((keys, values), keys, values))

    def _body(self, obj: Any, *columns: list[Any]) -> bytes:
        self._proved = False
        mark = tasktimes.enter()
        try:
            return self._pickled(obj, columns)
        finally:
            tasktimes.leave(tasktimes.PICKLING, mark)

    def _pickled(self, obj: Any, columns: tuple[list[Any], ...]) -> bytes:
        if self._skip:
            self._skip -= 1
        elif len(columns[0]) >= 8 and not all(type(column[0]) in _PLAIN for column in columns):
            body = self._fast(obj, columns)
            if body is not None:
                self._penalty = 1
                self._proved = True
                return body
            # Back off, up to a hundred batches, so that data of another kind pays next to nothing.
            self._skip = self._penalty
            self._penalty = min(self._penalty * 2, 128)
        return dumps_data(obj)

    def _fast(self, obj: Any, columns: tuple[list[Any], ...]) -> bytes | None:
        sink = self._sink
        pickler = self._pickler
        if pickler is None:
            pickler = self._pickler = _FastPickler(sink, PROTOCOL)
            pickler.fast = True
        sink.room = 4096 + _SMALL_RECORD * len(columns[0])
        try:
            pickler.dump(obj)
            # Pickled first: from here on every hash is a built-in type's own.
            for column in columns:
                hash(tuple(column))
            return b"".join(sink.parts)
        except Exception:
            # Whatever it was, plain pickle either writes it or gives the error that the user should see.
            self._pickler = None
            return None
        finally:
            sink.parts.clear()


def _frame(tag: bytes, body: bytes) -> bytes:
    length = len(body) + 1
    if length > MAX_FRAME_LENGTH:
        raise _TooLargeError(
            "batch too large for one frame", bytes=length, limit=MAX_FRAME_LENGTH, advice="split the record"
        )
    return b"".join((length.to_bytes(4, "big"), tag, body))


def _plain(batch: list[Any]) -> bool:
    """Whether a batch, which was not pickled fast, is of plain objects, or short and of tuples of them."""
    types = set(map(type, batch))
    return types <= _ATOMS or (len(batch) < 8 and all(map(_immutable, batch)))


def _immutable(obj: Any) -> bool:
    return type(obj) in _ATOMS or (type(obj) is tuple and all(map(_immutable, obj)))


class _TooLargeError(StreamFormatError):
    """Raised before anything is written, so that a batch of several records can be halved."""


def encode_batch(batch: list[Any]) -> bytes:
    """One list of records as one frame."""
    return BatchEncoder().encode(batch)


def encode_pairs(keys: list[Any], values: list[Any]) -> bytes:
    """Two columns as one frame of pairs."""
    return BatchEncoder().encode_pairs(keys, values)


def encode_batches(
    iterator: Iterable[Any], target: int = TARGET_BYTES, encode: Callable[[list[Any]], bytes] | None = None
) -> Iterator[tuple[bytes, int]]:
    """Yields (frame, records). The first batch holds one record.

    Args:
        iterator: the records.
        target: bytes that the next batches aim at.
        encode: makes a frame of a batch; otherwise that is a new encoder's method.
    """
    source = iter(iterator)
    encode = encode or BatchEncoder().encode
    size = 1
    while batch := list(islice(source, size)):
        records = len(batch)
        try:
            frame = encode(batch)
        except _TooLargeError:
            if records == 1:
                raise
            yield from _halves(encode, batch)
            size = max(1, records // 4)
            continue
        yield frame, records
        if records < size:
            return
        size = max(1, min(records * 16, records * target // len(frame)))


def _halves(encode: Callable[[list[Any]], bytes], batch: list[Any]) -> Iterator[tuple[bytes, int]]:
    middle = len(batch) // 2
    for half in (batch[:middle], batch[middle:]):
        try:
            frame = encode(half)
        except _TooLargeError:
            if len(half) == 1:
                raise
            yield from _halves(encode, half)
        else:
            yield frame, len(half)


class FrameSplitter:
    """Cuts a stream whose chunks end anywhere into frames; no copy of those inside one chunk."""

    __slots__ = ("_offset", "_rest")

    def __init__(self) -> None:
        self._rest = bytearray()
        self._offset = 0

    def feed(self, chunk: Any) -> Iterator[memoryview]:
        """The frames (tag and body) that end in this chunk; to be taken before the next one comes."""
        view = memoryview(chunk).cast("B")
        rest = self._rest
        if rest:
            rest += view
            if len(rest) < 4 or len(rest) < 4 + int.from_bytes(rest[:4], "big"):
                self._check()
                return
            # A new buffer each time: the frames handed out are views of this one.
            view = memoryview(rest)
            self._rest = bytearray()
        position = 0
        end = len(view)
        while end - position >= 4:
            length = int.from_bytes(view[position : position + 4], "big")
            if not 0 < length <= MAX_FRAME_LENGTH:
                raise StreamFormatError(
                    "frame length out of range", length=length, offset=self._offset + position
                )
            start = position + 4
            if end - start < length:
                break
            position = start + length
            yield view[start:position]
        if position < end:
            self._rest = bytearray(view[position:])
        self._offset += position

    def _check(self) -> None:
        if len(self._rest) >= 4:
            length = int.from_bytes(self._rest[:4], "big")
            if not 0 < length <= MAX_FRAME_LENGTH:
                raise StreamFormatError("frame length out of range", length=length, offset=self._offset)

    def end(self) -> None:
        """Say that no chunk follows.

        Raises:
            TruncatedStreamError: the stream ended inside a frame.
        """
        rest = self._rest
        if rest:
            expected = 4 + int.from_bytes(rest[:4], "big") if len(rest) >= 4 else 4
            raise TruncatedStreamError(
                "stream ended inside a frame", offset=self._offset, expected=expected, got=len(rest)
            )


def split_frames(chunks: Iterable[Any]) -> Iterator[memoryview]:
    """The frames (tag and body) of a stream whose chunks end anywhere; no copy of those inside one chunk."""
    splitter = FrameSplitter()
    for chunk in chunks:
        yield from splitter.feed(chunk)
    splitter.end()


def decode_frame(frame: Any) -> Iterable[Any]:
    """The records of one frame (tag and body): a list, or a one-time iterator of pairs."""
    tag = bytes(frame[:1])
    mark = tasktimes.enter()
    # A collection per 700 tuples would look at objects that are all alive. One after each batch finds them in the
    # caches still, and then leaves them alone; one after many batches would have to fetch them: 54 ns each, not 25.
    collecting = gc.isenabled()
    if collecting:
        gc.disable()
    try:
        if tag in (_LIST, _IMMUTABLE):
            batch = _loads(frame[1:])
            if type(batch) is list:
                return batch
        elif tag == _PAIRS:
            keys, values = _loads(frame[1:])
            return zip(keys, values, strict=True)
    finally:
        if collecting:
            gc.enable()
        tasktimes.leave(tasktimes.UNPICKLING, mark)
    raise StreamFormatError("frame is not a batch of records", tag=tag, length=len(frame))


def decode_batches(chunks: Iterable[Any]) -> Iterator[list[Any]]:
    """The batches of a stream, as lists."""
    for frame in split_frames(chunks):
        batch = decode_frame(frame)
        yield batch if type(batch) is list else list(batch)


def decode_kept(chunks: Iterable[Any]) -> Iterator[tuple[list[Any], bool]]:
    """The batches of a stream, and of each whether it was proved that nothing in it can be changed."""
    for frame in split_frames(chunks):
        proved = frame[:1] == _IMMUTABLE
        batch = decode_frame(frame)
        yield (batch if type(batch) is list else list(batch)), proved


def decode_items(chunks: Iterable[Any]) -> Iterator[Any]:
    """The records of a stream. A loop `for k, v in ...` over frames of pairs allocates no tuple."""
    return chain.from_iterable(map(decode_frame, split_frames(chunks)))
