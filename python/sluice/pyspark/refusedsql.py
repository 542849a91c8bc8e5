# SPDX-License-Identifier: Apache-2.0
"""Names of `pyspark.sql` that are refused, and why; `refused` looks here, and docs/api-sql.md shows it."""

from __future__ import annotations

__all__ = [
    "CATALOG",
    "COLUMN",
    "FORMS",
    "SQL_CONTEXT",
    "FUNCTION",
    "REGISTRATION",
    "FRAME",
    "FUNCTIONS",
    "GROUPED",
    "MODULES",
    "NAMES",
    "SESSION",
    "TYPES",
    "WRITER",
]

_STREAMS = "streams are not here; they need Apache Spark"
_STATE = "groups whose state outlives a batch are for streams, which are not here"
_CONNECT = "there is no Spark Connect"
_SKETCHES = "sketches in the binary form of Apache DataSketches are not here; approx_count_distinct is exact"
_SPACE = "geometry and geography are not here"
_VARIANT = "the variant type is not here; from_json and get_json_object read JSON"
_VECTORS = "vectors are not here; a pandas_udf over arrays does the same"
_XML = "XML is not here"
_TABLES = "there is no catalog of stored tables; files and temporary views are here"
_TABLE_FUNCTIONS = "functions that return tables are not here; explode, inline, stack and mapInPandas are"
_JAVA = "there are no functions in Java"
_TIME = "functions of the type TIME are not here"
_COLLATIONS = "strings compare by their bytes; there are no collations"


def _of(names: str, why: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), why)


#: Functions by family.
FUNCTIONS = {
    **_of(
        """bitmap_and_agg bitmap_construct_agg bitmap_count bitmap_or_agg
        count_min_sketch hll_sketch_agg hll_sketch_estimate hll_union hll_union_agg kll_merge_agg_bigint
        kll_merge_agg_double kll_merge_agg_float kll_sketch_agg_bigint kll_sketch_agg_double kll_sketch_agg_float
        kll_sketch_get_n_bigint kll_sketch_get_n_double kll_sketch_get_n_float kll_sketch_get_quantile_bigint
        kll_sketch_get_quantile_double kll_sketch_get_quantile_float kll_sketch_get_rank_bigint
        kll_sketch_get_rank_double kll_sketch_get_rank_float kll_sketch_merge_bigint kll_sketch_merge_double
        kll_sketch_merge_float kll_sketch_to_string_bigint kll_sketch_to_string_double
        kll_sketch_to_string_float theta_difference theta_intersection theta_intersection_agg theta_sketch_agg
        theta_sketch_estimate theta_union theta_union_agg tuple_difference_double tuple_difference_integer
        tuple_difference_theta_double tuple_difference_theta_integer tuple_intersection_agg_double
        tuple_intersection_agg_integer tuple_intersection_double tuple_intersection_integer
        tuple_intersection_theta_double tuple_intersection_theta_integer tuple_sketch_agg_double
        tuple_sketch_agg_integer tuple_sketch_estimate_double tuple_sketch_estimate_integer
        tuple_sketch_summary_double tuple_sketch_summary_integer tuple_sketch_theta_double
        tuple_sketch_theta_integer tuple_union_agg_double tuple_union_agg_integer tuple_union_double
        tuple_union_integer tuple_union_theta_double tuple_union_theta_integer""",
        _SKETCHES,
    ),
    **_of("st_asbinary st_geogfromwkb st_geomfromwkb st_setsrid st_srid", _SPACE),
    **_of(
        """is_valid_variant is_variant_null parse_json schema_of_variant schema_of_variant_agg to_variant_object
        try_parse_json try_variant_array_append try_variant_get try_variant_insert try_variant_set
        variant_array_append variant_delete variant_get variant_insert variant_set variant_strip_nulls""",
        _VARIANT,
    ),
    **_of(
        "vector_avg vector_cosine_similarity vector_inner_product vector_l2_distance vector_norm vector_normalize "
        "vector_sum",
        _VECTORS,
    ),
    **_of(
        """from_xml schema_of_xml to_xml xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long
        xpath_number xpath_short xpath_string""",
        _XML,
    ),
    **_of("java_method reflect try_reflect", _JAVA),
    **_of(
        """AnalyzeArgument AnalyzeResult OrderingColumn PartitioningColumn SelectedColumn
        SkipRestOfInputTableException UserDefinedTableFunction arrow_udtf udtf""",
        _TABLE_FUNCTIONS,
    ),
    **_of(
        "bucket days hours months years",
        "they only describe how stored tables are laid out, which are not here",
    ),
    **_of(
        """current_time make_time time_bucket time_diff time_from_micros time_from_millis time_from_seconds
        time_to_micros time_to_millis time_to_seconds time_trunc to_time try_to_time""",
        _TIME,
    ),
    **_of("collate", _COLLATIONS),
    **_of("session_window", "only windows of a fixed length are here"),
    **_of("timestamp_nanos unix_nanos", "moments are of microseconds"),
    **_of("current_path", "routines are looked up in one place only"),
    **_of("unwrap_udt", "a column of a user-defined type is of its SQL type already"),
}

