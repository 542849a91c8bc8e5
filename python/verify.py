# SPDX-License-Identifier: Apache-2.0
"""Maven's Python half: `environment` makes the tests' virtual environment, `all` checks and tests in it, `spark-jars`
writes a jar that names those of Apache Spark.

With SLUICE_PYTHON set, that interpreter is used as it is, and has to have what requirements-dev.txt lists.
"""

from __future__ import annotations

import glob
import os
import pathlib
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(f"sluice: python is too old: version={sys.version.split()[0]}, needed=3.11; set SLUICE_PYTHON")

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
TARGET = os.path.join(HERE, "target")

sys.path.insert(0, HERE)

from sluice import environment  # noqa: E402
from sluice.errors import SluiceError  # noqa: E402


def interpreter() -> str:
    if os.environ.get("SLUICE_PYTHON"):
        return sys.executable
    return environment.ensure(os.path.join(TARGET, "venv"), os.path.join(HERE, "requirements-dev.txt"))


def spark_interpreter() -> str:
    """Apache Spark's own environment: what is tested on it names its interpreter (`tests/support/spark.py`)."""
    return os.environ.get("SLUICE_SPARK_PYTHON") or environment.ensure(
        os.path.join(TARGET, "spark"), os.path.join(HERE, "requirements-spark.txt")
    )


def spark_jars(target: str) -> None:
    """Write a jar that names all of Spark's, for the class path of tests that run in Java."""
    listed = subprocess.run(
        [spark_interpreter(), "-c", "import importlib.util as u; print(u.find_spec('pyspark').origin)"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    jars = sorted(pathlib.Path(listed.strip()).parent.glob("jars/*.jar"))
    line = "Class-Path: " + " ".join(jar.as_uri() for jar in jars)
    # A line of a manifest has at most 72 bytes, and goes on behind a space.
    lines = [line[:72], *(f" {line[at : at + 71]}" for at in range(72, len(line), 71))]
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with zipfile.ZipFile(target, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "\r\n".join(["Manifest-Version: 1.0", *lines, "", ""]))


def check(name: str, *command: str, **variables: str) -> bool:
    """Run one check from python/, show it with its time, and tell whether it passed."""
    print(f"python: {name}", flush=True)
    begun = time.monotonic()
    code = subprocess.run(
        command,
        cwd=HERE,
        stdin=subprocess.DEVNULL,
        # Tests start programs of their own, which have to find the package too.
        env={**os.environ, "PYTHONPATH": HERE, "SLUICE_HOME": ROOT, **variables},
    ).returncode
    said = "ok" if code == 0 else f"failed, exit={code}"
    print(f"python: {name}: {said}, seconds={time.monotonic() - begun:.1f}", flush=True)
    return code == 0


def run_all() -> None:
    """Every check runs, also after one that failed."""
    python = interpreter()
    os.environ["SLUICE_SPARK_PYTHON"] = spark_interpreter()
    trees = [HERE, *filter(os.path.isdir, (os.path.join(ROOT, name) for name in ("benchmarks", "examples")))]
    config = os.path.join(HERE, "pyproject.toml")
    passed = [
        check(
            "ruff format", python, "-m", "ruff", "format", "--config", config, "--check", "--quiet", *trees
        ),
        check("ruff", python, "-m", "ruff", "check", "--config", config, "--quiet", *trees),
        check("mypy", python, "-m", "mypy", "--strict", "--cache-dir", os.path.join(TARGET, "mypy")),
        test("pytest", python, "--durations=15"),
    ]
    newer = java_25()
    if newer is None:
        print("python: smoke tests on JDK 25: none found in SLUICE_JAVA_25 or /usr/lib/jvm", flush=True)
    else:
        passed.append(test("smoke", python, "-m", "smoke", JAVA_HOME=newer))
    if not all(passed):
        sys.exit(1)


def test(name: str, python: str, *options: str, **variables: str) -> bool:
    report = os.path.join(TARGET, f"{name}.xml")
    cache = os.path.join(TARGET, "pytest")
    where = f" with {variables['JAVA_HOME']}" if variables else ""
    command = [python, "-m", "pytest", f"--junit-xml={report}", "-o", f"cache_dir={cache}", *options]
    return check(name + where, *command, **variables)


def java_25() -> str | None:
    named = os.environ.get("SLUICE_JAVA_25")
    places = [named] if named else sorted(glob.glob("/usr/lib/jvm/*25*"))
    return next((place for place in places if os.access(os.path.join(place, "bin", "java"), os.X_OK)), None)


def main() -> None:
    tasks: dict[str, Callable[[], object]] = {"environment": interpreter, "all": run_all}
    if sys.argv[1:2] == ["spark-jars"] and len(sys.argv) == 3:
        tasks["spark-jars"] = lambda: spark_jars(sys.argv[2])
    elif len(sys.argv) != 2 or sys.argv[1] not in tasks:
        sys.exit(f"usage: verify.py {'|'.join(tasks)}|spark-jars FILE")
    try:
        tasks[sys.argv[1]]()
    except SluiceError as error:
        sys.exit(f"sluice: {error}")


if __name__ == "__main__":
    main()
