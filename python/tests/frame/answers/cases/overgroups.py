# SPDX-License-Identifier: Apache-2.0
"""Functions in Python over groups, in grouping sets and in joins' conditions; windows over numbers of rows."""

from __future__ import annotations

from ..registry import F, Window, case, frame_of, outcome

PEOPLE = frame_of(
    "id int, name string, age int, dept string, pay double",
    (1, "Ann", 30, "x", 1000.0),
    (2, "Bob", None, "y", 2000.5),
    (3, None, 41, "x", None),
    (4, "Dan", 30, "z", -1.0),
)
DEPTS = frame_of("dept string, label string", ("x", "Ex"), ("y", "Why"), (None, "Nul"))


def _mean():
    import pandas

    def mean(values: pandas.Series) -> float:
        return float(values.mean())

    mean.__annotations__ = {"values": pandas.Series, "return": float}
    return F.pandas_udf(mean, "double")


def _more():
    return F.udf(lambda value: None if value is None else value + 1, "long")


def _upper():
    return F.udf(lambda text: None if text is None else text.upper())


@case
def means_of_grouping_sets(spark):
    people, mean = PEOPLE(spark), _mean()
    return [
        people.rollup("dept").agg(mean("id").alias("v")),
        people.cube("dept", "age").agg(mean("id")),
        people.groupingSets([["dept"], []], "dept").agg(mean("id")),
        people.rollup(F.upper("dept").alias("u"), "age").agg(mean("id"), mean("pay")),
        people.cube("id").agg(mean("id")),
        people.withColumn("dept", F.nullif("dept", F.lit("x"))).rollup("dept").agg(mean("id")),
        people.rollup("dept").agg(mean("id") + 1),
    ]


@case
def means_in_sql(spark):
    PEOPLE(spark).createOrReplaceTempView("people")
    spark.udf.register("mean_of", _mean())
    return [
        spark.sql("select dept, mean_of(id) from people group by rollup(dept)"),
        spark.sql("select mean_of(id) m from people group by dept"),
        spark.sql("select mean_of(id) + 1 as m, dept from people group by dept having mean_of(id) > 2"),
        spark.sql("select dept, age, mean_of(id) m from people group by grouping sets ((dept, age), (age))"),
    ]


@case
def expressions_over_means(spark):
    people, mean, more = PEOPLE(spark), _mean(), _more()
    grouped = people.groupBy("dept")
    return [
        grouped.agg(mean("id") + 1),
        grouped.agg((mean("id") + mean("age")).alias("v"), mean("id").cast("int")),
        people.groupBy("id").agg((mean("age") + F.col("id")).alias("v")),
        people.agg(more(mean("id").cast("int")).alias("v")),
        people.agg(mean(more("id")).alias("v")),
        outcome(lambda: people.agg(mean(mean("id"))).collect()),
        outcome(lambda: grouped.agg(mean("id"), F.sum("id")).collect()),
    ]


@case
def functions_over_aggregates(spark):
    people, more, upper = PEOPLE(spark), _more(), _upper()
    grouped = people.groupBy("dept")
    return [
        grouped.agg(F.udf(sorted, "array<int>")(F.collect_list("id")).alias("l")),
        grouped.agg(more(F.sum("id")), F.count("*")),
        grouped.agg(
            upper("dept").alias("u"), F.concat(upper("dept"), F.count("*").cast("string")).alias("c")
        ),
        people.agg(more(F.sum("id")).alias("v")),
        people.select(more(F.sum("id")).alias("v"), F.max("id")),
        grouped.agg(F.sum(more("id")).alias("v")),
        people.groupBy(more("id").alias("m")).agg(upper(F.max("name")).alias("v")),
        people.groupBy(more("id").alias("m")).agg(more(F.max("id")).alias("v"), F.count("*")),
        grouped.agg(more(F.sum(more("id"))).alias("v")),
        grouped.agg(F.udf(lambda a, b: f"{a}{b}")("dept", F.sum("id")).alias("v")),
        people.rollup("dept").agg(upper("dept").alias("u"), more(F.sum("id")).alias("v")),
        people.groupBy(people.dept).agg(upper("dept").alias("u")),
        outcome(lambda: grouped.agg(more("id"))),
        outcome(lambda: people.agg(more("id"), F.max("id"))),
    ]


