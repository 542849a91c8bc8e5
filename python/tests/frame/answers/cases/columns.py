# SPDX-License-Identifier: Apache-2.0
"""Select and columns: names that are made, stars, renames, drops, missing and ambiguous columns, case, dots."""

from __future__ import annotations

from ..registry import Expressions, F, case, frame_of, outcome

PEOPLE = frame_of(
    "name string, Age int, `odd name` string, `dot.ted` int",
    ("Ann", 30, "p", 1),
    ("Bob", None, "q", 2),
    (None, 25, None, None),
)
expressions = Expressions(
    """
    'name'
    '*'
    c('NAME')
    c('age')
    c('odd name')
    c('`odd name`')
    c('`dot.ted`')
    c('dot.ted')
    c('nope')
    F.lit(1)
    F.lit(1.5)
    F.lit('x')
    F.lit(None)
    F.lit(True)
    F.lit(2**40)
    F.lit(Decimal('1.50'))
    F.lit(date(2020, 1, 2))
    F.lit(bytearray(b'ab'))
    F.lit(b'ab')
    c('Age') + 1
    1 + c('Age')
    -c('Age')
    c('Age') * 2 - 3
    (c('Age') > 26) & c('name').isNotNull()
    ~(c('Age') > 26)
    c('name').alias('who')
    c('name').name('who')
    c('name').alias('who', metadata={'k': 1})
    c('Age').cast('string')
    c('Age').cast(T.LongType())
    c('Age').astype('double')
    c('Age').try_cast('boolean')
    c('name').substr(1, 2)
    c('name').isin('Ann', 'x')
    c('Age').between(20, 28)
    F.upper(c('name'))
    F.concat('name', F.lit('!'))
    F.when(c('Age') > 26, 'old').otherwise('young')
    F.when(c('Age') > 26, 'old')
    F.coalesce('Age', F.lit(0))
    F.round(c('Age') / 7, 2)
    F.struct('name', 'Age')
    F.array('Age', 'Age')
    F.create_map('name', 'Age')
    F.expr('Age + 1')
    F.expr('Age + 1 as older')
    F.expr('upper(name) nm')
    F.expr('count(*)')
    F.count('*')
    F.count(F.lit(1))
    F.count('name')
    F.sum('Age')
    F.avg(c('Age') + 1)
    F.min('name')
    F.countDistinct('name', 'Age')
    F.approx_count_distinct('name')
    F.collect_list('name')
    F.first('name')
    F.max(F.struct('Age', 'name'))
    F.sum(F.when(c('Age') > 26, 1).otherwise(0))
    F.lower('name').alias('a').alias('b')
    F.isnull('name')
    F.to_date(F.lit('2020-01-01'))
    F.date_format(F.lit('2020-01-01'), 'yyyy')
    F.year(F.lit('2020-01-01'))
    F.split('name', 'n')[0]
    F.split('name', 'n').getItem(0)
    F.regexp_replace('name', 'n', 'm')
    F.explode(F.array('Age'))
    F.explode(F.array('Age')).alias('one')
    F.monotonically_increasing_id() >= 0
    F.spark_partition_id() >= 0
    F.input_file_name()
    F.rand(1) < 1
    F.current_date() > F.lit('2020-01-01').cast('date')
    F.typeof('Age')
    F.version() > ''
    F.current_user() != ''
    F.length('name') + F.length('odd name')
    F.greatest('Age', F.lit(28))
    c('Age').isNull()
    c('Age').isNotNull()
    c('Age') == 30
    c('Age') != 30
    c('Age') <= 30
    c('Age').eqNullSafe(None)
    c('name').like('A%')
    c('name').rlike('^A')
    c('name').contains('n')
    c('name').startswith('A')
    c('name').desc()
    F.col('name').asc()
    c('Age').bitwiseAND(1)
    c('name')['x']
    c('name') + c('Age')
    c('name') & c('Age')
    F.upper()
    F.upper('name', 'Age')
    F.substring('name', 1)
    F.nosuchfunction('name')
    F.expr('nosuchfunction(name)')
    F.expr('upper(name, Age)')
    F.expr('name +')
    F.expr('select 1')
    F.call_function('upper', 'name')
    F.expr('cast(Age as string)')
    F.expr('Age in (1, 2)')
    F.expr('case when Age > 1 then name end')
    F.expr('not (Age > 1)')
    F.expr("name like 'A%'")
    F.expr("name || 'x'")
    F.expr('`odd name`')
    F.expr('nvl(Age, 0)')
    F.expr("date '2020-01-01'")
    F.expr('-Age')
    F.expr('Age is null')
    F.expr("'text'")
    F.expr('1.50')
    F.expr('null')
    F.expr('true')
    F.expr("concat(name, '-', Age)")
    """,
    PEOPLE,
)


