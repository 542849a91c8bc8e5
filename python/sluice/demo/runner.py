# SPDX-License-Identifier: Apache-2.0
"""Runs a program of the demonstration on Sluice or on PySpark, and reads what it tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sluice import environment, install
from sluice.errors import SluiceError
from sluice.version import VERSION

HERE = Path(__file__).resolve().parent
#: What PySpark is given where it is compared with; the fastest of its transports.
PYSPARK_SETTINGS = {
    "spark.python.unix.domain.socket.enabled": "true",
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

    def run(self, script: str, arguments: list[str], on_line: Callable[[dict[str, Any], int], None]) -> None:
        """Run a script of this directory; ``on_line(fields, pid)`` gets each line of JSON.

        After it returns for a line whose step is ``measure``, the script goes on.

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
            process = subprocess.Popen(
                [*self.command, str(HERE / script), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if self.talks else said,
                text=True,
                env=variables,
            )
            try:
                self._read(process, on_line)
                code = process.wait()
            except BaseException:
                process.terminate()
                process.wait()
                raise
            if code:
                said.seek(0)
                sys.stderr.write(said.read().decode("utf-8", "replace")[-8000:])
                raise DemoError("a program ended early", engine=self.name, script=script, exit_code=code)

    @staticmethod
    def _read(process: subprocess.Popen[str], on_line: Callable[[dict[str, Any], int], None]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            for line in process.stdout:
                if not line.startswith("{"):
                    continue
                fields = json.loads(line)
                on_line(fields, process.pid)
                if fields.get("step") == "measure":
                    process.stdin.write("\n")
                    process.stdin.flush()


def sluice() -> Engine:
    """This Sluice."""
    return Engine("sluice", [sys.executable, "-m", "sluice.pyspark"])


def pyspark() -> Engine:
    """PySpark 4.3, from an environment of its own that is made when first asked for.

    Raises:
        StartError: it cannot be installed; says why.
    """
    python = os.environ.get(VARIABLE)
    if not python:
        place = _environment()
        if not os.path.exists(environment.python_of(place)):
            print(
                f"PySpark 4.3.0 is installed into {place}; that is several hundred megabytes, once.",
                file=sys.stderr,
                flush=True,
            )
        python = environment.ensure(place, str(HERE / "requirements-pyspark.txt"))
    return Engine(
        "pyspark",
        [python],
        {
            "PYTHONPATH": None,
            "SPARK_HOME": None,
            "PYSPARK_PYTHON": python,
            "PYSPARK_DRIVER_PYTHON": python,
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
        PYSPARK_SETTINGS,
        talks=False,
    )


def _environment() -> str:
    """Beside the launcher, or in the user's cache where that cannot be written."""
    home = install.home()
    if home and os.access(home, os.W_OK):
        return os.path.join(home, ".venv-pyspark")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "sluice", f"venv-pyspark-{VERSION}")
