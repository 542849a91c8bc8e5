# SPDX-License-Identifier: Apache-2.0
"""A Python daemon of Spark's, started and spoken to as an executor does it, without the JVM."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
from pathlib import Path
from typing import IO

from tests.support import spark
from tests.support.waiting import descendants, eventually, gone

SECRET = "a secret of the test"


class Daemon:
    """One daemon; use it in ``with``: at its end nothing of it is left."""

    def __init__(self, place: Path, module: str = "sluice.spark.daemon", **variables: str) -> None:
        self.errors = place / "stderr"
        paths = [variables.pop("PYTHONPATH", ""), str(spark.PYTHON_TREE)]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONUNBUFFERED": "YES",
            "PYTHON_WORKER_FACTORY_SECRET": SECRET,
            "SPARK_REUSE_WORKER": "1",
            "SPARK_LOCAL_DIRS": str(place),
            "OMP_NUM_THREADS": "1",
            **variables,
        }
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [spark.interpreter(), "-m", module, "pyspark.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                cwd=place,
            )
        self.stdin, self.stdout = _opened(self.process.stdin), _opened(self.process.stdout)
        self.port = self._port()

    def _port(self) -> int:
        told = self.stdout.read(4)
        assert len(told) == 4, self.said()
        return int(struct.unpack("!i", told)[0])

    def said(self) -> str:
        return self.errors.read_text()

    def worker(self) -> Worker:
        return Worker(socket.create_connection(("127.0.0.1", self.port), timeout=60))

    def kill(self, pid: int) -> None:
        self.stdin.write(struct.pack("!i", pid))
        self.stdin.flush()

    def __enter__(self) -> Daemon:
        return self

    def __exit__(self, *_: object) -> None:
        below = descendants(self.process.pid)
        self.stdin.close()
        self.process.wait(60)
        self.stdout.close()
        gone(*below)


class Worker:
    """A connection to a worker, and the pid that it told."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.file = connection.makefile("rwb")
        self.pid = self.int()

    def int(self) -> int:
        return int(struct.unpack("!i", self.exactly(4))[0])

    def exactly(self, count: int) -> bytes:
        found = self.file.read(count)
        assert len(found) == count, f"the worker's stream ended: got={len(found)} of={count}"
        return found

    def text(self, value: str | bytes) -> None:
        data = value.encode() if isinstance(value, str) else value
        self.file.write(struct.pack("!i", len(data)) + data)

    def authenticate(self, secret: str = SECRET) -> bytes:
        self.text(secret)
        self.file.flush()
        return self.exactly(self.int())

    def close(self) -> None:
        self.file.close()
        self.connection.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def lines(daemon: Daemon) -> list[str]:
    """What our module said, without what others write to the same place."""
    return [line for line in daemon.said().splitlines() if line.startswith("sluice.spark.daemon: ")]


def wait_for_line(daemon: Daemon, part: str) -> str:
    return eventually(lambda: next((line for line in lines(daemon) if part in line), ""))
