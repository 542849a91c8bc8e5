# SPDX-License-Identifier: Apache-2.0
"""Names that few programs use: aliases of functions, the catalog's lesser parts, attributes of types, classes to ask for."""

from __future__ import annotations

from ..registry import Expressions, F, Lazy, T, case, frame_of, outcome

aliases = Expressions(
    """
    F.approxCountDistinct('a')
    F.sumDistinct('a')
    F.bitwiseNOT('a')
    F.shiftLeft('a', 1)
    F.shiftRight('a', 1)
    F.shiftRightUnsigned('a', 1)
    F.bit_get('a', F.lit(0))
    F.ceiling('x')
    F.character_length('s')
    F.isnotnull('s')
    F.negate('a')
    F.sha('s')
    F.quote('s')
    F.collation('s')
    F.make_valid_utf8('s')
    F.validate_utf8('s')
    F.try_validate_utf8('s')
    F.try_to_binary('s', F.lit('hex'))
    F.try_url_decode(F.lit('%zz'))
    F.try_parse_url(F.lit('no url at all'), F.lit('HOST'))
    F.to_varchar('a', F.lit('999'))
    F.jaro_winkler_similarity('s', F.lit('martha'))
    F.listagg_distinct('s', F.lit(','))
    F.string_agg_distinct('s', F.lit(','))
    F.sort_array(F.collect_union(F.array('a')))
    c('x').isNaN()
    """,
    frame_of("a int, x double, s string", (5, 1.5, "marhta")),
    digits=12,
)

clocks = Expressions(
    """
    F.bitmap_bit_position('a')
    F.bitmap_bucket_number('a')
    F.curdate() == F.current_date()
    F.current_timestamp() >= F.lit('2020-01-01').cast('timestamp')
    F.localtimestamp() >= F.lit('2020-01-01').cast('timestamp_ntz')
    F.session_user() == F.current_user()
    F.input_file_block_length()
    F.input_file_block_start()
    F.make_timestamp_ltz(F.lit(2024), F.lit(1), F.lit(2), F.lit(3), F.lit(4), F.lit(5.5))
    F.make_timestamp_ntz(F.lit(2024), F.lit(1), F.lit(2), F.lit(3), F.lit(4), F.lit(5.5))
    F.try_make_timestamp(F.lit(2024), F.lit(13), F.lit(2), F.lit(3), F.lit(4), F.lit(5.5))
    F.try_make_timestamp_ltz(F.lit(2024), F.lit(13), F.lit(2), F.lit(3), F.lit(4), F.lit(5.5))
    F.try_make_timestamp_ntz(F.lit(2024), F.lit(13), F.lit(2), F.lit(3), F.lit(4), F.lit(5.5))
    F.make_ym_interval(F.lit(1), F.lit(2)).cast('string')
    F.try_make_interval(F.lit(1)).cast('string')
    F.window_time(F.window(F.lit('2024-01-01 00:03:00').cast('timestamp'), '5 minutes'))
    """,
    frame_of("a int, x double, s string", (5, 1.5, "marhta")),
)


@case
def sql_context(spark):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = Lazy("pyspark.sql", "SQLContext")(spark.sparkContext, spark)
        context.registerDataFrameAsTable(spark.range(3), "lesser_context")
        context.setConf("lesser.key", "v")
        found = [
            context.getConf("lesser.key"),
            "lesser_context" in context.tableNames(),
            context.table("lesser_context").count(),
        ]
        context.dropTempTable("lesser_context")
        return [*found, "lesser_context" in context.tableNames()]


@case
def catalog_of_views(spark):
    spark.range(2).createOrReplaceTempView("lesser_view")
    catalog = spark.catalog
    catalog.cacheTable("lesser_view")
    cached = catalog.isCached("lesser_view")
    catalog.uncacheTable("lesser_view")
    catalog.clearCache()
    catalog.refreshTable("lesser_view")
    catalog.refreshByPath("nothing")
    table = catalog.getTable("lesser_view")
    column = catalog.listColumns("lesser_view")[0]
    return [
        cached,
        catalog.isCached("lesser_view"),
        (table.name, table.namespace, table.isTemporary, table.tableType, table.database),
        (column.name, column.isPartition, column.isBucket, column.isCluster, column.description),
        outcome(lambda: catalog.getTable("lesser_none")),
    ]


