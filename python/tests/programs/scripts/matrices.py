"""Matrices: sparse ones multiplied by joins, rows by NumPy through a broadcast, the sum of outer products."""

import numpy as np

from pyspark import SparkContext

sc = SparkContext("local[3]", "matrices")
a = np.arange(24).reshape(6, 4) % 7
b = np.arange(20).reshape(4, 5) % 5


def entries(m):
    return [(i, (j, int(m[i, j]))) for i in range(m.shape[0]) for j in range(m.shape[1]) if m[i, j]]


left = sc.parallelize(entries(a), 4).map(lambda e: (e[1][0], (e[0], e[1][1])))
right = sc.parallelize(entries(b), 2)
product = (
    left.join(right)
    .map(lambda kvw: ((kvw[1][0][0], kvw[1][1][0]), kvw[1][0][1] * kvw[1][1][1]))
    .reduceByKey(lambda x, y: x + y)
)
dense = np.zeros((6, 5), dtype=int)
for (i, j), value in product.collect():
    dense[i, j] = value
print(dense.tolist(), bool((dense == a @ b).all()))

shared = sc.broadcast(b)
rows = sc.parallelize(list(a), 3).map(lambda row: row @ shared.value)
print(np.vstack(rows.collect()).tolist() == dense.tolist())
gram = sc.parallelize(list(a), 3).map(lambda row: np.outer(row, row)).reduce(np.add)
print(gram.tolist() == (a.T @ a).tolist(), gram.dtype.kind)
by_column = rows.flatMap(enumerate).aggregateByKey(0, lambda s, v: s + int(v), lambda s, t: s + t)
print(sorted(by_column.collect()))
means = rows.map(lambda r: (r.astype(float), 1)).treeReduce(lambda x, y: (x[0] + y[0], x[1] + y[1]))
print((means[0] / means[1]).round(4).tolist())
print(rows.mapPartitions(lambda it: [np.array(list(it)).sum()]).map(int).collect())
sc.stop()
