# SPDX-License-Identifier: Apache-2.0
"""The launcher as a user meets it: real processes, in a home without sources (as a distribution is)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

Launch = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("a home") / "sluice $(x)"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "python" / "sluice", place / "python" / "sluice", ignore=ignore)
    shutil.copy(ROOT / "python" / "requirements.txt", place / "python")
    (place / "bin").mkdir()
    shutil.copy(ROOT / "sluice", place / "bin")
    return place


@pytest.fixture
def launch(home: Path, tmp_path: Path) -> Launch:
    def run(
        *arguments: str, launcher: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME") if name in os.environ}
        return subprocess.run(
            ["/bin/sh", str(launcher or home / "bin" / "sluice"), *arguments],
            env={**kept, "SLUICE_PYTHON": sys.executable, **variables},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def script(directory: Path, text: str, name: str = "a script.py") -> Path:
    path = directory / name
    path.write_text(text)
    return path


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.returncode != 0
    return done.stderr.strip()


def test_arguments_are_literal_and_the_script_is_main(tmp_path: Path, home: Path, launch: Launch) -> None:
    text = """
import json, os, sys
print(json.dumps([__name__, sys.argv, sys.path[0], os.environ["SLUICE_HOME"], sys.executable]))
"""
    path = script(tmp_path, text)
    hostile = ["$(touch x)", "; ls", "a\nb", "", "--help", "*", "'\""]
    done = launch("run", str(path), *hostile)
    assert done.stderr == ""
    assert json.loads(done.stdout) == [
        "__main__",
        [str(path), *hostile],
        str(tmp_path),
        str(home),
        sys.executable,
    ]
    assert os.listdir(tmp_path) == [path.name]


def test_a_module(tmp_path: Path, launch: Launch) -> None:
    script(tmp_path, "import sys; print(__name__, sys.argv[1:])", "mod.py")
    done = launch("run", "-m", "mod", "x")
    assert (done.stdout, done.stderr) == ("__main__ ['x']\n", "")


@pytest.mark.parametrize("code", [0, 1, 5, 255])
def test_the_exit_code_is_the_scripts(tmp_path: Path, launch: Launch, code: int) -> None:
    assert launch("run", str(script(tmp_path, f"raise SystemExit({code})"))).returncode == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_reaches_the_script(tmp_path: Path, home: Path, number: signal.Signals) -> None:
    text = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [str(home / "bin" / "sluice"), "run", str(script(tmp_path, text))],
        env={**os.environ, "SLUICE_PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == process.pid
        process.send_signal(number)
        assert process.wait(30) == -number


def test_a_home_with_a_colon(tmp_path: Path, home: Path) -> None:
    place = tmp_path / "a:home"
    shutil.copytree(home, place)
    program = script(tmp_path, "import sluice; print(sluice.__file__)")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME") if name in os.environ}
    for _ in range(2):
        done = subprocess.run(
            ["/bin/sh", str(place / "bin" / "sluice"), "run", str(program)],
            env={
                **kept,
                "SLUICE_PYTHON": sys.executable,
                "SLUICE_CLASSPATH": "/none.jar",
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert Path(done.stdout.strip()).resolve() == place / "python" / "sluice" / "__init__.py"


def test_our_own_programs_do_not_import_from_the_current_directory(tmp_path: Path, launch: Launch) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit('the wrong one')\n")
    done = launch("demo", "--help", SLUICE_CLASSPATH="/none.jar", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stderr


def test_through_a_link(tmp_path: Path, home: Path, launch: Launch) -> None:
    (tmp_path / "other").mkdir()
    first, second = tmp_path / "other" / "first", tmp_path / "second"
    first.symlink_to(home / "bin" / "sluice")
    second.symlink_to("other/first")
    assert launch("--version", launcher=second).stdout.startswith("sluice 0.1.0, python 3.")


def test_help_names_the_commands(launch: Launch) -> None:
    for arguments in ([], ["help"], ["--help"]):
        done = launch(*arguments)
        assert done.returncode == 0
        assert "\n  demo " in done.stdout
        assert "bench" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["frobnicate"], "sluice: no such command (command=frobnicate); see: sluice help"),
        (["run", "/no such.py"], "sluice: no such script (path=/no such.py)"),
        (["run", "--pyspark", "/none.py"], "sluice: no such script (path=/none.py)"),
        (["run"], "sluice: usage: sluice run [--pyspark] SCRIPT|-m MODULE [ARGUMENTS] (got=)"),
        (["run", "-m"], "sluice: usage: sluice run [--pyspark] SCRIPT|-m MODULE [ARGUMENTS] (got=-m)"),
        (["run", "-x"], "sluice: usage: sluice run [--pyspark] SCRIPT|-m MODULE [ARGUMENTS] (got=-x)"),
    ],
)
def test_wrong_use_is_one_line(launch: Launch, arguments: list[str], line: str) -> None:
    done = launch(*arguments)
    assert (done.stderr.strip(), done.returncode) == (line, 2)
    assert done.stdout == ""


def test_no_java_and_one_too_old(tmp_path: Path, launch: Launch) -> None:
    path = str(script(tmp_path, "print(1)"))
    assert one_line(launch("run", path, JAVA_HOME="/none")).startswith(
        "sluice: no java (looked_in=JAVA_HOME=/none"
    )
    (tmp_path / "bin").mkdir()
    java = script(tmp_path / "bin", "", "java")
    java.chmod(0o755)
    (tmp_path / "release").write_text('JAVA_VERSION="1.8.0_1"\n')
    found = one_line(launch("run", path, JAVA_HOME=str(tmp_path)))
    assert found.startswith("sluice: java is too old (version=8, needed=17")
    assert "java none (java is too old)" in launch("--version", JAVA_HOME=str(tmp_path)).stdout


def test_no_python_and_one_too_old(tmp_path: Path, launch: Launch) -> None:
    assert one_line(launch("help", SLUICE_PYTHON="/none/python")).startswith(
        "sluice: no python: tried=/none/python; "
    )
    old = script(tmp_path, f'#!/bin/sh\nshift\nexec "{sys.executable}" -c "$OLD" 2>&1 "$@"\n', "old")
    old.chmod(0o755)
    program = (ROOT / "sluice").read_text().partition(" -c '")[2].partition("'")[0]
    program = program.replace("import sys\n", "import sys\nsys.version_info = (3, 9)\n", 1)
    done = launch("help", SLUICE_PYTHON=str(old), OLD=program)
    assert done.stdout.strip() == (
        f"sluice: python is too old: version=3.9, needed=3.11, path={sys.executable}; "
        "set SLUICE_PYTHON to a newer one"
    )
    assert done.returncode == 1


def test_a_named_interpreter_without_cloudpickle(tmp_path: Path, home: Path, launch: Launch) -> None:
    bare = script(tmp_path, f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n', "bare python")
    bare.chmod(0o755)
    line = one_line(launch("run", str(script(tmp_path, "")), SLUICE_PYTHON=str(bare)))
    assert line.startswith("sluice: the interpreter has no cloudpickle (SLUICE_PYTHON=")
    assert line.endswith(f"-m pip install -r {home}/python/requirements.txt")


def test_the_active_environment_is_used_when_it_is_fit(tmp_path: Path, launch: Launch) -> None:
    binary = Path(sys.prefix) / "bin" / "python"
    path = script(tmp_path, "import sys; print(sys.prefix)")
    done = launch("run", str(path), SLUICE_PYTHON="", VIRTUAL_ENV=sys.prefix)
    assert binary.exists()
    assert (done.stdout.strip(), done.stderr) == (sys.prefix, "")
