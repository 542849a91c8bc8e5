# SPDX-License-Identifier: Apache-2.0
"""The same sources give the same bytes: in another directory, at another time, under other settings of the builder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import zipfile
from pathlib import Path

from tests.support import installed

_FILES = ("pom.xml", "sluice", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE")
#: Whose target has nothing of the archive, or an environment.
_BARE = ("distribution", "python", "benchmarks", "examples")


def sources(to: Path) -> None:
    """A copy of what the archive is made from, without tests, written in another order.

    Classes that are compiled are taken along, but for those of the last module, so that this stays a matter of
    seconds; jars, list of parts, wheel and archive are made anew.
    """
    shared = shutil.ignore_patterns(
        "__pycache__",
        "test",
        "tests",
        "test-classes",
        "surefire-reports",
        "jars",
        "*.jar",
        ".*cache",
        ".venv*",
    )
    bare = shutil.ignore_patterns("__pycache__", "test", "tests", "target", ".*cache")
    for name in sorted(os.listdir(installed.ROOT), reverse=True):
        path = installed.ROOT / name
        if name in _FILES:
            shutil.copy2(path, to)
        elif path.is_dir() and (name == ".mvn" or not name.startswith(".")):
            shutil.copytree(path, to / name, ignore=bare if name in _BARE else shared)
    shutil.rmtree(to / "driver" / "target")
    # The tools of the build alone are shared; they are pinned.
    made = to / "distribution" / "target"
    made.mkdir()
    shutil.copytree(installed.TARGET / "wheels", made / "wheels")
    (made / "venv").symlink_to(installed.TARGET / "venv")


def test_a_build_elsewhere_gives_the_same_archive_and_the_same_wheel(tmp_path: Path) -> None:
    archive, wheel = installed.archive(), installed.wheel()
    copy = tmp_path / "another place"
    copy.mkdir()
    sources(copy)
    installed.build(
        copy, "-Dmaven.compiler.useIncrementalCompilation=false", TZ="Pacific/Chatham", LC_ALL="C"
    )
    assert (copy / "driver" / "target" / "classes" / "dev").is_dir()
    for one in (archive, wheel):
        other = copy / one.relative_to(installed.ROOT)
        if one.read_bytes() != other.read_bytes():
            assert members(one) == members(other)
            raise AssertionError(f"{one.name}: the same members, packed in another way")


def members(path: Path) -> dict[str, str]:
    """A checksum for each file, to see which differs."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return {name: hashlib.sha256(wheel.read(name)).hexdigest() for name in wheel.namelist()}
    with tarfile.open(path) as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        return {name: hashlib.sha256(file.read()).hexdigest() if file else "" for name, file in files.items()}
