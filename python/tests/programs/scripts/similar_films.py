"""Films that the same people like: pairs by a join with itself, cosine of the angle between their ratings."""

from itertools import combinations
from math import sqrt

from pyspark import SparkConf, SparkContext


def cosine(pairs):
    xx = yy = xy = 0.0
    n = 0
    for x, y in pairs:
        xx, yy, xy, n = xx + x * x, yy + y * y, xy + x * y, n + 1
    return (round(xy / (sqrt(xx) * sqrt(yy)), 6) if xx and yy else 0.0, n)


conf = SparkConf().setMaster("local[*]").setAppName("MovieSimilarities").set("spark.default.parallelism", "4")
sc = SparkContext(conf=conf)
ratings = sc.parallelize(
    [(u, (m, (u * 7 + m * 3) % 5 + 1)) for u in range(30) for m in range(8) if (u + m) % 3], 3
).partitionBy(4)
joined = ratings.join(ratings)
print("partitions", joined.getNumPartitions(), "co-partitioned", joined.partitioner == ratings.partitioner)
pairs = joined.filter(lambda u: u[1][0][0] < u[1][1][0]).map(
    lambda u: ((u[1][0][0], u[1][1][0]), (u[1][0][1], u[1][1][1]))
)
similar = pairs.groupByKey().mapValues(cosine).persist()
for pair, (score, n) in sorted(similar.collect()):
    if score > 0.9 and n > 8:
        print(pair, f"{score:.4f}", n)
by_hand = (
    ratings.groupByKey()
    .flatMap(lambda u: combinations(sorted(u[1]), 2))
    .map(lambda ab: ((ab[0][0], ab[1][0]), [(ab[0][1], ab[1][1])]))
    .reduceByKey(lambda a, b: a + b)
    .mapValues(cosine)
)
print(sorted(by_hand.collect()) == sorted(similar.collect()))
print(similar.lookup((0, 1)), similar.map(lambda kv: kv[1][1]).stats())
sc.stop()