@case
def functions_over_aggregates_in_sql(spark):
    PEOPLE(spark).createOrReplaceTempView("people")
    spark.udf.register("more", _more())
    return [
        spark.sql("select more(max(id)) v from people"),
        spark.sql("select more(max(id)) v, dept from people group by dept"),
        spark.sql("select dept from people group by dept having more(max(id)) > 3"),
        spark.sql("select more(id % 2) k, count(*) n from people group by more(id % 2)"),
    ]


@case
def functions_in_conditions_of_joins(spark):
    people, depts, more, upper = PEOPLE(spark), DEPTS(spark), _more(), _upper()
    same = F.udf(lambda a, b: a == b, "boolean")
    found = [
        people.join(depts, upper(people.dept) == F.upper(depts.dept), how)
        for how in ("inner", "left", "full")
    ]
    found += [
        people.join(depts, upper(people.dept) == upper(depts.dept), how) for how in ("semi", "anti", "right")
    ]
    found += [
        people.join(depts, same(people.dept, depts.dept)),
        people.join(depts, same(people.dept, depts.dept) & (people.id > 1)),
        people.join(depts, (upper(people.dept) == upper(depts.dept)) & (more(people.id) > 2), "right"),
        people.join(depts, [people.dept == depts.dept, more(people.id) > 2]),
        people.crossJoin(depts).filter(same(people.dept, depts.dept)),
    ]
    for how in ("left", "right", "full", "semi", "anti"):
        found.append(
            outcome(lambda how=how: people.join(depts, same(people.dept, depts.dept), how).collect())
        )
    return found


@case
def functions_in_conditions_of_joins_in_sql(spark):
    PEOPLE(spark).createOrReplaceTempView("people")
    spark.udf.register("more", _more())
    return [
        spark.sql("select a.id, b.id as other from people a join people b on more(a.id) = b.id"),
        spark.sql("select a.id, b.id as other from people a left join people b on more(a.id) = b.id"),
    ]


@case
def windows_by_numbers_of_rows(spark):
    people = PEOPLE(spark).coalesce(1)
    number = F.row_number().over(Window.orderBy(F.monotonically_increasing_id()))
    by_id = F.row_number().over(Window.orderBy("id"))
    return [
        people.withColumn("i", number),
        people.select("id", (number - 1).alias("i")),
        people.select(F.lag("id").over(Window.orderBy(F.monotonically_increasing_id()))),
        people.select(
            "id", F.row_number().over(Window.partitionBy(F.monotonically_increasing_id()).orderBy("id"))
        ),
        people.select(F.count("*").over(Window.orderBy(F.rand(1))).alias("n")),
        people.select("id", F.sum(by_id).over(Window.orderBy("id"))),
        people.select("id", F.lag(by_id).over(Window.orderBy("id")).alias("v")),
        people.select(
            "id", F.row_number().over(Window.orderBy(F.row_number().over(Window.orderBy(F.desc("id")))))
        ),
        people.select("id", F.count("*").over(Window.partitionBy(by_id % 2)).alias("v")),
        people.groupBy("dept").agg(F.sum(F.sum("id")).over(Window.orderBy("dept")).alias("v")),
    ]


@case
def keys_and_conditions_of_aggregates(spark):
    people = PEOPLE(spark)
    grouped = people.groupBy("dept").agg(F.max("id").alias("m"))
    return [
        grouped.filter(F.max("id") > 2),
        people.groupBy("dept").count().filter((F.avg("age") > 30) & (F.col("dept") == "x")),
        grouped.filter((F.max("id") > 2) & (F.col("m") < 4)),
        outcome(lambda: people.filter(F.max("id") > 2)),
        outcome(lambda: grouped.orderBy("age")),
    ]


@case(ordered=True)
def orders_by_what_is_not_shown(spark):
    people = PEOPLE(spark)
    grouped = people.groupBy("dept").agg(F.max("id").alias("m"))
    return [
        grouped.orderBy(F.min("pay")),
        grouped.orderBy(F.max("id").desc()),
        grouped.orderBy(F.min("pay") + F.col("m")),
        people.groupBy(F.upper("dept").alias("d"))
        .agg(F.max("id").alias("m"))
        .orderBy(F.upper("dept").desc()),
    ]