#: Modules, with all below them unless the table of names has it; of those that it has, names that are not here.
MODULES = {
    "pyspark.sql": "this part of pyspark.sql is not here",
    "pyspark.sql.avro": "Avro is not here; parquet is",
    "pyspark.sql.connect": _CONNECT,
    "pyspark.sql.datasource": "data sources in Python are not here",
    "pyspark.sql.functions": "this function is not here; a udf or a pandas_udf can stand in for it",
    "pyspark.sql.protobuf": "Protocol Buffers are not here; parquet is",
    "pyspark.sql.streaming": _STREAMS,
    "pyspark.sql.udtf": _TABLE_FUNCTIONS,
}

#: Classes of modules.
NAMES = {
    "MergeIntoWriter": _TABLES,
    "Observation": "metrics are not observed on the side; agg computes them",
    "UDTFRegistration": _TABLE_FUNCTIONS,
    "DataFrameWriterV2": _TABLES,
}

SESSION = {
    **_of("dataSource", "data sources in Python are not here"),
    **_of("readStream streams", _STREAMS),
    **_of("profile", "functions of frames have no profiles"),
    **_of("tvf udtf", _TABLE_FUNCTIONS),
    **_of("client", _CONNECT),
    **_of("emptyDataFrame", "createDataFrame([], schema) makes an empty frame"),
}

FRAME = {
    **_of("dropDuplicatesWithinWatermark withWatermark writeStream", _STREAMS),
    **_of("mergeInto writeTo", _TABLES),
    **_of("asTable", _TABLE_FUNCTIONS),
    **_of("executionInfo", "a plan has no statistics of operators; explain shows it"),
    **_of("pandas_api plot", "pandas on Spark is not here; toPandas() gives pandas itself"),
    **_of("observe", NAMES["Observation"]),
    **_of("metadataColumn", "files have no hidden columns; input_file_name() tells the file"),
    **_of("nearestByJoin", "joins by nearness are not here"),
    **_of("repartitionById", "partitions have no numbers of the program's"),
    **_of("lateralJoin", "SQL's LATERAL is here: sql() with lateral (...)"),
    **_of("transpose", "toPandas().T does the same"),
    **_of("zip", "a join on a number of each row does the same"),
    **_of("zipWithIndex", "row_number() over an order numbers rows, as does rdd.zipWithIndex()"),
}

GROUPED = _of("applyInPandasWithState transformWithState transformWithStateInPandas", _STATE)

COLUMN = {
    **_of("__div__ __rdiv__", "these are of Python 2; / works"),
    **_of("__nonzero__", "this is of Python 2; a column is no bool"),
    **_of("outer", "columns of an outer query are reached by SQL's subqueries"),
}

REGISTRATION = {
    **_of("registerJavaFunction registerJavaUDAF", "functions in Java are not here; register one in Python"),
}
SQL_CONTEXT = {
    **_of("createExternalTable", _TABLES),
    **_of("readStream streams", _STREAMS),
    **_of("udtf", _TABLE_FUNCTIONS),
    **_of("registerJavaFunction", "functions in Java are not here; register one in Python"),
}
FORMS = _of("GROUPED_AGG_ITER", "an aggregate gets a group whole")
FUNCTION = _of("transpiled", "functions in Python stay functions in Python")

TYPES = {
    "StringType": _of("collationProvider providerICU providerSpark providers", _COLLATIONS),
    "StructField": _of("getCollationMetadata getCollationsMap schemaCollationValue", _COLLATIONS),
    "GeographyType": _of("DEFAULT_ALG DEFAULT_CRS DEFAULT_SRID srid", _SPACE),
    "GeometryType": _of("DEFAULT_CRS DEFAULT_SRID srid", _SPACE),
    "VariantType": {},
}

CATALOG = _of(
    """analyzeTable createDatabase createExternalTable createTable dropDatabase dropTable dropView
    getCreateTableString getTableProperties listPartitions listViews recoverPartitions truncateTable""",
    _TABLES,
)

WRITER = {
    **_of("bucketBy clusterBy insertInto saveAsTable sortBy", _TABLES),
    **_of("jdbc", "databases are not reached; Arrow or pandas can read them"),
    **_of("orc", "ORC is not here; parquet is"),
    **_of("xml", _XML),
}
