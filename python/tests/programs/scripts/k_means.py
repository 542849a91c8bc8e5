"""K-means over points of a file, with numpy."""

import sys

import numpy as np

from pyspark import SparkContext


def parse(line):
    return np.array([float(x) for x in line.split(" ")])


def closest(p, centers):
    return int(np.argmin([np.sum((p - c) ** 2) for c in centers]))


sc = SparkContext(master="local[2]", appName="KMeans")
data = sc.textFile(sys.argv[1]).map(parse).cache()
k, converge = 3, 0.01
centers = data.takeSample(False, k, 1)
print([c.round(3).tolist() for c in centers])
moved, rounds = 1.0, 0
while moved > converge and rounds < 10:
    nearest = data.map(lambda p: (closest(p, centers), (p, 1)))
    stats = nearest.reduceByKey(lambda a, b: (a[0] + b[0], a[1] + b[1]))
    new = stats.map(lambda st: (st[0], st[1][0] / st[1][1])).collect()
    moved = sum(np.sum((centers[i] - p) ** 2) for i, p in new)
    for i, p in new:
        centers[i] = p
    rounds += 1
print(rounds, sorted(np.round(c, 6).tolist() for c in centers))
sc.stop()