@case
def forms_of_select(spark):
    frame = PEOPLE(spark)
    return [
        frame.select("name", "Age"),
        frame.select(["name"]),
        frame.select(frame.name, frame["Age"]),
        frame.select("*"),
        frame.select("*", (frame.Age * 2).alias("twice")),
        frame.select(frame["*"]),
        frame.select(),
        frame.select("name", "name"),
        frame.select(F.col("*")),
        frame.select(frame[0]),
        frame[["name", "Age"]],
        frame.selectExpr("name", "Age + 1 as n", "*"),
        frame.selectExpr("count(*) as c", "max(Age)"),
        frame.select(*[F.col(f"`{name}`") for name in frame.columns]),
        frame.select(F.expr("Age + 1"), F.expr("upper(name)")),
        frame.select(frame.colRegex("`.*am.*`")),
    ]


@case
def with_columns(spark):
    frame = PEOPLE(spark)
    return [
        frame.withColumn("next", F.col("Age") + 1),
        frame.withColumn("age", F.lit(0)),
        frame.withColumn("Age", frame.Age + 1),
        frame.withColumns({"a": F.lit(1), "name": F.upper("name")}),
        frame.withColumnRenamed("Age", "years"),
        frame.withColumnRenamed("age", "years"),
        frame.withColumnRenamed("nope", "x"),
        frame.withColumnsRenamed({"name": "n", "Age": "a"}),
        frame.toDF("a", "b", "c", "d"),
        frame.drop("Age"),
        frame.drop("age", "nope"),
        frame.drop(frame.name),
        frame.drop(F.col("name"), F.col("Age")),
        frame.withColumnRenamed("name", "Age").columns,
        frame.withMetadata("Age", {"k": 1}),
    ]


@case
def mistakes(spark):
    frame = PEOPLE(spark)
    return [
        outcome(action)
        for action in (
            lambda: frame.nope,
            lambda: frame["nope"],
            lambda: frame.select("nope"),
            lambda: frame.select(F.col("nope") + 1),
            lambda: frame.filter("nope > 1"),
            lambda: frame.filter(3),
            lambda: frame.withColumn("x", "name"),
            lambda: frame.withColumn("x", 1),
            lambda: frame.toDF("a"),
            lambda: frame.groupBy("nope"),
            lambda: frame.orderBy("nope"),
            lambda: frame.drop(1),
            lambda: frame.select(1),
            lambda: frame.join(frame, "nope"),
            lambda: frame.selectExpr("nope"),
            lambda: frame.selectExpr("name +"),
            lambda: frame.union(3),
            lambda: frame.fillna({1, 2}),
            lambda: frame.dropna(how="some"),
            lambda: frame.replace(),
            lambda: frame.sample(2.0).count(),
            lambda: frame.agg(3),
            lambda: frame.groupBy("name").agg(),
            lambda: frame.groupBy("name").sum("name"),
            lambda: frame.createTempView("not a name"),
            lambda: frame.selectExpr("Age + 'x'").collect(),
            lambda: bool(frame.Age),
            lambda: frame.Age and frame.name,
            lambda: list(frame.Age),
            lambda: "x" in frame.name,
            lambda: frame.select(frame.Age.nope),
            lambda: repr(F.lit([1, "a"])),
            lambda: F.lit(object()),
            lambda: F.when("x", 1),
            lambda: frame.Age.cast(3),
            lambda: frame.Age.cast("nonsense"),
            lambda: frame.select(F.col("Age").otherwise(1)),
            lambda: frame.Age.between(1),
            lambda: frame.Age.substr(1, "x"),
            lambda: frame.unionByName(frame.select("name")),
            lambda: frame.distinct(1),
            lambda: frame.show("x"),
            lambda: frame.show(3, 3, "x"),
            lambda: frame.join(frame.alias("b"), "name", "weird"),
        )
    ]


