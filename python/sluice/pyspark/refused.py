# SPDX-License-Identifier: Apache-2.0
"""Modules and names of PySpark that are refused, and why; the reason is in the error and in docs/api.md.

A refused name is not there: `hasattr` says so, an attribute raises `AttributeError`, an import `ImportError`.
"""

from __future__ import annotations

from sluice.absent import missing as _missing
from sluice.pyspark import refusedsql
from sluice.pyspark.refusedsql import FRAME

__all__ = [
    "BUILDER",
    "FRAME",
    "FRAMES",
    "MERGER",
    "MODULES",
    "NAMES",
    "READER",
    "SESSION",
    "TASK",
    "missing",
    "reason",
]

FRAMES = "frames and SQL are not here, RDDs are; they need Apache Spark"
_QUERIES = "there are no queries; sparkContext has job groups and tags"
_PROFILES = "resource profiles are not here; they need Apache Spark"
_WORKERS = "Sluice has workers of its own"
_SOCKETS = "results and updates come by Sluice's own sockets"
_PROTOCOL = "a number of the protocol between PySpark's worker and Java"
_JAVA = "no error here is made of Java's"
_FAULTS = "faulthandler is always on in workers, and a death is explained with the last stack"
_TEXTS = "the texts of PySpark's conditions are not here"
_GATEWAY = "make a SparkContext, it has `_gateway` and `_jvm`"

#: Modules, with all below them unless the table of names has it.
MODULES = {
    "pyspark.daemon": _WORKERS,
    "pyspark.errors.utils": _TEXTS,
    "pyspark.install": "there is no Spark to install",
    "pyspark.ml": "machine learning over frames is not here; it needs Apache Spark",
    "pyspark.mllib": "machine learning in Java is not here; it needs Apache Spark",
    "pyspark.pandas": FRAMES,
    "pyspark.pipelines": FRAMES,
    "pyspark.resource.profile": _PROFILES,
    "pyspark.resource.requests": _PROFILES,
    "pyspark.shell": "start Python and make a SparkContext",
    **refusedsql.MODULES,
    "pyspark.streaming": "streams are not here; they need Apache Spark",
    "pyspark.testing": FRAMES,
    "pyspark.worker": _WORKERS,
    "pyspark.worker_message": _WORKERS,
    "pyspark.worker_util": _WORKERS,
}

#: Names in modules, wherever they are imported from.
NAMES = {
    "AccumulatorTCPServer": _SOCKETS,
    "AccumulatorUnixServer": _SOCKETS,
    "BroadcastPickleRegistry": "a broadcast notes by itself which function holds it",
    "ALL_GATHER_FUNCTION": _PROTOCOL,
    "BARRIER_FUNCTION": _PROTOCOL,
    "DEFAULT_CONFIGS": "the settings of Sluice have defaults of their own",
    "DataFrameQueryContext": FRAMES,
    "ErrorClassesReader": _TEXTS,
    "ExecutorResourceRequest": _PROFILES,
    "ExecutorResourceRequests": _PROFILES,
    "HiveContext": FRAMES,
    "MemoryProfiler": FRAMES,
    "ResourceProfile": _PROFILES,
    "ResourceProfileBuilder": _PROFILES,
    "SQLQueryContext": FRAMES,
    "SpecialAccumulatorIds": FRAMES,
    "TaskResourceRequest": _PROFILES,
    "TaskResourceRequests": _PROFILES,
    "Traceback": _JAVA,
    "UDFBasicProfiler": FRAMES,
    "UpdateRequestHandler": _SOCKETS,
    "capture_sql_exception": _JAVA,
    "convert_exception": _JAVA,
    "enable_faulthandler": _FAULTS,
    "ensure_callback_server_started": "Java does not call back into Python",
    "install_exception_handler": _JAVA,
    "launch_gateway": _GATEWAY,
    "local_connect_and_auth": _SOCKETS,
    "pickleSer": _SOCKETS,
    "process": "how memory is measured is not shown",
    "recover_python_exception": _JAVA,
    "specialAccumulatorSer": _SOCKETS,
    "start_faulthandler_periodic_traceback": _FAULTS,
    "unwrap_spark_exception": _JAVA,
    "with_faulthandler": _FAULTS,
}

SESSION = {
    **dict.fromkeys(
        ("addTag", "removeTag", "getTags", "clearTags", "interruptAll", "interruptOperation", "interruptTag"),
        _QUERIES,
    ),
    **dict.fromkeys(
        ("registerProgressHandler", "removeProgressHandler", "clearProgressHandlers"),
        "there are no queries; sparkContext.statusTracker() tells of jobs",
    ),
    **dict.fromkeys(
        ("addArtifact", "addArtifacts", "copyFromLocalToFs"),
        "there is no Spark Connect; sparkContext.addPyFile and addFile are here",
    ),
    **refusedsql.SESSION,
}
_SPILLS = "how it spills is not shown"
#: Attributes of the mergers of `pyspark.shuffle`.
MERGER = dict.fromkeys(("MAX_TOTAL_PARTITIONS", "flattened_serializer", "pdata"), _SPILLS)
TASK = {"from_json": "the worker alone makes the context of a task"}
BUILDER = {"remote": "there is no Spark Connect; use master"}
READER = dict.fromkeys(
    ("changes", "jdbc", "orc", "xml"), "parquet, csv, json and text are read; others need Apache Spark"
)


def missing(owner: object, names: dict[str, str], name: str, otherwise: str = "") -> AttributeError:
    """Return the error for a name that an object of PySpark has and ours has not."""
    if otherwise and name not in names and not name.startswith("_"):
        names = {name: otherwise}
    return _missing(owner, names, name)


def reason(fullname: str) -> str:
    """Why a module, or a name in one, is refused."""
    found, name = fullname, fullname.rpartition(".")[2]
    if name in NAMES:
        return NAMES[name]
    if fullname.startswith("pyspark.sql."):
        for table in (refusedsql.FUNCTIONS, refusedsql.NAMES):
            if name in table:
                return table[name]
    while found:
        if found in MODULES:
            return MODULES[found]
        found = found.rpartition(".")[0]
    return "sluice does not have it"
