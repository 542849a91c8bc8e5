# SPDX-License-Identifier: Apache-2.0
"""The names of `pyspark.sql.functions`: every function that is here, loaded when the first is asked for.

What cannot be answered as PySpark does is a function too: it raises `PySparkNotImplementedError` with the reason.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return _all()
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sluice.frame.functions import api
    from sluice.frame.functions.registry import names

    if name not in api.FUNCTIONS:
        names()
    if name not in api.FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return api.FUNCTIONS[name]


def _all() -> list[str]:
    from sluice.frame.functions.api import FUNCTIONS
    from sluice.frame.functions.registry import names

    names()
    return sorted(FUNCTIONS)


def __dir__() -> list[str]:
    return _all()
