# SPDX-License-Identifier: Apache-2.0
"""Names that work and differ from PySpark's, by what; docs/api.md shows it beside the name."""

from __future__ import annotations

_MADE = "programs do not construct it, and its parameters are Sluice's"
_NEVER = "RDD programs never raise it: Sluice's errors come from Python"
_VERSION = "says whether the package is there, without a minimum version"

_ESTIMATE = "the job is cancelled when the time is over, where PySpark's goes on behind the estimate"

_EXPLAIN = "DuckDB's plan, with columns by numbers; the modes print the same"

_CAPTURED = (
    "AnalysisException",
    "ArithmeticException",
    "ArrayIndexOutOfBoundsException",
    "CapturedException",
    "DateTimeException",
    "NumberFormatException",
    "ParseException",
    "PythonException",
    "QueryExecutionException",
    "SparkRuntimeException",
    "SparkUpgradeException",
    "StreamingQueryException",
    "UnknownException",
    "UnsupportedOperationException",
)

_MADE_OF_FRAMES = (
    "PandasCogroupedOps",
    "catalog.Catalog",
    "column.Column",
    "conf.RuntimeConfig",
    "dataframe.DataFrame",
    "functions.UserDefinedFunction",
    "group.GroupedData",
    "readwriter.DataFrameReader",
    "readwriter.DataFrameWriter",
    "udf.UDFRegistration",
    "udf.UserDefinedFunction",
    "window.WindowSpec",
)

DIFFERENT: dict[str, str] = {
    **{f"pyspark.sql.{name}": _MADE for name in _MADE_OF_FRAMES},
    "pyspark.sql.dataframe.DataFrame.explain": _EXPLAIN,
    "pyspark.sql.dataframe.DataFrame.repartition": "without a number there is a partition for each slot",
    "pyspark.sql.dataframe.DataFrame.repartitionByRange": "without a number there is a partition for each slot",
    "pyspark.sql.SQLContext.getConf": "the default is given by its place",
    "pyspark.sql.SQLContext.getOrCreate": "the context is always given",
    **{f"pyspark.errors.exceptions.captured.{name}": _NEVER for name in _CAPTURED},
    "pyspark.core.broadcast.Broadcast": _MADE,
    "pyspark.core.context.SparkContext.getSystemProperty": "Java's own properties only while a context is active",
    "pyspark.core.context.SparkContext.sequenceFile": "of simple Writables, uncompressed; converters are refused",
    "pyspark.core.context.SparkContext.serializer": "kept; data between tasks is written as Sluice does",
    "pyspark.core.context.SparkContext.setInterruptOnCancel": "kept; cancelling always interrupts tasks",
    "pyspark.core.context.SparkContext.sparkHome": "kept; nothing reads it",
    "pyspark.core.context.SparkContext.uiWebUrl": "with the token that the pages ask for",
    "pyspark.core.rdd.PipelinedRDD": _MADE,
    "pyspark.core.status.StatusTracker": _MADE,
    "pyspark.core.rdd.RDD": _MADE,
    "pyspark.core.rdd.RDD.cartesian": "the order of pairs: each item of the left with all of the right",
    "pyspark.core.rdd.RDD.countApprox": _ESTIMATE,
    "pyspark.core.rdd.RDD.countApproxDistinct": "large counts differ by a little: the correction is computed",
    "pyspark.core.rdd.RDD.join": "a triple is an error, where PySpark drops its third element",
    "pyspark.core.rdd.RDD.meanApprox": _ESTIMATE,
    "pyspark.core.rdd.RDD.persist": "memory and disk count; bytes on the heap, one copy on one machine",
    "pyspark.core.rdd.RDD.saveAsSequenceFile": "of int, float, str, bytes, bool and None; a codec is refused",
    "pyspark.core.rdd.RDD.saveAsTextFile": "no hidden checksums; a directory that could not be finished is not there",
    "pyspark.core.rdd.RDD.sumApprox": _ESTIMATE,
    "pyspark.core.rdd.RDD.zip": "partitions of unequal lengths are one error, a ValueError and a failed task",
    "pyspark.core.status.SparkExecutorInfo.port": "0: nothing listens",
    "pyspark.core.status.SparkJobInfo.stageIds": "the stages that ran, not those that were skipped",
    "pyspark.errors.exceptions.base.PySparkException.__str__": "a condition without a message is shown with its "
    "parameters; PySpark's own texts are not here",
    "pyspark.errors.exceptions.base.PySparkException.getBreakingChangeInfo": "None",
    "pyspark.errors.exceptions.base.PySparkException.getSqlState": "None: there is no SQL",
    "pyspark.errors.exceptions.captured.CapturedException.getSqlState": "None: there is no SQL",
    "pyspark.serializers.PickleSerializer.dumps": "functions and classes of the driver's script go by value",
    "pyspark.sql.session.SparkSession.Builder.create": "does what getOrCreate does",
    "pyspark.sql.session.SparkSession.Builder.enableHiveSupport": "does nothing: there are no tables",
    "pyspark.taskcontext.BarrierTaskContext": _MADE,
    "pyspark.taskcontext.TaskContext": _MADE,
    "pyspark.testing.utils.have_pandas": _VERSION,
    "pyspark.testing.utils.have_pyarrow": _VERSION,
    "pyspark.testing.utils.pandas_requirement_message": _VERSION,
    "pyspark.testing.utils.pyarrow_requirement_message": _VERSION,
    "pyspark.testing.utils.should_test_connect": "False: there is no Spark Connect",
    "pyspark.util.default_api_mode": "always classic",
}
