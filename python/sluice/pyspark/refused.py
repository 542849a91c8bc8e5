# SPDX-License-Identifier: Apache-2.0
"""Modules and names of PySpark that are refused, and why; the reason is in the error and in docs/api.md.

A refused name is not there: `hasattr` says so, an attribute raises `AttributeError`, an import `ImportError`.
"""

from __future__ import annotations

__all__ = ["MODULES", "reason"]

_FRAMES = "frames and SQL are not here, RDDs are; they need Apache Spark"

#: Modules, with all below them unless the table of names has it.
MODULES = {
    "pyspark.ml": "machine learning over frames is not here; it needs Apache Spark",
    "pyspark.mllib": "machine learning in Java is not here; it needs Apache Spark",
    "pyspark.pandas": _FRAMES,
    "pyspark.pipelines": _FRAMES,
    "pyspark.sql": _FRAMES,
    "pyspark.streaming": "streams are not here; they need Apache Spark",
}


def reason(fullname: str) -> str:
    """Why a module, or a name in one, is refused."""
    found = fullname
    while found:
        if found in MODULES:
            return MODULES[found]
        found = found.rpartition(".")[0]
    return "sluice does not have it"
