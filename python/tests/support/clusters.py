# SPDX-License-Identifier: Apache-2.0
"""Clusters in processes of their own, with state and temporary files below one short directory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from tests.support.drivers import MARK, Driver, end, marked
from tests.support.waiting import eventually

_SHARED = Path("/dev/shm")


class Cluster:
    """A cluster that ``start`` starts; at the end nothing of it may be left."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="sc-", dir="/tmp"))
        self.state = self.directory / "state"
        self.temporary = self.directory / "tmp"
        self.temporary.mkdir()
        self._mark = uuid.uuid4().hex
        self.port = 0
        self.pid = 0

    def command(
        self, *arguments: object, name: str = "cluster", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of `sluice` in this cluster's place."""
        return subprocess.run(
            [sys.executable, "-P", "-m", f"sluice.commands.{name}", *map(str, arguments)],
            env={**self.environment(), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
        )

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables(), MARK: self._mark, "TMPDIR": str(self.temporary)}

    def variables(self) -> dict[str, str]:
        """What a program needs to find this cluster."""
        return {"SLUICE_STATE": str(self.state)}

    def start(self, *arguments: object) -> Cluster:
        done = self.command("start", "--port", self.port, "--cores", 2, *arguments)
        assert done.returncode == 0, done.stderr
        told = self.status()
        self.port, self.pid = told["port"], told["pid"]
        return self

    def status(self) -> dict[str, Any]:
        done = self.command("status", "--json", *(["--port", self.port] if self.port else []))
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def programs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.status()["programs"]
        return found

    @property
    def master(self) -> str:
        return f"sluice://localhost:{self.port}"

    @property
    def place(self) -> Path:
        """The state directory."""
        return self.state / f"cluster-{self.port}"

    def driver(self, script: str, *arguments: object, **variables: str | None) -> Driver:
        """A program that gets the master as its first argument."""
        return Driver(script, self.master, *arguments, **{**self.variables(), **variables})

    def pids(self) -> list[int]:
        """Every process that the cluster started."""
        return marked(self._mark)

    def files(self) -> list[str]:
        """Files of the cluster's, but for its logs."""
        shared = _SHARED.glob(f"sluice-{os.getuid()}-{self.pid}-*") if self.pid else ()
        state = [path for path in self.state.rglob("*") if path.name in ("coordinator.json", "token")]
        return [str(path) for path in (*self.temporary.iterdir(), *state, *shared)]

    def program_files(self) -> list[str]:
        """Files of programs, which end with these."""
        own = self.temporary.glob(f"sluice-{os.getuid()}-{self.pid}-*")
        # Its own, of the same name in both places, stay.
        mine = Path(self._own_files()).name
        shared = _SHARED.glob(f"sluice-{os.getuid()}-{self.pid}-*")
        return [str(path) for path in (*own, *shared) if path.name != mine]

    def _own_files(self) -> str:
        told: str = json.loads((self.place / "coordinator.json").read_text())["directory"]
        return told

    def no_programs(self) -> None:
        """No program is there, and none has left anything."""
        eventually(self.programs, lambda programs: not programs)
        eventually(self.program_files, lambda files: not files)

    def stop(self) -> None:
        """Stop it; nothing may be left."""
        done = self.command("stop", *(["--port", self.port] if self.port else []))
        assert done.returncode == 0, done.stderr
        self.left_nothing()

    def left_nothing(self) -> None:
        """No process and no file of the cluster is there."""
        eventually(self.pids, lambda pids: not pids)
        eventually(self.files, lambda files: not files)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *error: object) -> None:
        end(self.pids())
        if self.pid:
            for left in _SHARED.glob(f"sluice-{os.getuid()}-{self.pid}-*"):
                shutil.rmtree(left, ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)
