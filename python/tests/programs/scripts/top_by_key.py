"""The three greatest values of each key, with aggregateByKey and a heap."""

import heapq

from pyspark import SparkContext

sc = SparkContext("local[3]", "top")
N = 3
data = sc.parallelize([(i % 4, (i * 7919) % 101) for i in range(200)], 5)


def push(heap, value):
    heapq.heappush(heap, value) if len(heap) < N else heapq.heappushpop(heap, value)
    return heap


def merge(a, b):
    for value in b:
        push(a, value)
    return a


top = data.aggregateByKey([], push, merge).mapValues(lambda h: sorted(h, reverse=True))
print(sorted(top.collect()))
print(
    data.combineByKey(
        lambda v: (v, 1), lambda a, v: (a[0] + v, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1])
    )
    .mapValues(lambda a: round(a[0] / a[1], 4))
    .sortByKey()
    .collect()
)
print(data.foldByKey(0, max).collect())
print(data.values().top(4), data.values().takeOrdered(4), data.values().top(2, key=lambda x: -x))
print(data.map(lambda x: x[1]).max(key=lambda x: (x % 10, x)), data.max(), data.reduceByKeyLocally(min))
sc.stop()
