# SPDX-License-Identifier: Apache-2.0
"""The way of a program to a cluster's coordinator: no JVM of its own, the rest as with one."""

from __future__ import annotations

import atexit
import shutil
from pathlib import Path
from typing import Any

from sluice import gateway, progress, settings
from sluice.cluster import link
from sluice.errors import ContextError

__all__ = ["ClusterGateway"]

_LAST_OUTPUT = 2.0


class ClusterGateway(gateway.Gateway):
    """Joins a cluster as one program, which ends when this process does.

    Args:
        first: the first context; as many slots as the cluster has are given to it.
        port: the coordinator's.

    Raises:
        StartError: no cluster runs there.
    """

    what = "the cluster's coordinator"
    advice = "look at: sluice cluster status; start it anew: sluice cluster start, then the program"

    def __init__(self, first: dict[str, Any], port: int) -> None:
        super().__init__(first)
        self._port = port
        token_file = settings.value_of(first["settings"], "sluice.cluster.token.file")
        self._pid, token = link.find(port, token_file)
        self._link = link.Link(port, token, "program", program=gateway.describe(first))
        self._told: dict[str, Any] = {}
        atexit.register(self.close)

    def await_ready(self) -> None:
        """Wait for the answer, which the coordinator makes while Python's own imports go on."""
        if not self._told:
            try:
                self._told = self._link.answer()
            except BaseException:
                self.close()
                raise

    @property
    def directory(self) -> Path:
        self.await_ready()
        return Path(self._told["directory"])

    @property
    def application(self) -> str:  # type: ignore[override]
        self.await_ready()
        return str(self._told["application"])

    @property
    def pid(self) -> int:
        return int(self._told.get("pid", self._pid))

    @property
    def alive(self) -> bool:
        return self.owned and self._link.open

    def slots(self, asked: int) -> int:
        self.await_ready()
        return int(self._told["slots"])

    def start(self, arguments: dict[str, Any]) -> None:
        if arguments is not self._first:
            arguments = {**arguments, "slots": self.slots(0)}
        super().start(arguments)

    def _gone(self, **facts: Any) -> ContextError:
        return ContextError(
            f"{self.what} is gone",
            port=self._port,
            pid=self.pid,
            **facts,
            advice=self.advice,
        )

    def _ended(self) -> bool:
        return not self._link.open

    def close(self) -> None:
        if not self.owned:
            return
        atexit.unregister(self.close)
        while self._idle:
            self._idle.pop().close()
        # The program ends with this; what its tasks printed last comes before the end of that connection.
        self._link.finish()
        if self._shower is not None:
            self._shower.join(_LAST_OUTPUT)
        if self._output is not None:
            self._output.sock.close()
        progress.finish()
        self._link.close()
        if self._told and not Path(f"/proc/{self.pid}").exists():
            # Else the coordinator does it.
            for directory in (self.directory, Path("/dev/shm") / self.directory.name):
                shutil.rmtree(directory, ignore_errors=True)
