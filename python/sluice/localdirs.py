# SPDX-License-Identifier: Apache-2.0
"""Paths in settings as every process finds them, and the directories for what outgrows memory."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sluice import settings

__all__ = ["absolute", "named"]

_SETTING = "sluice.local.dirs"
#: A path, or a command that is looked for on PATH.
_COMMAND = "sluice.worker.python"


def absolute(own: Mapping[str, str]) -> dict[str, str]:
    """Return these settings with paths as this process means them: a coordinator has another directory."""
    return {key: _absolute(key, value) for key, value in own.items()}


def _absolute(key: str, value: str) -> str:
    setting = settings.lookup(key)
    if setting is None or not value:
        return value
    if setting.type == "paths":
        return ",".join(os.path.abspath(name.strip()) for name in value.split(",") if name.strip())
    if setting.type == "path" or (setting.name == _COMMAND and "/" in value):
        return os.path.abspath(value)
    return value


def named(own: Mapping[str, str]) -> dict[str, str]:
    """Return these settings, with absolute paths and the local directories under one name, made where missing.

    Our own name counts most, then the variable `SPARK_LOCAL_DIRS`, then PySpark's name, as in PySpark. A directory
    that cannot be made is named by the first file that should go there, if no other directory takes it.
    """
    result = {
        key: value
        for key, value in absolute(own).items()
        if settings.lookup(key) is not settings.lookup(_SETTING)
    }
    other = next((value for key, value in own.items() if key not in result), "")
    value = own.get(_SETTING) or os.environ.get("SPARK_LOCAL_DIRS") or other
    directories = [os.path.abspath(name.strip()) for name in value.split(",") if name.strip()]
    for directory in directories:
        try:
            os.makedirs(directory, exist_ok=True)
        except OSError:
            pass
    if directories:
        result[_SETTING] = ",".join(directories)
    return result
