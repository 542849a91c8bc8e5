# SPDX-License-Identifier: Apache-2.0
"""Plain Maven projects, each with one artifact of ours and one example: it is built and run with what comes along.

Nothing is fetched: Maven is told that what the build itself has fetched is the only repository, beside one made here
of this build's jars. So nothing of ours gets into the user's own local repository.
"""

from __future__ import annotations

import gzip
import os
import pickle
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sluice import install
from tests.support.installed import ROOT

_EXAMPLES = ROOT / "examples" / "src" / "main" / "java" / "dev" / "sluice" / "examples"
_VERSION = "0.1.0-SNAPSHOT"
_PROGRAMS = {
    "core": "PickleFromJava",
    "native": "GzipFromJava",
    "spill": "WordCount",
    "worker": "PythonFromJava",
    "gateway": "ScriptFromJava",
    "arrow": "ArrowFromJava",
}
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId>
  <artifactId>{name}</artifactId>
  <version>1</version>
  <packaging>{packaging}</packaging>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  {body}
</project>
"""
_USE = """<dependencies><dependency>
    <groupId>dev.sluice</groupId><artifactId>{artifact}</artifactId>
  </dependency></dependencies>"""
_BOM = """<dependencyManagement><dependencies><dependency>
    <groupId>dev.sluice</groupId><artifactId>sluice-bom</artifactId><version>{version}</version>
    <type>pom</type><scope>import</scope>
  </dependency></dependencies></dependencyManagement>"""
_SETTINGS = """<settings>
  <localRepository>{local}</localRepository>
  <mirrors><mirror><id>fetched</id><mirrorOf>central</mirrorOf><url>{fetched}</url></mirror></mirrors>
  <profiles><profile><id>built</id><repositories><repository>
    <id>built</id><url>{built}</url><releases><enabled>false</enabled></releases>
    <snapshots><enabled>true</enabled><checksumPolicy>ignore</checksumPolicy></snapshots>
  </repository></repositories></profile></profiles>
  <activeProfiles><activeProfile>built</activeProfile></activeProfiles>
