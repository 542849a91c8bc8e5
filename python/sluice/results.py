# SPDX-License-Identifier: Apache-2.0
"""Runs a job and reads its results: every partition says how much it held, and so does the whole."""

from __future__ import annotations

import itertools
import json
import pickle
import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sluice import progress
from sluice.errors import (
    JobCancelledError,
    JobError,
    ProtocolError,
    StreamFormatError,
    TruncatedStreamError,
    UnequalLengthsError,
    WorkerLostError,
)
from sluice.pyspark import present
from sluice.serializers.stream import FrameSplitter, decode_frame
from sluice.worker import wire

if TYPE_CHECKING:
    from sluice.gateway import Gateway
    from sluice.jobs import RunningJob

_COUNTS = struct.Struct(">QQ")
_END = struct.Struct(">IQQI")
_U32 = struct.Struct(">I")
_UNEQUAL = f"{UnequalLengthsError.__module__}.{UnequalLengthsError.__qualname__}"
#: A job's number is that of its request.
_requests = itertools.count()


def run(
    gateway: Gateway,
    payload: bytes,
    on_accepted: Callable[[], None],
    on_end: Callable[[list[bytes]], None],
    job: RunningJob | None = None,
    eager: bool = False,
) -> Iterator[list[Any]]:
    """Submit a job and yield the items of each partition, in the order in which the JVM ends them.

    Args:
        payload: a SUBMIT payload.
        on_accepted: called once the JVM has answered for the first time.
        on_end: called with the accumulator updates when the job has succeeded, before the iterator ends.
        job: told where the job runs, so that another thread can cancel it.
        eager: the JVM was asked for partitions as they come; yield them in their order all the same.

    Raises:
        JobError: the job failed; its cause is the user's exception where that could be pickled.
        TruncatedStreamError: the results are not whole.
    """
    request = next(_requests)
    finished = False
    connection = gateway.lease()
    try:
        connection.send(wire.pack(wire.SUBMIT, request, payload))
        if job is not None:
            job.submitted(connection, request)
        parts: dict[int, _Part] = {}
        ended: dict[int, list[Any]] = {}
        turn = 0
        totals = [0, 0, 0]
        accepted = False
        while True:
            frame = connection.read()
            if frame is None:
                raise TruncatedStreamError(
                    f"{gateway.what} closed the result stream before the job's end",
                    pid=gateway.pid,
                    advice=gateway.advice,
                )
            if not accepted:
                accepted = True
                on_accepted()
            if frame.type == wire.RESULT:
                part = parts.get(frame.stream)
                if part is None:
                    part = parts[frame.stream] = _Part()
                part.add(frame.payload)
            elif frame.type == wire.PARTITION_END:
                items = (parts.pop(frame.stream, None) or _Part()).end(frame, totals)
                if eager:
                    ended[frame.stream] = items
                    while turn in ended:
                        yield ended.pop(turn)
                        turn += 1
                else:
                    yield items
            elif frame.type == wire.RESTART:
                parts.pop(frame.stream, None)
            elif frame.type == wire.JOB_END:
                finished = True
                on_end(_end(frame.payload, totals))
                return
            elif frame.type == wire.JOB_FAILED:
                finished = True
                raise present(_failure(frame.payload))
            elif frame.type == wire.REPLY:
                raise ProtocolError("the JVM refused this driver", reason=json.loads(frame.payload)["error"])
            else:
                raise ProtocolError("unexpected frame in a result stream", type=frame.type)
    except OSError as error:
        if isinstance(error, ConnectionError | BrokenPipeError) and not isinstance(error, JobError):
            raise TruncatedStreamError(
                f"{gateway.what} is gone", pid=gateway.pid, reason=error, advice=gateway.advice
            ) from error
        raise
    finally:
        progress.hide()
        if job is not None:
            job.ended(finished)
        if finished:
            gateway.give_back(connection)
        else:
            # Interrupted or abandoned inside a stream: it cannot be used again, and its end cancels the job.
            connection.close()


class _Part:
    """The items of a partition, unpickled as they come."""

    __slots__ = ("_bytes", "_failure", "_items", "_splitter")

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._bytes = 0
        self._splitter = FrameSplitter()
        self._failure: Exception | None = None

    def add(self, chunk: bytes) -> None:
        self._bytes += len(chunk)
        if self._failure is None:
            try:
                for batch in self._splitter.feed(chunk):
                    self._items.extend(decode_frame(batch))
            except Exception as error:
                # Kept to the end: where bytes are missing, that is what there is to say.
                self._failure = error

    def end(self, frame: wire.Frame, totals: list[int]) -> list[Any]:
        """Return the items if they are what the JVM says that there are, and add to the job's counts."""
        if len(frame.payload) != _COUNTS.size:
            raise _malformed("count of a partition", frame.payload)
        size, records = _COUNTS.unpack(frame.payload)
        if self._bytes == size:
            if self._failure is not None:
                raise self._failure
            self._splitter.end()
        if self._bytes != size or len(self._items) != records:
            raise TruncatedStreamError(
                "a partition's result is not whole",
                index=frame.stream,
                expected_bytes=size,
                got_bytes=self._bytes,
                expected_records=records,
                got_records=len(self._items),
            ) from self._failure
        totals[0] += 1
        totals[1] += size
        totals[2] += records
        return self._items


def _end(payload: bytes, totals: list[int]) -> list[bytes]:
    if len(payload) < _END.size:
        raise _malformed("end", payload)
    partitions, size, records, count = _END.unpack_from(payload)
    if [partitions, size, records] != totals:
        raise TruncatedStreamError(
            "the job's results are not whole", expected=[partitions, size, records], got=totals
        )
    updates = []
    at = _END.size
    for _ in range(count):
        start = at + _U32.size
        at = start + int.from_bytes(payload[at:start], "big")
        if at > len(payload) or start > len(payload):
            raise _malformed("end", payload)
        updates.append(payload[start:at])
    if at != len(payload):
        raise _malformed("end", payload)
    return updates


def _malformed(what: str, payload: bytes) -> StreamFormatError:
    return StreamFormatError(f"the job's {what} cannot be read", bytes=len(payload), starts=payload[:64])


def _failure(payload: bytes) -> JobError:
    length = int.from_bytes(payload[: _U32.size], "big")
    try:
        header = json.loads(payload[4 : 4 + length])
        message = header["message"]
    except (ValueError, LookupError, TypeError):
        raise _malformed("failure", payload) from None
    if header.get("traceback"):
        message += "\n\n" + header["traceback"].rstrip()
    kinds: dict[str, type[JobError]] = {"LOST": WorkerLostError, "CANCELLED": JobCancelledError}
    kind = kinds.get(header.get("kind"), JobError)
    if header.get("type") == _UNEQUAL:
        # PySpark's driver meets this itself, so programs catch it as a ValueError.
        kind = UnequalLengthsError
    error = kind(message)
    error.traceback = header.get("traceback") or None
    pickled = payload[4 + length :]
    if pickled:
        try:
            cause = pickle.loads(pickled)
        except Exception:
            cause = None
        if isinstance(cause, BaseException):
            error.__cause__ = cause
    return error
