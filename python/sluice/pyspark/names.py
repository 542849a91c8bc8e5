# SPDX-License-Identifier: Apache-2.0
"""Which name of PySpark is which object of Sluice: one line for each home of classes, one dict for each module.

What PySpark's modules import from each other is in `taken.py`. What is in neither is refused, with the reason that
`refused.py` has for it. `python/tests/names` checks them against PySpark's own list.
"""

from __future__ import annotations

from sluice.pyspark.taken import TAKEN

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
_CAPTURED = _of(
    "sluice.pyspark.captured",
    "AnalysisException ArithmeticException ArrayIndexOutOfBoundsException CapturedException "
    "DateTimeException IllegalArgumentException NumberFormatException ParseException PythonException "
    "QueryExecutionException SparkNoSuchElementException SparkRuntimeException SparkUpgradeException "
    "StreamingQueryException UnknownException UnsupportedOperationException",
)
_ERRORS = _of(
    "sluice.pyspark.exceptions",
    "AnalysisException ArithmeticException ArrayIndexOutOfBoundsException DateTimeException "
    "IllegalArgumentException NumberFormatException ParseException PickleException PySparkAssertionError "
    "PySparkAttributeError PySparkException PySparkImportError PySparkIndexError PySparkKeyError "
    "PySparkNotImplementedError PySparkPicklingError PySparkRuntimeError PySparkTypeError "
    "PySparkValueError PythonException QueryContext QueryContextType QueryExecutionException "
    "SessionNotSameException SparkNoSuchElementException SparkRuntimeException SparkUpgradeException "
    "StreamingPythonRunnerInitializationException StreamingQueryException TempTableAlreadyExistsException "
    "UnknownException UnsupportedOperationException",
)
_FRAME = _of("sluice.frame.frame", "DataFrame")
_COLUMN = _of("sluice.frame.column", "Column")
_GROUPED = _of("sluice.frame.grouped", "GroupedData")
_SQL_CONTEXT = _of("sluice.pyspark.sqlcontext", "SQLContext")
_WINDOW = _of("sluice.frame.window", "Window WindowSpec")
_UDF_TYPES = _of("sluice.frame.userfunctions", "ArrowUDFType PandasUDFType")
_UDF = _of("sluice.frame.userfunctions", "UserDefinedFunction=UserFunction")
_FUNCTIONS = {"*": "sluice.frame.functions.public", **_UDF_TYPES, **_UDF}
_PARTS = {
    **_of("sluice.frame.nulls", "DataFrameNaFunctions"),
    **_of("sluice.frame.statistics", "DataFrameStatFunctions"),
}
_COGROUPED = _of("sluice.frame.grouped", "PandasCogroupedOps=CoGroups")
_CATALOG = _of("sluice.frame.catalog", "Catalog CatalogMetadata Column Database Function Table")
_FRAME_FILES = {
    **_of("sluice.frame.reading", "DataFrameReader"),
    **_of("sluice.frame.writing", "DataFrameWriter"),
}
_REGISTRATION = _of("sluice.frame.registration", "UDFRegistration")
_ASSERTING = _of("sluice.frame.asserting", "assertDataFrameEqual assertSchemaEqual")
_FILES = _of("sluice.files.sparkfiles", "SparkFiles")
_JOINS = _of(
    "sluice.pyspark.joins",
    "python_cogroup python_full_outer_join python_join python_left_outer_join python_right_outer_join",
)
_LEVEL = _of("sluice.storagelevel", "StorageLevel")
_PROFILER = _of("sluice.profiler", "BasicProfiler MemUsageParam PStatsParam Profiler ProfilerCollector")
_RDD = {
    **_of("sluice.rdd", "Partitioner PipelinedRDD RDD"),
    **_of("sluice.boundedfloat", "BoundedFloat"),
    **_of("sluice.barrier", "RDDBarrier"),
    **_of("sluice.shuffle.hashing", "portable_hash"),
}
_RESOURCES = _of("sluice.pyspark.resources", "ResourceInformation")
_RESULT = _of("sluice.resultiterable", "ResultIterable")
_ROW = _of("sluice.pyspark.row", "Row")
_SAMPLERS = _of("sluice.rdd.samplers", "RDDRangeSampler RDDSampler RDDSamplerBase RDDStratifiedSampler")
_SERIALIZERS = _of(
    "sluice.serializers",
    "AutoBatchedSerializer AutoSerializer BatchedSerializer CPickleSerializer CartesianDeserializer "
    "CloudPickleSerializer CompressedSerializer FlattenedValuesSerializer FramedSerializer MarshalSerializer "
    "NoOpSerializer PairDeserializer PickleSerializer Serializer SpecialLengths UTF8Deserializer read_bool read_int "
    "read_long write_int write_long write_with_length ChunkedStream pack_long pickle_protocol=PICKLE_PROTOCOL",
)
_SESSION = _of("sluice.pyspark.session", "SparkSession is_remote")
_SHUFFLE = _of(
    "sluice.pyspark.shuffle",
    "Aggregator DiskBytesSpilled ExternalGroupBy ExternalList ExternalListOfList ExternalMerger ExternalSorter "
    "GroupByKey MemoryBytesSpilled Merger SimpleAggregator get_used_memory _get_local_dirs",
)
_STATUS = _of("sluice.status", "SparkExecutorInfo SparkJobInfo SparkStageInfo StatusTracker")
_TASK = {
    **_of("sluice.taskcontext", "TaskContext"),
    **_of("sluice.barrier", "BarrierTaskContext BarrierTaskInfo"),
}
_TESTING = _of(
    "sluice.pyspark.testing",
    "ByteArrayOutput PySparkBaseTestCase PySparkErrorTestUtils PySparkTestCase QuietTest "
    "ReusedPySparkTestCase ansi_mode_not_supported_message connect_requirement_message "
    "deepspeed_requirement_message eventually flameprof_requirement_message "
    "googleapis_common_protos_requirement_message graphviz_requirement_message grpc_requirement_message "
    "grpc_status_requirement_message have_deepspeed have_flameprof have_googleapis_common_protos "
    "have_graphviz have_grpc have_grpc_status have_jinja2 have_kafka have_matplotlib have_numpy "
    "have_openpyxl have_package have_pandas have_plotly have_pyarrow have_scipy have_sklearn "
    "have_tabulate have_testcontainers have_torch have_torcheval have_yaml have_zstandard "
    "is_ansi_mode_test jinja2_requirement_message kafka_requirement_message "
    "matplotlib_requirement_message numpy_requirement_message openpyxl_requirement_message "
    "pandas_requirement_message plotly_requirement_message pyarrow_requirement_message read_int "
    "scipy_requirement_message should_test_connect sklearn_requirement_message "
    "tabulate_requirement_message testcontainers_requirement_message timeout torch_requirement_message "
    "torcheval_requirement_message write_int yaml_requirement_message zstandard_requirement_message",
)
_THREADS = _of("sluice.threads", "InheritableThread inheritable_thread_target")
_TRACEBACKS = _of("sluice.pyspark.tracebacks", "CallSite SCCallSiteSync first_spark_call")
_TYPES = {
    **_of(
        "sluice.frame.types",
        "AnsiIntervalType AnyTimeType ArrayType AtomicType BinaryType BooleanType ByteType CalendarIntervalType "
        "CharType DataType DataTypeSingleton DateType DatetimeType DayTimeIntervalType DecimalType DoubleType "
        "FloatType FractionalType Geography GeographyType Geometry GeometryType IntegerType IntegralType LongType "
        "MapType NullType NumericType ShortType StringType StructField StructType TimeType TimestampNTZType "
        "TimestampType UserDefinedType VarcharType VariantType VariantVal YearMonthIntervalType "
        "_parse_datatype_json_string _parse_datatype_json_value _parse_datatype_string",
    ),
    **_ROW,
    **_of("sluice.pyspark.row", "_create_row"),
}
_UTIL = {
    **_of(
        "sluice.pyspark.util",
        "JVM_BYTE_MAX JVM_BYTE_MIN JVM_INT_MAX JVM_INT_MIN JVM_LONG_MAX JVM_LONG_MIN JVM_SHORT_MAX "
        "JVM_SHORT_MIN VersionUtils default_api_mode disable_gc fail_on_stopiteration handle_worker_exception "
        "is_remote_only print_exec spark_connect_mode try_simplify_traceback walk_tb _parse_memory",
    ),
    **_of("sluice.pyspark.evaltypes", "PythonEvalType"),
}
_VERSION = _of("sluice.pyspark.names", "__version__=PYSPARK_VERSION")

