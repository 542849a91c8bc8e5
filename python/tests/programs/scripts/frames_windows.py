"""Time series: running sums, moving averages, gaps, sessions, resampling to hours, the last known value."""

import datetime

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

spark = SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC").getOrCreate()
start = datetime.datetime(2024, 3, 10, 0, 0, tzinfo=datetime.timezone.utc)
minutes = [0, 4, 9, 50, 55, 130, 131, 132, 200, 260]
rows = [(f"u{i % 2}", start + datetime.timedelta(minutes=m), None if i == 3 else i * i) for i, m in enumerate(minutes)]
events = spark.createDataFrame(rows, ["user", "at", "value"])
by_time = Window.partitionBy("user").orderBy("at")
gaps = events.withColumn("gap", F.unix_timestamp("at") - F.unix_timestamp(F.lag("at").over(by_time)))
sessions = gaps.withColumn("session", F.sum(F.when(F.col("gap").isNull() | (F.col("gap") > 1800), 1).otherwise(0)).over(by_time))
sessions.orderBy("user", "at").show()
sessions.groupBy("user", "session").agg(F.count("*").alias("n"), F.min("at").alias("from"), (F.max("at") - F.min("at")).cast("string").alias("took")).orderBy("user", "session").show(truncate=False)
moving = by_time.rowsBetween(-2, Window.currentRow)
events.select("user", "at", "value", F.round(F.avg("value").over(moving), 2).alias("moving"), F.last("value", ignorenulls=True).over(by_time).alias("known")).orderBy("user", "at").show()
hourly = events.groupBy(F.window("at", "1 hour")).agg(F.sum("value").alias("total"), F.countDistinct("user").alias("users"))
hourly.select(F.date_format("window.start", "HH:mm").alias("from"), "total", "users").orderBy("from").show()
ranked = events.withColumn("r", F.dense_rank().over(Window.partitionBy("user").orderBy(F.desc_nulls_last("value"))))
ranked.filter("r = 1").select("user", "value").orderBy("user").show()
share = F.col("value") / F.sum("value").over(Window.partitionBy("user"))
print([(r.user, round(r.s, 3)) for r in events.dropna().select("user", share.alias("s")).orderBy("user", "s").collect()])
print(events.withColumn("n", F.ntile(3).over(Window.orderBy("at"))).groupBy("n").count().orderBy("n").collect())
spark.stop()
