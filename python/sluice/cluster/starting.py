# SPDX-License-Identifier: Apache-2.0
"""Starts and stops the coordinator of a cluster."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sluice import gateway, jvm, processes
from sluice.cluster import state
from sluice.cluster.link import Link
from sluice.cluster.state import Coordinator
from sluice.errors import ConfigError, StartError
from sluice.version import VERSION

__all__ = ["MAIN", "Wanted", "start", "stop"]

MAIN = "dev.sluice.cluster.CoordinatorMain"

_HERE = ("localhost", "127.0.0.1", "::1")
_READY_SECONDS = 60.0
_STOP_SECONDS = 10.0
_KILL_SECONDS = 3.0
#: What writing an archive may take at the end.
_TRAIN_SECONDS = 60.0
_LONGEST_LOG = 10 << 20
#: What one program was submitted with is not every program's.
_NOT_HANDED_ON = ("SLUICE_SUBMIT_ARGS", "PYSPARK_SUBMIT_ARGS")


class Wanted(NamedTuple):
    """What kind of cluster to start."""

    port: int
    executors: int
    cores: int
    #: Settings of the cluster.
    settings: Mapping[str, str]
    host: str = "localhost"


def start(wanted: Wanted) -> tuple[Coordinator, bool]:
    """Start a cluster and wait until programs can come; return it, and whether it had to be started.

    Raises:
        StartError: it cannot be started, or one that differs runs on that port; says why.
        ConfigError: it is to listen to other machines.
    """
    if wanted.host not in _HERE:
        raise ConfigError(
            "a cluster listens on loopback only",
            host=wanted.host,
            reason="whoever is let in runs code as this user, and its executors share files and memory of this machine",
            advice="reach it from elsewhere by ssh, or run programs for several machines on Apache Spark",
        )
    with _alone():
        found = _running(wanted)
        if found is not None:
            return found, False
        return _launch(wanted), True


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep other commands from starting or stopping a cluster of this user meanwhile."""
    root = state.root()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        state.check(root)
        descriptor = os.open(root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StartError(
            "no place for the cluster's state",
            path=root,
            reason=error.strerror,
            advice="name another with SLUICE_STATE",
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _running(wanted: Wanted) -> Coordinator | None:
    """The cluster of that port if it runs and is alike; what a dead one left is removed."""
    if not wanted.port:
        return None
    place = state.directory(wanted.port)
    found = state.find(place)
    if found is None:
        return None
    if not found.alive:
        print(f"sluice: the cluster that ran here has died, its state goes: {_stale(found)}", file=sys.stderr)
        _tidy(found)
        return None
    if found.version != VERSION:
        raise StartError(
            "a cluster of another version runs on this port",
            port=found.port,
            pid=found.pid,
            running=found.version,
            wanted=VERSION,
            advice=f"stop it first: sluice cluster stop --port {found.port}",
        )
    if (found.executors, found.cores) != (wanted.executors, wanted.cores):
        raise StartError(
            "a cluster of another size runs on this port",
            port=found.port,
            pid=found.pid,
            running=f"{found.executors} executors of {found.cores} cores",
            wanted=f"{wanted.executors} executors of {wanted.cores} cores",
            advice=f"stop it first: sluice cluster stop --port {found.port}",
        )
    with Link(found.port, place / "token", "status") as link:
        link.answer()
    return found


def _stale(found: Coordinator) -> str:
    """Why a process is not the coordinator that left word."""
    now = processes.start_ticks(found.pid)
    what = "is gone" if now < 0 else "is another process, which was not touched"
    return f"path={found.directory} pid={found.pid}, which {what}"


def _launch(wanted: Wanted) -> Coordinator:
    if not train_archive:
        jvm.ensure_archive(sys.executable, os.environ, MAIN, "sluice.cluster.training")
    command = jvm.driver_command(dict(wanted.settings), train_archive, MAIN)
    # Java does not look at TMPDIR.
    command[1:1] = [f"-Djava.io.tmpdir={_temporary()}"]
    _sweep()
    place = _place(wanted.port)
    log = _log(place)
    config = {
        "state": str(place),
        "port": wanted.port,
        "executors": wanted.executors,
        "cores": wanted.cores,
        "version": VERSION,
        "settings": dict(wanted.settings),
        **({"train": True} if train_archive else {}),
    }
    with open(log, "ab") as errors:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                cwd="/",
                env={name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON},
                bufsize=0,
            )
        except OSError as error:
            raise StartError("cannot start Java", command=command[0], reason=error.strerror) from error
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(config).encode() + b"\n")
        try:
            answer = _answer(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if "ready" not in answer:
        code = process.wait()
        said = answer.get("error") or _last_lines(log)
        if place.name.startswith(_NEW):
            shutil.rmtree(place, ignore_errors=True)
        raise StartError("the cluster did not start", reason=said, exit_code=code)
    found = state.find(Path(answer["state"]))
    if found is None:
        raise StartError("the cluster has no state", path=answer["state"])
    # It is this process's child, but nobody waits for it: it is to outlive its parent.
    process.returncode = 0
    return found


def _temporary() -> str:
    """The directory for sockets and files of programs.

    Raises:
        StartError: its path leaves no room for that of a socket.
    """
    directory = tempfile.gettempdir()
    length = len(os.fsencode(directory)) + state.LONGEST_BELOW
    if length > state.SOCKET_PATH:
        raise StartError(
            "the path of the temporary directory is too long for sockets",
            path=directory,
            bytes=length,
            limit=state.SOCKET_PATH,
            advice="set TMPDIR to a shorter one",
        )
    return directory


def _answer(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """The one line that the coordinator says on standard output; a user's own options may make Java say more."""
    assert process.stdout is not None
    deadline = time.monotonic() + _READY_SECONDS
    said = b""
    while True:
        *lines, rest = said.split(b"\n")
        for line in lines:
            if line.startswith(b"{"):
                told: dict[str, Any] = json.loads(line)
                return told
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise StartError("the cluster did not start in time", seconds=_READY_SECONDS, pid=process.pid)
        piece = process.stdout.read(4096)
        if not piece:
            return {}
        said = rest + piece


_NEW = "cluster-new-"


def _place(port: int) -> Path:
    if not port:
        return Path(tempfile.mkdtemp(prefix=_NEW, dir=state.root()))
    place = state.directory(port)
    place.mkdir(mode=0o700, exist_ok=True)
    state.check(place)
    return place


def _log(place: Path) -> Path:
    """Where the coordinator writes its log; a long one of before is kept once."""
    logs = place / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    path = logs / "coordinator.log"
    if path.exists() and path.stat().st_size > _LONGEST_LOG:
        path.replace(logs / "coordinator.log.1")
    path.touch(mode=0o600)
    return path


def _last_lines(log: Path) -> str:
    text = log.read_text("utf-8", "replace").strip()
    return text[-1000:] or "no answer"


def stop(found: Coordinator) -> str:
    """End a cluster with its programs and wait for its end; return what was done, for people.

    A process that is not the coordinator, though it has its pid, is left alone.
    """
    with _alone():
        now = state.find(found.directory)
        if now is None or (now.pid, now.started) != (found.pid, found.started):
            # Another stop was first, and what is there now, if anything, was not asked for.
            return f"already stopped: pid={found.pid}"
        if not found.alive:
            _tidy(found)
            return f"no cluster was running, what it left was removed: {_stale(found)}"
        how = _end(found)
        _tidy(found)
        return how


def _end(found: Coordinator) -> str:
    try:
        process = os.pidfd_open(found.pid)
    except ProcessLookupError:
        return "stopped: it ended by itself"
    except OSError as error:
        raise StartError("this kernel cannot hold a process", pid=found.pid, reason=error.strerror) from None
    try:
        # From here on the descriptor stands for one process, whatever becomes of its pid; is it the right one?
        if not found.alive:
            return "stopped: it ended by itself"
        try:
            with Link(found.port, found.directory / "token", "stop", _STOP_SECONDS) as link:
                link.answer()
        except StartError as error:
            print(f"sluice: it does not take a request, so it gets a signal: {error}", file=sys.stderr)
            signal.pidfd_send_signal(process, signal.SIGTERM)
        if _ended(process, _TRAIN_SECONDS if train_archive else _STOP_SECONDS):
            return "stopped"
        signal.pidfd_send_signal(process, signal.SIGTERM)
        if _ended(process, _KILL_SECONDS):
            return "stopped by a signal"
        signal.pidfd_send_signal(process, signal.SIGKILL)
        _ended(process, _KILL_SECONDS)
        return "killed: it did not end when it was asked to"
    finally:
        os.close(process)


def _ended(process: int, seconds: float) -> bool:
    return bool(select.select([process], [], [], seconds)[0])


def _tidy(found: Coordinator) -> None:
    """Remove what a coordinator that has ended left; its logs stay for people."""
    for name in ("coordinator.json", "token"):
        (found.directory / name).unlink(missing_ok=True)
    _sweep()


def _sweep() -> None:
    """Remove what dead coordinators and drivers left outside their state."""
    gateway.sweep(Path(tempfile.gettempdir()))
    gateway.sweep(Path("/dev/shm"))


#: Where the next coordinator writes a class-data archive when it exits.
train_archive: str | None = None
