"""Late flights: a CSV with a header, inferred types, group by, having, join, a window for the worst of each airline."""

import csv
import random

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

random.seed(5)
airports = ["JFK", "LAX", "ORD", "SEA"]
with open("flights.csv", "w", newline="") as out:
    writer = csv.writer(out)
    writer.writerow(["date", "carrier", "origin", "dest", "delay", "distance"])
    for i in range(400):
        origin, dest = random.sample(airports, 2)
        delay = "" if i % 37 == 0 else random.randint(-10, 90)
        writer.writerow([f"2024-0{1 + i % 6}-{1 + i % 28:02d}", "ABCD"[i % 4], origin, dest, delay, 300 + 7 * (i % 50)])
with open("carriers.csv", "w") as out:
    out.write("code,name\nA,Alpha Air\nB,Beta Wings\nC,\nZ,Zulu\n")

spark = SparkSession.builder.master("local[2]").appName("flights").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
flights = spark.read.csv("flights.csv", header=True, inferSchema=True)
flights.printSchema()
carriers = spark.read.option("header", True).csv("carriers.csv")
print(flights.count(), flights.filter(F.col("delay").isNull()).count())

late = flights.dropna(subset=["delay"]).withColumn("late", F.col("delay") > 30)
(
    late.groupBy("carrier")
    .agg(
        F.count("*").alias("flights"),
        F.round(F.avg("delay"), 2).alias("mean_delay"),
        F.sum(F.col("late").cast("int")).alias("late"),
        F.max("delay").alias("worst"),
    )
    .join(carriers, F.col("carrier") == carriers.code, "left")
    .select("carrier", F.coalesce("name", F.lit("unknown")).alias("name"), "flights", "mean_delay", "late", "worst")
    .orderBy("carrier")
    .show()
)
worst = Window.partitionBy("carrier").orderBy(F.desc("delay"), "date", "origin")
late.withColumn("rank", F.row_number().over(worst)).filter("rank <= 2").orderBy("carrier", "rank").show(truncate=False)
by_month = late.groupBy(F.month("date").alias("month")).pivot("origin", airports).agg(F.round(F.avg("delay"), 1))
by_month.orderBy("month").show()
routes = late.groupBy("origin", "dest").count().where("count > 30").orderBy(F.desc("count"), "origin", "dest")
for row in routes.take(3):
    print(row.origin, row["dest"], row[2])
print(late.agg({"distance": "max", "delay": "min"}).collect())
spark.stop()
