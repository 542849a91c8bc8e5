# SPDX-License-Identifier: Apache-2.0
"""What settings of `spark.sql` are where a program has not set them: PySpark's defaults, for those who ask."""

from __future__ import annotations

__all__ = ["DEFAULTS", "default_of", "is_of_sql"]

DEFAULTS = {
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.autoBroadcastJoinThreshold": "10485760b",
    "spark.sql.broadcastTimeout": "300000ms",
    "spark.sql.caseSensitive": "false",
    "spark.sql.crossJoin.enabled": "true",
    "spark.sql.debug.maxToStringFields": "25",
    "spark.sql.execution.arrow.maxBytesPerBatch": "67108864b",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "true",
    "spark.sql.execution.pandas.convertToArrowArraySafely": "true",
    "spark.sql.execution.pandas.inferPandasDictAsMap": "false",
    "spark.sql.execution.pandas.structHandlingMode": "legacy",
    "spark.sql.execution.pythonUDF.arrow.enabled": "true",
    "spark.sql.files.maxPartitionBytes": "134217728b",
    "spark.sql.groupByOrdinal": "true",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.mapKeyDedupPolicy": "EXCEPTION",
    "spark.sql.orderByOrdinal": "true",
    "spark.sql.parquet.compression.codec": "snappy",
    "spark.sql.parquet.mergeSchema": "false",
    "spark.sql.pyspark.inferNestedDictAsStruct.enabled": "false",
    "spark.sql.repl.eagerEval.enabled": "false",
    "spark.sql.shuffle.partitions": "200",
    "spark.sql.sources.default": "parquet",
    "spark.sql.sources.partitionOverwriteMode": "STATIC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
}
_ZONE = "spark.sql.session.timeZone"


def default_of(key: str) -> str | None:
    """The value of a setting that is not set; None for one that has no default or is not of SQL."""
    if key == _ZONE:
        from sluice.frame.zones import local_zone

        return local_zone()
    return DEFAULTS.get(key)


def is_of_sql(key: str) -> bool:
    """Whether a key is one of a session's settings for SQL."""
    return key == _ZONE or key in DEFAULTS
