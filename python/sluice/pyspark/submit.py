# SPDX-License-Identifier: Apache-2.0
"""`PYSPARK_SUBMIT_ARGS`: options of spark-submit that programs and test suites set in the environment."""

from __future__ import annotations

import os
import shlex
from typing import NamedTuple

__all__ = ["Submitted", "submitted"]

_VARIABLE = "PYSPARK_SUBMIT_ARGS"
_KEYS = {
    "--master": "spark.master",
    "--name": "spark.app.name",
    "--driver-memory": "spark.driver.memory",
    "--executor-memory": "spark.executor.memory",
    "--executor-cores": "spark.executor.cores",
    "--files": "spark.files",
    "--archives": "spark.archives",
    "--num-executors": "spark.executor.instances",
}


class Submitted(NamedTuple):
    """What was asked for."""

    settings: dict[str, str]
    py_files: list[str]


def submitted() -> Submitted:
    """Read the variable; options that only a cluster or Java classes have a use for are passed over."""
    try:
        words = shlex.split(os.environ.get(_VARIABLE, ""))
    except ValueError as error:
        from sluice.errors import ConfigError

        raise ConfigError(
            f"cannot read {_VARIABLE}", value=os.environ[_VARIABLE], reason=str(error)
        ) from None
    settings: dict[str, str] = {}
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
        elif option == "--py-files":
            py_files += [path for path in value.split(",") if path]
    return Submitted(settings, py_files)
