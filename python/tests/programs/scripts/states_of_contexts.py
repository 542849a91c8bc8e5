"""Contexts one after another: settings, defaults, a second one refused, what remains of the first."""

import os

from pyspark import SparkConf, SparkContext

# PySpark keeps the settings of a process's first context for all later ones: so that one has none.
SparkContext("local[2]", "zero").stop()
conf = SparkConf(False).setMaster("local[2]").setAppName("first").set("my.key", "my value")
conf.setIfMissing("spark.default.parallelism", "3").setExecutorEnv("LEVEL", "42")
print(sorted(kv for kv in conf.getAll() if not kv[0].startswith("spark.app.")))
print(conf.get("missing"), conf.get("missing", "default"), conf.contains("my.key"))
sc = SparkContext(conf=conf)
sc.setLogLevel("OFF")
print(sc.master, sc.appName, sc.defaultParallelism, sc.defaultMinPartitions, sc.version[:2])
print(sc.getConf().get("my.key"), sc.parallelize([0]).map(lambda _: os.environ["LEVEL"]).first())
conf.set("my.key", "changed too late")
print(sc.getConf().get("my.key"))
try:
    SparkContext("local", "second")
except ValueError as error:
    print(str(error)[:46])
print(SparkContext.getOrCreate() is sc)
kept = sc.parallelize(range(5)).cache()
shared = sc.broadcast([1, 2, 3])
print(kept.sum(), shared.value)
sc.stop()
sc.stop()

for master in ("local", "local[3]", "local[2,4]"):
    with SparkContext(master, "again", environment={"NAME": "value"}) as sc:
        rdd = sc.parallelize(range(10))
        print(master, rdd.getNumPartitions(), rdd.sum(), sc.environment.get("NAME"))
        print(sc.emptyRDD().getNumPartitions(), sc.range(7).glom().map(len).collect())
try:
    SparkContext("spark-like://nowhere", "bad")
except Exception as error:
    print("Could not parse Master URL" in str(error))
with SparkContext("local[2]", "last") as sc:
    print(sc.parallelize([1]).map(lambda _: os.environ.get("LEVEL")).first(), sc.applicationId.startswith("local-"))
print(SparkContext._active_spark_context)
