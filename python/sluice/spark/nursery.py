# SPDX-License-Identifier: Apache-2.0
"""The processes that hold broadcasts for all workers of an executor, and fork workers that have them.

    daemon ──forks── nursery ──forks── generation {1} ──forks── generation {1, 4} ──forks── worker with 1 and 4

A generation has unpickled its broadcasts in the order of their ids, each on top of another with one fewer: of two sets
that begin alike, what is alike is there once. The nursery, forked before the daemon listens, decides; it runs no code
but this. Messages are datagrams of JSON with descriptors: requests of workers to the nursery, orders of the nursery to
its generations, and what those say of themselves.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sluice.spark import log, values
from sluice.spark.values import Shared

#: Seconds without a worker or a request, after which a generation ends, as Spark's idle workers do after a minute.
KEEP = 30.0
#: Bytes of a message at most; a task with more broadcasts than fit keeps its worker.
MESSAGE = 65536
#: After so many refusals more than successes, an executor's broadcasts are not the kind that can be shared.
REFUSALS = 3
TAKEN = b"y"

REFUSED = b"n"
#: Descriptors of a request: Spark's socket, the line to the process that has the pid, the socket for more requests,
#: and the one for the answer.
FILES = 4

#: Serves a connection in a process just forked: what was asked, the values by path, and the request's sockets.
Become = Callable[[dict[str, Any], "dict[str, tuple[Shared, Any]]", list[socket.socket]], None]


@dataclass
class Request:
    """A worker that asks for another in its place, with these broadcasts."""

    body: bytes
    wanted: tuple[Shared, ...]
    files: list[int]

    @classmethod
    def of(cls, body: bytes, files: list[int]) -> Request:
        wanted = json.loads(body)["wanted"]
        return cls(body, tuple(Shared(number, path, tuple(stamp)) for number, path, stamp in wanted), files)

    def refuse(self, ids: list[int]) -> None:
        """The worker that asks goes on by itself, or asks for others than these."""
        try:
            os.write(self.files[-1], REFUSED + json.dumps(ids).encode())
        except OSError:
            # It has gone; so does what it asked for.
            pass
        self.close()

    def close(self) -> None:
        for file in self.files:
            os.close(file)
        self.files = []


@dataclass
class Generation:
    """What the nursery knows of one."""

    key: tuple[Shared, ...]
    parent: Generation | None
    control: socket.socket | None = None
    ready: bool = False
    pid: int = 0
    children: int = 0
    used: float = field(default_factory=time.monotonic)
    waiting: list[Request] = field(default_factory=list)


def open_pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def start(become: Become) -> socket.socket:
    """Fork the nursery; return the socket for requests, which every process forked from this one may use."""
    ours, theirs = open_pair()
    # The group that PySpark's daemon makes of itself, a little earlier: it ends its group with a signal.
    os.setpgid(0, 0)
    sys.stderr.flush()
    if os.fork():
        theirs.close()
        return ours
    try:
        ours.close()
        _settle()
        Nursery(theirs, become).run()
    except BaseException as error:
        log.once(f"the nursery ended: {type(error).__name__}: {error}")
    finally:
        os._exit(0)


def _settle() -> None:
    """A process of its own between daemon and workers: it ends with the group, and has nobody's input."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)


