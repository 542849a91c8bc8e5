# SPDX-License-Identifier: Apache-2.0
"""Runs the Java program that reads histories of programs."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from sluice import install, jvm
from sluice.errors import SluiceError, StartError

__all__ = ["Reader"]

_MAIN = "dev.sluice.ui.HistoryMain"
#: It reads a file and draws pages: start-up counts, peak speed does not.
_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:disable")


class Reader:
    """The reader's process; it lives until it has done its work or this ends.

    Args:
        what: ``serve`` or ``report``.
        file: the history.
        to: a port, or the file to write.

    Raises:
        StartError: there is no Java, or the jars are not built.
    """

    def __init__(self, what: str, file: str, to: str) -> None:
        install.check_platform()
        command = [install.java(), *_OPTIONS, *install.jvm_options(), "-cp", jvm.class_path()]
        # Its input is a pipe of ours: it ends when this process does, however that comes about.
        self._process = subprocess.Popen(
            [*command, _MAIN, what, file, to],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def answer(self) -> dict[str, Any]:
        """Return what it says once it is ready.

        Raises:
            StartError: it ended without a word.
            SluiceError: the file cannot be read or written; says why.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(b"{"):
            raise StartError("the reader of histories did not start", exit_code=self._process.wait())
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise SluiceError(str(told["error"]))
        return told

    def wait(self) -> None:
        """Wait until it ends by itself.

        Raises:
            StartError: it did not end well.
        """
        code = self._process.wait()
        if code:
            raise StartError("the reader of histories ended", exit_code=code)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
