# SPDX-License-Identifier: Apache-2.0
"""An ordinary user and what they unpacked or installed, where they may not write: no checkout, no Maven, no index."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.support.installed import Person, interpreter

_FRAMES = ("duckdb", "pyarrow", "pandas", "numpy", "sqlglot")

_RDD_PROGRAM = """
import os, re, sys, urllib.request
from operator import add
from pathlib import Path
from sluice import Conf, Context

FRAMES = {"duckdb", "pyarrow", "pandas", "numpy", "sqlglot"}

def child(path):
    try:
        name, _, rest = (path / "stat").read_text().partition("(")[2].rpartition(")")
        return name, int(rest.split()[1])
    except OSError:
        return None

def loaded():
    return sorted(FRAMES & {name.partition(".")[0] for name in sys.modules})

with Context(conf=Conf().setMaster("local[2]").set(
        "sluice.driver.javaOptions", "-Xlog:class+load:file=classes.log")) as sc:
    words = sc.parallelize("to be or not to be".split(), 2).map(lambda word: (word, 1))
    print("counted", sorted(words.reduceByKey(add).collect()))
    jvm = next(path for path in Path("/proc").glob("[0-9]*") if child(path) == ("java", os.getpid()))
    maps = (jvm / "maps").read_text()
    print("maps", sorted(set(re.findall(r"classes-\\w+\\.jsa", maps))))
    print("frames in the driver", loaded())
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(sc.uiWebUrl).read().decode()
    print("page", "<html" in page)
    print("frames in workers", sc.parallelize([0], 1).map(lambda _: loaded()).first())
