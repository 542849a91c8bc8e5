# SPDX-License-Identifier: Apache-2.0
"""Names that PySpark has and Sluice has not: the error tells them from a slip of the pen, and says what to do."""

from __future__ import annotations

__all__ = ["CONTEXT", "RDD", "missing"]

_HADOOP = "Hadoop's formats are not here; text files are"
_FRAMES = "there are no frames"
_NOT_YET = "this version does not have it"

_STEPS = "how steps are fused is not shown"

RDD = {
    "barrier": _NOT_YET,
    "checkpoint": "use persist(): a checkpoint is not kept here",
    "cleanShuffleDependencies": _NOT_YET,
    "collectWithJobGroup": "call setJobGroup, then collect",
    "countApprox": "use count()",
    "countApproxDistinct": "use distinct().count()",
    "func": _STEPS,
    "getCheckpointFile": "there are no checkpoints",
    "getResourceProfile": "there are no resource profiles",
    "isCheckpointed": "there are no checkpoints",
    "isLocallyCheckpointed": "there are no checkpoints",
    "localCheckpoint": "use persist(): a checkpoint is not kept here",
    "meanApprox": "use mean()",
    "pipe": "use mapPartitions with subprocess",
    "preservesPartitioning": _STEPS,
    "prev": _STEPS,
    "saveAsHadoopDataset": _HADOOP,
    "saveAsHadoopFile": _HADOOP,
    "saveAsNewAPIHadoopDataset": _HADOOP,
    "saveAsNewAPIHadoopFile": _HADOOP,
    "saveAsPickleFile": _HADOOP,
    "saveAsSequenceFile": _HADOOP,
    "sumApprox": "use sum()",
    "toDF": _FRAMES,
    "toDebugString": _NOT_YET,
    "withResources": "there are no resource profiles",
}

CONTEXT = {
    "addArchive": "use addPyFile for modules, and paths of this machine for data",
    "addFile": "use addPyFile for modules, and paths of this machine for data",
    "binaryFiles": _NOT_YET,
    "binaryRecords": _NOT_YET,
    "dump_profiles": "there are no profilers",
    "getCheckpointDir": "there are no checkpoints",
    "hadoopFile": _HADOOP,
    "hadoopRDD": _HADOOP,
    "listArchives": "there are no added archives",
    "listFiles": "there are no added files",
    "newAPIHadoopFile": _HADOOP,
    "newAPIHadoopRDD": _HADOOP,
    "pickleFile": _HADOOP,
    "sequenceFile": _HADOOP,
    "show_profiles": "there are no profilers",
    "statusTracker": _NOT_YET,
}


def missing(owner: object, names: dict[str, str], name: str) -> AttributeError:
    """Return the error for a name that an object has not."""
    text = f"{type(owner).__name__!r} object has no attribute {name!r}"
    if name in names:
        text += f": sluice has not this name of PySpark; {names[name]}"
    return AttributeError(text, name=name, obj=owner)
