# SPDX-License-Identifier: Apache-2.0
"""Starts the JVM behind a driver, or finds a cluster's, and keeps the connections to it."""

from __future__ import annotations

import atexit
import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sluice import install, output, progress, tuning
from sluice.errors import ContextError, StartError
from sluice.processes import space, start_ticks
from sluice.worker import wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sluice.master import Master

tuning.settle()
_requests = itertools.count(1)
#: What Linux allows for the path of a Unix socket, and the longest of ours below a run's directory.
_SOCKET_PATH = 107
_LONGEST_SOCKET = "/pool99/workers.sock"
#: How long what user code printed last may take to be shown when the JVM has ended, in seconds.
_LAST_OUTPUT = 2.0
_PACKAGE_DIRECTORY = str(Path(__file__).resolve().parent.parent)


def sweep(parent: Path) -> None:
    """Delete directories of runs whose owner is dead, but for those of containers that share the directory."""
    ours = space()
    for entry in parent.glob(f"sluice-{os.getuid()}-*-{ours}*"):
        owner = entry.name.split("-")[2]
        if owner.isdecimal() and start_ticks(int(owner)) < 0 and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)


def _new_directory(base: Path) -> Path:
    """Make a private directory with a short name, since sockets' paths are short; ``sweep`` knows whose it is."""
    while True:
        made = base / f"sluice-{os.getuid()}-{os.getpid()}-{space()}{os.urandom(2).hex()}"
        try:
            made.mkdir(mode=0o700)
            return made
        except FileExistsError:
            pass


def run_directory(parent: str | None = None) -> Path:
    """Make a directory of this run that only this user may enter."""
    base = Path(parent or tempfile.gettempdir())
    try:
        sweep(base)
        sweep(Path("/dev/shm"))
        made = _new_directory(base)
    except OSError as error:
        raise StartError(
            "cannot make a directory for this run",
            path=base,
            reason=error.strerror,
            advice="set TMPDIR to a directory that can be written",
        ) from error
    length = len(os.fsencode(made)) + len(_LONGEST_SOCKET)
    if length > _SOCKET_PATH:
        made.rmdir()
        raise StartError(
            "the path of this run's directory is too long for a socket",
            path=made,
            bytes=length,
            limit=_SOCKET_PATH,
            advice="set TMPDIR to a shorter one",
        )
    return made


