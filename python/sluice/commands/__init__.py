# SPDX-License-Identifier: Apache-2.0
"""The commands of `sluice`, one module each, and the table of them.

Help, the launcher and shell completion read `TABLE` and nothing else. A command of the name `x` is the module
`sluice.commands.x`, which the launcher runs as `-m sluice.commands.x ARGUMENTS`; a row may name another program.
Nothing but `os` is imported here: the launcher reads this before every program.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TABLE", "Action", "Command", "find", "help_text"]


class Action(NamedTuple):
    """A word that may follow a command's name, such as `start`, with the options that it takes."""

    name: str
    options: tuple[str, ...] = ()
    #: As `Command.programs`, for this action alone.
    programs: bool = False


class Command(NamedTuple):
    """One row: what help says of a command, and what the shell completes after its name."""

    name: str
    #: What follows the name in help; one entry a form.
    forms: tuple[str, ...]
    #: What it does, as lines of help of at most 75 characters.
    summary: tuple[str, ...]
    options: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    #: Whether the shell completes paths of files after it.
    files: bool = False
    #: Whether it needs jars, a Java and the packages of programs; one that does not runs on a bare machine.
    programs: bool = True
    #: Another program than `sluice.commands.NAME`: a module, or a path below the checkout.
    program: str = ""

    def runs_programs(self, arguments: Sequence[str]) -> bool:
        """Whether this use of it needs what programs need: jars, a Java and an interpreter with the packages."""
        if not self.program and list(arguments[:1]) in (["-h"], ["--help"]):
            return False
        action = next((action for action in self.actions if list(arguments[:1]) == [action.name]), None)
        return self.programs or (action is not None and action.programs)

    def target(self, home: str) -> list[str]:
        """The interpreter's arguments that run it; empty if this installation does not have it.

        The current directory is not on the path of our own modules.
        """
        if self.program.endswith(".py"):
            path = os.path.join(home, self.program)
            return [path] if os.path.exists(path) else []
        if self.program:
            return ["-P", "-m", self.program]
        module = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{self.name}.py")
        return ["-P", "-m", f"{__name__}.{self.name}"] if os.path.exists(module) else []


_SUBMIT = (
    "--master",
    "--name",
    "--conf",
    "--properties-file",
    "--py-files",
    "--files",
    "--archives",
)

TABLE = (
    Command(
        "demo",
        ("[ARGUMENTS]",),
        ("run the main job and show its table (demo --help has its options)",),
        ("--help",),
        program="sluice.demo",
    ),
    Command(
        "run",
        ("[--pyspark] SCRIPT [ARGUMENTS]", "[--pyspark] -m MODULE [ARGUMENTS]"),
        (
            "run a Python program; --pyspark makes `import pyspark` mean sluice,",
            "and options of spark-submit may follow it (--master, --conf, --py-files)",
        ),
        ("--pyspark", "-m", *_SUBMIT),
        files=True,
    ),
    Command(
        "submit",
        ("[OPTIONS] SCRIPT [ARGUMENTS]",),
        ("run a program on the local cluster or Apache Spark (submit --help)",),
        ("--help", *_SUBMIT, "--deploy-mode", "--env", "--driver-in-cluster", "--pyspark"),
        files=True,
    ),
    Command(
        "cluster",
        ("start|stop|status|logs [OPTIONS]",),
        ("the local cluster: coordinator and executors (cluster --help)",),
        ("--help",),
        (
            Action(
                "start",
                ("--executors", "--cores", "--memory", "--port", "--ui-port", "--conf"),
                programs=True,
            ),
            Action("stop", ("--port",)),
            Action("status", ("--port", "--json")),
            Action("logs", ("--port", "-f", "--follow")),
        ),
        programs=False,
    ),
    Command(
        "history",
        ("FILE [--port P]",),
        ("show a program that has ended in the same pages",),
        ("--help", "--port"),
        files=True,
    ),
    Command(
        "report",
        ("FILE [-o HTML]",),
        ("write all pages of a program that has ended as one HTML file",),
        ("--help", "-o", "--output"),
        files=True,
    ),
    Command(
        "bench",
        ("[ARGUMENTS]",),
        ("run the benchmarks",),
        ("--help",),
        program="benchmarks/run.py",
    ),
    Command(
        "doctor",
        ("[--json]",),
        ("check this machine and say what to do about what is amiss",),
        ("--json",),
        programs=False,
    ),
    Command(
        "completion",
        ("bash|zsh",),
        ('print shell completion; in bash: eval "$(sluice completion bash)"',),
        (),
        (Action("bash"), Action("zsh")),
        programs=False,
    ),
)

_COLUMN = 33


def find(name: str, home: str) -> Command | None:
    """The command of this name, if this installation has it."""
    return next((row for row in TABLE if row.name == name and (name == "run" or row.target(home))), None)


def help_text(home: str) -> str:
    """What `sluice help` lists: the commands of this installation."""
    lines = []
    for row in TABLE:
        if find(row.name, home) is None:
            continue
        summary = list(row.summary)
        for form in row.forms:
            begin = f"  {row.name} {form}"
            if form is row.forms[-1] and len(begin) < _COLUMN:
                lines.append(begin.ljust(_COLUMN) + "  " + summary.pop(0))
            else:
                lines.append(begin)
        lines += [" " * (_COLUMN + 2) + line for line in summary]
    return "\n".join(lines)
