# SPDX-License-Identifier: Apache-2.0
"""What the build made for people to install, and a person who installs it: an ordinary user without a home of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from functools import cache
from pathlib import Path

from tests.support.drivers import MARK, end, marked
from tests.support.waiting import alive, eventually

ROOT = Path(__file__).parents[3]
TARGET = ROOT / "distribution" / "target"

_SHARED = Path("/dev/shm")
_NOBODY = 65534


def archive() -> Path:
    """The archive of this build; made now if there is none or a source of Python is newer."""
    return _made(TARGET, "sluice-*.tar.gz")


def wheel() -> Path:
    """The wheel of this build; made as the archive is."""
    return _made(TARGET / "dist", "*.whl")


def _made(place: Path, pattern: str) -> Path:
    found = list(place.glob(pattern))
    if len(found) != 1 or found[0].stat().st_mtime < _newest():
        for old in found:
            old.unlink()
        build(ROOT)
        found = list(place.glob(pattern))
    assert len(found) == 1, f"{place}/{pattern}: {found}"
    return found[0]


@cache
def _newest() -> float:
    trees = (ROOT / "python" / "sluice", ROOT / "distribution" / "src", ROOT / "docs", ROOT / "examples")
    trees += (ROOT / "benchmarks" / "bench", ROOT / "benchmarks" / "scenarios")
    files = (path for tree in trees for path in tree.rglob("*") if "__pycache__" not in path.parts)
    others = (ROOT / "pom.xml", *(ROOT / "distribution").glob("*.*"))
    return max(path.stat().st_mtime for path in (*files, *others) if path.is_file())


def build(root: Path, *options: str, **variables: str) -> None:
    """Build archive and wheel of a tree, without checks and tests. Offline, Maven would leave the SBOM out."""
    command = ["mvn", "-q", "-B", "-DskipTests", "-Dspotless.check.skip=true", "-Dsluice.jars.only=false"]
    command += ["-pl", "distribution", "-am", *options, "package"]
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-8000:]


@cache
def ordinary_user() -> int:
    """Who the person is: somebody without rights where the tests run as root, else who runs them."""
    return _NOBODY if os.getuid() == 0 else os.getuid()


@cache
def interpreter() -> str:
    """A Python that the person can start: the tests' own may be in a directory of root's."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    places = [getattr(sys, "_base_executable", sys.executable), *map(shutil.which, ("python3", version))]
    tried = [place for place in [*places, "/usr/bin/python3", f"/usr/bin/{version}"] if place]
    for place in tried:
        program = "import sys; sys.exit(sys.version_info < (3, 11))"
        try:
            done = subprocess.run([place, "-c", program], cwd="/", capture_output=True, **_identity())
        except OSError:
            continue
        if done.returncode == 0:
            return place
    raise AssertionError(f"no python 3.11 or newer for user {ordinary_user()}: tried {tried}")


def _identity() -> dict[str, object]:
    user = ordinary_user()
    return {} if user == os.getuid() else {"user": user, "group": user, "extra_groups": []}


class Person:
    """Somebody with a home directory and a temporary one, both empty, who runs programs and leaves nothing."""

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex
        # Short, since sockets are made below it.
        self.directory = Path(tempfile.mkdtemp(prefix="si-", dir="/tmp"))
        self.home, self.temporary = self.directory / "home", self.directory / "tmp"
        for place in (self.home, self.temporary):
            place.mkdir(mode=0o700)
            os.chown(place, ordinary_user(), -1)
        self.directory.chmod(0o755)

    def environment(self, **variables: str) -> dict[str, str]:
        """The variables of a fresh login, with a Java and a Python to be found."""
        java = os.environ.get("JAVA_HOME", "")
        places = [os.path.dirname(interpreter()), *([f"{java}/bin"] if java else []), "/usr/bin", "/bin"]
        found = shutil.which("java")
        places += [os.path.dirname(found)] if found else []
        return {
            "HOME": str(self.home),
            "PATH": ":".join(places),
            "TMPDIR": str(self.temporary),
            "LANG": "C.UTF-8",
            MARK: self.mark,
            **({"JAVA_HOME": java} if java else {}),
            **variables,
        }

    def run(
        self, *command: object, seconds: float = 100, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, from the home directory."""
        return subprocess.run(
            list(map(str, command)),
            cwd=self.home,
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            **_identity(),
        )

    def says(self, *command: object, **variables: str) -> str:
        """What a command that has to succeed writes to standard output."""
        done = self.run(*command, **variables)
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def program(self, text: str, name: str = "program.py") -> Path:
        """A file in the home directory."""
        path = self.home / name
        path.write_text(text)
        return path

    def pids(self) -> list[int]:
        """Every process that the person's commands started, or those did."""
        return marked(self.mark)

    def left_nothing(self) -> None:
        """No process runs, and no file of a run is left."""
        eventually(self.pids, lambda pids: not pids)
        eventually(lambda: list(self.temporary.iterdir()), lambda files: not files)
        shared = f"sluice-{ordinary_user()}-*"
        mine = [path for path in _SHARED.glob(shared) if not alive(int(path.name.split("-")[2]))]
        assert not mine

    def leave(self) -> None:
        """End what still runs, and remove all files."""
        end(self.pids())
        shutil.rmtree(self.directory, ignore_errors=True)
