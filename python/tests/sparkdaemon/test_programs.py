# SPDX-License-Identifier: Apache-2.0
"""Random programs, with workers killed and code that fails, answer with our daemon what they answer with PySpark's.

Other versions, more programs: SLUICE_SPARK_PYTHON names the interpreter, SLUICE_SPARK_SEED and SLUICE_SPARK_COUNT the
programs, as docs/spark-daemon.md shows.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import spark

SEED = os.environ.get("SLUICE_SPARK_SEED", "1")
COUNT = os.environ.get("SLUICE_SPARK_COUNT", "14")
#: Seconds that only a hang takes.
LIMIT = int(COUNT) * 40 + 120


def start(place: Path, module: str) -> subprocess.Popen[bytes]:
    directory = place / module
    directory.mkdir()
    command = [
        spark.interpreter(),
        str(Path(__file__).with_name("programs.py")),
        str(directory / "answers"),
        SEED,
        COUNT,
        f"spark.python.daemon.module={module}",
        f"spark.local.dir={directory}",
    ]
    with (directory / "stdout").open("wb") as stdout, (directory / "stderr").open("wb") as stderr:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=directory,
            env={
                **os.environ,
                "PYTHONPATH": str(spark.PYTHON_TREE),
                "PYSPARK_PYTHON": spark.interpreter(),
                "SPARK_LOCAL_IP": "127.0.0.1",
                # The largest of the programs' broadcasts are shared then.
                "SLUICE_SPARK_SHARED_BYTES": "500000",
            },
        )


def answers(place: Path, module: str, process: subprocess.Popen[bytes]) -> list[Any]:
    directory = place / module
    code = process.wait(LIMIT)
    assert code == 0, (directory / "stderr").read_text()[-4000:]
    found: list[Any] = json.loads((directory / "answers").read_text())
    return found


@pytest.mark.timeout(2 * LIMIT)
def test_answers_are_pysparks(tmp_path: Path) -> None:
    modules = ("pyspark.daemon", "sluice.spark.daemon")
    processes = {module: start(tmp_path, module) for module in modules}
    try:
        stock, ours = (answers(tmp_path, module, processes[module]) for module in modules)
    finally:
        for process in processes.values():
            process.kill()
            process.wait()
    assert len(ours) == int(COUNT)
    for expected, found in zip(stock, ours, strict=True):
        assert found == expected
    # A fault that Spark does not survive would make both the same, too.
    well = [kind for _, kind, answer in ours if not answer.startswith("('failed'")]
    assert {"killed", "left", "broadcast", "sql", "pandas"} <= set(well)
