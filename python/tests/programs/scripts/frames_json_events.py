"""Nested JSON: read, explode, struct fields, arrays and maps, write parquet by partition and read it back."""

import json
import os

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DoubleType, IntegerType, StringType, StructField, StructType

with open("events.json", "w") as out:
    for i in range(12):
        event = {
            "id": i,
            "user": {"name": f"u{i % 3}", "tags": ["new"] if i % 4 == 0 else []},
            "items": [{"sku": f"s{j}", "price": 1.5 * j} for j in range(i % 4)],
        }
        if i == 5:
            event["note"] = 'with "quotes" and \n a line'
        out.write(json.dumps(event) + "\n")

spark = SparkSession.builder.master("local[2]").getOrCreate()
inferred = spark.read.json("events.json")
inferred.printSchema()
schema = StructType(
    [
        StructField("id", IntegerType()),
        StructField("user", StructType([StructField("name", StringType()), StructField("tags", ArrayType(StringType()))])),
        StructField("items", ArrayType(StructType([StructField("sku", StringType()), StructField("price", DoubleType())]))),
        StructField("missing", StringType()),
    ]
)
events = spark.read.schema(schema).json("events.json")
events.select("id", "user.name", F.size("items").alias("n"), "user.tags", "missing").orderBy("id").show(5, truncate=False)
items = events.select("id", F.col("user.name").alias("name"), F.explode("items").alias("item")).select("id", "name", "item.*")
items.groupBy("sku").agg(F.count("*").alias("n"), F.sum("price").alias("total"), F.sort_array(F.collect_set("name")).alias("who")).orderBy("sku").show()
events.filter(F.array_contains("user.tags", "new")).select("id").orderBy("id").show()
items.write.mode("overwrite").partitionBy("name").parquet("items.parquet")
print(sorted(name for name in os.listdir("items.parquet") if name.startswith("name=")))
back = spark.read.parquet("items.parquet")
print(back.count(), sorted(back.columns), back.filter("name = 'u1'").count())
back.groupBy("name").agg(F.max("price")).orderBy("name").show()
text = events.select(F.to_json("user").alias("j")).orderBy("j").first()
print(text.j)
print(inferred.filter("note is not null").select("note").first()[0])
items.select("id", "sku").orderBy("id", "sku").limit(3).write.json("few", mode="overwrite")
print(sorted(line for name in os.listdir("few") if name.endswith(".json") for line in open(os.path.join("few", name))))
spark.stop()