print("of ours", Path(sys.modules["sluice"].__file__).parent)
"""


@pytest.fixture(params=["archive", "wheel"])
def sluice(request: pytest.FixtureRequest) -> Path:
    """The program that the person starts."""
    if request.param == "archive":
        return Path(request.getfixturevalue("unpacked")) / "bin" / "sluice"
    return Path(request.getfixturevalue("environment")) / "bin" / "sluice"


def lines(text: str) -> dict[str, str]:
    return {line.partition(" [")[0]: line.partition(" [")[2] for line in text.splitlines()}


def test_version_and_help(person: Person, sluice: Path) -> None:
    assert re.fullmatch(r"sluice 0\.1\.0, python 3\.\d+\.\d+, java \d+\n", person.says(sluice, "--version"))
    text = person.says(sluice, "help")
    assert "\n  demo " in text
    assert "Maven" not in text
    installed_with_pip = sluice.parent.name == "bin" and (sluice.parent / "python").exists()
    assert (
        "~/.config/sluice/sluice.conf" if installed_with_pip else f"{sluice.parents[1]}/conf/sluice.conf"
    ) in text
    # Nothing ran, so nothing was made.
    assert not list(person.home.iterdir())


@pytest.mark.smoke
def test_a_program_of_rdds_loads_no_frames_and_starts_from_the_class_data_archive(
    person: Person, sluice: Path
) -> None:
    said = person.says(sluice, "run", person.program(_RDD_PROGRAM))
    assert "counted [('be', 2), ('not', 1), ('or', 1), ('to', 2)]" in said
    assert "frames in the driver []" in said
    assert "frames in workers []" in said
    assert "page True" in said
    assert str(sluice.parents[1]) in said
    # Mapped by the JVM, and its classes come from there.
    assert len(re.findall(r"maps \['classes-\w+\.jsa'\]", said)) == 1
    classes = (person.home / "classes.log").read_text().splitlines()
    # The pages are not loaded by every program, hence not in it.
    ours = [
        line for line in classes if re.search(r" dev\.sluice\.(?!ui\.)[\w.$]+ ", line) and "$$" not in line
    ]
    archived = [line for line in ours if "shared objects file (top)" in line]
    assert len(archived) > 0.8 * len(ours) > 50


def test_the_demo(person: Person, sluice: Path) -> None:
    said = person.says(sluice, "demo", "--n", "20000", "--slots", "2")
    assert re.search(r"^count again .* 100 +2 ", said, re.MULTILINE)
    assert "words of the standard library" in said


def test_the_benchmark(person: Person, sluice: Path) -> None:
    said = person.says(sluice, "bench", "--quick", "--only", "one_task")
    assert re.search(r"^one-task job( +[\d.]+ ms){2} ", said, re.MULTILINE), said
    assert "PySpark is not here: not installed" in said
    figures = json.loads((person.home / "sluice-bench.json").read_text())["scenarios"][0]["metrics"][0]
    assert figures["median"].keys() == {"sluice", "cluster", "floor"}
    assert (person.home / "sluice-bench.html").read_text().startswith("<!DOCTYPE html>")


def test_frames_say_what_to_install(person: Person, sluice: Path) -> None:
    program = "from pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate().range(3).collect()\n"
    done = person.run(sluice, "run", "--pyspark", person.program(program))
    assert done.returncode == 1
    assert re.search(r"duckdb.*pip install", done.stderr), done.stderr


def test_without_the_launcher_the_first_context_makes_the_class_data_archive(
    person: Person, environment: Path
) -> None:
    said = person.says(environment / "bin" / "python", person.program(_RDD_PROGRAM))
    assert len(re.findall(r"maps \['classes-\w+\.jsa'\]", said)) == 1
    assert len(list((person.home / ".cache" / "sluice").glob("classes-*.jsa"))) == 1


def test_a_home_that_cannot_be_written_costs_the_class_data_archive_alone(
    person: Person, unpacked: Path
) -> None:
    said = person.says(
        unpacked / "bin" / "sluice", "run", person.program(_RDD_PROGRAM), XDG_CACHE_HOME="/proc/nowhere"
    )
    assert "counted [('be', 2), ('not', 1), ('or', 1), ('to', 2)]" in said
    assert "maps []" in said


def test_settings_in_files(person: Person, unpacked: Path, place: Path) -> None:
    program = person.program(
        "import sys\nfrom sluice import Context\nwith Context() as sc:\n"
        "    print(sc.master, sc.appName, sc.getConf().get('sluice.task.maxFailures'))\n"
    )
    sluice = unpacked / "bin" / "sluice"
    own = person.home / ".config" / "sluice"
    own.mkdir(parents=True)
    (own / "sluice.conf").write_text("# mine\nspark.master local[3]\nsluice.app.name = of my own\n")
    assert person.says(sluice, "run", program) == "local[3] of my own None\n"
    other = person.home / "other.conf"
    other.write_text("sluice.master=local[1]\nsluice.task.maxFailures 7\n")
    assert person.says(sluice, "run", program, SLUICE_CONF=str(other)) == "local[1] sluice 7\n"

    for text, error in (
        (
            "\nsluice.task.maxFailure 7",
            "unknown setting (name=sluice.task.maxFailure, nearest=sluice.task.maxFailures)",
        ),
        (
            "\nsluice.task.maxFailures many",
            "setting has a value of the wrong form (name=sluice.task.maxFailures",
        ),
        ("\nsluice.task.maxFailures", "a setting has no value (name=sluice.task.maxFailures)"),
        ("spark.master local\nsluice.master local", "a setting is there twice (name=sluice.master)"),
    ):
        other.write_text(text)
        done = person.run(sluice, "run", program, SLUICE_CONF=str(other))
        assert done.returncode == 1
        assert error in done.stderr
        assert f"{other}:2" in done.stderr
    done = person.run(sluice, "run", program, SLUICE_CONF="/nowhere.conf")
    assert "no such file of settings (path=/nowhere.conf, variable=SLUICE_CONF)" in done.stderr


def test_an_environment_of_ones_own_goes_before_what_the_archive_brings(
    person: Person, unpacked: Path
) -> None:
    """Somebody's cloudpickle is theirs; where an interpreter has none, the archive's is taken."""
    program = person.program("import cloudpickle; print(cloudpickle.__file__)")
    assert person.says(unpacked / "bin" / "sluice", "run", program).startswith(f"{unpacked}/python/lib/")
    assert shutil.which("sluice", path=person.environment()["PATH"]) is None
    assert interpreter()


def test_an_example_as_its_page_has_it(person: Person, unpacked: Path) -> None:
    line = re.search(
        r"bin/sluice run examples/words\.py \S+ (.+)", (unpacked / "docs" / "install.md").read_text()
    )
    assert line is not None
    texts = [path for pattern in line[1].split() for path in unpacked.glob(pattern)]
    assert len(texts) > 5
    person.says(
        unpacked / "bin" / "sluice", "run", unpacked / "examples" / "words.py", person.home / "out", *texts
    )
    assert (person.home / "out" / "_SUCCESS").exists()