@case
def mistakes_inside_java(spark):
    frame = PEOPLE(spark)
    return [outcome(action) for action in (lambda: frame.limit("x"), lambda: frame.withColumnRenamed("a", 3))]


@case
def case_matters_if_asked(spark):
    spark.conf.set("spark.sql.caseSensitive", "true")
    try:
        frame = PEOPLE(spark)
        return [
            outcome(lambda: frame.select("age")),
            frame.select("Age").columns,
            frame.withColumn("age", F.lit(1)).columns,
        ]
    finally:
        spark.conf.set("spark.sql.caseSensitive", "false")


@case
def duplicate_names(spark):
    frame = spark.createDataFrame([(1, 2)], ["a", "a"])
    return [
        frame.columns,
        outcome(lambda: frame.select("a")),
        outcome(lambda: frame.a),
        frame.toDF("x", "y").columns,
        [tuple(row) for row in frame.collect()],
        frame.drop("a").columns,
        outcome(lambda: frame.withColumn("a", F.lit(1)).columns),
    ]


@case
def strings_of_columns(spark):
    frame = PEOPLE(spark)
    return [
        repr(column)
        for column in (
            frame.name,
            F.col("a") + 1,
            F.col("a").alias("b"),
            F.lit("x"),
            F.upper("name"),
            F.col("a").isin(1, 2),
            -F.col("a"),
            F.col("a").cast("int"),
            F.when(F.col("a") > 1, 2).otherwise(3),
            F.col("a") & F.col("b"),
            ~F.col("a"),
            F.sum("a"),
            F.col("a").desc(),
            F.col("a.b"),
            F.col("a")[0],
            F.expr("a + 1"),
            F.lit(None),
            F.col("a") == "x",
        )
    ]


@case
def strings_of_frames(spark):
    frame = PEOPLE(spark)
    return [
        repr(frame),
        str(frame.select("name")),
        frame.dtypes,
        frame.columns,
        len(frame.columns),
        repr(frame.groupBy("name")).split(":")[0],
    ]


@case
def chains(spark):
    def older(frame, by):
        return frame.withColumn("Age", F.col("Age") + by)

    frame = PEOPLE(spark)
    return [
        frame.transform(older, 5),
        frame.transform(lambda f: f.filter("Age > 26")),
        frame.alias("p").select("p.name"),
        frame.select((F.col("Age") + 1).alias("n")).filter("n > 26").select(F.col("n") * 2),
    ]


@case
def lateral_column_alias(spark):
    return PEOPLE(spark).selectExpr("Age + 1 as n", "n * 2 as m")


@case
def a_column_of_another_frame(spark):
    other = spark.createDataFrame([(1,)], ["z"])
    return outcome(lambda: PEOPLE(spark).select(other.z).collect())


@case
def a_column_of_the_frame_before(spark):
    frame = PEOPLE(spark)
    return [
        frame.select("name").filter(frame.Age > 26),
        frame.filter(frame.Age > 26).select(frame.name),
        frame.withColumn("Age", F.lit(1)).filter(frame.Age == 1),
    ]
