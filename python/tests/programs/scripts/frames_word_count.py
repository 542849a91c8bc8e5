"""Words of a text with frames: read.text, split, explode, group by, order; the same through rdd and back."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, desc, explode, length, lower, regexp_replace, split, trim

spark = SparkSession.builder.master("local[2]").appName("words").getOrCreate()
lines = spark.read.text(sys.argv[1])
words = lines.select(explode(split(lower(trim(col("value"))), r"\s+")).alias("word"))
words = words.withColumn("word", regexp_replace("word", "[^a-z]", "")).where(length("word") > 0)
counts = words.groupBy("word").count()
counts.orderBy(desc("count"), "word").show(10)
print(words.count(), counts.count(), words.distinct().count())
counts.filter(col("word").like("th%")).orderBy("word").show()
again = words.rdd.map(lambda row: (row.word, 1)).reduceByKey(lambda a, b: a + b).toDF(["word", "n"])
print(again.join(counts, "word").filter("n <> count").count())
longest = counts.withColumn("long", length("word")).orderBy(desc("long"), "word").first()
print(longest["word"], longest.long)
counts.groupBy((length("word") % 3).alias("rest")).sum("count").orderBy("rest").show()
spark.stop()
