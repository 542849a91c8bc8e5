# SPDX-License-Identifier: Apache-2.0
"""What show and printSchema print; toPandas; rows and the types of their values; schemas and their forms."""

from __future__ import annotations

import datetime
import decimal

from ..registry import NEW_YORK, F, Row, T, case, outcome, printed


def _wide(spark):
    rows = [
        (
            1,
            "a string that is longer than twenty characters",
            1.5,
            decimal.Decimal("1.50"),
            True,
            datetime.date(2020, 1, 2),
            datetime.datetime(2020, 1, 2, 3, 4, 5, 600000),
            [1, None],
            {"k": 1.0},
            (1, "x"),
            bytearray(b"a\x00\xff"),
            None,
        ),
        (None,) * 12,
        (
            -5,
            "",
            float("nan"),
            decimal.Decimal("-0.01"),
            False,
            datetime.date(1, 1, 1),
            datetime.datetime(1999, 12, 31),
            [],
            {},
            (None, None),
            bytearray(b""),
            None,
        ),
    ]
    return spark.createDataFrame(
        rows,
        "i int, s string, x double, d decimal(5,2), b boolean, day date, t timestamp, "
        "l array<int>, m map<string,double>, r struct<p:int,q:string>, y binary, v void",
    )


@case
def show(spark):
    return printed(_wide(spark).show)


@case
def show_of_everything(spark):
    return printed(lambda: _wide(spark).show(truncate=False))


@case
def show_narrow(spark):
    return printed(lambda: _wide(spark).select("s", "x", "t").show(truncate=7))


@case
def show_very_narrow(spark):
    return printed(lambda: _wide(spark).select("s", "x").show(5, 3))


@case
def show_vertical(spark):
    return printed(lambda: _wide(spark).show(vertical=True))


@case
def show_few(spark):
    return printed(lambda: spark.range(5).show(3))


@case
def show_one(spark):
    return printed(lambda: spark.range(5).show(1))


@case
def show_none(spark):
    return printed(lambda: spark.range(5).show(0))


@case
def show_more_than_twenty(spark):
    return printed(lambda: spark.range(25).show())


@case
def show_empty(spark):
    return printed(lambda: spark.createDataFrame([], "a int, b string").show())


@case
def show_empty_vertical(spark):
    return printed(lambda: spark.createDataFrame([], "a int").show(vertical=True))


@case
def show_no_columns(spark):
    return printed(lambda: spark.range(2).select().show())


@case
def show_wide_characters(spark):
    return printed(
        lambda: spark.createDataFrame([("日本語", "é"), ("tab\tnew\nline", "ｆｕｌｌ")], ["名", "b"]).show()
    )


@case
def show_after_group_by(spark):
    frame = spark.createDataFrame([("a", 1), ("b", 2), ("a", 3)], ["g", "n"])
    return printed(lambda: frame.groupBy("g").agg(F.sum("n"), F.avg("n")).orderBy("g").show())


@case
def show_floats(spark):
    values = [0.1, 1e7, 1.5e-5, 123456.789, float("inf"), -0.0, 3.0, 1e300]
    return printed(lambda: spark.createDataFrame([(v, v) for v in values], "x double, f float").show())


@case
def show_nested(spark):
    frame = spark.createDataFrame(
        [([[1, 2], [None]], [{"a": (1.5, datetime.date(2020, 1, 1))}])],
        "a array<array<int>>, b array<map<string,struct<x:double,d:date>>>",
    )
    return printed(lambda: frame.show(truncate=False))


@case
def show_strings_in_arrays(spark):
    return printed(
        lambda: spark.createDataFrame(
            [(["a, b", None, ""], {"k": "v w"})], "a array<string>, m map<string,string>"
        ).show()
    )


@case(zone=NEW_YORK)
def show_timestamps(spark):
    frame = spark.sql(
        "select timestamp'2024-07-01 12:00:00' t, timestamp'2024-07-01 12:00:00Z' u, timestamp_ntz'2024-07-01 12:00:00.120' n"
    )
    return printed(lambda: frame.show(truncate=False))


@case
def show_intervals(spark):
    return printed(
        lambda: spark.sql(
            "select interval '1 02:03:04' day to second a, interval '1-2' year to month b"
        ).show(truncate=False)
    )


