# SPDX-License-Identifier: Apache-2.0
"""Which name of PySpark is which object of Sluice, and the modules made of that table.

A name that is not here does not exist: the error says so, instead of a class that does half
of what it should.
"""

from __future__ import annotations

import importlib
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, cast

__all__ = ["PYSPARK_VERSION", "TABLE", "spec"]

#: The version whose names and answers these are.
PYSPARK_VERSION = "4.3.0"

_CONTEXT = {"SparkContext": "sluice.context:Context"}
_CONF = {"SparkConf": "sluice.conf:Conf"}
_RDD = {"RDD": "sluice.rdd:RDD", "PipelinedRDD": "sluice.rdd:PipelinedRDD"}
_FILES = {"SparkFiles": "sluice.sparkfiles:SparkFiles"}
_BROADCAST = {"Broadcast": "sluice.broadcast:Broadcast"}
_LEVEL = {"StorageLevel": "sluice.storagelevel:StorageLevel"}
_TASK = {"TaskContext": "sluice.taskcontext:TaskContext"}
_ACCUMULATORS = {
    name: f"sluice.accumulators:{name}"
    for name in ("Accumulator", "AccumulatorParam", "AddingAccumulatorParam")
}
_SERIALIZERS = {
    name: f"sluice.serializers:{name}"
    for name in (
        "AutoBatchedSerializer",
        "AutoSerializer",
        "BatchedSerializer",
        "CPickleSerializer",
        "CartesianDeserializer",
        "CloudPickleSerializer",
        "CompressedSerializer",
        "FlattenedValuesSerializer",
        "FramedSerializer",
        "MarshalSerializer",
        "NoOpSerializer",
        "PairDeserializer",
        "PickleSerializer",
        "Serializer",
        "SpecialLengths",
        "UTF8Deserializer",
        "read_bool",
        "read_int",
        "read_long",
        "write_int",
        "write_long",
        "write_with_length",
    )
}
_PORTABLE_HASH = {"portable_hash": "sluice.shuffle.hashing:portable_hash"}
_ERRORS = {
    name: f"sluice.pyspark.exceptions:{name}"
    for name in (
        "PySparkAssertionError",
        "PySparkAttributeError",
        "PySparkException",
        "PySparkImportError",
        "PySparkIndexError",
        "PySparkKeyError",
        "PySparkNotImplementedError",
        "PySparkPicklingError",
        "PySparkRuntimeError",
        "PySparkTypeError",
        "PySparkValueError",
    )
}
_SESSION = {"SparkSession": "sluice.pyspark.session:SparkSession"}
_ROW = {"Row": "sluice.pyspark.row:Row"}
_VERSION = {"__version__": "sluice.pyspark.aliases:PYSPARK_VERSION"}

#: Module of PySpark -> its names -> `module:attribute` of ours. A "*" stands for all of a module.
TABLE: dict[str, dict[str, str]] = {
    "pyspark": {
        **_CONTEXT,
        **_CONF,
        "RDD": "sluice.rdd:RDD",
        **_BROADCAST,
        **_FILES,
        **_LEVEL,
        **_TASK,
        "Accumulator": _ACCUMULATORS["Accumulator"],
        "AccumulatorParam": _ACCUMULATORS["AccumulatorParam"],
        "MarshalSerializer": _SERIALIZERS["MarshalSerializer"],
        "CPickleSerializer": _SERIALIZERS["CPickleSerializer"],
        **_VERSION,
    },
    "pyspark.accumulators": _ACCUMULATORS,
    "pyspark.broadcast": _BROADCAST,
    "pyspark.cloudpickle": {"*": "cloudpickle"},
    "pyspark.conf": _CONF,
    "pyspark.context": _CONTEXT,
    "pyspark.core": {},
    "pyspark.core.broadcast": _BROADCAST,
    "pyspark.core.context": _CONTEXT,
    "pyspark.core.files": _FILES,
    "pyspark.core.rdd": {**_RDD, **_PORTABLE_HASH},
    "pyspark.errors": _ERRORS,
    "pyspark.files": _FILES,
    "pyspark.rdd": {**_RDD, **_PORTABLE_HASH},
    "pyspark.serializers": _SERIALIZERS,
    "pyspark.shuffle": {"Aggregator": "sluice.shuffle:Aggregator", "Merger": "sluice.shuffle:Merger"},
    "pyspark.resultiterable": {"ResultIterable": "sluice.resultiterable:ResultIterable"},
    "pyspark.sql": {**_SESSION, **_ROW},
    "pyspark.sql.session": _SESSION,
    "pyspark.sql.types": _ROW,
    "pyspark.statcounter": {"StatCounter": "sluice.statcounter:StatCounter"},
    "pyspark.storagelevel": _LEVEL,
    "pyspark.taskcontext": _TASK,
    "pyspark.version": _VERSION,
}


def spec(fullname: str) -> ModuleSpec:
    """How to make a module of the table.

    :raises ModuleNotFoundError: for one that is not in it, even where the real PySpark has it
    """
    if fullname not in TABLE:
        raise ModuleNotFoundError(f"No module named {fullname!r}: sluice does not have it", name=fullname)
    is_package = any(name.startswith(fullname + ".") for name in TABLE)
    return ModuleSpec(fullname, cast(Any, _Loader()), origin="sluice", is_package=is_package)


class _Loader:
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Alias(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        names = TABLE[module.__name__]
        if "*" not in names:
            module.__all__ = [name for name in names if not name.startswith("_")]  # type: ignore[attr-defined]


class _Alias(ModuleType):
    """A module whose names are looked up when used: a worker that needs one class imports no context."""

    def __getattr__(self, name: str) -> Any:
        module = self.__name__
        names = TABLE[module]
        if name in names:
            value = _resolve(names[name])
        elif f"{module}.{name}" in TABLE:
            value = importlib.import_module(f"{module}.{name}")
        elif "*" in names and hasattr(importlib.import_module(names["*"]), name):
            value = getattr(importlib.import_module(names["*"]), name)
        else:
            raise AttributeError(
                f"module {module!r} has no attribute {name!r}: sluice does not have it", name=name, obj=self
            )
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *TABLE[self.__name__]} - {"*"})


def _resolve(target: str) -> Any:
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)