</settings>
"""


def plugin(name: str) -> str:
    """A Maven plugin in the version that the build of this project uses, which therefore is there."""
    for part in ElementTree.parse(ROOT / "pom.xml").getroot().findall(".//{*}plugin"):
        if part.findtext("{*}artifactId") == name and part.findtext("{*}version"):
            version = part.findtext("{*}version")
            return f"<plugin><artifactId>{name}</artifactId><version>{version}</version></plugin>"
    raise AssertionError(f"pom.xml does not pin {name}")


def deploy(repository: Path) -> None:
    """Put this build's poms and jars into a repository of files."""
    poms = [ROOT / "pom.xml", ROOT / "bom" / "pom.xml", *(ROOT / name / "pom.xml" for name in _PROGRAMS)]
    for pom in poms:
        artifact = ElementTree.parse(pom).getroot().findtext("{*}artifactId", "")
        place = repository / "dev" / "sluice" / artifact / _VERSION
        place.mkdir(parents=True)
        shutil.copy(pom, place / f"{artifact}-{_VERSION}.pom")
        jar = pom.parent / "target" / f"{artifact}-{_VERSION}.jar"
        if pom.parent.name in _PROGRAMS:
            assert jar.exists(), f"{jar}: not built; mvn -DskipTests package"
            shutil.copy(jar, place)


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All the projects, built; `target/dependency` of each has every jar that came with its one artifact."""
    place = tmp_path_factory.mktemp("plain projects")
    deploy(place / "repository")
    fetched = Path(os.environ.get("SLUICE_MAVEN_REPOSITORY") or Path.home() / ".m2" / "repository")
    (place / "settings.xml").write_text(
        _SETTINGS.format(
            local=place / "local", fetched=fetched.as_uri(), built=(place / "repository").as_uri()
        )
    )
    # The versions that this build has fetched; a project of a user's says its own, or none.
    pinned = "".join(
        map(plugin, ("maven-compiler-plugin", "maven-resources-plugin", "maven-dependency-plugin"))
    )
    tools = f"<build><pluginManagement><plugins>{pinned}</plugins></pluginManagement></build>"
    for name, program in _PROGRAMS.items():
        package = place / name / "src" / "main" / "java" / "dev" / "sluice" / "examples"
        package.mkdir(parents=True)
        shutil.copy(_EXAMPLES / f"{program}.java", package)
        body = _BOM.format(version=_VERSION) + _USE.format(artifact=f"sluice-{name}") + tools
        (place / name / "pom.xml").write_text(_POM.format(name=name, packaging="jar", body=body))
    modules = "".join(f"<module>{name}</module>" for name in _PROGRAMS)
    body = f"<modules>{modules}</modules>{tools}"
    (place / "pom.xml").write_text(_POM.format(name="all", packaging="pom", body=body))
    command = ["mvn", "-B", "-q", "-s", "settings.xml", "compile", "dependency:copy-dependencies"]
    done = subprocess.run(
        [*command, "-DincludeScope=runtime"],
        cwd=place,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-8000:]
    return place


def jars(projects: Path, name: str) -> dict[str, Path]:
    """What came with an artifact, by artifact."""
    found = (projects / name / "target" / "dependency").iterdir()
    return {re.sub(r"-\d[^/]*\.jar$", "", path.name): path for path in found}


@pytest.fixture
def run(projects: Path, tmp_path: Path) -> Callable[..., str]:
    """Run a project's program and return what it prints."""

    def start(name: str, *arguments: object, modular: bool = False) -> str:
        path = [projects / name / "target" / "classes", *jars(projects, name).values()]
        options = ["-cp", ":".join(map(str, path))]
        if modular:
            ours = f"dev.sluice.{name}"
            options = ["-p", ":".join(map(str, path[1:])), "--add-modules", ours, "-cp", str(path[0])]
        command = [install.java(), *install.jvm_options(), *options, f"dev.sluice.examples.{_PROGRAMS[name]}"]
        done = subprocess.run(
            [*command, *map(str, arguments)],
            env={
                **os.environ,
                "SLUICE_PYTHON": sys.executable,
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
                # Only a script of the gateway's needs the package sluice, which stands for the wheel here.
                "PYTHONPATH": str(ROOT / "python") if name == "gateway" else "",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
        )
        # SLF4J says that it has no provider: the program did not choose one.
        said = [line for line in done.stderr.splitlines() if not line.startswith("SLF4J")]
        assert (done.returncode, said) == (0, []), done.stderr
        return done.stdout

    return start


Run = Callable[..., str]


@pytest.mark.parametrize("modular", [False, True])
def test_core_reads_and_writes_pickles(run: Run, tmp_path: Path, modular: bool) -> None:
    (tmp_path / "prices").write_bytes(pickle.dumps([("tea", 1.5), ("cake", 3.0), ("tea", 0.5)]))
    assert run("core", tmp_path / "prices", tmp_path / "sums", modular=modular) == "[cake=3.0, tea=2.0]\n"
    assert pickle.loads((tmp_path / "sums").read_bytes()) == {"cake": 3.0, "tea": 2.0}


def test_native_packs_and_reads_memory(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("tea and cake\n" * 1000)
    said = run("native", text, tmp_path / "packed")
    assert gzip.decompress((tmp_path / "packed").read_bytes()) == text.read_bytes()
    assert re.search(r"^this process holds \d+ MiB, \d+ of them alone$", said, re.MULTILINE)


def test_spill_counts_beyond_its_memory(run: Run, tmp_path: Path) -> None:
    words = [f"word{n:06d}" for n in range(60_000)]
    (tmp_path / "text").write_text("\n".join(words + words[::2]))
    said = run("spill", tmp_path / "text", tmp_path / "counts", 1, tmp_path)
    assert re.fullmatch(r"60000 words, [1-9]\d* MiB went to disk\n", said)
    counts = (tmp_path / "counts").read_text().splitlines()
    assert counts == [f"{word}\t{2 - n % 2}" for n, word in enumerate(words)]


def test_worker_calls_python(run: Run) -> None:
    assert run("worker", "tea", "TEA").endswith("tea: 1\nTEA: 1\n")


def test_gateway_is_called_by_a_script(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom sluice import py4jdoor\n"
        "prices = py4jdoor.connect().entry_point\nprint([prices.of(name) for name in sys.argv[1:]])\n"
    )
    assert run("gateway", script, "tea", "cake", "salt") == "[180, 320, 0]\n"


def test_arrow_runs_a_function_over_pandas(run: Run) -> None:
    assert run("arrow", "-3", "21") == "celsius\tclass\n-3.0\tfrost\n21.0\twarm\n"


@pytest.mark.parametrize("name", _PROGRAMS)
def test_what_comes_along_is_what_the_readme_says(projects: Path, name: str) -> None:
    found = jars(projects, name)
    text = (ROOT / name / "README.md").read_text()
    assert len(text.splitlines()) <= 80
    said = re.search(r"\*\*Comes along\.\*\*((?:.+\n)+)", text)
    assert said is not None
    assert set(re.findall(r"`([^`/]+)`", said[1])) == set(found)
    total = re.search(r"(\d+) jars, ([\d.]+) MB", said[1])
    assert total is not None
    assert int(total[1]) == len(found)
    assert float(total[2]) == pytest.approx(
        sum(path.stat().st_size for path in found.values()) / 1e6, abs=0.3
    )


def test_each_is_a_module_with_a_name_and_packages_of_its_own(projects: Path) -> None:
    owners: dict[str, str] = {}
    for name in _PROGRAMS:
        with zipfile.ZipFile(jars(projects, name)[f"sluice-{name}"]) as jar:
            manifest = jar.read("META-INF/MANIFEST.MF").decode()
            packages = {os.path.dirname(entry) for entry in jar.namelist() if entry.endswith(".class")}
        said = re.search(r"^Automatic-Module-Name: (\S+)", manifest, re.MULTILINE)
        assert said is not None
        assert said[1] == ("dev.sluice.os" if name == "native" else f"dev.sluice.{name}")
        for package in packages:
            assert owners.setdefault(package, name) == name


def test_the_bill_of_materials_names_every_artifact_of_java() -> None:
    bom = ElementTree.parse(ROOT / "bom" / "pom.xml").getroot()
    parent = ElementTree.parse(ROOT / "pom.xml").getroot()
    assert bom.findtext("{*}version") == parent.findtext("{*}version") == _VERSION
    listed = {part.text for part in bom.findall(".//{*}dependency/{*}artifactId")}
    poms = [ElementTree.parse(path).getroot() for path in ROOT.glob("*/pom.xml")]
    # A pom's packaging is a jar unless it says something else; benchmarks and examples are nobody's dependency.
    jars = {pom.findtext("{*}artifactId") for pom in poms if pom.find("{*}packaging") is None}
    assert {f"sluice-{name}" for name in (*_PROGRAMS, "engine", "driver", "cluster")} <= listed <= jars