@case
def print_schema(spark):
    return printed(_wide(spark).printSchema)


@case
def print_schema_of_nested(spark):
    frame = spark.createDataFrame(
        [], "a array<array<struct<x:int,y:array<string>>>>, m map<string,struct<z:map<int,date>>>"
    )
    return printed(frame.printSchema)


@case
def print_schema_to_a_level(spark):
    frame = spark.createDataFrame([], "a struct<b:struct<c:int>>, d int not null")
    return printed(lambda: frame.printSchema(1))


@case
def print_schema_of_what_is_never_null(spark):
    frame = spark.range(2).select(
        "id",
        F.lit(1).alias("one"),
        F.lit(None).alias("none"),
        F.array("id"),
        F.count("*").over(_all()).alias("c"),
        (F.col("id") + 1).alias("p"),
        F.col("id").isNull().alias("z"),
        F.coalesce(F.lit(None), "id").alias("co"),
        F.struct("id").alias("s"),
        F.when(F.col("id") > 1, 1).alias("w"),
        (F.col("id") / 2).alias("h"),
    )
    return printed(frame.printSchema)


def _all():
    from pyspark.sql import Window

    return Window.partitionBy()


@case
def print_schema_of_aggregates(spark):
    frame = (
        spark.range(2)
        .groupBy("id")
        .agg(F.count("*"), F.sum("id"), F.collect_list("id"), F.max("id"), F.countDistinct("id"))
    )
    return printed(frame.printSchema)


@case
def print_schema_after_a_join(spark):
    left, right = spark.range(2).withColumn("a", F.lit(1)), spark.range(2).withColumn("b", F.lit("x"))
    return [
        printed(left.join(right, "id").printSchema),
        printed(left.join(right, "id", "left").printSchema),
        printed(left.join(right, "id", "full").printSchema),
    ][1]


@case
def show_of_sql(spark):
    return printed(
        lambda: spark.sql("select 1 as a, 'x' as b, null as c, 1.5, array(1, 2), current_catalog()").show()
    )


@case
def to_pandas(spark):
    return _wide(spark).drop("l", "m", "r", "v").toPandas()


@case
def to_pandas_of_nested(spark):
    return _wide(spark).select("l", "m", "r").limit(1).toPandas()


@case
def to_pandas_without_nulls(spark):
    return spark.createDataFrame(
        [(1, 2, 3, 4, 1.5, 2.5, True, "x")],
        "a tinyint, b smallint, c int, d bigint, e float, f double, g boolean, h string",
    ).toPandas()


@case
def to_pandas_with_nulls(spark):
    return spark.createDataFrame(
        [(1, 2, 3, 4, 1.5, 2.5, True, "x"), (None,) * 8],
        "a tinyint, b smallint, c int, d bigint, e float, f double, g boolean, h string",
    ).toPandas()


@case
def to_pandas_of_nothing(spark):
    return spark.createDataFrame(
        [], "a int, b string, c double, d timestamp, e boolean, f date, g decimal(3,1), h array<int>"
    ).toPandas()


@case(zone=NEW_YORK)
def to_pandas_of_times(spark):
    return spark.sql(
        "select timestamp'2024-07-01 12:00:00Z' t, timestamp_ntz'2024-07-01 12:00:00' n, date'2024-07-01' d, interval 90 minutes i"
    ).toPandas()


@case
def to_pandas_with_duplicate_names(spark):
    return spark.createDataFrame([(1, "x")], ["a", "a"]).toPandas()


@case
def to_pandas_large_integers(spark):
    return spark.createDataFrame([(2**62 + 1,), (None,)], "a bigint").toPandas()


@case
def to_arrow(spark):
    table = _wide(spark).drop("v").toArrow()
    return [str(table.schema.types), table.num_rows, table.column_names]


@case
def rows(spark):
    row = spark.createDataFrame([(1, "x", [1])], "a int, b string, c array<int>").first()
    return [
        row,
        row.a,
        row["b"],
        row[2],
        row[-1],
        row.asDict(),
        "a" in row,
        1 in row,
        len(row),
        list(row),
        tuple(row),
        row == (1, "x", [1]),
        row.index("x"),
        row.count(1),
        row._fields if hasattr(row, "_fields") else row.__fields__,
        outcome(lambda: row.z),
        outcome(lambda: row["z"]),
        outcome(lambda: row[9]),
        row == Row(a=1, b="x", c=[1]),
        {**row.asDict()},
        repr(row),
        Row("a", "b")(1, 2),
        outcome(lambda: setattr(row, "a", 2)),
    ]


