# SPDX-License-Identifier: Apache-2.0
"""What was installed, once for all tests: an unpacked archive and a virtual environment, neither writable."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import installed


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A directory that everybody may read, at a path with spaces and more."""
    top = Path(tempfile.mkdtemp(prefix="sluice-installed-", dir="/tmp"))
    top.chmod(0o755)
    below = top / "a place with spaces"
    below.mkdir()
    yield below
    shutil.rmtree(top)


@pytest.fixture(scope="session")
def unpacked(place: Path) -> Path:
    """The archive's one directory. It belongs to who runs the tests, and is not to be written to."""
    with tarfile.open(installed.archive()) as archive:
        archive.extractall(place, filter="data")
        (top,) = {name.split("/")[0] for name in archive.getnames()}
    _protect(place / top)
    return place / top


@pytest.fixture(scope="session")
def environment(place: Path) -> Path:
    """A virtual environment with the wheel. What it needs besides comes from the build, and from no index."""
    path = place / "environment"
    subprocess.run([installed.interpreter(), "-m", "venv", "--without-pip", path], check=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        path / "bin" / "python",
        "--disable-pip-version-check",
    ]
    command += ["install", "--quiet", "--no-index", "--find-links", installed.TARGET / "wheels"]
    subprocess.run([*command, installed.wheel()], check=True, cwd=place)
    _protect(path)
    return path


def _protect(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)


@pytest.fixture
def person() -> Iterator[installed.Person]:
    """An ordinary user; when the test is over, nothing that they started may run or lie about."""
    somebody = installed.Person()
    try:
        yield somebody
        somebody.left_nothing()
    finally:
        somebody.leave()
