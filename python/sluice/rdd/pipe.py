# SPDX-License-Identifier: Apache-2.0
"""Items through the standard input and output of a command.

One thread feeds the command and reads what it says, whichever is possible: neither waits while the other's pipe is
full, items are made where all user code runs, and what they raise fails the task.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.errors import JobError
from sluice.rdd.base import RDDBase

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)

#: Items are joined in groups of so many before they are written.
_TOGETHER = 256
_PIECE = 1 << 16
_POLLED = select.POLLIN | select.POLLHUP | select.POLLERR


class Piped(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def pipe(self, command: str, env: dict[str, str] | None = None, checkCode: bool = False) -> RDD[str]:
        """Return an RDD of the lines that a command writes, started once a partition and given its items as lines.

        Args:
            command: a program and its arguments, cut as a shell cuts words; no shell runs it.
            env: all of its environment; empty if not given.
            checkCode: whether an exit code other than 0 fails the task.
        """
        return self._derive("mapPartitions", _Command(command, env or {}, checkCode))


class _Command:
    """A task's step."""

    def __init__(self, command: str, env: Mapping[str, str], check: bool) -> None:
        self._command = command
        self._env = env
        self._check = check

    def __call__(self, items: Iterator[Any]) -> Iterator[str]:
        import shlex

        # A group of its own: what the command itself starts ends with it.
        process = subprocess.Popen(
            shlex.split(self._command),
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            process_group=0,
        )
        try:
            yield from _lines(_exchange(process, _encoded(items)))
            code = process.wait()
            if self._check and code:
                raise _exited(self._command, code)
        finally:
            _end(process)


def _encoded(items: Iterator[Any]) -> Iterator[bytes]:
    while group := [str(item).rstrip("\n") + "\n" for item in islice(items, _TOGETHER)]:
        yield "".join(group).encode()


def _exchange(process: subprocess.Popen[bytes], given: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what the command writes while it is given its input, until both have ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    sink, source = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(sink, False)
    poll = select.poll()
    poll.register(source, _POLLED)
    poll.register(sink, select.POLLOUT)
    rest = memoryview(b"")
    open_ends = {sink, source}
    while open_ends:
        for descriptor, _ in poll.poll():
            if descriptor == source:
                data = os.read(source, _PIECE)
                if data:
                    yield data
                    continue
            elif descriptor == sink:
                rest = rest or memoryview(next(given, b""))
                if rest:
                    try:
                        rest = rest[os.write(sink, rest) :]
                    except BlockingIOError:
                        pass
                    except BrokenPipeError:
                        # It wants no more; what it has said and its exit code decide.
                        rest = memoryview(b"")
                    else:
                        continue
                    if rest:
                        continue
                process.stdin.close()
            poll.unregister(descriptor)
            open_ends.discard(descriptor)


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    rest: list[bytes] = []
    for piece in pieces:
        cut = piece.rfind(b"\n") + 1
        if not cut:
            rest.append(piece)
            continue
        whole = b"".join((*rest, piece[:cut]))
        rest = [piece[cut:]] if cut < len(piece) else []
        for line in whole[:-1].split(b"\n"):
            yield line.decode()
    if rest:
        yield b"".join(rest).decode()


def _exited(command: str, code: int) -> Exception:
    from sluice import pyspark

    text = f"Pipe function `{command}` exited with error code {code}."
    if pyspark.installed():
        from sluice.pyspark.exceptions import PySparkRuntimeError

        return PySparkRuntimeError(
            f"[PIPE_FUNCTION_EXITED] {text}",
            "PIPE_FUNCTION_EXITED",
            {"func_name": command, "error_code": str(code)},
        )
    return JobError(text)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of the command, however the task ended."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    # It is not reaped until `wait`, so the group's number is still its own.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