class Gateway:
    """The way to the JVM that runs this process's jobs: connections to it, and calls."""

    #: What errors call the other side.
    what = "the JVM"
    #: What to do when that is gone.
    advice = "start the program anew"
    #: What it calls this program; empty if it has no name for it.
    application = ""
    #: Whether tasks run on this machine and as this user, and so find files that the driver has made for them.
    shares_files = True

    def __init__(self, first: dict[str, Any]) -> None:
        #: The context that starts with the JVM, until it is asked for.
        self._first: dict[str, Any] | None = first
        self._owner = os.getpid()
        #: Connections that carry nothing now. A deque is safe between threads, and in a finalizer.
        self._idle: deque[wire.Connection] = deque()
        self._output: wire.Connection | None = None
        self._shower: threading.Thread | None = None

    @property
    def directory(self) -> Path:
        """The private directory of this run; the JVM's socket is in it."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """The JVM's process."""
        raise NotImplementedError

    @property
    def alive(self) -> bool:
        """Whether the JVM runs and belongs to this process, not to the parent of a fork."""
        raise NotImplementedError

    def slots(self, asked: int) -> int:
        """How many tasks run at a time for a program that asks for so many."""
        return asked

    def pages(self, port: int) -> str | None:
        """Where the web pages are, made at this port if they are not there yet; 0 for any."""
        url: str = self.call("pages", port=port)
        return url

    def await_ready(self) -> None:
        """Wait until the JVM listens.

        Raises:
            StartError: it does not; says why.
        """
        raise NotImplementedError

    def _ended(self) -> bool:
        """Whether the JVM ends now: its connections break a moment before that can be seen otherwise."""
        raise NotImplementedError

    def close(self) -> None:
        """Let the JVM go; may be called again."""
        raise NotImplementedError

    def lease(self) -> wire.Connection:
        """Return a connection for one job or call; give it back if it ended whole, else close it.

        A job holds its connection until its results are read, so that jobs may run inside each other's loops.
        """
        if not self.owned:
            raise ContextError(
                "a context cannot be used in a process that the driver forked",
                driver=self._owner,
                process=os.getpid(),
                advice="use it in the driver's own threads",
            )
        try:
            return self._idle.pop()
        except IndexError:
            pass
        self.await_ready()
        try:
            connection = wire.connect(str(self.directory / "driver.sock"), {"role": "driver"})
        except OSError as error:
            raise self._gone(reason=error.strerror) from error
        if self._output is None:
            self._output = self._relay_output()
        return connection

    def give_back(self, connection: wire.Connection) -> None:
        """Return a leased connection whose job or call has ended."""
        self._idle.append(connection)

    def _relay_output(self) -> wire.Connection:
        """Show what user code prints, on a thread of its own, through the driver's streams as they are then."""
        connection = wire.connect(str(self.directory / "driver.sock"), {"role": "output"})
        self._shower = threading.Thread(
            target=output.show, args=(connection,), name="sluice-output", daemon=True
        )
        self._shower.start()
        return connection

    def _gone(self, **facts: Any) -> ContextError:
        return ContextError(f"{self.what} is gone", pid=self.pid, **facts, advice=self.advice)

    @property
    def shared_directory(self) -> Path:
        """A directory of this run in shared memory; made when first asked for."""
        directory = Path("/dev/shm") / self.directory.name
        directory.mkdir(mode=0o700, exist_ok=True)
        return directory

    def call(self, method: str, **arguments: Any) -> Any:
        """Make a control call and return its value."""
        connection = self.lease()
        request = next(_requests)
        body = json.dumps({"method": method, **arguments}).encode()
        try:
            connection.send(wire.pack(wire.CALL, request, body))
            frame = connection.read()
        except BaseException as error:
            connection.close()
            if isinstance(error, OSError):
                raise self._gone(call=method) from error
            raise
        if frame is None:
            connection.close()
            raise self._gone(call=method)
        self.give_back(connection)
        answer = json.loads(frame.payload)
        if "error" in answer:
            raise ContextError(answer["error"], call=method)
        return answer["value"]

    def start(self, arguments: dict[str, Any]) -> None:
        """Start a context; the one that the JVM was started for is on its way already."""
        if arguments is self._first:
            self._first = None
            self.give_back(self.lease())
        else:
            self._first = None
            self.call("start", **arguments)
        output.configure(arguments["settings"])
        progress.watch(self, arguments["settings"])

    def stop(self) -> None:
        """Stop the context; the JVM stays for the next. One that is gone has nothing left to stop."""
        self._first = None
        try:
            self.call("stop")
        except ContextError:
            if self.alive and not self._ended():
                raise

    @property
    def owned(self) -> bool:
        """Whether this process made this; a process that it forked did not."""
        return self._owner == os.getpid()


