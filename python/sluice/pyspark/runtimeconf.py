# SPDX-License-Identifier: Apache-2.0
"""`spark.conf`: the settings of a session. They begin as the context's; a change reaches this session only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sluice import settings
from sluice.pyspark.captured import AnalysisException, IllegalArgumentException, SparkNoSuchElementException
from sluice.pyspark.exceptions import PySparkTypeError

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["RuntimeConfig", "text_of"]


class _NoDefault:
    def __repr__(self) -> str:
        return "<no value>"


_NO_DEFAULT = _NoDefault()
#: Keys of the context; a session has no say in them.
_OF_THE_CONTEXT = re.compile(
    r"sluice\.|spark\.(broadcast|cores|driver|dynamicAllocation|eventLog|executor|io|local|locality|memory|python|"
    r"reducer|scheduler|shuffle|speculation|storage|task|ui)\."
)
#: What settings of SQL are that programs ask for and nobody has set.
_OF_SQL = {
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.autoBroadcastJoinThreshold": "10485760b",
    "spark.sql.broadcastTimeout": "300000ms",
    "spark.sql.caseSensitive": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.columnNameOfCorruptRecord": "_corrupt_record",
    "spark.sql.crossJoin.enabled": "true",
    "spark.sql.execution.arrow.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "true",
    "spark.sql.execution.arrow.pyspark.selfDestruct.enabled": "false",
    "spark.sql.execution.pandas.convertToArrowArraySafely": "true",
    "spark.sql.execution.pandas.structHandlingMode": "legacy",
    "spark.sql.execution.pythonUDF.arrow.enabled": "true",
    "spark.sql.files.maxPartitionBytes": "134217728b",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.mapKeyDedupPolicy": "EXCEPTION",
    "spark.sql.parquet.compression.codec": "snappy",
    "spark.sql.parquet.filterPushdown": "true",
    "spark.sql.parquet.mergeSchema": "false",
    "spark.sql.pivotMaxValues": "10000",
    "spark.sql.pyspark.jvmStacktrace.enabled": "false",
    "spark.sql.debug.maxToStringFields": "25",
    "spark.sql.repl.eagerEval.enabled": "false",
    "spark.sql.repl.eagerEval.maxNumRows": "20",
    "spark.sql.repl.eagerEval.truncate": "20",
    "spark.sql.shuffle.partitions": "200",
    "spark.sql.sources.default": "parquet",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "true",
    "spark.sql.sources.partitionOverwriteMode": "STATIC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
}


def text_of(value: Any) -> str:
    """A value of a setting as text: booleans as Java writes them."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class RuntimeConfig:
    """The settings of a session, by key."""

    def __init__(self, context: Context) -> None:
        self._entries = dict(context._conf.getAll())

    def get(self, key: str, default: Any = _NO_DEFAULT) -> str | None:
        """Return a setting, or the default.

        Raises:
            SparkNoSuchElementException: it is not set and there is no default.
        """
        _check(key, "key")
        if default is not _NO_DEFAULT and default is not None:
            _check(default, "default")
        for name in (key, *settings.names_of(key)):
            if name in self._entries:
                return self._entries[name]
        if default is _NO_DEFAULT and key == "spark.sql.session.timeZone":
            from sluice.frame.zones import local_zone

            return local_zone()
        if default is _NO_DEFAULT and key in _OF_SQL:
            return _OF_SQL[key]
        if default is _NO_DEFAULT:
            raise _refused(SparkNoSuchElementException, "SQL_CONF_NOT_FOUND", "a setting is not set", key)
        return default  # type: ignore[no-any-return]

    def _known(self, key: str, default: str) -> str:
        """A setting, by default what it is where nobody has set it."""
        try:
            return self.get(key) or default
        except SparkNoSuchElementException:
            return default

    @property
    def getAll(self) -> dict[str, str]:
        """Every setting."""
        return dict(self._entries)

    def set(self, key: str, value: str | int | bool) -> None:
        """Set a key for this session.

        Raises:
            AnalysisException: the key is one of the context's, which are fixed when it is made.
        """
        if value is None:
            raise IllegalArgumentException(f"value cannot be null for key: {key}", "")
        if _OF_THE_CONTEXT.match(key):
            text = "a setting of the context cannot be changed while it runs"
            raise _refused(AnalysisException, "CANNOT_MODIFY_CONFIG", text, key)
        self._entries[key] = text_of(value)

    def unset(self, key: str) -> None:
        """Remove a key."""
        self._entries.pop(key, None)

    def isModifiable(self, key: str) -> bool:
        """Whether the key is one of SQL, which a session may change."""
        return key == "spark.sql.session.timeZone" or key in _OF_SQL


def _check(value: object, name: str) -> None:
    if not isinstance(value, str):
        kind = type(value).__name__
        raise PySparkTypeError(
            f"Argument `{name}` should be str, got {kind}.",
            "NOT_EXPECTED_TYPE",
            {"expected_type": "str", "arg_name": name, "arg_type": kind},
        )


def _refused(kind: type[Any], condition: str, what: str, key: str) -> Exception:
    error: Exception = kind(f"[{condition}] {what}: key={key}", "")
    error.__dict__.update(_errorClass=condition, _messageParameters={"key": key})
    return error
