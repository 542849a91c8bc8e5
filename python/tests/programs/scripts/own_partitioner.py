"""A partitioner of one's own, and what keeps it."""

from urllib.parse import urlparse

from pyspark import SparkContext


def by_host(url):
    return sum(urlparse(url).netloc.encode())


sc = SparkContext("local[2]", "partitioner")
pages = sc.parallelize(
    [
        ("http://a.org/1", 1),
        ("http://b.org/1", 2),
        ("http://a.org/2", 3),
        ("http://c.org/", 4),
        ("http://b.org/2", 5),
    ],
    2,
)
placed = pages.partitionBy(3, by_host).cache()
print(placed.glom().map(sorted).collect())
print(
    placed.partitioner is not None,
    placed.mapValues(str).partitioner == placed.partitioner,
    placed.map(lambda x: x).partitioner,
    placed.filter(bool).partitioner == placed.partitioner,
)
print(placed.partitionBy(3, by_host) is placed, placed.getNumPartitions())
print(
    placed.mapPartitionsWithIndex(lambda i, it: [(i, sorted({urlparse(k).netloc for k, _ in it}))]).collect()
)
print(sorted(placed.reduceByKey(lambda a, b: a + b, 3, by_host).collect()))
numbers = sc.parallelize(range(12), 4).keyBy(lambda x: x % 5)
print(numbers.partitionBy(2).glom().collect())
print(numbers.partitionBy(5, lambda k: -k).mapPartitions(lambda it: [sorted(k for k, _ in it)]).collect())
print(sc.parallelize(range(10), 4).coalesce(2).glom().collect())
print(sc.parallelize(range(10), 2).repartition(4).getNumPartitions())
sc.stop()
