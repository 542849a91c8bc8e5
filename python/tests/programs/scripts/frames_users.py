"""Users and purchases: maps, arrays, higher-order functions, set operations, pivots, sampling, explain's presence."""

from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("users").master("local[2]").getOrCreate()
users = spark.createDataFrame(
    [
        Row(name="ann", scores=[3, 9, None], prefs={"lang": "en", "tz": "UTC"}),
        Row(name="bob", scores=[], prefs={"lang": "de"}),
        Row(name="cid", scores=[7], prefs=None),
    ],
    "name string, scores array<int>, prefs map<string, string>",
)
users.show(truncate=False)
users.select(
    "name",
    F.transform("scores", lambda s: F.coalesce(s, F.lit(0)) * 2).alias("doubled"),
    F.filter("scores", lambda s: s > 5).alias("high"),
    F.aggregate("scores", F.lit(0), lambda acc, s: acc + F.coalesce(s, F.lit(0))).alias("total"),
    F.col("prefs")["lang"].alias("lang"),
    F.size("prefs").alias("n"),
).show(truncate=False)
users.select("name", F.explode_outer("prefs").alias("key", "value")).orderBy("name", "key").show()
users.select("name", F.posexplode("scores")).orderBy("name", "pos").show()
exploded = users.select("name", F.explode("scores").alias("score"))
exploded.groupBy("name").agg(F.collect_list("score").alias("l"), F.avg("score").alias("mean")).orderBy("name").show()
one, two = spark.range(1, 8), spark.range(5, 11)
for label, found in (("union", one.union(two).distinct()), ("both", one.intersect(two)), ("only", one.subtract(two))):
    print(label, sorted(row.id for row in found.collect()))
sales = spark.createDataFrame([(y, q, y * 10 + q) for y in (1, 2) for q in (1, 2, 3)], ["year", "quarter", "n"])
sales.groupBy("year").pivot("quarter").sum("n").orderBy("year").show()
sales.rollup("year", "quarter").agg(F.sum("n").alias("n")).orderBy(F.asc_nulls_last("year"), F.asc_nulls_last("quarter")).show()
sales.unpivot(["year"], ["quarter", "n"], "what", "value").orderBy("year", "what", "value").show(4)
sales.cube("year").count().orderBy(F.col("year").asc_nulls_first()).show()
kept = sales.cache()
print(kept.count(), kept.is_cached, kept.filter("n % 2 = 0").count())
kept.unpersist()
users.select(F.struct("name", F.size("scores").alias("n")).alias("s")).select("s.name", "s.n").orderBy("n", ascending=False).show()
users.select("name", F.when(F.size("scores") > 1, "many").otherwise("few").alias("k")).orderBy("name").show()
for row in users.select("name").toLocalIterator():
    print(row.asDict())
print(users.schema["scores"].dataType.simpleString(), users.dtypes)
spark.stop()
