# SPDX-License-Identifier: Apache-2.0
"""The zygote: a single-threaded process that imports what every worker needs and forks workers on request.

It runs no user code. The JVM starts it as ``python -P -c "...main()" PACKAGE_DIR SOCKET HIDDEN`` and speaks frames
with it over one Unix socket; a forked child connects to the same socket by itself. Fork safety and parent death
follow CPython's ``forkserver`` (an alive descriptor that ends with the parent), with a pidfd in place of the pipe.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from sluice.worker import generation, loop, wire
from sluice.worker.libc import become_subreaper, die_with_parent


class Zygote:
    """The fork loop that the zygote and every generation run: requests in, deaths out."""

    def __init__(self, path: str, connection: wire.Connection, watched: int, hidden: tuple[str, ...]) -> None:
        self._path = path
        self._connection = connection
        connection.unbuffered()
        self._watched = watched
        self._hidden = hidden
        self._children: set[int] = set()
        self._owner = os.getpid()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        os.set_blocking(self._wake_read, False)

    def serve(self) -> Callable[[], NoReturn]:
        """Fork until the JVM goes; return in a child, with what that child must run."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        poll = select.poll()
        for fd in (self._connection.sock.fileno(), self._wake_read, self._watched):
            poll.register(fd, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poll.poll()}
            if self._watched in ready:
                self._end()
            if self._wake_read in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
                self._reap()
            if self._connection.sock.fileno() in ready:
                child = self._request()
                if child is not None:
                    return child

    def _request(self) -> Callable[[], NoReturn] | None:
        try:
            frame = self._connection.read()
        except OSError:
            frame = None
        if frame is None:
            self._end()
        if frame.type == wire.SIGNAL:
            self._signal(frame.stream, json.loads(frame.payload))
            return None
        if frame.type not in (wire.FORK, wire.LOAD):
            self._fail(frame.stream, f"unknown request: type={frame.type}")
            return None
        request = json.loads(frame.payload)
        try:
            pid = os.fork()
        except OSError as error:
            self._fail(
                frame.stream, f"fork failed: {error}; raise the limit of processes (ulimit -u) or of memory"
            )
            return None
        if pid:
            self._children.add(pid)
            # Both sides set the group: whoever is first, a signal to the group cannot miss.
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            self._connection.send(wire.pack(wire.FORKED, frame.stream, str(pid).encode()))
            return None
        return self._child(frame, request)

    def _child(self, frame: wire.Frame, request: dict[str, Any]) -> Callable[[], NoReturn]:
        os.setpgid(0, 0)
        die_with_parent(self._owner)
        # Orphans stay with whom they come from: ending what one worker left must not end what another's task uses.
        become_subreaper()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._wake_read)
        os.close(self._wake_write)
        self._connection.close()
        if frame.type == wire.LOAD:
            return lambda: _run_generation(self._path, frame.stream, request, self._watched, self._hidden)
        os.close(self._watched)
        return lambda: loop.run(self._path, frame.stream, request, self._hidden)

    def _fail(self, request: int, reason: str) -> None:
        self._connection.send(wire.pack(wire.ZYGOTE_FAILED, request, reason.encode("utf-8", "replace")))

    def _signal(self, pid: int, number: int) -> None:
        # Only a child that was not reaped yet: its pid cannot belong to a stranger.
        if pid in self._children:
            for send in (os.killpg, os.kill):
                with contextlib.suppress(OSError):
                    send(pid, number)

    def _reap(self) -> None:
        reports = []
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid in self._children:
                self._children.discard(pid)
                self._end_leftovers(pid)
                report = {"status": status, "maxrss": usage.ru_maxrss * 1024}
                reports.append(wire.pack(wire.EXITED, pid, json.dumps(report).encode()))
        if reports:
            with contextlib.suppress(OSError):
                self._connection.send(*reports)

    def _end_leftovers(self, worker: int) -> None:
        """Kill what a worker left: its process group, and orphans that became our children with its end."""
        with contextlib.suppress(OSError):
            os.killpg(worker, signal.SIGKILL)
        self._end_orphans()

    def _end_orphans(self) -> None:
        """Kill them, and what is below them: that would become our children only once nobody looks any more."""
        found = [pid for pid in _children(os.getpid()) if pid not in self._children]
        for pid in found:
            found.extend(_children(pid))
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)

    def _end(self) -> NoReturn:
        """Kill every child and leave: the JVM is gone or wants us gone."""
        for pid in list(self._children):
            self._signal(pid, signal.SIGKILL)
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                time.sleep(0.002)
            elif pid in self._children:
                self._children.discard(pid)
                self._end_leftovers(pid)
            else:
                self._end_orphans()
        os._exit(0)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/task/{pid}/children") as children:
        return [int(child) for child in children.read().split()]
    return []


def _run_generation(
    path: str, request: int, body: dict[str, Any], watched: int, hidden: tuple[str, ...]
) -> NoReturn:
    connection = generation.load(path, request, body)
    _serve(Zygote(path, connection, watched, hidden))


def _serve(zygote: Zygote) -> NoReturn:
    # A child comes back from serve() with the parent's frames unwound as far as here, then runs on its own.
    child = zygote.serve()
    del zygote
    child()


def _connect(path: str, hello: dict[str, Any]) -> wire.Connection:
    """Connect to the pool, which makes its socket while this process starts."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return wire.connect(path, hello)
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.001)


def _import_ours() -> None:
    """Import what functions of ours refer to, so that no worker has to."""
    try:
        import sluice.rdd
        import sluice.shuffle  # noqa: F401
    except ModuleNotFoundError as error:
        # The worker jar carries no driver's part: a Java program's functions refer to none of it.
        if error.name != "sluice.rdd":
            raise

    if os.environ.get("SLUICE_PYSPARK") == "1":
        from sluice import pyspark

        pyspark.install()


def _preload(names: list[str]) -> None:
    import importlib

    for name in names:
        importlib.import_module(name)
        if threading.active_count() > 1 or len(os.listdir("/proc/self/task")) > 1:
            raise RuntimeError(
                f"cannot preload a module that starts threads: module={name}; remove it from sluice.worker.preload"
            )


def main() -> NoReturn:
    """Run the zygote; arguments: package directory, socket path, names of hidden variables, modules to import."""
    path, hidden, preload = sys.argv[2], tuple(filter(None, sys.argv[3].split(","))), sys.argv[4]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    watched = os.pidfd_open(parent)
    if os.getppid() != parent:
        os._exit(0)
    become_subreaper()
    failure = ""
    try:
        _import_ours()
        _preload([name for name in preload.split(",") if name])
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    hello = {"role": "zygote", "pid": os.getpid(), "failure": failure, **loop.versions()}
    connection = _connect(path, hello)
    gc.collect()
    gc.freeze()
    _serve(Zygote(path, connection, watched, hidden))
