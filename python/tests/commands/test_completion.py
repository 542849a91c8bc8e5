# SPDX-License-Identifier: Apache-2.0
"""What a real bash completes, and that the table has the options that the commands take."""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sluice.commands import TABLE

ROOT = str(Path(__file__).parents[3])


def script(shell: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sluice.commands.completion", shell],
        env={**os.environ, "SLUICE_HOME": ROOT},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def complete(*words: str) -> list[str]:
    """What bash offers for the last of these words."""
    ask = f"""
{script("bash")}
COMP_WORDS=(sluice "$@"); COMP_CWORD=$#
_sluice
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(
        ["bash", "-c", ask, "bash", *words], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash() -> None:
    assert {"demo", "run", "submit", "cluster", "doctor", "bench"} <= set(complete(""))
    assert complete("cl") == ["cluster"]
    assert complete("cluster", "st") == ["start", "stop", "status"]
    assert "--executors" in complete("cluster", "start", "--")
    assert complete("cluster", "stop", "--") == ["--port"]
    assert complete("completion", "") == ["bash", "zsh"]
    assert complete("submit", "--driver") == ["--driver-in-cluster"]
    assert complete("run", "READ") == ["README.md"]
    assert complete("run", "--pyspark", "--py") == ["--pyspark", "--py-files"]


def test_zsh_has_every_command_and_option() -> None:
    text = script("zsh")
    if shutil.which("zsh"):
        subprocess.run(["zsh", "-n"], input=text, text=True, check=True)
    assert text.startswith("#compdef sluice\n")
    for row in TABLE:
        if row.target(ROOT):
            assert f"'{row.name}:" in text
            for option in row.options:
                assert option in text


def test_another_shell_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sluice.commands.completion", "fish"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "sluice: usage: sluice completion bash|zsh (got=fish)\n"


@pytest.mark.parametrize("name", ["cluster", "submit"])
def test_the_table_has_the_options_that_the_command_takes(name: str) -> None:
    row = next(row for row in TABLE if row.name == name)
    parser = importlib.import_module(f"sluice.commands.{name}").parser()
    if not row.actions:
        assert _options(parser) == set(row.options)
    for action in row.actions:
        (choice,) = [found for found in parser._actions if isinstance(found, argparse._SubParsersAction)]
        assert set(choice.choices) == {each.name for each in row.actions}
        assert _options(choice.choices[action.name]) - {"--help"} == set(action.options)


def _options(parser: argparse.ArgumentParser) -> set[str]:
    shown = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    return {option for action in shown for option in action.option_strings} - {"-h"}