@case
def types_of_values(spark):
    row = _wide(spark).first()
    return [type(value).__name__ for value in row]


@case
def iterators(spark):
    frame = spark.range(5)
    seen = [row.id for row in frame.toLocalIterator()]
    return [
        seen,
        [row.id for row in frame.toLocalIterator(prefetchPartitions=True)],
        frame.rdd.getNumPartitions() > 0,
    ]


@case
def foreach(spark):
    total = spark.sparkContext.accumulator(0)
    spark.range(5).foreach(lambda row: total.add(row.id))
    spark.range(5).foreachPartition(lambda rows: total.add(sum(1 for _ in rows)))
    return total.value


@case
def schema_forms(spark):
    schema = _wide(spark).schema
    return [
        schema.simpleString(),
        schema.json(),
        repr(schema),
        schema.names,
        schema.fieldNames(),
        len(schema),
        schema["i"],
        schema[1].name,
        T.StructType.fromJson(schema.jsonValue()) == schema,
        schema.treeString(),
        "i" in schema.names,
        schema["l"].dataType.elementType,
        [field.nullable for field in schema],
        schema.toDDL() if hasattr(schema, "toDDL") else "",
        schema[0:2],
        outcome(lambda: schema["nope"]),
    ]


@case
def schema_equality(spark):
    one = spark.createDataFrame([(1, "x")], "a int, b string").schema
    two = T.StructType().add("a", "integer").add("b", T.StringType())
    return [
        one == two,
        one == T.StructType([T.StructField("a", T.IntegerType(), False), T.StructField("b", T.StringType())]),
        one != two,
        hash(one) == hash(two),
        one.fields == two.fields,
        T.IntegerType() == T.IntegerType(),
        T.IntegerType() == T.LongType(),
        T.DecimalType(5, 2) == T.DecimalType(5, 2),
        T.ArrayType(T.IntegerType()) == T.ArrayType(T.IntegerType(), False),
    ]


@case
def forms_of_types(spark):
    kinds = [
        T.NullType(),
        T.BooleanType(),
        T.ByteType(),
        T.ShortType(),
        T.IntegerType(),
        T.LongType(),
        T.FloatType(),
        T.DoubleType(),
        T.DecimalType(),
        T.DecimalType(5, 2),
        T.StringType(),
        T.VarcharType(3),
        T.CharType(3),
        T.BinaryType(),
        T.DateType(),
        T.TimestampType(),
        T.TimestampNTZType(),
        T.DayTimeIntervalType(),
        T.YearMonthIntervalType(),
        T.ArrayType(T.IntegerType(), False),
        T.MapType(T.StringType(), T.LongType()),
        T.StructType([T.StructField("a", T.IntegerType(), False, {"k": 1})]),
    ]
    return [(repr(k), str(k), k.simpleString(), k.typeName(), k.json()) for k in kinds]


@case
def forms_of_ddl(spark):
    texts = [
        "int",
        "a int",
        "a INT, b STRING NOT NULL",
        "array<int>",
        "map<string, array<double>>",
        "a struct<b: int comment 'x'>",
        "decimal(5, 2)",
        "decimal",
        "a timestamp_ntz, b timestamp_ltz",
        "`odd name` int",
        "a interval day to second",
        "varchar(3)",
        "nonsense",
        "a int b",
        "",
        "a: int",
    ]
    return [outcome(lambda text=text: T._parse_datatype_string(text).json()) for text in texts]


@case
def nullability(spark):
    frame = spark.range(2).select(
        "id",
        F.lit("x").alias("x"),
        F.lit(None).cast("int").alias("n"),
        (F.col("id") * 2).alias("m"),
        F.upper(F.lit("a")).alias("u"),
    )
    return [
        [(f.name, f.nullable) for f in frame.schema.fields],
        [(f.name, f.nullable) for f in frame.groupBy("x").agg(F.sum("m"), F.count("n")).schema.fields],
    ]


@case
def explain_prints_something(spark):
    return len(printed(lambda: spark.range(2).filter("id > 0").explain())) > 20
