"""Loops over RDDs that grow from each other: the game of life, primes by subtraction, a fixed point, Collatz."""

import sys
from operator import add

from pyspark import SparkContext

sys.setrecursionlimit(5000)
sc = SparkContext("local[2]", "loops")
alive = sc.parallelize([(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)], 2)
AROUND = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]
for generation in range(4):
    near = alive.flatMap(lambda c: [((c[0] + x, c[1] + y), 1) for x, y in AROUND]).reduceByKey(add, 4)
    born = near.leftOuterJoin(alive.map(lambda c: (c, True)), 4).filter(lambda kv: kv[1][0] == 3 or (kv[1][0] == 2 and kv[1][1]))
    alive = born.keys().cache()
    print(generation, sorted(alive.collect()))

limit = 60
composite = sc.parallelize(range(2, limit // 2 + 1), 4).flatMap(lambda n: range(2 * n, limit, n)).distinct()
print(sorted(sc.parallelize(range(2, limit), 4).subtract(composite).collect()))

labels = sc.parallelize([(n, n) for n in range(12)], 3)
edges = sc.parallelize([(0, 3), (3, 6), (6, 9), (1, 4), (4, 7), (2, 5), (8, 11), (11, 5)], 2)
both = edges.flatMap(lambda e: [e, (e[1], e[0])]).partitionBy(3).persist()
for step in range(1, 20):
    spread = both.join(labels).map(lambda kvw: kvw[1])
    new = labels.union(spread).reduceByKey(min, 3).cache()
    changed = new.join(labels).filter(lambda kv: kv[1][0] != kv[1][1]).count()
    labels = new
    if not changed:
        break
print("steps", step, sorted(labels.map(lambda kv: (kv[1], kv[0])).groupByKey().mapValues(sorted).collect()))


def collatz(n):
    return 1 if n == 1 else 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)


print(sc.parallelize(range(1, 200), 4).map(lambda n: (collatz(n), n)).max())


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


print(sc.parallelize(range(5), 2).mapPartitions(lambda it: zip(it, fibonacci())).collect())
rdds = [sc.parallelize([i] * i, 1) for i in range(5)]
print(sc.union(rdds).collect(), [r.count() for r in rdds])
steps = []
rdd = sc.parallelize(range(20), 4)
for k in range(3):
    rdd = rdd.filter(lambda x, k=k: x % (k + 2) or x < 6)
    steps.append(rdd.count())
print(steps, rdd.toLocalIterator().__next__(), list(rdd.toLocalIterator())[-1])
sc.stop()