#: Module of PySpark -> its names -> `module:attribute` of ours. A "*" stands for all of a module.
TABLE: dict[str, dict[str, str]] = {
    "pyspark": {
        **_CONTEXT,
        **_SQL_CONTEXT,
        **_CONF,
        "RDD": _RDD["RDD"],
        "RDDBarrier": _RDD["RDDBarrier"],
        **_BROADCAST,
        **_FILES,
        **_LEVEL,
        **_STATUS,
        **_TASK,
        **_THREADS,
        **_ROW,
        **_of("sluice.pyspark.decorators", "keyword_only since"),
        "Accumulator": _ACCUMULATORS["Accumulator"],
        "AccumulatorParam": _ACCUMULATORS["AccumulatorParam"],
        "MarshalSerializer": _SERIALIZERS["MarshalSerializer"],
        "CPickleSerializer": _SERIALIZERS["CPickleSerializer"],
        "BasicProfiler": _PROFILER["BasicProfiler"],
        "Profiler": _PROFILER["Profiler"],
        **_VERSION,
    },
    "pyspark.accumulators": _ACCUMULATORS,
    "pyspark.cloudpickle": {"*": "cloudpickle"},
    "pyspark.cloudpickle.cloudpickle_fast": {"*": "cloudpickle.cloudpickle_fast"},
    "pyspark.cloudpickle.cloudpickle": {"*": "cloudpickle.cloudpickle"},
    "pyspark.conf": _CONF,
    "pyspark.core": {},
    "pyspark.core.broadcast": _BROADCAST,
    "pyspark.core.context": _CONTEXT,
    "pyspark.core.files": _FILES,
    "pyspark.core.rdd": _RDD,
    "pyspark.core.status": _STATUS,
    "pyspark.errors": _ERRORS,
    "pyspark.errors.exceptions": {},
    "pyspark.errors.exceptions.base": _ERRORS,
    "pyspark.errors.exceptions.captured": _CAPTURED,
    "pyspark.find_spark_home": _of("sluice.pyspark.home", "_find_spark_home=find_spark_home"),
    "pyspark.java_gateway": {},
    "pyspark.join": _JOINS,
    "pyspark.logger": _of("sluice.pyspark.logger", "PySparkLogger SPARK_LOG_SCHEMA"),
    "pyspark.logger.logger": _of("sluice.pyspark.logger", "JSONFormatter PySparkLogger SPARK_LOG_SCHEMA"),
    "pyspark.loose_version": _of("sluice.pyspark.looseversion", "LooseVersion"),
    "pyspark.profiler": _PROFILER,
    "pyspark.rddsampler": _SAMPLERS,
    "pyspark.resource": _RESOURCES,
    "pyspark.resource.information": _RESOURCES,
    "pyspark.resultiterable": _RESULT,
    "pyspark.serializers": _SERIALIZERS,
    "pyspark.shuffle": _SHUFFLE,
    "pyspark.sql": {
        **_SESSION,
        **_ROW,
        **_FRAME,
        **_COLUMN,
        **_GROUPED,
        **_WINDOW,
        **_PARTS,
        **_COGROUPED,
        "Catalog": _CATALOG["Catalog"],
        **_FRAME_FILES,
        **_REGISTRATION,
        **_of("sluice.frame.types", "Geography Geometry VariantVal"),
        **_SQL_CONTEXT,
    },
    "pyspark.sql.context": _SQL_CONTEXT,
    "pyspark.sql.column": _COLUMN,
    "pyspark.sql.classic": {},
    "pyspark.sql.classic.column": _COLUMN,
    "pyspark.sql.classic.dataframe": _FRAME,
    "pyspark.sql.catalog": _CATALOG,
    "pyspark.sql.conf": _of("sluice.pyspark.runtimeconf", "RuntimeConfig"),
    "pyspark.sql.dataframe": {**_FRAME, **_PARTS},
    "pyspark.sql.functions": _FUNCTIONS,
    "pyspark.sql.functions.builtin": _FUNCTIONS,
    "pyspark.sql.group": _GROUPED,
    "pyspark.sql.pandas": {},
    "pyspark.sql.pandas.functions": {
        **_UDF_TYPES,
        **_of("sluice.frame.userfunctions", "arrow_udf pandas_udf"),
    },
    "pyspark.sql.readwriter": _FRAME_FILES,
    "pyspark.sql.udf": {**_REGISTRATION, **_UDF},
    "pyspark.sql.window": _WINDOW,
    "pyspark.sql.session": _of("sluice.pyspark.session", "SparkSession"),
    "pyspark.sql.utils": {
        **_of("sluice.pyspark.session", "is_remote"),
        **{
            name: _ERRORS[name]
            for name in (
                "AnalysisException",
                "IllegalArgumentException",
                "ParseException",
                "PythonException",
                "QueryExecutionException",
            )
        },
    },
    "pyspark.sql.types": _TYPES,
    "pyspark.statcounter": _of("sluice.statcounter", "StatCounter"),
    "pyspark.storagelevel": _LEVEL,
    "pyspark.taskcontext": _TASK,
    "pyspark.testing": {**_of("sluice.pyspark.testing", "main"), **_ASSERTING},
    "pyspark.testing.sqlutils": _of("sluice.pyspark.home", "SPARK_HOME"),
    "pyspark.testing.unittestutils": _of("sluice.pyspark.testing", "main"),
    "pyspark.testing.utils": {**_TESTING, **_ASSERTING},
    "pyspark.traceback_utils": _TRACEBACKS,
    "pyspark.util": {**_UTIL, **_THREADS},
    "pyspark.version": _VERSION,
}


