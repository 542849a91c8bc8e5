"""The same by a session, as the book has it."""

import sys
from operator import add

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("PythonWordCount").master("local[2]").getOrCreate()
lines = spark.read.text(sys.argv[1]).rdd.map(lambda r: r[0])
counts = lines.flatMap(lambda x: x.split(" ")).map(lambda x: (x, 1)).reduceByKey(add)
output = counts.collect()
for word, count in sorted(output):
    print(f"{word}: {count}")
sc = spark.sparkContext
print(sc.appName, sc.master, spark.version == sc.version, SparkSession.builder.getOrCreate() is spark)
print(spark.conf.get("spark.app.name"))
spark.stop()
