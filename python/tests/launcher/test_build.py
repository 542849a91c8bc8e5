# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sluice import build
from sluice.errors import StartError

BUILT = 1_000_000


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    files = ["pom.xml", "core/pom.xml", "core/src/main/java/A.java", "core/src/test/java/T.java"]
    files += ["python/sluice/a.py", "distribution/target/lib/a.jar", "distribution/target/built"]
    for name in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    age(tmp_path, BUILT - 10)
    age(tmp_path / "distribution/target/built", BUILT)
    return tmp_path


def age(path: Path, seconds: int) -> None:
    for each in [path, *path.rglob("*")]:
        os.utime(each, (seconds, seconds))


def remove_source(home: Path) -> None:
    (home / "core/src/main/java/A.java").unlink()


def remove_jar(home: Path) -> None:
    (home / "distribution/target/lib/a.jar").unlink()


def remove_stamp(home: Path) -> None:
    (home / "distribution/target/built").unlink()


def touching(name: str) -> Callable[[Path], None]:
    def touch(home: Path) -> None:
        age(home / name, BUILT + 1)

    return touch


def test_what_is_older_than_the_build_is_not_stale(checkout: Path) -> None:
    assert not build.stale(checkout.as_posix())
    age(checkout / "core/src/test/java/T.java", BUILT + 1)
    assert not build.stale(checkout.as_posix())


@pytest.mark.parametrize(
    "change",
    [
        remove_source,
        remove_jar,
        remove_stamp,
        touching("pom.xml"),
        touching("core/pom.xml"),
        touching("core/src/main/java/A.java"),
        touching("python/sluice/a.py"),
    ],
)
def test_what_is_newer_or_gone_is_stale(checkout: Path, change: Callable[[Path], None]) -> None:
    change(checkout)
    assert build.stale(str(checkout))


def test_no_maven_is_one_line(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove_stamp(checkout)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(StartError, match=r"^no maven to build the jars with \(command=mvn\); install"):
        build.ensure_jars(str(checkout))


@pytest.mark.parametrize("code", [0, 1])
def test_the_stamp_follows_success_only(checkout: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    remove_stamp(checkout)
    maven = checkout / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text(
        f"#!/bin/sh\nmkdir distribution/target/lib\ntouch distribution/target/lib/new.jar\nexit {code}\n"
    )
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", str(maven.parent), prepend=":")
    if code:
        with pytest.raises(StartError, match=r"^maven could not build the jars.*\(exit=1\)"):
            build.ensure_jars(str(checkout))
    else:
        build.ensure_jars(str(checkout))
        assert os.listdir(checkout / "distribution/target/lib") == ["new.jar"]
    assert build.stale(str(checkout)) == bool(code)


def test_a_distribution_is_left_alone(tmp_path: Path) -> None:
    build.ensure_jars(str(tmp_path))
    assert os.listdir(tmp_path) == []
