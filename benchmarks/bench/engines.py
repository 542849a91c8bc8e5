# SPDX-License-Identifier: Apache-2.0
"""Which engines are here, and what starts a scenario on each."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import site
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sluice
from bench import about
from bench.names import PEERS, TITLES
from bench.services import spark_home
from sluice import environment, install
from sluice.demo import broadcasts, runner
from sluice.errors import StartError
from sluice.version import VERSION

HERE = Path(__file__).resolve().parent
SCENARIOS = HERE.parent / "scenarios"
#: Where the package is that this runs with: a checkout, an archive or a wheel.
PACKAGE = Path(sluice.__file__).resolve().parent.parent
#: Names an interpreter that has Ray, Dask or loky.
VARIABLE = "SLUICE_PEERS_PYTHON"
#: What is told of an interpreter that has it.
_COMMON = ("Python", "cloudpickle", "py4j", "numpy", "pandas", "pyarrow", "duckdb", "scikit-learn", "pytest")
#: For all that run on the cluster that they share: executors are there before the clock runs.
_ON_SPARK = {
    "spark.executor.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.scheduler.minRegisteredResourcesRatio": "1",
}
_DAEMON = {
    **_ON_SPARK,
    "spark.python.daemon.module": "sluice.spark.daemon",
    "spark.executorEnv.PYTHONPATH": str(PACKAGE),
}
_REQUIREMENTS = HERE / "requirements-peers.txt"


@dataclass
class Found:
    """An engine: what runs programs on it, or why it is not here."""

    name: str
    program: runner.Engine | None = None
    how: str = ""
    reason: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.name,
            "title": TITLES[self.name],
            "here": self.program is not None,
            "how": self.how,
            "reason": self.reason,
            "versions": self.versions,
        }


def find(quick: bool, install: bool, install_peers: bool) -> dict[str, Found]:
    """Every engine by name.

    Raises:
        StartError: PySpark or the peers were to be installed, or an interpreter is named for them, and it failed.
    """
    settings = {"spark.ui.showConsoleProgress": "false", **(broadcasts.SHARE_SMALL if quick else {})}
    ours = {"PYTHONPATH": _path(SCENARIOS, PACKAGE, os.environ.get("PYTHONPATH", ""))}
    ours["BENCH_SETTINGS"] = json.dumps(settings)
    # The archive of classes that the launcher makes; without it every start would be measured slower.
    archive = [sys.executable, "-m", "sluice.jvm"]
    subprocess.run(archive, env={**os.environ, **ours}, check=False, capture_output=True)
    here = about.versions(sys.executable)
    found = {name: _sluice(name, ours, here) for name in ("sluice", "cluster")}
    if importlib.util.find_spec("sluice.commands.cluster") is None:
        found["cluster"] = Found("cluster", reason="this installation has no local cluster")
    found |= _spark(install)
    found["spark"] = _on_spark(found["sluice"], found["tuned"])
    found |= _peers(install_peers)
    # The floor has the same allocator: it is to be what the work costs, at its best.
    bare = runner.Engine(
        "floor", [sys.executable], {**runner.tuned(), "PYTHONPATH": str(SCENARIOS)}, talks=False
    )
    found["floor"] = Found("floor", bare, "no engine", versions={"Python": here["Python"]})
    return found


def _path(*parts: object) -> str:
    return os.pathsep.join(str(part) for part in parts if part)


def _sluice(name: str, variables: dict[str, str], versions: dict[str, str]) -> Found:
    engine = runner.sluice()
    engine.name, engine.talks = name, False
    engine.variables.update(variables)
    how = "in the driver's own JVM" if name == "sluice" else "a coordinator and one executor, over sluice://"
    return Found(name, engine, how, versions={"sluice": VERSION, **_some(versions, _COMMON)})


def _spark(install: bool) -> dict[str, Found]:
    """PySpark in its driver's JVM, and on its standalone cluster."""
    names = ("pyspark", "standalone", "daemon", "tuned")
    if not install and not runner.installed_pyspark():
        reason = "not installed; --install puts it into an environment of its own"
        return {name: Found(name, reason=reason) for name in names}
    spark = runner.pyspark()
    python = spark.command[0]
    versions = about.versions(python)
    spark.variables["PYTHONPATH"] = _path(SCENARIOS, *_packages(python))
    found = {}
    for name, how, more in (
        ("pyspark", "in the driver's own JVM, tuned: Unix sockets on, user interface off, 4 GB of heap", {}),
        ("standalone", "a master and a worker, tuned in the same way", {"spark.executor.memory": "4g"}),
        ("daemon", "spark.python.daemon.module=sluice.spark.daemon, the rest as without it", _DAEMON),
        ("tuned", "a master and a worker for each slot, tuned in the same way", _ON_SPARK),
    ):
        settings = {**spark.settings, **more}
        variables = {**spark.variables, "BENCH_SETTINGS": json.dumps(settings)}
        engine = dataclasses.replace(spark, name=name, variables=variables, settings=settings)
        found[name] = Found(name, engine, how, versions=_some(versions, ("pyspark", *_COMMON)))
    return found


