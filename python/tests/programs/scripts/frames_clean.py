"""Cleaning a messy CSV: modes of reading, nulls, casts, duplicates, dates in several forms, quality counts, output."""

import os

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

with open("messy.csv", "w") as out:
    out.write(
        "id;name;joined;amount\n"
        '1;" Ann ";2024-01-05;12.50\n'
        "2;bob;05/02/2024;n/a\n"
        "2;bob;05/02/2024;n/a\n"
        '3;"x;y";;-3\n'
        "4;;2024-13-45;1e3\n"
        'five;Eve;2024-03-01;"1,000"\n'
    )
spark = SparkSession.builder.master("local[2]").getOrCreate()
names = ("id", "name", "joined", "amount")
schema = StructType([StructField(name, StringType()) for name in names])
raw = spark.read.csv("messy.csv", sep=";", header=True, schema=schema, nullValue="n/a")
raw.show()
clean = (
    raw.dropDuplicates()
    .withColumn("id", F.expr("try_cast(id as int)"))
    .withColumn("name", F.initcap(F.trim("name")))
    .withColumn("joined", F.coalesce(F.expr("try_to_date(joined, 'yyyy-MM-dd')"), F.expr("try_to_date(joined, 'dd/MM/yyyy')")))
    .withColumn("amount", F.regexp_replace("amount", ",", "").cast("double"))
    .na.fill({"name": "nobody", "amount": 0.0})
)
clean.printSchema()
clean.orderBy(F.asc_nulls_last("id")).show()
clean.select([F.count(F.when(F.col(c).isNull(), c)).alias(c) for c in clean.columns]).show()
clean.select(F.sum("amount"), F.min("joined"), F.max("joined"), F.countDistinct("name")).show()
clean.withColumn("bucket", F.when(F.col("amount") > 100, "high").when(F.col("amount") > 0, "low").otherwise("none")).groupBy("bucket").count().orderBy("bucket").show()
good, bad = clean.filter("id is not null"), clean.filter(F.col("id").isNull())
print(good.count(), bad.count())
good.coalesce(1).orderBy("id").write.mode("overwrite").option("header", True).csv("clean")
for name in sorted(os.listdir("clean")):
    if name.endswith(".csv"):
        print(open(os.path.join("clean", name)).read())
print(spark.read.csv("clean", header=True, inferSchema=True).dtypes)
print(clean.replace("Ann", "Anne").filter("name like 'Ann%'").select("name").collect())
spark.stop()
