"""Sorted within each key: repartitionAndSortWithinPartitions and a partitioner of one's own."""

from pyspark import SparkContext
from pyspark.rdd import portable_hash

sc = SparkContext("local[2]", "secondary")
readings = sc.parallelize([(("s%d" % (i % 3), (i * 37) % 20), i) for i in range(18)], 3)
done = readings.repartitionAndSortWithinPartitions(2, lambda key: portable_hash(key[0]))
for part in done.glom().collect():
    print(part)
down = readings.repartitionAndSortWithinPartitions(2, lambda key: int(key[0][1]), False, lambda k: k[1])
print(down.map(lambda x: x[0]).glom().collect())
sc.stop()
