# SPDX-License-Identifier: Apache-2.0
"""Tasks as Spark sends them to a Python worker, for each of PySpark's versions, and what comes back.

The task's records are expressions in Python; the worker answers what they evaluate to.
"""

from __future__ import annotations

import base64
import json
import pickle
import struct
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.sparkdaemon.daemons import Worker
from tests.support import spark

END_OF_DATA, FAILED, TIMING, END_OF_STREAM, START_OF_INIT = -1, -2, -3, -4, -8

_MAKE = """
import base64, json, sys, pyspark
from pyspark import cloudpickle
from pyspark.serializers import AutoBatchedSerializer, CPickleSerializer
def work(split, records):
    import gc, os, sys, time
    try:
        from pyspark.core.broadcast import _broadcastRegistry as registry
    except ImportError:
        from pyspark.broadcast import _broadcastRegistry as registry
    value = {number: shared for number, shared in registry.items()}
    return [eval(record, {"os": os, "sys": sys, "gc": gc, "time": time, "value": value}) for record in records]
work.__module__ = "__main__"
serializer = AutoBatchedSerializer(CPickleSerializer())
command = cloudpickle.dumps((work, None, serializer, serializer))
print(json.dumps([pyspark.__version__, "%d.%d" % sys.version_info[:2], base64.b64encode(command).decode()]))
"""


@cache
def _made() -> tuple[str, str, bytes]:
    done = subprocess.run([spark.interpreter(), "-c", _MAKE], capture_output=True, text=True, check=True)
    version, python, command = json.loads(done.stdout.splitlines()[-1])
    return ".".join(version.split(".")[:2]), python, base64.b64decode(command)


def version() -> str:
    """The first two numbers of the PySpark under test."""
    return _made()[0]


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("!i", len(data)) + data


@dataclass
class Places:
    """What a task says of its files and broadcasts."""

    added: dict[int, str]
    removed: tuple[int, ...] = ()
    encrypted: bool = False

    def bytes(self) -> bytes:
        count = len(self.added) + len(self.removed)
        data = text("/nonexistent/files") + struct.pack("!i", 0) + struct.pack("!?i", self.encrypted, count)
        data += b"".join(struct.pack("!q", -number - 1) for number in self.removed)
        return data + b"".join(struct.pack("!q", number) + text(path) for number, path in self.added.items())


def header(places: Places, layout: str, python: str, properties: int = 2) -> bytes:
    """A task's first bytes, up to and with its broadcasts, without the frame that 4.3 puts around."""
    data = struct.pack("!i", 0) + text(python)
    if layout in ("4.2", "4.3"):
        context = {
            "isBarrier": False, "connInfo": None, "secret": None, "stageId": 1, "partitionId": 0,
            "attemptNumber": 0, "taskAttemptId": 7, "cpus": 1, "cpuAmount": "1", "resources": {},
            "localProperties": {f"key.{i}": "value" for i in range(properties)},
        }  # fmt: skip
        return data + text(json.dumps(context)) + places.bytes()
    data += struct.pack("!?", False)
    if layout in ("3.5", "4.0"):
        data += struct.pack("!i", 0) + text("")
    data += struct.pack("!iiiqi", 1, 0, 0, 7, 1)
    data += struct.pack("!i", 1) + text("gpu") + text("gpu") + struct.pack("!i", 1) + text("0")
    data += struct.pack("!i", properties)
    data += b"".join(text(f"key.{i}") + text("value") for i in range(properties))
    return data + places.bytes()


def framed(data: bytes, layout: str) -> bytes:
    return struct.pack("!ii", START_OF_INIT, len(data)) + data if layout == "4.3" else data


def message(places: Places, records: Iterable[str], properties: int = 2) -> bytes:
    layout, python, command = _made()
    data = header(places, layout, python, properties) + struct.pack("!i", 0)
    if layout in ("4.2", "4.3"):
        data += struct.pack("!ii", 0, 0)
    data += struct.pack("!i", len(command)) + command
    batch = pickle.dumps(list(records))
    body = struct.pack("!i", len(batch)) + batch + struct.pack("!ii", END_OF_DATA, END_OF_STREAM)
    return framed(data, layout) + body


class TaskError(Exception):
    """The worker reported an exception; the text is its traceback."""


def run(
    worker: Worker, *records: str, added: dict[int, str] | None = None, removed: tuple[int, ...] = ()
) -> list[Any]:
    """Have a worker run a task, and return what it answered."""
    worker.file.write(message(Places(added or {}, removed), records))
    worker.file.flush()
    return answer(worker)


def answer(worker: Worker) -> list[Any]:
    found: list[Any] = []
    while (kind := worker.int()) >= 0:
        found += pickle.loads(worker.exactly(kind))
    if kind == FAILED:
        raise TaskError(worker.exactly(worker.int()).decode())
    assert kind == TIMING
    # Three or four times, two counts of bytes, then the accumulators, none.
    worker.exactly(8 * (6 if version() in ("4.2", "4.3") else 5))
    assert [worker.int() for _ in range(3)] == [END_OF_DATA, 0, END_OF_STREAM]
    return found
