# SPDX-License-Identifier: Apache-2.0
"""What is in the archive and in the wheel, and what is not."""

from __future__ import annotations

import datetime
import fnmatch
import hashlib
import json
import re
import stat
import tarfile
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import pytest

from sluice import conffile, settings
from tests.support import installed

_LIMIT = 40 << 20
#: Of frames and SQL: extras, for pip to install.
_ENGINE = re.compile(r"duckdb|pyarrow|pandas|numpy|sqlglot|arrow-|flatbuffers", re.IGNORECASE)
#: Our own modules about them are small and text.
_TEXT = (".py", ".md", ".java", ".json", ".css", ".js", ".html", ".txt", ".svg")


@pytest.fixture(scope="module")
def members() -> list[tarfile.TarInfo]:
    with tarfile.open(installed.archive()) as archive:
        return archive.getmembers()


def paths(members: list[tarfile.TarInfo]) -> set[str]:
    return {member.name.partition("/")[2] for member in members if member.isfile()}


def test_the_archive_has_what_people_need_and_no_more(members: list[tarfile.TarInfo]) -> None:
    assert installed.archive().stat().st_size < _LIMIT
    names = paths(members)
    tops = {name.split("/")[0] for name in names}
    files = {"README.md", "CHANGELOG.md", "LICENSE", "NOTICE"}
    assert tops == {
        "bin",
        "sbin",
        "conf",
        "lib",
        "python",
        "examples",
        "benchmarks",
        "docs",
        "licences",
        *files,
    }
    wanted = {"bin/sluice", "sbin/start-cluster.sh", "sbin/stop-cluster.sh", "conf/sluice.conf"}
    wanted |= {
        "lib/spark/sluice-spark-0.1.0-SNAPSHOT.jar",
        "licences/THIRD-PARTY.md",
        "licences/sbom.json",
        "python/sluice/settings.json",
    }
    wanted |= {"python/lib/cloudpickle/__init__.py", "python/lib/py4j/__init__.py", "examples/words.py"}
    assert wanted <= names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name or "/target/" in name]


def test_nothing_of_the_relational_engine_is_inside(members: list[tarfile.TarInfo]) -> None:
    with zipfile.ZipFile(installed.wheel()) as wheel:
        inside = paths(members) | set(wheel.namelist())
    assert not [name for name in inside if _ENGINE.search(name) and not name.endswith(_TEXT)]
    libraries = {name.split("/")[2] for name in paths(members) if name.startswith("python/lib/")}
    assert {name.split("-")[0] for name in libraries} == {"cloudpickle", "py4j"}


def test_owners_modes_and_times_are_said_by_the_build(members: list[tarfile.TarInfo]) -> None:
    pom = ElementTree.parse(installed.ROOT / "pom.xml").getroot()
    text = pom.findtext("{*}properties/{*}project.build.outputTimestamp", "")
    time = datetime.datetime.fromisoformat(text).timestamp()
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {
        (0, 0, "root", "root")
    }
    assert {member.mtime for member in members} == {time}
    programs = {
        member.name.partition("/")[2] for member in members if member.isfile() and member.mode & 0o111
    }
    assert programs == {"bin/sluice", "sbin/start-cluster.sh", "sbin/stop-cluster.sh"}
    assert {stat.S_IMODE(member.mode) for member in members} == {0o644, 0o755}


def test_the_wheel_has_the_archives_jars_and_licences(unpacked: Path) -> None:
    with zipfile.ZipFile(installed.wheel()) as wheel:
        names = set(wheel.namelist())
        jars = {Path(name).name: wheel.read(name) for name in names if name.startswith("sluice/jars/")}
        metadata = wheel.read("sluice_engine-0.1.0.dist-info/METADATA").decode()
    assert jars == {path.name: path.read_bytes() for path in (unpacked / "lib").rglob("*.jar")}
    licences = {name.partition("/licenses/")[2] for name in names if "/licenses/" in name}
    assert licences == {
        "LICENSE",
        "NOTICE",
        *(f"licences/{path.name}" for path in (unpacked / "licences").iterdir()),
    }
    assert "Requires-Dist: cloudpickle" in metadata
    assert not re.search("Requires-Dist: (duckdb|pyarrow|pandas)(?!.*extra)", metadata)


def test_every_jar_is_in_the_bill_of_materials_and_in_the_list_of_licences(unpacked: Path) -> None:
    bill = json.loads((unpacked / "licences" / "sbom.json").read_text())
    listed = {f"{part['name']}-{part['version']}.jar": part for part in bill["components"]}
    jars = {path.name: path for path in (unpacked / "lib").glob("*.jar")}
    assert set(listed) == set(jars)
    table = (unpacked / "licences" / "THIRD-PARTY.md").read_text()
    rows = {cells[1].strip().split(" ")[0]: cells[2] for cells in map(_cells, table.splitlines()) if cells}
    for name, part in listed.items():
        hashes = {entry["alg"]: entry["content"] for entry in part["hashes"]}
        assert hashes["SHA-256"] == hashlib.sha256(jars[name].read_bytes()).hexdigest(), name
        if part["group"] == "dev.sluice":
            continue
        said = [entry["license"].get("id") or entry["license"]["name"] for entry in part["licenses"]]
        found = [licence for pattern, licence in rows.items() if fnmatch.fnmatch(part["name"], pattern)]
        assert len(found) == 1, f"not in distribution/src/main/licences/THIRD-PARTY.md: {name}, {said}"
        assert any(licence in found[0] for licence in said), (name, said, found)


def _cells(line: str) -> list[str] | None:
    return line.split("|") if line.startswith("| ") else None


def test_the_settings_file_has_every_setting_as_a_comment(unpacked: Path, tmp_path: Path) -> None:
    path = unpacked / "conf" / "sluice.conf"
    assert conffile.read(str(path)) == {}
    entries = re.findall(r"^#(sluice\.\S+)(?: (.+))?$", path.read_text(), re.MULTILINE)
    assert [name.replace(".NAME", ".*") for name, _ in entries] == list(settings.registry())
    # The defaults are right as they stand.
    copy = tmp_path / "all.conf"
    copy.write_text("".join(f"{name} {value}\n" for name, value in entries if value))
    assert conffile.read(str(copy)) == {name: value for name, value in entries if value}


def test_the_jar_for_spark_brings_no_class_of_a_library_that_spark_has(unpacked: Path) -> None:
    with zipfile.ZipFile(next((unpacked / "lib" / "spark").iterdir())) as jar:
        names = jar.namelist()
    packages = {"/".join(name.split("/")[:2]) for name in names if name.endswith(".class")}
    assert packages == {"dev/sluice", "com/sun"}
    assert {"/".join(name.split("/")[:3]) for name in names if name.startswith("com/sun/")} <= {
        "com/sun/",
        "com/sun/jna",
    }
    # Executors have no other package of ours.
    assert "dev/sluice/worker/python/sluice/worker/zygote.py" in names
