# SPDX-License-Identifier: Apache-2.0
"""Runs a program of the demonstration on Sluice or on PySpark, and reads what it tells."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sluice import environment, install, tuning
from sluice.errors import SluiceError, StartError
from sluice.version import VERSION

HERE = Path(__file__).resolve().parent
#: What PySpark is given where it is compared with: the fastest of its transports, and a heap that holds its broadcasts.
PYSPARK_SETTINGS = {
    "spark.python.unix.domain.socket.enabled": "true",
    "spark.driver.memory": "4g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
#: Names an interpreter that has PySpark, to be used as it is.
VARIABLE = "SLUICE_ANCHOR_PYTHON"


class DemoError(SluiceError):
    """A program of the demonstration did not run to its end."""


@dataclass
class Engine:
    """Something that runs PySpark programs."""

    name: str
    command: list[str]
    variables: dict[str, str | None] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    #: Whether its own messages are worth showing while it works.
    talks: bool = True

    def run(
        self,
        script: str,
        arguments: list[str],
        on_line: Callable[[dict[str, Any], int], None],
        timeout: float | None = None,
    ) -> None:
        """Run a script, of this directory if not a whole path; ``on_line(fields, pid)`` gets each line of JSON.

        After it returns for a line whose step is ``measure``, the script goes on. ``fields["at"]`` are the seconds
        since the process was started. A script that takes longer than ``timeout`` seconds is killed.

        Raises:
            DemoError: the script failed; what it said on standard error has been shown.
        """
        variables = {**os.environ, "PYTHONHASHSEED": "0"}
        for key, value in self.variables.items():
            if value is None:
                variables.pop(key, None)
            else:
                variables[key] = value
        with tempfile.TemporaryFile() as said:
            begun = time.perf_counter()
            # A group of its own: Ctrl-C reaches us alone, and we interrupt it once.
            process = subprocess.Popen(
                [*self.command, str(HERE / script), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if self.talks else said,
                text=True,
                env=variables,
                process_group=0,
            )
            watchdog = threading.Timer(timeout or threading.TIMEOUT_MAX, process.kill)
            watchdog.daemon = True
            watchdog.start()
            try:
                self._read(process, begun, on_line)
                code = process.wait()
            except BaseException:
                _end(process)
                raise
            finally:
                watchdog.cancel()
            if code:
                said.seek(0)
                words = said.read().decode("utf-8", "replace")[-8000:]
                sys.stderr.write(words)
                last = words.strip().rpartition("\n")[2].strip()[:300]
                more = {"said": last} if last else {}
                raise DemoError(
                    "a program ended early", engine=self.name, script=script, exit_code=code, **more
                )

    @staticmethod
    def _read(
        process: subprocess.Popen[str], begun: float, on_line: Callable[[dict[str, Any], int], None]
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            for line in process.stdout:
                if not line.startswith("{"):
                    continue
                fields = {**json.loads(line), "at": time.perf_counter() - begun}
                on_line(fields, process.pid)
                if fields.get("step") == "measure":
                    process.stdin.write("\n")
                    process.stdin.flush()


def _end(process: subprocess.Popen[str]) -> None:
    """Interrupt a program, which then cleans up after itself; kill it if it does not."""
    for end, patience in ((signal.SIGINT, 15), (signal.SIGTERM, 5), (signal.SIGKILL, None)):
        process.send_signal(end)
        try:
            process.wait(patience)
            return
        except subprocess.TimeoutExpired:
            continue


def sluice() -> Engine:
    """This Sluice, with what its launcher gives to every program."""
    return Engine("sluice", [sys.executable, "-m", "sluice.pyspark"], dict(tuned()))


def tuned() -> dict[str, str | None]:
    """The variables that the launcher sets for the programs it starts."""
    variables = dict(os.environ)
    tuning.tune(variables)
    return {name: variables.get(name) for name in tuning.VARIABLES}


def untuned() -> dict[str, str | None]:
    """The same variables as they are where nobody started our launcher."""
    variables = dict(os.environ)
    tuning.settle(variables)
    return {name: variables.get(name) for name in tuning.VARIABLES}


def pyspark() -> Engine:
    """PySpark 4.3, from an environment of its own that is made when first asked for.

    Raises:
        StartError: it cannot be installed, or the interpreter that is named does not have it; says why.
    """
    python = installed_pyspark()
    if not python:
        made = place("pyspark")
        print(
            f"PySpark 4.3.0 is installed into {made}; that is several hundred megabytes, once.",
            file=sys.stderr,
            flush=True,
        )
        python = environment.ensure(made, str(HERE / "requirements-pyspark.txt"))
    _check(python)
    return Engine(
        "pyspark",
        [python],
        {
            **untuned(),
            "PYTHONPATH": None,
            "SPARK_HOME": None,
            "PYSPARK_PYTHON": python,
            "PYSPARK_DRIVER_PYTHON": python,
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
        PYSPARK_SETTINGS,
        talks=False,
    )


def _check(python: str) -> None:
    try:
        done = subprocess.run([python, "-c", "import pyspark"], capture_output=True, text=True)
        reason = done.stderr.strip().rpartition("\n")[2] if done.returncode else ""
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise StartError(
            "no PySpark to compare with",
            python=python,
            reason=reason,
            advice=f"set {VARIABLE} to an interpreter that has pyspark 4.3, or unset it to have one installed",
        )


def installed_pyspark() -> str | None:
    """The interpreter that has PySpark: the one that is named, else ours if it was made before."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    made = place("pyspark")
    return environment.python_of(made) if os.path.exists(os.path.join(made, "sluice-requirements")) else None


def place(name: str) -> str:
    """The directory of an environment of its own: beside the launcher, or in the user's cache if that is not ours."""
    home = install.home()
    if home and os.access(home, os.W_OK):
        return os.path.join(home, f".venv-{name}")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "sluice", f"venv-{name}-{VERSION}")
