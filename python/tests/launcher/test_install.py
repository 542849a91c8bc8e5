# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from sluice import install
from sluice.errors import StartError
from sluice.version import VERSION

ROOT = Path(__file__).parents[3]


def fake_java(place: Path, *, release: str | None = None, says: str = "") -> Path:
    binary = place / "bin" / "java"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{says}\nEND\n")
    binary.chmod(0o755)
    if release is not None:
        (place / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{release}"\n')
    return binary


@pytest.mark.parametrize(
    ("release", "feature"), [("17.0.15", 17), ("25", 25), ("25-ea", 25), ("1.8.0_402", 8), ("21.0.1+12", 21)]
)
def test_version_from_the_release_file(tmp_path: Path, release: str, feature: int) -> None:
    assert install.java_version(str(fake_java(tmp_path, release=release, says="unused"))) == feature


def test_version_by_asking_where_there_is_no_release_file(tmp_path: Path) -> None:
    assert install.java_version(str(fake_java(tmp_path, says='openjdk version "21.0.2" 2024'))) == 21


def test_a_program_that_is_no_java(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"java does not tell its version \(path=.*said=who am I\)"):
        install.java_version(str(fake_java(tmp_path, says="who am I")))


def test_java_home_decides_when_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = fake_java(tmp_path / "a", release="17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "a"))
    assert install.java() == str(binary)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "none"))
    with pytest.raises(
        StartError, match=r"^no java \(looked_in=JAVA_HOME=.*none, needed=17 or newer\); install"
    ):
        install.java()


def test_path_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StartError, match=r"^no java \(looked_in=PATH"):
        install.java()
    binary = fake_java(tmp_path, release="25")
    monkeypatch.setenv("PATH", f"{tmp_path}/none:{binary.parent}")
    assert install.java() == str(binary)


def test_java_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_java(tmp_path, release="11.0.2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(
        StartError, match=r"^java is too old \(version=11, needed=17, path=.*\); set JAVA_HOME"
    ):
        install.java()


def test_jars_of_a_distribution_and_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path))
    built = tmp_path / "distribution" / "target" / "lib"
    built.mkdir(parents=True)
    with pytest.raises(
        StartError, match=rf"^no jars of sluice \(tried={re.escape(str(tmp_path))}/lib, .*mvn"
    ):
        install.jars()
    for name in ("sluice-driver-1.jar", "a.jar", "notes.txt"):
        (built / name).touch()
    assert install.jars() == [str(built / "a.jar"), str(built / "sluice-driver-1.jar")]
    unpacked = tmp_path / "lib"
    unpacked.mkdir()
    (unpacked / "sluice-driver-1.jar").touch()
    assert install.jars() == [str(unpacked / "sluice-driver-1.jar")]


def test_home_is_found_from_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLUICE_HOME", raising=False)
    assert install.home() == str(ROOT)


@pytest.mark.smoke
def test_the_release_file_says_what_java_says() -> None:
    java = install.java()
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr.split('"')[1]
    assert install.java_version(java) == int(said.split(".")[0])


def test_platform_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    install.check_platform()
    monkeypatch.setattr(os, "confstr", lambda name: None)
    with pytest.raises(StartError, match=r"^sluice runs on linux with glibc.*libc=unknown\)$"):
        install.check_platform()


def test_every_place_has_the_same_version() -> None:
    pom = ElementTree.parse(ROOT / "pom.xml").getroot()
    assert pom.findtext("{*}version", "").removesuffix("-SNAPSHOT") == VERSION
    project = (ROOT / "python" / "pyproject.toml").read_text()
    assert f'\nversion = "{VERSION}"\n' in project


def test_the_jvm_options_are_the_builds() -> None:
    pom = ElementTree.parse(ROOT / "pom.xml").getroot()
    options = pom.find("{*}properties/{*}sluice.jvm.options")
    assert options is not None
    assert options.text is not None
    assert install.jvm_options() == options.text.split()
