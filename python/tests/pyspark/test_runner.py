# SPDX-License-Identifier: Apache-2.0
"""`python -m sluice.pyspark` as a user starts it, beside a decoy of the real PySpark."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sluice

PACKAGES = str(Path(sluice.__file__).parents[1])

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    decoy = tmp_path / "site" / "pyspark"
    (decoy / "sql").mkdir(parents=True)
    (decoy / "__init__.py").write_text("raise SystemExit('the real pyspark was imported')")
    (decoy / "sql" / "__init__.py").write_text("")
    work = tmp_path / "work"
    work.mkdir()

    def start(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SLUICE"))
        }
        search = os.pathsep.join([str(tmp_path / "site"), PACKAGES])
        return subprocess.run(
            [sys.executable, "-m", "sluice.pyspark", *arguments],
            env={**kept, "PYTHONPATH": search, **variables},
            cwd=work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return start


def script(directory: Path, text: str, name: str = "a script.py") -> str:
    path = directory / name
    path.write_text(text)
    return str(path)


def test_the_script_is_main_as_if_run_by_itself(tmp_path: Path, run: Run) -> None:
    text = """
import json, os, sys
def f(): pass
main = sys.modules["__main__"]
print(json.dumps({
    "argv": sys.argv, "path": sys.path[0], "name": __name__, "file": __file__,
    "seed": os.environ["PYTHONHASHSEED"],
    "main": main.f is f and f.__module__ == "__main__", "spec": __spec__, "package": __package__,
    "mark": os.environ["SLUICE_PYSPARK"], "others": sorted(name for name in globals() if name[0] != "_"),
}))
"""
    path = script(tmp_path, text)
    done = run(path, "-x", "a b", "$(y)")
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "argv": [path, "-x", "a b", "$(y)"],
        "path": str(tmp_path),
        "name": "__main__",
        "file": path,
        "seed": "0",
        "main": True,
        "spec": None,
        "package": None,
        "mark": "1",
        "others": ["f", "json", "main", "os", "sys"],
    }


def test_a_seed_of_the_users_own_is_kept(tmp_path: Path, run: Run) -> None:
    path = script(tmp_path, "import os; print(os.environ['PYTHONHASHSEED'], hash('a'))")
    assert run(path, PYTHONHASHSEED="7").stdout == run(path, PYTHONHASHSEED="7").stdout
    assert run(path, PYTHONHASHSEED="7").stdout.startswith("7 ")
    assert run(path, PYTHONHASHSEED="random").stdout == run(path).stdout


@pytest.mark.parametrize("flags", [["-W", "error"], ["-X", "utf8"], ["-O"]])
def test_the_interpreters_options_survive_the_second_start(
    tmp_path: Path, run: Run, flags: list[str]
) -> None:
    path = script(tmp_path, "import sys; print(sys.warnoptions, sys.flags.utf8_mode, sys.flags.optimize)")
    variables = {**os.environ, "PYTHONPATH": PACKAGES}
    variables.pop("PYTHONHASHSEED", None)
    command = [sys.executable, *flags, "-m", "sluice.pyspark", path]
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    plain = subprocess.run([sys.executable, *flags, path], env=variables, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (plain.stdout, plain.stderr)


def test_a_module_and_a_package(tmp_path: Path, run: Run) -> None:
    text = (
        "import sys, json; print(json.dumps([__name__, __package__, __spec__.name, sys.argv, sys.path[0]]))"
    )
    (tmp_path / "work" / "pack").mkdir()
    module, main = (
        script(tmp_path / "work", text, "mod.py"),
        script(tmp_path / "work/pack", text, "__main__.py"),
    )
    work = str(tmp_path / "work")
    assert json.loads(run("-m", "mod", "x").stdout) == ["__main__", "", "mod", [module, "x"], work]
    assert json.loads(run("-m", "pack").stdout) == ["__main__", "pack", "pack.__main__", [main], work]


def test_a_pytest_suite(tmp_path: Path, run: Run) -> None:
    text = (
        "from pyspark import SparkContext\ndef test(): assert SparkContext.__module__.startswith('sluice')\n"
    )
    script(tmp_path / "work", text, "test_it.py")
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py")
    assert "1 passed" in done.stdout, done.stdout


def test_a_traceback_starts_at_the_users_line(tmp_path: Path, run: Run) -> None:
    path = script(tmp_path, "def f():\n    raise ValueError('bad')\nf()\n")
    done = run(path)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[:3] == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 3, in <module>',
        "    f()",
    ]
    assert lines[-1] == "ValueError: bad"
    assert "sluice" not in done.stderr


def test_a_syntax_error_is_the_scripts(tmp_path: Path, run: Run) -> None:
    path = script(tmp_path, "a = = 1\n")
    done = run(path)
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, f'  File "{path}", line 1')


@pytest.mark.parametrize("code", [0, 1, 42])
def test_the_exit_code(tmp_path: Path, run: Run, code: int) -> None:
    assert run(script(tmp_path, f"import sys; sys.exit({code})")).returncode == code


def test_an_interrupt_ends_it_as_one(tmp_path: Path, run: Run) -> None:
    path = script(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGINT)")
    assert run(path).returncode == -signal.SIGINT


def test_what_runs_at_exit_still_has_its_globals(tmp_path: Path, run: Run) -> None:
    path = script(tmp_path, "import atexit\nword = 'bye'\natexit.register(lambda: print(word))\n")
    assert run(path).stdout == "bye\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "usage: python -m sluice.pyspark [OPTIONS] SCRIPT|-m MODULE [ARGUMENTS] (got=)"),
        (["-m"], "usage: python -m sluice.pyspark [OPTIONS] SCRIPT|-m MODULE [ARGUMENTS] (got=-m)"),
        (["-q", "x"], "no such option (option=-q); options after the script are its own"),
        (["--master"], "the option has no value (option=--master)"),
        (["/no script.py"], "cannot read the script (path=/no script.py, reason=No such file or directory)"),
        (["-m", "nowhere"], "no such module, or none that can be run (module=nowhere)"),
        (["-m", "no.where"], "no such module (module=no.where, reason=No module named 'no')"),
        (["-m", "math"], "no such module, or none that can be run (module=math)"),
    ],
)
def test_wrong_use_is_one_line(run: Run, arguments: list[str], text: str) -> None:
    done = run(*arguments)
    assert (done.stderr, done.stdout, done.returncode) == (f"sluice: {text}\n", "", 2)
