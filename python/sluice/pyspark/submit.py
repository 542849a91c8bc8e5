# SPDX-License-Identifier: Apache-2.0
"""Options of spark-submit: on the command line before the script, or in the variable `PYSPARK_SUBMIT_ARGS`.

`sluice submit` hands a program that does not use PySpark's names the same options in a variable of our own.
"""

from __future__ import annotations

import os
import shlex
import sys
from typing import NamedTuple

from sluice.errors import ConfigError, StartError

__all__ = ["OWN_VARIABLE", "Submitted", "submitted", "take_options"]

_VARIABLE = "PYSPARK_SUBMIT_ARGS"
OWN_VARIABLE = "SLUICE_SUBMIT_ARGS"
_KEYS = {
    "--master": "spark.master",
    "--name": "spark.app.name",
    "--driver-memory": "spark.driver.memory",
    "--executor-memory": "spark.executor.memory",
    "--executor-cores": "spark.executor.cores",
    "--files": "spark.files",
    "--archives": "spark.archives",
    "--num-executors": "spark.executor.instances",
    # The rest only Spark has a use for.
    "--deploy-mode": "spark.submit.deployMode",
    "--driver-class-path": "spark.driver.extraClassPath",
    "--driver-library-path": "spark.driver.extraLibraryPath",
    "--exclude-packages": "spark.jars.excludes",
    "--jars": "spark.jars",
    "--keytab": "spark.kerberos.keytab",
    "--packages": "spark.jars.packages",
    "--principal": "spark.kerberos.principal",
    "--queue": "spark.yarn.queue",
    "--repositories": "spark.jars.repositories",
    "--total-executor-cores": "spark.cores.max",
}
#: Settings in a file, which count less than those on the command line.
_FILE = "--properties-file"
#: Those that take a value that nothing reads.
_PASSED_OVER = ["--class", "--driver-cores", "--driver-java-options", "--proxy-user", "--remote"]
_FLAGS = ("--supervise", "--verbose", "-v")


class Submitted(NamedTuple):
    """What was asked for."""

    settings: dict[str, str]
    py_files: list[str]


def take_options(arguments: list[str]) -> list[str]:
    """Take the options before a script into the variable, make their modules importable, and return the rest.

    :raises StartError: for an option that spark-submit has not, or one without its value
    """
    taken: list[str] = []
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "-m":
        option, equals, value = rest.pop(0).partition("=")
        if option in _FLAGS:
            continue
        if option not in (*_KEYS, "--conf", "-c", "--py-files", _FILE, *_PASSED_OVER):
            raise StartError("no such option", option=option, advice="options after the script are its own")
        if not equals:
            if not rest:
                raise StartError("the option has no value", option=option)
            value = rest.pop(0)
        taken += [option, value]
        if option == "--py-files":
            for path in filter(None, value.split(",")):
                # The script imports them before it makes a context, which then gives them to tasks.
                whole = os.path.abspath(path)
                sys.path.insert(1, os.path.dirname(whole) if whole.endswith(".py") else whole)
    if taken:
        before = os.environ.get(_VARIABLE, "").removesuffix("pyspark-shell").strip()
        os.environ[_VARIABLE] = f"{before} {shlex.join(taken)} pyspark-shell".strip()
    return rest


def submitted(variable: str = _VARIABLE) -> Submitted:
    """Read the variable.

    :raises ConfigError: it cannot be read, or a file of settings that it names
    """
    try:
        words = shlex.split(os.environ.get(variable, ""))
    except ValueError as error:
        raise ConfigError(f"cannot read {variable}", value=os.environ[variable], reason=str(error)) from None
    settings: dict[str, str] = {}
    in_files: dict[str, str] = {}
    py_files: list[str] = []
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not option.startswith("-"):
            continue
        if not equals:
            value = next(rest, "")
        if option in _KEYS:
            settings[_KEYS[option]] = value
        elif option in ("--conf", "-c"):
            key, _, text = value.partition("=")
            settings[key] = text
        elif option == _FILE:
            from sluice import conffile

            in_files = conffile.read(value)
        elif option == "--py-files":
            py_files += [path for path in value.split(",") if path]
    return Submitted({**in_files, **settings}, py_files)
