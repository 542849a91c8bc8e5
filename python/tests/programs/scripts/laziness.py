"""Laziness, caching, counters in transformations, iteration in the driver."""

import os
import tempfile

from pyspark import SparkContext

sc = SparkContext("local[2]", "lazy")
calls = sc.accumulator(0)


def f(x):
    calls.add(1)
    return x + 1


rdd = sc.parallelize(range(6), 3).map(f)
print("nothing ran:", calls.value)
rdd.count()
rdd.count()
print("twice:", calls.value)
rdd.cache()
rdd.count()
rdd.sum()
print("cached:", calls.value)
rdd.unpersist()
print("take:", rdd.take(2), calls.value)
path = os.path.join(tempfile.mkdtemp(), "later")
lines = sc.textFile(path)
upper = lines.map(str.upper)
with open(path, "w") as file:
    file.write("written\nlate\n")
print(upper.collect())
rdds, i = [], 0
for i in range(3):
    rdds.append(sc.parallelize([1], 1).map(lambda x: x * i))
print([r.collect() for r in rdds], sc.union(rdds).collect())
data = [1, 2, 3]
fixed = sc.parallelize(data, 1)
data.append(4)
print(fixed.collect(), list(fixed.toLocalIterator()))
state = {"n": 0}


def count_here(x):
    state["n"] += 1
    return state["n"]


counted = sc.parallelize(range(4), 2).map(count_here)
print(counted.collect(), state, counted.collect())
for item in sc.parallelize(range(3), 3).map(lambda x: x * x).toLocalIterator():
    print(item, sc.parallelize(range(item + 1)).count())
print(
    sc.range(0, 10, 3, 2).glom().collect(),
    sc.parallelize("abc", 2).zip(sc.parallelize([1, 2, 3], 2)).collect(),
)
print(sc.parallelize([3, 1, 2], 2).cartesian(sc.parallelize("xy", 1)).collect())
print(
    sc.parallelize([1, 2, 3, 4], 2).intersection(sc.parallelize([2, 4, 6], 2)).collect(),
    sc.parallelize([1, 2, 3], 2).subtract(sc.parallelize([2], 1)).collect(),
)
print(
    sc.parallelize(range(5), 2).fold(1, lambda a, b: a + b),
    sc.parallelize(range(5), 2).aggregate(
        (0, 0), lambda a, x: (a[0] + x, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1])
    ),
)
print(
    sc.parallelize(range(10), 4).treeReduce(lambda a, b: a + b),
    sc.parallelize(["b", "a"], 2).zipWithUniqueId().collect(),
)
print(sc.parallelize([5, 1, 4], 2).sortBy(lambda x: x, False).collect())
sc.stop()
