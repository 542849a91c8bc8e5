# SPDX-License-Identifier: Apache-2.0
"""Driver programs in processes of their own, in an empty temporary directory, known by a mark in their environment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.support.waiting import alive, eventually

#: The variable by which processes are known that a test started, and all that they start.
MARK = "SLUICE_TEST_MARK"
_SHARED = Path("/dev/shm")


def marked(mark: str) -> list[int]:
    """Every process that carries a mark."""
    found = []
    wanted = f"{MARK}={mark}".encode()
    for name in os.listdir("/proc"):
        if name.isdigit() and alive(int(name)):
            try:
                environment = Path(f"/proc/{name}/environ").read_bytes()
            except OSError:
                continue
            if wanted in environment.split(b"\0"):
                found.append(int(name))
    return found


def end(pids: Iterable[int]) -> None:
    """Kill what is left of processes."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Driver:
    """A program that uses Sluice, and everything that it starts.

    Args:
        script: its text.
        arguments: its own.
        prefix: a command that becomes the program.
        variables: its environment, over this process's; ``None`` removes one.
    """

    def __init__(
        self, script: str, *arguments: object, prefix: Sequence[str] = (), **variables: str | None
    ) -> None:
        self.mark = uuid.uuid4().hex
        # Short, since sockets are made below it.
        self.directory = Path(tempfile.mkdtemp(prefix="st-", dir="/tmp"))
        self.temporary = self.directory / "tmp"
        self.temporary.mkdir()
        self.script = self.directory / "program.py"
        self.script.write_text(textwrap.dedent(script))
        environment = {**os.environ, MARK: self.mark, "TMPDIR": str(self.temporary)}
        for name, value in variables.items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
        self._said = self.directory / "output"
        with open(self._said, "wb") as output:
            self.process = subprocess.Popen(
                [*prefix, sys.executable, str(self.script), *map(str, arguments)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
            )

    def __enter__(self) -> Driver:
        return self

    def __exit__(self, *error: object) -> None:
        end(self.pids())
        self.process.wait()
        for left in _SHARED.glob(f"sluice-{os.getuid()}-{self.process.pid}-*"):
            shutil.rmtree(left, ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def output(self) -> str:
        """What was printed so far, by the program and by everything below it."""
        return self._said.read_text(errors="replace")

    def pids(self) -> list[int]:
        """Every process that carries the mark: the driver, the JVM, zygote, workers, and what they started."""
        return marked(self.mark)

    def says(self, text: str, times: int = 1, seconds: float = 90) -> str:
        """Wait until ``text`` begins so many lines; return all output. A program that ends before fails at once."""

        def look() -> str:
            ended = self.process.poll() is not None
            output = self.output
            assert not ended or count(output) >= times, f"it ended without {times} x {text!r}:\n{output}"
            return output

        def count(output: str) -> int:
            return sum(line.startswith(text) for line in output.splitlines())

        return eventually(look, lambda output: count(output) >= times, seconds)

    def numbers(self, name: str, times: int = 1) -> list[int]:
        """Wait until so many lines begin with a name; return the numbers that follow the name on each."""
        said = (line.split() for line in self.says(name + " ", times).splitlines())
        return [int(word) for first, *words in filter(None, said) if first == name for word in words]

    def finish(self, code: int | None = 0, seconds: float = 60) -> str:
        """Wait for the end with this exit code, and that nothing is left; return all output."""
        try:
            got = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it has not ended within {seconds} s:\n{self.output}") from None
        assert code is None or got == code, f"exit code {got}:\n{self.output}"
        self.left_nothing()
        return self.output

    def left_nothing(self) -> None:
        """No process of this program runs, and none of its files is left."""
        eventually(self.pids, lambda pids: not pids, 10)
        eventually(self.files, lambda files: not files, 10)

    def files(self) -> list[str]:
        """Files of this program's runs."""
        shared = _SHARED.glob(f"sluice-{os.getuid()}-{self.process.pid}-*")
        return [str(path) for path in (*self.temporary.iterdir(), *shared)]
