# SPDX-License-Identifier: Apache-2.0
"""A worker that has itself replaced by one which has the task's large broadcasts already.

Before PySpark's worker reads a task, this looks at the task's header where it lies, in the socket. If it names a large
broadcast that this process lacks, the socket goes to the nursery (`nursery`), which has a worker forked that has it;
that one reads the task as if nothing had been. This process stays as an empty one, because Spark knows its pid: who
kills it kills the other, and when the other ends, it ends.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from typing import Any

from sluice.spark import header, log, nursery, values
from sluice.spark.collecting import Collector
from sluice.spark.prompt import Worker, acknowledge
from sluice.spark.values import Shared

#: Bytes of a broadcast's file: below, a worker unpickles it sooner than another is forked.
LARGE = 8 << 20
VARIABLE = "SLUICE_SPARK_SHARED_BYTES"
#: Seconds to wait for the rest of a header once its beginning is there.
PATIENCE = 0.05
#: Bytes of a header that are looked at: at first, and at most.
PEEK, MOST = 1 << 13, 1 << 18
#: A worker that has grown by its own values and imports is worth keeping, in a worker with broadcasts too.
COSTLY = 0.05
PAUSE = 60.0


def reason_against() -> str | None:
    """Why no broadcast is shared in this executor."""
    if os.environ.get(VARIABLE, "").lower() == "off":
        return f"{VARIABLE}=off"
    if not os.environ.get(VARIABLE, "0").isdecimal():
        return f"{VARIABLE} is neither a number nor off: value={os.environ[VARIABLE]}"
    if os.environ.get("PYTHON_FAULTHANDLER_DIR"):
        return "spark.python.worker.faulthandler.enabled=true names files by the worker's pid"
    if int(os.environ.get("PYSPARK_EXECUTOR_MEMORY_MB", "-1")) > 0:
        return "spark.executor.pyspark.memory limits each worker with its own copy"
    if os.environ.get("PYSPARK_SPARK_SESSION_UUID"):
        return "spark.sql.pyspark.worker.logging.enabled=true names logs by the worker's pid"
    if sys.argv[1:2] not in ([], ["pyspark.worker"]):
        return f"module={sys.argv[1]} reads other tasks"
    if not (hasattr(fcntl, "F_SETSIG") and os.path.exists(_EMPTY)):
        return f"this system lacks F_SETSIG or {_EMPTY}"
    return None


_EMPTY = "/bin/cat"


class Sharing:
    """Stands where PySpark's daemon has ``worker``: serves a task, or has another process serve the connection."""

    def __init__(self, stock: Worker, registry: dict[int, Any], version: str) -> None:
        self._stock = stock
        self._registry = registry
        self._version = version
        self._requests: socket.socket | None = None
        self._limit = int(os.environ.get(VARIABLE) or LARGE)
        #: Values that this process was forked with, and when a task last had them all.
        self._held: dict[int, Shared] = {}
        self._used = time.monotonic()
        #: Large broadcasts of the task before.
        self._large: dict[int, Shared] = {}
        self._grown_from = 0
        #: Which of them tasks have had: they may have changed them.
        self._given: set[int] = set()
        self._peeks = True
        #: To the process that has the pid which Spark knows, if that is another.
        self._line: socket.socket | None = None

    def start(self) -> None:
        """Fork the nursery; call it before the daemon listens."""
        self._requests = nursery.start(self._become)

    def __call__(self, sock: socket.socket, authenticated: bool) -> int:
        acknowledge(sock)
        if not self._grown_from:
            self._grown_from = _own_memory()
        if not authenticated and not self._authenticate(sock):
            return 1
        found = self._peek(sock) if self._peeks else None
        if found is not None:
            try:
                self._consider(found, sock)
            except Exception as error:
                # Nothing was taken off the socket.
                self._say(f"a task's broadcasts are left to its worker: {type(error).__name__}: {error}")
        return self._stock(sock, True)

    def _say(self, line: str) -> None:
        """Once for all workers: the nursery knows what was said."""
        try:
            assert self._requests is not None
            self._requests.send(json.dumps({"say": line}).encode())
        except OSError:
            log.once(line)

    def _authenticate(self, sock: socket.socket) -> bool:
        """As PySpark's worker does it, which would go on to the task at once."""
        length = int.from_bytes(_exactly(sock, 4), "big")
        if not 0 <= length <= 4096:
            return False
        told = _exactly(sock, length)
        if hmac.compare_digest(told, os.environ["PYTHON_WORKER_FACTORY_SECRET"].encode()):
            sock.sendall(b"\0\0\0\x02ok")
            return True
        sock.sendall(b"\0\0\0\x03err")
        sock.close()
        return False

    def _peek(self, sock: socket.socket) -> header.Header | None:
        """The header of the next task, once it is there; None if it is to be left to PySpark."""
        deadline = 0.0
        seen = 0
        size = PEEK
        while True:
            try:
                data = sock.recv(size, socket.MSG_PEEK)
            except OSError:
                return None
            if not data:
                return None
            try:
                return header.parse(data, self._version)
            except header.UnknownError as error:
                if len(data) > 4:
                    self._say(f"a task's header is left unread: {error}")
                return None
            except header.IncompleteError:
                now = time.monotonic()
                if len(data) == size < MOST:
                    size = MOST
                    continue
                if len(data) > seen:
                    seen, deadline = len(data), now + PATIENCE
                elif now > deadline:
                    self._peeks = False
                    self._say(f"a worker's tasks are left unread: a header has more than bytes={len(data)}")
                    return None
                time.sleep(0.0005)

    def _consider(self, found: header.Header, sock: socket.socket) -> None:
        large = {number: shared for number, shared in self._large.items() if number not in found.removed}
        if found.encrypted:
            self._say("each worker unpickles broadcasts for itself: Spark encrypts them")
        else:
            for number, path in found.added.items():
                stamp = values.stamp(path)
                if stamp is not None and stamp[2] >= self._limit:
                    large[number] = Shared(number, path, stamp)
        if large == self._large and not self._held:
            return
        self._large = large
        now = time.monotonic()
        if self._held.keys() <= large.keys():
            self._used = now
        missing = {shared.id for shared in large.values() if self._lacks(shared, found)}
        wanted = dict(large)
        while self._pays(missing, wanted, now):
            refused = self._ask(sock, sorted(wanted.values()))
            for number in refused:
                wanted.pop(number, None)
            if not refused or not missing.intersection(wanted):
                return
            missing.intersection_update(wanted)

    def _lacks(self, shared: Shared, found: header.Header) -> bool:
        if shared.id not in found.added:
            return False
        # A value that went and comes again is as it was unpickled, whatever tasks did to it.
        return self._held.get(shared.id) != shared or shared.id in self._given

    def _pays(self, missing: set[int], wanted: dict[int, Shared], now: float) -> bool:
        """Whether another worker is cheaper than what it saves.

        What this process has made of itself, by imports and by values kept over tasks, would have to be made again.
        """
        if missing:
            saved = sum(wanted[number].size for number in missing)
        elif now - self._used > nursery.KEEP:
            saved = sum(shared.size for number, shared in self._held.items() if number not in wanted)
        else:
            return False
        return saved > max(0, _own_memory() - self._grown_from)

    def _ask(self, sock: socket.socket, wanted: list[Shared]) -> list[int]:
        """Hand the connection over; if it was not taken, return the ids that were refused."""
        known = [
            [number, broadcast._path, hasattr(broadcast, "_value")]
            for number, broadcast in self._registry.items()
            if getattr(broadcast, "_path", None) is not None
        ]
        asked = {"wanted": [[s.id, s.path, s.stamp] for s in wanted], "known": known}
        body = json.dumps(asked).encode()
        if len(known) < len(self._registry) or len(body) > nursery.MESSAGE or self._requests is None:
            return []
        # Whoever serves the connection has one end of the line, and the process with the pid that Spark knows the
        # other: that is this one, or one that stays as it is while its line goes from hand to hand.
        line, pid_end = (self._line, None) if self._line is not None else socket.socketpair()
        said = self._request(body, [sock, line, self._requests])
        if said == nursery.TAKEN:
            if pid_end is not None:
                line.close()
                _stay_empty(pid_end)
            os._exit(0)
        if pid_end is None:
            # The one that was to follow may have had it already.
            _die_with(line)
        else:
            line.close()
            pid_end.close()
        if said[:1] != nursery.REFUSED:
            return []
        refused: list[int] = json.loads(said[1:])
        return refused

    def _request(self, body: bytes, sockets: list[socket.socket]) -> bytes:
        """What is answered; nothing if there is nobody to answer."""
        assert self._requests is not None
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs:
                    files = [each.fileno() for each in (*sockets, theirs)]
                    socket.send_fds(self._requests, [body], files)
                return ours.recv(nursery.MESSAGE)
            except OSError:
                return b""

    def _become(
        self,
        asked: dict[str, Any],
        held: dict[str, tuple[Shared, Any]],
        sockets: list[socket.socket],
    ) -> None:
        """In the new worker: take the connection over, and serve it as PySpark's daemon does; does not return."""
        sock, self._line, self._requests, answer = sockets
        self._held = {shared.id: shared for shared, _ in held.values()}
        self._grown_from = _own_memory()
        broadcast = _broadcast_class()
        _give(broadcast, held, self._given)
        for number, path, loaded in asked["known"]:
            self._registry[number] = broadcast(path=path)
            if loaded and path not in held:
                # Its file may be gone later; it was not needed any more by the worker before.
                self._registry[number].value  # noqa: B018
        self._large = {number: shared for number, shared in self._held.items() if number in self._registry}
        self._used = time.monotonic()
        _die_with(self._line)
        answer.sendall(nursery.TAKEN)
        answer.close()
        collector = Collector(self._registry.keys, COSTLY, PAUSE)
        try:
            while True:
                code = self(sock, True)
                if code or not os.environ.get("SPARK_REUSE_WORKER"):
                    _wait_for_end(sock)
                    break
                collector.collect()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _wait_for_end(sock: socket.socket) -> None:
    try:
        while sock.recv(1024):
            pass
    except OSError:
        return