def _add_taken() -> None:
    """Add what PySpark's modules import from each other, as far as it is here."""
    # The first that has a name is its home: `pyspark.testing.utils` has a `read_int` of its own.
    homes = {name: target for names in reversed(TABLE.values()) for name, target in names.items()}
    for module, words in TAKEN.items():
        TABLE[module] = {**{word: homes[word] for word in words.split() if word in homes}, **TABLE[module]}
    for module in ("broadcast", "context", "files", "rdd", "status"):
        # In PySpark these are one module each, under an older name too.
        TABLE[f"pyspark.{module}"] = TABLE[f"pyspark.core.{module}"]


_add_taken()

_LISTED_SERIALIZERS = (
    "CPickleSerializer",
    "CloudPickleSerializer",
    "MarshalSerializer",
    "PickleSerializer",
    "UTF8Deserializer",
)
_LISTED_TYPES = (
    "DataType NullType CharType StringType VarcharType BinaryType BooleanType DateType TimeType TimestampType "
    "TimestampNTZType DecimalType DoubleType Geography Geometry FloatType ByteType IntegerType LongType "
    "DayTimeIntervalType YearMonthIntervalType CalendarIntervalType Row ShortType ArrayType MapType StructField "
    "StructType VariantType VariantVal GeographyType GeometryType"
)
_UNLISTED = {"Row", "SQLContext", "is_remote_only", "keyword_only", "since"}

#: What `from module import *` takes of a module in which PySpark says so; of the others all public names.
LISTED: dict[str, tuple[str, ...]] = {
    "pyspark": tuple(name for name in TABLE["pyspark"] if name not in _UNLISTED),
    "pyspark.accumulators": ("Accumulator", "AccumulatorParam"),
    "pyspark.broadcast": ("Broadcast",),
    "pyspark.conf": ("SparkConf",),
    "pyspark.context": ("SparkContext",),
    "pyspark.core.broadcast": ("Broadcast",),
    "pyspark.core.context": ("SparkContext",),
    "pyspark.core.rdd": ("RDD",),
    "pyspark.rdd": ("RDD",),
    "pyspark.serializers": _LISTED_SERIALIZERS,
    "pyspark.sql.types": tuple(_LISTED_TYPES.split()),
    "pyspark.sql.udf": ("UDFRegistration",),
    "pyspark.testing": ("assertDataFrameEqual", "assertSchemaEqual", "main"),
    "pyspark.testing.utils": ("assertDataFrameEqual", "assertSchemaEqual"),
}
