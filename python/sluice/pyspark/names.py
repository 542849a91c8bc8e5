# SPDX-License-Identifier: Apache-2.0
"""Which name of PySpark is which object of Sluice: one line for each home of classes, one dict for each module.

What is not here is refused, with the reason that `refused.py` has for it. `python/tests/names` checks both against
PySpark's own list.
"""

from __future__ import annotations

__all__ = ["LISTED", "PYSPARK_VERSION", "TABLE"]

#: The version whose names and answers these are.
PYSPARK_VERSION = "4.3.0"


def _of(home: str, names: str) -> dict[str, str]:
    """Names of one module of ours; `theirs=ours` where the two differ."""
    pairs = (name.partition("=") for name in names.split())
    return {theirs: f"{home}:{ours or theirs}" for theirs, _, ours in pairs}


_ACCUMULATORS = _of(
    "sluice.accumulators",
    "Accumulator AccumulatorParam AddingAccumulatorParam INT_ACCUMULATOR_PARAM=INTEGER_ACCUMULATOR_PARAM "
    "FLOAT_ACCUMULATOR_PARAM COMPLEX_ACCUMULATOR_PARAM",
)
_BROADCAST = _of("sluice.broadcast", "Broadcast")
_CONF = _of("sluice.conf", "SparkConf=Conf")
_CONTEXT = _of("sluice.context", "SparkContext=Context")
_ERRORS = _of(
    "sluice.pyspark.exceptions",
    "PySparkAssertionError PySparkAttributeError PySparkException PySparkImportError PySparkIndexError "
    "PySparkKeyError PySparkNotImplementedError PySparkPicklingError PySparkRuntimeError PySparkTypeError "
    "PySparkValueError",
)
_FILES: dict[str, str] = {}
_LEVEL = _of("sluice.storagelevel", "StorageLevel")
_PROFILER: dict[str, str] = {}
_RDD = {
    **_of("sluice.rdd", "Partitioner PipelinedRDD RDD"),
    **_of("sluice.shuffle.hashing", "portable_hash"),
}
_RESULT = _of("sluice.resultiterable", "ResultIterable")
_ROW = _of("sluice.pyspark.row", "Row")
_SERIALIZERS = _of(
    "sluice.serializers",
    "AutoBatchedSerializer AutoSerializer BatchedSerializer CPickleSerializer CartesianDeserializer "
    "CloudPickleSerializer CompressedSerializer FlattenedValuesSerializer FramedSerializer MarshalSerializer "
    "NoOpSerializer PairDeserializer PickleSerializer Serializer SpecialLengths UTF8Deserializer read_bool read_int "
    "read_long write_int write_long write_with_length",
)
_SESSION = _of("sluice.pyspark.session", "SparkSession")
_SHUFFLE = _of(
    "sluice.pyspark.shuffle",
    "Aggregator DiskBytesSpilled ExternalGroupBy ExternalList ExternalListOfList ExternalMerger ExternalSorter "
    "GroupByKey MemoryBytesSpilled Merger SimpleAggregator get_used_memory _get_local_dirs",
)
_STATUS: dict[str, str] = {}
_TASK = _of("sluice.taskcontext", "TaskContext")
_THREADS: dict[str, str] = {}
_VERSION = _of("sluice.pyspark.names", "__version__=PYSPARK_VERSION")

#: Module of PySpark -> its names -> `module:attribute` of ours. A "*" stands for all of a module.
TABLE: dict[str, dict[str, str]] = {
    "pyspark": {
        **_CONTEXT,
        **_CONF,
        "RDD": _RDD["RDD"],
        **_BROADCAST,
        **_FILES,
        **_LEVEL,
        **_STATUS,
        **_TASK,
        **_THREADS,
        **_ROW,
        "Accumulator": _ACCUMULATORS["Accumulator"],
        "AccumulatorParam": _ACCUMULATORS["AccumulatorParam"],
        "MarshalSerializer": _SERIALIZERS["MarshalSerializer"],
        "CPickleSerializer": _SERIALIZERS["CPickleSerializer"],
        **_VERSION,
    },
    "pyspark.accumulators": _ACCUMULATORS,
    "pyspark.broadcast": _BROADCAST,
    "pyspark.cloudpickle": {"*": "cloudpickle"},
    "pyspark.cloudpickle.cloudpickle": {"*": "cloudpickle.cloudpickle"},
    "pyspark.conf": _CONF,
    "pyspark.context": _CONTEXT,
    "pyspark.core": {},
    "pyspark.core.broadcast": _BROADCAST,
    "pyspark.core.context": _CONTEXT,
    "pyspark.core.files": _FILES,
    "pyspark.core.rdd": _RDD,
    "pyspark.core.status": _STATUS,
    "pyspark.errors": _ERRORS,
    "pyspark.errors.exceptions": {},
    "pyspark.errors.exceptions.base": _ERRORS,
    "pyspark.files": _FILES,
    "pyspark.profiler": _PROFILER,
    "pyspark.rdd": _RDD,
    "pyspark.resultiterable": _RESULT,
    "pyspark.serializers": _SERIALIZERS,
    "pyspark.shuffle": _SHUFFLE,
    "pyspark.sql": {**_SESSION, **_ROW},
    "pyspark.sql.session": _SESSION,
    "pyspark.sql.types": _ROW,
    "pyspark.statcounter": _of("sluice.statcounter", "StatCounter"),
    "pyspark.status": _STATUS,
    "pyspark.storagelevel": _LEVEL,
    "pyspark.taskcontext": _TASK,
    "pyspark.util": _THREADS,
    "pyspark.version": _VERSION,
}

#: What `from module import *` takes of a module in which PySpark says so; of the others all public names.
LISTED: dict[str, list[str]] = {
    "pyspark": [name for name in TABLE["pyspark"] if name not in _ROW],
    "pyspark.context": ["SparkContext"],
    "pyspark.core.context": ["SparkContext"],
}
