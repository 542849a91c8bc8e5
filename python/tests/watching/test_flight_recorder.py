# SPDX-License-Identifier: Apache-2.0
"""What the JDK's Flight Recorder keeps of a program."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

from sluice import install
from tests.support.drivers import Driver

PROGRAM = """
import sys
from sluice import Conf, Context

options = "-XX:StartFlightRecording:filename=" + sys.argv[1]
sc = Context(conf=Conf().setMaster("local[2]").setAppName("flight").set("sluice.driver.javaOptions", options))
shared = sc.broadcast(list(range(100)))
assert sc.parallelize(range(3), 3).map(lambda x: shared.value[x]).collect() == [0, 1, 2]
sc.stop()
"""


def test_a_recording_holds_what_ran(tmp_path: Path) -> None:
    with Driver(PROGRAM, tmp_path / "run.jfr") as driver:
        driver.finish()
    tool = Path(install.java()).resolve().parent / "jfr"
    command = [str(tool), "print", "--json", "--categories", "Sluice"]
    shown = subprocess.run([*command, tmp_path / "run.jfr"], capture_output=True, text=True, check=True)
    events = json.loads(shown.stdout)["recording"]["events"]
    counts = Counter(event["type"].removeprefix("dev.sluice.") for event in events)
    assert counts["Job"] == counts["Stage"] == 1
    assert counts["Task"] == 3
    assert counts["Broadcast"] == 1
    assert counts["WorkerStart"] >= 1
    tasks = [event["values"] for event in events if event["type"] == "dev.sluice.Task"]
    assert {task["partition"] for task in tasks} == {0, 1, 2}
    assert {task["outcome"] for task in tasks} == {"SUCCEEDED"}


def test_what_a_users_options_make_java_print_is_shown_and_never_stops_it() -> None:
    program = """
        from sluice import Conf, Context

        conf = Conf().setMaster("local[2]").setAppName("talk").set("sluice.driver.javaOptions", "-Xlog:class+load")
        with Context(conf=conf) as sc:
            assert sc.parallelize(range(10), 2).count() == 10
    """
    with Driver(program) as driver:
        said = driver.finish()
    # Far more than a pipe holds.
    assert len(said) > 1 << 17
    assert "dev.sluice.driver.DriverMain source:" in said
    assert '"closed"' not in said