@case
def catalog_of_databases(spark):
    catalog = spark.catalog
    catalog.setCurrentDatabase("default")
    catalog.setCurrentCatalog("spark_catalog")
    found = catalog.getDatabase("default")
    return [
        [each.name for each in catalog.listCatalogs()],
        [each.name for each in catalog.listDatabases()],
        (found.name, found.catalog, isinstance(found.locationUri, str)),
        outcome(lambda: catalog.setCurrentDatabase("lesser_none")),
    ]


@case
def catalog_of_functions(spark):
    spark.catalog.registerFunction("lesser_function", lambda x: x, "int")
    found = [each for each in spark.catalog.listFunctions() if each.name in ("lesser_function", "upper")]
    one = spark.catalog.getFunction("lesser_function")
    return [
        sorted(each.name for each in found),
        (one.name, one.isTemporary, one.namespace, isinstance(one.className, str)),
    ]


@case
def lesser_views(spark):
    frame = spark.range(2)
    frame.createOrReplaceGlobalTempView("lesser_global")
    frame.registerTempTable("lesser_table")
    found = [spark.table("global_temp.lesser_global").count(), spark.table("lesser_table").count()]
    spark.catalog.dropGlobalTempView("lesser_global")
    return found


@case
def lesser_frames(spark):
    frame = spark.createDataFrame([(1, "x"), (2, None)], "a int, s string")
    other = frame.select("a")
    return [
        frame.to(T.StructType([T.StructField("s", T.StringType()), T.StructField("a", T.LongType())])),
        sorted(frame.toJSON().collect()),
        frame.inputFiles(),
        frame.semanticHash() == frame.semanticHash(),
        frame.na.df is frame,
        frame.stat.df is frame,
        other.where(other.a == frame.agg(F.max("a")).scalar()),
    ]


@case
def attributes_of_types(spark):
    interval, months = T.DayTimeIntervalType(0, 1), T.YearMonthIntervalType()
    return [
        T.ArrayType(T.IntegerType(), False).containsNull,
        T.MapType(T.StringType(), T.IntegerType()).valueContainsNull,
        (interval.startField, interval.endField, months.startField, months.endField),
        T.DecimalType(5, 1).hasPrecisionInfo,
        T.StructField("a", T.IntegerType(), True, {"k": 1}).metadata,
        (T.StringType().collation, T.StringType().isUTF8BinaryCollation()),
        [
            issubclass(T.IntegerType, getattr(T, name))
            for name in ("AtomicType", "NumericType", "IntegralType")
        ],
        issubclass(T.DecimalType, T.FractionalType),
        T.UserDefinedType.scalaUDT(),
    ]


@case
def classes_to_ask_for(spark):
    frame = spark.range(1)
    twice = F.udf(lambda x: x, "int")
    found = {
        "pyspark.sql.Column": frame.id,
        "pyspark.sql.GroupedData": frame.groupBy("id"),
        "pyspark.sql.DataFrameReader": spark.read,
        "pyspark.sql.DataFrameWriter": frame.write,
        "pyspark.sql.DataFrameNaFunctions": frame.na,
        "pyspark.sql.DataFrameStatFunctions": frame.stat,
        "pyspark.sql.WindowSpec": Lazy("pyspark.sql", "Window").partitionBy("id"),
        "pyspark.sql.Catalog": spark.catalog,
        "pyspark.sql.UDFRegistration": spark.udf,
        "pyspark.sql.conf.RuntimeConfig": spark.conf,
        "pyspark.sql.PandasCogroupedOps": frame.groupBy("id").cogroup(frame.groupBy("id")),
        "pyspark.sql.catalog.Database": spark.catalog.getDatabase("default"),
        "pyspark.sql.catalog.CatalogMetadata": spark.catalog.listCatalogs()[0],
    }
    said = [
        isinstance(value, Lazy(*name.rsplit(".", 1))._value()) or type(value).__name__
        for name, value in found.items()
    ]
    function = Lazy("pyspark.sql.udf", "UserDefinedFunction")._value()
    return [
        said,
        type(getattr(twice, "func", None)).__name__,
        function.__name__,
        F.PandasUDFType.GROUPED_MAP,
        F.ArrowUDFType.SCALAR,
    ]