class Nursery:
    """Takes requests, and has generations made and ended."""

    def __init__(self, inbox: socket.socket, become: Become) -> None:
        self._inbox = inbox
        self._become = become
        self._generations: dict[tuple[Shared, ...], Generation] = {}
        self._refused: set[Shared] = set()
        self._left = REFUSALS

    def run(self) -> None:
        """Until the daemon and all its workers have gone."""
        while True:
            poller = select.poll()
            poller.register(self._inbox, select.POLLIN)
            by_file = {}
            for generation in self._generations.values():
                if generation.control is not None:
                    by_file[generation.control.fileno()] = generation
                    poller.register(generation.control, select.POLLIN)
            for file, _ in poller.poll(1000):
                if file != self._inbox.fileno():
                    self._heard(by_file[file])
                elif not self._asked():
                    return
            reap()
            self._end_idle()

    def _asked(self) -> bool:
        body, files, _, _ = socket.recv_fds(self._inbox, MESSAGE, FILES)
        if not body:
            return False
        if len(files) != FILES:
            for file in files:
                os.close(file)
            log.once(json.loads(body)["say"])
            return True
        request = Request.of(body, files)
        refused = self._refused.intersection(request.wanted)
        if not self._left and request.wanted not in self._generations:
            refused.update(request.wanted)
        if refused:
            request.refuse([shared.id for shared in refused])
        elif not request.wanted:
            fork_worker(request, {}, self._become)
        else:
            generation = self._generation(request.wanted)
            generation.waiting.append(request)
            self._advance(generation)
        return True

    def _generation(self, key: tuple[Shared, ...]) -> Generation:
        generation = self._generations.get(key)
        if generation is None:
            parent = self._generation(key[:-1]) if len(key) > 1 else None
            generation = self._generations[key] = Generation(key, parent)
            if parent is None or parent.ready:
                self._begin(generation)
        return generation

    def _begin(self, generation: Generation) -> None:
        """Have it forked, by its parent or by the nursery itself, and told what to unpickle on top."""
        generation.control, theirs = open_pair()
        new = generation.key[-1]
        parent = generation.parent
        with theirs:
            if parent is not None and parent.control is not None:
                order = json.dumps({"new": [new.id, new.path, new.stamp]}).encode()
                # If it has ended, so has the other end of the new pair, which is heard.
                _send(parent.control, order, [theirs.fileno()])
            elif _fork() == 0:
                close_all_but(theirs.fileno())
                Holder(theirs, {}, self._become).begin(new)

    def _heard(self, generation: Generation) -> None:
        """A generation said how it is, or has ended."""
        assert generation.control is not None
        try:
            body = generation.control.recv(MESSAGE)
        except OSError:
            body = b""
        said = json.loads(body) if body else {}
        if "refused" in said:
            new = generation.key[-1]
            self._refused.add(new)
            log.once(f"each worker unpickles a broadcast for itself: {said['refused']}")
            self._left -= 1
            if not self._left:
                log.once(f"workers unpickle what is broadcast from now on for themselves: refused={REFUSALS}")
            self._ended(generation, [new.id])
        elif "pid" in said:
            generation.pid = said["pid"]
        elif "children" in said:
            generation.children = said["children"]
            generation.used = time.monotonic()
            if not generation.ready:
                generation.ready = True
                self._left = REFUSALS
                self._advance(generation)
                for other in self._above(generation):
                    self._begin(other)
        else:
            self._ended(generation, [shared.id for shared in generation.key])

    def _advance(self, generation: Generation) -> None:
        generation.used = time.monotonic()
        if not generation.ready or generation.control is None:
            return
        for request in generation.waiting:
            _send(generation.control, request.body, request.files)
            # Its descriptors close here; if the generation did not get it, that is the answer.
            request.close()
        generation.waiting = []

    def _above(self, generation: Generation) -> list[Generation]:
        return [other for other in self._generations.values() if other.parent is generation]

    def _ended(self, generation: Generation, refused: list[int]) -> None:
        """Forget one; it ends when its control closes, unless it unpickles for ever."""
        if self._generations.pop(generation.key, None) is None:
            return
        if generation.control is not None:
            generation.control.close()
        if generation.pid and not generation.ready:
            _kill(generation.pid)
        for request in generation.waiting:
            request.refuse(refused)
        for other in self._above(generation):
            # One that is there lives on; one that waits for its parent will not come.
            if other.control is None:
                self._ended(other, refused)

    def _end_idle(self) -> None:
        now = time.monotonic()
        for generation in list(self._generations.values()):
            # Nobody is left who waits for it: then it may hang in what it unpickles.
            generation.waiting = [request for request in generation.waiting if not _abandoned(request)]
            if generation.waiting or generation.children or self._above(generation):
                continue
            if not generation.ready or now - generation.used > KEEP:
                self._ended(generation, [])


