# SPDX-License-Identifier: Apache-2.0
"""Views that SQL makes: their query is that of the time when they are read."""

from __future__ import annotations

from ..registry import F, case, outcome, setting


@case
def views_over_views_that_are_replaced(spark):
    spark.range(2).createOrReplaceTempView("below")
    spark.sql("create or replace temp view above as select * from below")
    spark.sql("create or replace temp view counted(n) as select count(*) from above")
    before = spark.table("above")
    found = [spark.sql("select * from counted").collect()]
    spark.range(5).createOrReplaceTempView("below")
    found += [spark.table("above").count(), before.count(), spark.sql("select n from counted").collect()]
    found.append(spark.sql("select a.id, b.id as other from above a join above b on a.id = b.id + 3").count())
    spark.range(1).withColumn("more", F.lit(1)).createOrReplaceTempView("below")
    found.append(spark.table("above").columns)
    spark.catalog.dropTempView("below")
    found.append(outcome(lambda: spark.table("above").count()))
    return found


@case
def views_over_other_columns(spark):
    spark.range(2).createOrReplaceTempView("below")
    spark.sql("create or replace temp view above as select * from below")
    spark.range(1).select(F.lit("a").alias("id")).createOrReplaceTempView("below")
    found = [outcome(lambda: spark.table("above").dtypes)]
    spark.range(1).select(F.lit("a").alias("q")).createOrReplaceTempView("below")
    return [*found, outcome(lambda: spark.table("above").dtypes)]


@case
def frames_as_views_stay_as_they_are(spark):
    spark.range(3).createOrReplaceTempView("below")
    spark.table("below").filter("id > 0").createOrReplaceTempView("above")
    spark.sql("select * from below").createOrReplaceTempView("other")
    spark.range(9).createOrReplaceTempView("below")
    return [spark.table("above").count(), spark.table("other").count()]


@case
def views_keep_the_settings_of_their_time(spark):
    with setting(spark, "spark.sql.ansi.enabled", "false"):
        spark.sql("create or replace temp view lenient as select cast('x' as int) c")
    return spark.table("lenient").collect()


@case
def views_of_queries_in_queries(spark):
    spark.range(3).createOrReplaceTempView("below")
    spark.sql(
        "create or replace temp view above as with q as (select * from below where id in (select max(id) from below)) "
        "select id + 1 as next from q"
    )
    spark.sql("create or replace global temporary view everywhere as select count(*) n from below")
    spark.range(10).createOrReplaceTempView("below")
    return [spark.table("above").collect(), spark.sql("select n from global_temp.everywhere").collect()]


@case
def views_that_read_each_other(spark):
    spark.range(3).createOrReplaceTempView("below")
    spark.sql("create or replace temp view above as select * from below")
    spark.sql("create or replace temp view below as select * from above")
    return outcome(lambda: spark.sql("select count(*) from above").collect())