def _own_memory() -> int:
    """Bytes of memory that are no file's."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        _, resident, shared = statm.read().split()[:3]
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def _broadcast_class() -> Any:
    try:
        from pyspark.core.broadcast import Broadcast
    except ImportError:
        from pyspark.broadcast import Broadcast
    return Broadcast


def _give(broadcast: Any, held: dict[str, tuple[Shared, Any]], given: set[int]) -> None:
    """A broadcast that is read from one of these paths has the value, once, if the file is still the same.

    The values stay referred to: freeing one would write to every page of it.
    """
    stock = broadcast.load_from_path

    def load_from_path(self: Any, path: str) -> Any:
        found = held.get(path)
        if found is None or found[0].id in given or not found[0].there():
            return stock(self, path)
        given.add(found[0].id)
        return found[1]

    broadcast.load_from_path = load_from_path


def _die_with(line: socket.socket) -> None:
    """Have the kernel kill this process when the other end of the line closes."""
    fcntl.fcntl(line, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC)
    poller = select.poll()
    poller.register(line, select.POLLHUP)
    if poller.poll(0):
        os._exit(0)


def _stay_empty(line: socket.socket) -> None:
    """Become a process with this pid that holds nothing, and ends when the line's other end closes."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(line.fileno(), 0)
        os.dup2(null, 1)
        os.dup2(null, 2)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        # It reads what never comes.
        os.execve(_EMPTY, ["cat"], {})
    except OSError:
        nursery.close_all_but(line.fileno())
        line.recv(1)
    finally:
        os._exit(0)
