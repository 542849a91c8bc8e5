# SPDX-License-Identifier: Apache-2.0
"""Makes in target/ what Maven's assembly takes from Python: conf/sluice.conf, python-lib/ and the wheel.

Nothing in them depends on the time, the directory or the machine of the build: versions are pinned, files are written
in one order, and times are the project's.
"""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(f"sluice: python is too old: version={sys.version.split()[0]}, needed=3.11; set SLUICE_PYTHON")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TARGET = HERE / "target"

sys.path.insert(0, str(ROOT / "python"))
sys.dont_write_bytecode = True

from sluice import conffile, environment  # noqa: E402
from sluice.errors import SluiceError  # noqa: E402


def settings() -> None:
    """The settings' file, from core's table."""
    place = fresh("conf") / "sluice.conf"
    place.write_text(conffile.render(), "utf-8")


def packages(python: str) -> None:
    """What programs import besides sluice, so that an unpacked archive asks no package index for anything."""
    wheels = TARGET / "wheels"
    wanted = [
        line
        for line in (ROOT / "python" / "requirements.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    names = {line.replace("==", "-") for line in wanted}
    there = sorted(wheels.glob("*.whl")) if wheels.is_dir() else []
    if {"-".join(path.name.split("-")[:2]) for path in there} != names:
        fresh("wheels")
        run(python, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels), *wanted)
        there = sorted(wheels.glob("*.whl"))
    library = fresh("python-lib")
    for path in there:
        with zipfile.ZipFile(path) as wheel:
            # Not their tests, and not py4j's jar, which is in lib.
            names = [name for name in wheel.namelist() if "/tests/" not in name and ".data/" not in name]
            wheel.extractall(library, names)


def wheel(python: str, time: str) -> None:
    """The package with the jars inside, built from a copy of the sources that holds nothing else."""
    tree = fresh("wheel-source")
    skipped = shutil.ignore_patterns("__pycache__", "jars")
    shutil.copytree(ROOT / "python" / "sluice", tree / "sluice", ignore=skipped)
    # Below the package, where `sluice bench` looks for them; what compares with PySpark and JMH stays here.
    skipped = shutil.ignore_patterns(
        "__pycache__", "src", "target", "pom.xml", "jmh", "record_*", "readme.py"
    )
    shutil.copytree(ROOT / "benchmarks", tree / "sluice" / "benchmarks", ignore=skipped)
    shutil.copytree(TARGET / "lib", tree / "sluice" / "jars")
    shutil.copytree(HERE / "src" / "main" / "licences", tree / "licences")
    for path in (TARGET / "sbom.json", *(HERE / "src" / "main" / "wheel").iterdir()):
        shutil.copy(path, tree / "licences" if path.suffix == ".json" else tree)
    for name in ("LICENSE", "NOTICE", "python/pyproject.toml"):
        shutil.copy(ROOT / name, tree)
    for path in tree.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    place = fresh("dist")
    epoch = int(datetime.datetime.fromisoformat(time).timestamp())
    run(
        python,
        *("-m", "hatchling", "build", "--target", "wheel", "--directory", str(place)),
        cwd=tree,
        SOURCE_DATE_EPOCH=str(epoch),
    )


def fresh(name: str) -> Path:
    """An empty directory in target/."""
    place = TARGET / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def run(*command: str, cwd: Path | None = None, **variables: str) -> None:
    """Run a tool; what it says is shown only if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        sys.exit(f"sluice: a step of the build failed: command={' '.join(command)}, exit={done.returncode}")


def main() -> None:
    """Stage everything; the argument is the project's time in ISO 8601."""
    if len(sys.argv) != 2:
        sys.exit("usage: stage.py TIME")
    try:
        settings()
        python = environment.ensure(
            str(TARGET / "venv"), str(HERE / "requirements-build.txt"), announce=False
        )
    except SluiceError as error:
        sys.exit(f"sluice: {error}")
    if not (TARGET / "sbom.json").exists():
        sys.exit(
            "sluice: no target/sbom.json, which Maven makes only when it is online: build once without -o"
        )
    packages(python)
    wheel(python, sys.argv[1])


if __name__ == "__main__":
    main()
