# SPDX-License-Identifier: Apache-2.0
"""Names that PySpark has and Sluice has not: the error tells them from a slip of the pen, and says what to do."""

from __future__ import annotations

__all__ = ["CONTEXT", "RDD", "missing"]

_HADOOP = "Hadoop's formats are PySpark's; text, pickle, binary and simple sequence files are here"
_STEPS = "how steps are fused is not shown"

RDD = {
    "func": _STEPS,
    "preservesPartitioning": _STEPS,
    "prev": _STEPS,
    "saveAsHadoopDataset": _HADOOP,
    "saveAsHadoopFile": _HADOOP,
    "saveAsNewAPIHadoopDataset": _HADOOP,
    "saveAsNewAPIHadoopFile": _HADOOP,
    "withResources": "resource profiles are not here; they need Apache Spark",
}

CONTEXT = {
    "hadoopFile": _HADOOP,
    "hadoopRDD": _HADOOP,
    "newAPIHadoopFile": _HADOOP,
    "newAPIHadoopRDD": _HADOOP,
}


def missing(owner: object, names: dict[str, str], name: str) -> AttributeError:
    """Return the error for a name that an object has not."""
    text = f"{type(owner).__name__!r} object has no attribute {name!r}"
    if name in names:
        text += f": sluice has not this name of PySpark; {names[name]}"
    return AttributeError(text, name=name, obj=owner)