class OwnJvm(Gateway):
    """A JVM of this process's own: started once, used by every context in turn."""

    def __init__(self, first: dict[str, Any]) -> None:
        super().__init__(first)
        self._directory = run_directory()
        self._patient = self._is_patient(first)
        self._talk: threading.Thread | None = None
        try:
            self._process = self._launch(first)
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise
        self._ready = False
        atexit.register(self.close)

    @property
    def directory(self) -> Path:
        return self._directory

    def _is_patient(self, first: dict[str, Any]) -> bool:
        """Whether the JVM has more to do at its end than we gave it: an archive to write, what its user asked."""
        return bool(
            train_archive
            or first["settings"].get("sluice.driver.javaOptions")
            or any(os.environ.get(name) for name in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"))
        )

    def _command(self, first: dict[str, Any]) -> list[str]:
        """The JVM's command line."""
        from sluice import jvm

        return jvm.driver_command(first["settings"], train_archive)

    def _environment(self) -> dict[str, str] | None:
        """The JVM's environment; ``None`` for this process's."""
        return None

    def _launch(self, first: dict[str, Any]) -> subprocess.Popen[bytes]:
        command = self._command(first)
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment(),
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise StartError("cannot start Java", command=command[0], reason=error.strerror) from error
        config = {"directory": str(self.directory), **describe(first)}
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(config).encode() + b"\n")
        except BrokenPipeError:
            pass  # It has died already; awaiting its answer says how.
        return process

    def await_ready(self) -> None:
        """Wait until the JVM listens.

        Raises:
            StartError: it ended instead; says why.
        """
        if self._ready:
            return
        assert self._process.stdout is not None
        said = b""
        line = b""
        # A user's own options may make the JVM print something first; our answer is one line of JSON.
        while not line.startswith(b"{"):
            line, newline, said = said.partition(b"\n")
            if not newline:
                piece = self._process.stdout.read(4096)
                if not piece:
                    break
                said, line = line + piece, b""
            elif not line.startswith(b"{"):
                os.write(2, line + newline)
        answer = json.loads(line) if line.startswith(b"{") else {}
        if "ready" not in answer:
            code = self._process.wait()
            self.close()
            raise StartError(
                f"{self.what} did not start", reason=answer.get("error", "no answer"), exit_code=code
            )
        self._ready = True
        if self._patient:
            # What a user's options make it print, such as `-Xlog:gc`, would fill the pipe, and the JVM would wait.
            self._talk = threading.Thread(target=self._pass_on, name="sluice-java-output", daemon=True)
            self._talk.start()

    def _pass_on(self) -> None:
        assert self._process.stdout is not None
        with open(os.dup(self._process.stdout.fileno()), "rb") as lines:
            for line in lines:
                if not line.startswith(b'{"closed"'):
                    os.write(2, line)

    def _ended(self) -> bool:
        """Whether the JVM ends now: its connections break a moment before it can be waited for."""
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def pid(self) -> int:
        """The JVM's process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the JVM runs and belongs to this process, not to the parent of a fork."""
        return self.owned and self._process.poll() is None

    def close(self) -> None:
        """End the JVM and wait for it; may be called again."""
        if self._owner != os.getpid():
            return
        atexit.unregister(self.close)
        while self._idle:
            self._idle.pop().close()
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.close()
        except OSError:
            pass
        if self._patient:
            try:
                self._process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                pass
        else:
            # What the JVM would still do once it has said that all is cleaned up is wait 0.3 s for its own threads.
            while select.select([stdout], [], [], 10)[0] and (said := stdout.read(4096)):
                if b'"closed"' in said:
                    break
        if self._process.poll() is None:
            self._kill()
        self._process.wait()
        if self._talk is not None:
            self._talk.join(10)
        stdout.close()
        if self._shower is not None and self._output is not None:
            # It ends with the JVM, and reads from what is closed next.
            self._shower.join(_LAST_OUTPUT)
            if self._shower.is_alive():
                self._output.sock.close()
            else:
                self._output.close()
        progress.finish()
        for directory in (self.directory, Path("/dev/shm") / self.directory.name):
            shutil.rmtree(directory, ignore_errors=True)

    def _kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)


def describe(first: dict[str, Any]) -> dict[str, Any]:
    """What the JVM is told of this program at first, with its first context."""
    return {
        "pid": os.getpid(),
        "python": sys.executable,
        "package": _PACKAGE_DIRECTORY,
        "hashSeed": hash_seed(),
        "versions": install.versions(),
        **first,
    }


def hash_seed() -> str:
    """Return the PYTHONHASHSEED that all workers of this program share."""
    seed = os.environ.get("PYTHONHASHSEED", "0")
    return seed if seed.isdigit() else "0"


#: Where the next JVM writes a class-data archive when it exits; see ``sluice.jvm.train``.
train_archive: str | None = None
#: By the cluster's port; 0 for a JVM of this process's own, ``_SPARK`` for the one that Spark is driven by.
_gateways: dict[int, Gateway] = {}
_SPARK = -1
_gateway_lock = threading.Lock()


def get(start: dict[str, Any], chosen: Master, entries: Mapping[str, str]) -> Gateway:
    """Return this process's JVM, or its way to a cluster's, made for ``start`` if need be.

    It may still be on its way up.

    Args:
        start: the arguments of the call ``start``: settings, environment, slots, maxFailures.
        chosen: where jobs run.
        entries: all settings of the program, other people's too.
    """
    key = _SPARK if chosen.spark else chosen.port
    with _gateway_lock:
        found = _gateways.get(key)
        if found is None or not found.alive:
            if found is not None:
                found.close()
            found = _gateways[key] = _made(start, chosen, entries)
        return found


def _made(start: dict[str, Any], chosen: Master, entries: Mapping[str, str]) -> Gateway:
    if chosen.spark:
        from sluice.spark.gateway import SparkJvm

        return SparkJvm(start, chosen.url, entries)
    if chosen.port:
        from sluice.cluster.gateway import ClusterGateway

        return ClusterGateway(start, chosen.port)
    return OwnJvm(start)


def shutdown() -> None:
    """End this process's JVM, if it has one, and its programs on clusters."""
    with _gateway_lock:
        for gateway in _gateways.values():
            gateway.close()
