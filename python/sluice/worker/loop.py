# SPDX-License-Identifier: Apache-2.0
"""A worker's life: connect, then run task after task until the JVM closes the connection."""

from __future__ import annotations

import faulthandler
import gc
import importlib
import os
import platform
import signal
import struct
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any, NoReturn

from sluice import accumulators, taskcontext, tasktimes
from sluice.errors import ProtocolError
from sluice.shuffle import memory, spilled
from sluice.taskcontext import FILES_NUMBER
from sluice.worker import barriers, failure, wire
from sluice.worker.lease import Lease
from sluice.worker.live import LivePartitions
from sluice.worker.stage import Stages
from sluice.worker.state import State, reseed
from sluice.worker.task import Task

_TASK = struct.Struct(">IIIQ")
_COUNT = struct.Struct(">IQQ")
_METRICS = struct.Struct(">7Q")
_U32 = struct.Struct(">I")


def versions() -> dict[str, str]:
    """Return what both sides of a connection must agree on."""
    try:
        import cloudpickle

        pickler = str(cloudpickle.__version__)
    except ImportError:
        pickler = "none"
    return {"python": platform.python_version(), "cloudpickle": pickler}


def run(path: str, request: int, body: dict[str, Any], hidden: tuple[str, ...]) -> NoReturn:
    """Be a worker; never returns."""
    log = os.dup(2)
    try:
        worker = _Worker(path, request, body, hidden)
    except BaseException:
        # For the zygote's log: nobody reads this worker's own output yet.
        os.write(log, traceback.format_exc().encode())
        _leave(1)
    os.close(log)
    worker.begin(State(body.get("strict", False), body.get("maxGrowth", 0)))
    worker.serve()
    _leave(0)


def _metrics(start: int) -> tuple[int, ...]:
    """Return the task's time in nanoseconds, how it divides, and the bytes that it spilled from memory and to disk."""
    return (time.perf_counter_ns() - start, *tasktimes.spent(), *spilled.bytes_spilled())


def _pickled(updates: list[tuple[int, Any]]) -> bytes:
    mark = tasktimes.enter()
    try:
        return accumulators.dump_updates(updates)
    finally:
        tasktimes.leave(tasktimes.PICKLING, mark)


def _leave(code: int) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
    # Exit handlers of libraries that the driver's process tree shares have no business here.
    os._exit(code)


def _capture_output(path: str, request: int) -> None:
    output = wire.connect(path, {"role": "output", "request": request})
    os.dup2(output.sock.fileno(), 1)
    os.dup2(output.sock.fileno(), 2)
    output.close()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for name, fd in (("stdout", 1), ("stderr", 2)):
        # It lives as long as the process.
        stream = open(  # noqa: SIM115
            fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


class _Worker:
    def __init__(self, path: str, request: int, body: dict[str, Any], hidden: tuple[str, ...]) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _capture_output(path, request)
        faulthandler.enable(file=2)
        # Later loads of C libraries still see these in the process's environment; Python code does not.
        for name in hidden:
            os.environ._data.pop(name.encode(), None)  # type: ignore[attr-defined]
        os.environ.update(body.get("env", {}))
        if os.environ.get("SLUICE_PYSPARK") == "1":
            from sluice import pyspark

            pyspark.install()
        hello = {"role": "worker", "request": request, "pid": os.getpid()}
        self._connection = wire.connect(path, hello)
        self._pid = os.getpid()
        self._stages = Stages()
        self._path: list[str] = []
        self._files_number = "0"
        self._packages = list(sys.path)
        gc.freeze()
        gc.enable()
        reseed()
        spill = body.get("spill")
        if spill:
            memory.configure(spill["memory"], spill["directories"], spill["codec"])
        self._live = LivePartitions(body.get("live", 0))
        self._claims = os.path.join(os.path.dirname(path), f"claims-{request}")

    def begin(self, state: State) -> None:
        """Take the snapshot that every task begins with, made when all of this worker's own is open."""
        self._state = state
        self._lease = Lease(self._claims, self._connection.send, state.keep_descriptor)

    def serve(self) -> None:
        """Run tasks until the connection ends."""
        read = self._connection.read
        while True:
            try:
                frame = read()
            except (OSError, ConnectionError):
                return
            if frame is None:
                return
            if frame.type == wire.TASK:
                if self._run(frame.payload, frame.flags):
                    return
            elif frame.type == wire.STAGE:
                header = self._stages.add(frame.stream, frame.payload).header
                self._set_path(header.get("path"))
                for dataset in header.get("uncached", ()):
                    self._live.forget(dataset)
                self._look_again(header.get("properties") or {})
            else:
                raise ProtocolError(f"unexpected frame in a worker: type={frame.type}")

    def _set_path(self, path: list[str] | None) -> None:
        if path is not None and path != self._path:
            self._path = path
            extra = [entry for entry in self._packages if entry not in path]
            self._state.set_path(path + extra)

    def _look_again(self, properties: Mapping[str, str]) -> None:
        """Import what was added since: directories are remembered by a time too coarse to show it."""
        number = properties.get(FILES_NUMBER, "0")
        if number != self._files_number:
            self._files_number = number
            importlib.invalidate_caches()

    def _run(self, payload: bytes, flags: int) -> bool:
        """Run one task and report; return whether the worker must retire."""
        start = time.perf_counter_ns()
        number, split, attempt, attempt_id = _TASK.unpack_from(payload)
        more = bool(flags & wire.FLAG_MORE)
        if flags & wire.FLAG_LEASED and not self._lease.claim(attempt_id, more):
            return False
        tasktimes.begin()
        spilled.begin()
        stage = self._stages.get(number)
        task = Task(
            stage,
            split,
            memoryview(payload)[_TASK.size :],
            self._connection,
            self._lease.send,
            self._live,
            attempt_id,
        )
        properties = stage.header.get("properties") or {}
        if "together" in stage.header:
            barriers.begin(
                number, split, attempt, attempt_id, properties, stage.header["together"], task.meet
            )
        else:
            taskcontext.begin(number, split, attempt, attempt_id, properties)
        error: BaseException | None = None
        try:
            task.run()
        except BaseException as raised:
            error = raised
        if os.getpid() != self._pid:
            os._exit(0)
        task.finish()
        updates = accumulators.take_updates()
        taskcontext.end()
        try:
            if error is None:
                last = self._end(task, start, updates)
        except BaseException as raised:
            error = raised
        self._flush_streams()
        retire = self._state.retire_reason(self._live.bytes)
        try:
            if error is not None:
                task.out.discard()
                report = failure.describe(error, retire, _metrics(start))
                self._lease.report(wire.pack(wire.FAIL, split, report), False)
                error = None
            else:
                end = wire.pack(wire.END, split, last + retire.encode())
                self._lease.report(task.out.take(end), more and not retire)
        except (OSError, ConnectionError):
            return True
        # After the report, while nobody waits for this worker; the next task's frame is read only then.
        if not retire:
            self._state.restore()
        memory.settle()
        reseed()
        return bool(retire)

    def _end(self, task: Task, start: int, updates: list[tuple[int, Any]]) -> bytes:
        blob = _pickled(updates) if updates else b""
        counts = task.out.counts()
        return b"".join(
            (
                _U32.pack(len(counts)),
                *(_COUNT.pack(*count) for count in counts),
                _METRICS.pack(*_metrics(start)),
                _U32.pack(len(blob)),
                blob,
            )
        )

    def _flush_streams(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                pass
