# SPDX-License-Identifier: Apache-2.0
"""The directories for what outgrows memory, as settings and environment name them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sluice import settings

__all__ = ["named"]

_SETTING = "sluice.local.dirs"


def named(own: Mapping[str, str]) -> dict[str, str]:
    """Return these settings with the local directories under one name, made where they are missing.

    Our own name counts most, then the variable `SPARK_LOCAL_DIRS`, then PySpark's name, as in PySpark. A directory
    that cannot be made is named by the first file that should go there, if no other directory takes it.
    """
    result = {
        key: value for key, value in own.items() if settings.lookup(key) is not settings.lookup(_SETTING)
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