def _on_spark(ours: Found, tuned: Found) -> Found:
    """Our engine, on the same Spark with the same settings."""
    if ours.program is None or tuned.program is None:
        return Found("spark", reason=tuned.reason)
    try:
        install.spark_jar()
    except StartError as error:
        return Found("spark", reason=str(error))
    python = tuned.program.command[0]
    variables = {**ours.program.variables, "SPARK_HOME": spark_home(python), "SPARK_LOCAL_IP": "127.0.0.1"}
    variables |= {"BENCH_SETTINGS": json.dumps(tuned.program.settings), "PYSPARK_PYTHON": sys.executable}
    program = dataclasses.replace(ours.program, name="spark", variables=variables)
    return Found("spark", program, "the same master and workers, and settings", versions=ours.versions)


def _packages(python: str) -> list[str]:
    """Where this interpreter's packages are, if the other can use them: NumPy and the like are then the same."""
    version = "import sys; print(sys.version_info[:2])"
    done = subprocess.run([python, "-c", version], capture_output=True, text=True, check=False)
    return site.getsitepackages() if done.stdout.strip() == str(sys.version_info[:2]) else []


def _peers(install: bool) -> dict[str, Found]:
    """Each where it is found first: named, in the environment made for them, beside us, beside PySpark."""
    place = runner.place("peers")
    made = environment.python_of(place)
    if install:
        print(f"Ray, Dask and loky are installed into {place}, once.", file=sys.stderr, flush=True)
        environment.ensure(place, str(_REQUIREMENTS))
    candidates = [os.environ.get(VARIABLE), made, sys.executable, runner.installed_pyspark()]
    known = {python: about.versions(python) for python in dict.fromkeys(filter(None, candidates))}
    return {name: _peer(name, known) for name in PEERS}


def _peer(name: str, known: dict[str, dict[str, str]]) -> Found:
    needs = {"dask": ("dask", "distributed")}.get(name, (name,))
    for python, versions in known.items():
        if all(package in versions for package in needs):
            variables: dict[str, str | None] = {
                **runner.untuned(),
                "PYTHONPATH": str(SCENARIOS),
                "RAY_USAGE_STATS_ENABLED": "0",
            }
            engine = runner.Engine(name, [python], variables, talks=False)
            wanted = ("Python", *needs, "cloudpickle", "numpy", "scikit-learn")
            return Found(name, engine, "its processes on this machine", versions=_some(versions, wanted))
    advice = f"--install-peers puts it into an environment of its own, or {VARIABLE} names an interpreter that has it"
    return Found(name, reason=f"not installed; {advice}")


def _some(versions: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: versions[name] for name in names if name in versions}