def _abandoned(request: Request) -> bool:
    poller = select.poll()
    poller.register(request.files[-1], select.POLLHUP)
    if not poller.poll(0):
        return False
    request.close()
    return True


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class Holder:
    """A generation's own process: it has values, and forks."""

    def __init__(self, control: socket.socket, held: dict[str, tuple[Shared, Any]], become: Become) -> None:
        self._control = control
        self._held = held
        self._become = become
        self._children = 0

    def begin(self, new: Shared) -> None:
        """Unpickle one more, and serve; does not return."""
        try:
            self._tell({"pid": os.getpid()})
            self._held[new.path] = (new, values.load(new))
            # Nothing of it is ever walked through by a collection, here or in a worker: that would unshare it.
            gc.freeze()
            self._tell({"children": 0})
            self._serve()
        except BaseException as error:
            said = str(error) if isinstance(error, values.UnsafeError) else f"{type(error).__name__}: {error}"
            self._tell({"refused": said[:1000]})
        finally:
            os._exit(0)

    def _tell(self, said: dict[str, Any]) -> None:
        _send(self._control, json.dumps(said).encode(), [])

    def _serve(self) -> None:
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        while True:
            if poller.poll(1000):
                body, files, _, _ = socket.recv_fds(self._control, MESSAGE, FILES)
                if not body:
                    return
                if len(files) == 1:
                    self._breed(json.loads(body)["new"], socket.socket(fileno=files[0]))
                else:
                    self._children += fork_worker(Request.of(body, files), self._held, self._become)
                    self._tell({"children": self._children})
            ended = reap()
            if ended:
                self._children -= ended
                self._tell({"children": self._children})

    def _breed(self, new: list[Any], control: socket.socket) -> None:
        with control:
            if _fork() == 0:
                close_all_but(control.fileno())
                number, path, stamp = new
                Holder(control, self._held, self._become).begin(Shared(number, path, tuple(stamp)))
        self._children += 1
        self._tell({"children": self._children})


def fork_worker(request: Request, held: dict[str, tuple[Shared, Any]], become: Become) -> int:
    """Fork the worker that is asked for. Return how many were forked: with none, the one that asks goes on."""
    try:
        pid = _fork()
    except OSError as error:
        log.once(f"a worker with shared broadcasts could not be forked: {error}")
        request.refuse([shared.id for shared in request.wanted])
        return 0
    if pid:
        request.close()
        return 1
    try:
        close_all_but(*request.files)
        gc.enable()
        become(json.loads(request.body), held, [socket.socket(fileno=file) for file in request.files])
    except BaseException as error:
        # It has not been taken; the worker that asks learns of it as the socket for the answer closes.
        log.once(f"a worker with shared broadcasts could not be made: {type(error).__name__}: {error}")
    finally:
        os._exit(1)


def _fork() -> int:
    sys.stderr.flush()
    return os.fork()


def close_all_but(*kept: int) -> None:
    """Close what a child has from its parent: connections that it kept open would seem to live.

    The objects that had them are held by frames that a child does not return to, so none closes a number twice.
    """
    for name in os.listdir("/proc/self/fd"):
        number = int(name)
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:
                # The one that the list was read by.
                continue


def reap() -> int:
    """Take note of children that ended. Return how many."""
    count = 0
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return count
        if not pid:
            return count
        count += 1


def _send(control: socket.socket, body: bytes, files: list[int]) -> None:
    """Send, unless the other side has ended; whoever waits for it sees that by itself."""
    try:
        socket.send_fds(control, [body], files)
    except OSError:
        return
