# SPDX-License-Identifier: Apache-2.0
"""What `./sluice` does once it has a Python: builds what is missing and becomes the program.

The program replaces this process (exec), so that signals, exit codes and standard streams are its own.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from sluice import build, commands, environment, install, jvm, tuning
from sluice.errors import SluiceError, StartError
from sluice.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["console", "main"]

_HELP = """usage: sluice COMMAND [ARGUMENTS]

{commands}
  --version                        show the versions of sluice, Python and Java
  help                             show this text

{home}
"""

_CHECKOUT = """\
The first use builds the jars with Maven and makes a virtual environment in .venv. Programs run in
SLUICE_PYTHON if set, else in the active virtual or conda environment if it has cloudpickle, else in .venv."""
_UNPACKED = """\
Programs run in SLUICE_PYTHON if set, else in the active virtual or conda environment, else in python3. Settings of
all programs: {home}/conf/sluice.conf"""
_INSTALLED = """\
Programs run in the environment that this was installed in: {prefix}
Settings of all programs: ~/.config/sluice/sluice.conf"""

_USAGE_ERROR = 2
#: How the interpreter was chosen where pip installed this package: the program stands in its environment.
_WITH_PIP = "installed"
#: What programs import besides ours.
_PACKAGES = ("cloudpickle", "py4j")


def main(home: str, origin: str, arguments: Sequence[str]) -> NoReturn:
    """Run a command line.

    Args:
        home: the root of the checkout or of the unpacked archive, or else the package's own directory.
        origin: how the running interpreter was chosen: named, active, found or installed.
        arguments: the command and its own.
    """
    try:
        _run(home, origin, list(arguments))
    except SluiceError as error:
        print(f"sluice: {error}", file=sys.stderr)
        sys.exit(_USAGE_ERROR)
    except KeyboardInterrupt:
        sys.exit(130)


def console() -> NoReturn:
    """Run this process's command line, from where pip installed the package."""
    if sys.path and sys.path[0] == os.path.dirname(os.path.abspath(sys.argv[0])):
        # The directory of the script is on the launcher's own path, and may hold anything.
        del sys.path[0]
    main(os.path.dirname(os.path.abspath(__file__)), _WITH_PIP, sys.argv[1:])


def _run(home: str, origin: str, arguments: list[str]) -> NoReturn:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command in ("help", "-h", "--help"):
        print(_HELP.format(commands=commands.help_text(home), home=_of_home(home, origin)), end="")
        sys.exit(0)
    if command in ("--version", "version"):
        print(_versions())
        sys.exit(0)
    row = commands.find(command, home)
    if row is None:
        raise StartError("no such command", command=command, advice="see: sluice help")
    program = _run_program(rest) if command == "run" else [*row.target(home), *rest]
    if not row.runs_programs(rest):
        _become(sys.executable, program, _variables(home, origin, None))
    install.check_platform()
    java = install.java()
    build.ensure_jars(home)
    if program[:2] == ["-m", "sluice.pyspark"]:
        # As its runner would do, which then need not start Python a second time.
        os.environ.setdefault("PYTHONHASHSEED", "0")
    python = _interpreter(home, origin)
    variables = _variables(home, origin, java)
    jvm.ensure_archive(python, variables)
    _become(python, program, variables)


def _of_home(home: str, origin: str) -> str:
    """What help says of this kind of installation."""
    if origin == _WITH_PIP:
        return _INSTALLED.format(prefix=sys.prefix)
    return (_CHECKOUT if _is_checkout(home) else _UNPACKED).format(home=home)


def _is_checkout(home: str) -> bool:
    return os.path.exists(os.path.join(home, "pom.xml"))


def _versions() -> str:
    try:
        java = str(install.java_version(install.java()))
    except SluiceError as error:
        java = f"none ({error.what})"
    return f"sluice {VERSION}, python {sys.version.split()[0]}, java {java}"


def _run_program(rest: list[str]) -> list[str]:
    """The interpreter's arguments for what follows `run`."""
    pyspark = rest[:1] == ["--pyspark"]
    target = rest[1:] if pyspark else rest
    options = bool(target) and target[0].startswith("-") and target[0] != "-m"
    if not target or target == ["-m"] or (options and not pyspark):
        raise StartError("usage: sluice run [--pyspark] SCRIPT|-m MODULE [ARGUMENTS]", got=" ".join(rest))
    if target[0] != "-m" and not options and not os.path.exists(target[0]):
        raise StartError("no such script", path=os.path.abspath(target[0]))
    return ["-m", "sluice.pyspark", *target] if pyspark else target


def _interpreter(home: str, origin: str) -> str:
    """The running one if it was named or is active and fit, else that of our own environment.

    An archive brings what is needed along, and then any interpreter is fit.
    """
    if origin == _WITH_PIP or os.path.isdir(_library(home)):
        return sys.executable
    fit = importlib.util.find_spec("cloudpickle") is not None
    if origin == "named" and not fit:
        raise StartError(
            "the interpreter has no cloudpickle",
            SLUICE_PYTHON=sys.executable,
            advice=f"{sys.executable} -m pip install -r {_requirements(home)}",
        )
    if origin != "found" and fit:
        return sys.executable
    if origin == "active":
        print(
            f"sluice: no cloudpickle in the active environment, so sluice's own is used: active={sys.prefix}",
            file=sys.stderr,
        )
    return environment.ensure(_environment(home), _requirements(home))


def _requirements(home: str) -> str:
    return os.path.join(home, "python", "requirements.txt")


def _environment(home: str) -> str:
    """Beside the launcher, or in the user's cache where that cannot be written."""
    if os.access(home, os.W_OK):
        return os.path.join(home, ".venv")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "sluice", f"venv-{VERSION}")


def _library(home: str) -> str:
    """The packages that an archive brings along, for an interpreter that has none of its own."""
    return os.path.join(home, "python", "lib")


def _variables(home: str, origin: str, java: str | None) -> dict[str, str]:
    """The environment of what is started."""
    variables = dict(os.environ)
    if java is not None:
        variables.setdefault("JAVA_HOME", os.path.dirname(os.path.dirname(os.path.realpath(java))))
    if origin == _WITH_PIP:
        # Of another installation; this one is found from the package.
        variables.pop("SLUICE_HOME", None)
    else:
        variables["SLUICE_HOME"] = home
        own = _without_colon(os.path.join(home, "python"))
        search = [own, variables.get("PYTHONPATH", "")]
        if os.path.isdir(_library(home)) and not all(map(importlib.util.find_spec, _PACKAGES)):
            search.append(os.path.join(own, "lib"))
        variables["PYTHONPATH"] = os.pathsep.join(entry for entry in search if entry)
    tuning.tune(variables)
    return variables


def _without_colon(path: str) -> str:
    """A path that PYTHONPATH can hold, where a colon parts entries: else a link to it in the user's cache.

    Raises:
        StartError: there is no place for the link.
    """
    if os.pathsep not in path:
        return path
    name = hashlib.blake2b(os.fsencode(path), digest_size=10).hexdigest()
    link = jvm.cache() / f"python-{name}"
    try:
        link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not link.is_symlink():
            os.symlink(path, link)
    except OSError as error:
        if not link.is_symlink():
            raise StartError(
                "a path with a colon cannot be imported from",
                path=path,
                link=link,
                reason=error.strerror,
                advice="move it to a path without one",
            ) from None
    return str(link)


def _become(python: str, program: list[str], variables: dict[str, str]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execve(python, [python, *program], variables)
    except OSError as error:
        raise StartError("the interpreter does not start", path=python, reason=error.strerror) from None
