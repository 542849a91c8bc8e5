"""Gradient descent with one numpy matrix a partition."""

import sys

import numpy as np

from pyspark import SparkContext

D = 3


def read_batch(iterator):
    rows = list(iterator)
    matrix = np.zeros((len(rows), D + 1))
    for i, s in enumerate(rows):
        matrix[i] = np.fromstring(s.replace(",", " "), dtype=np.float64, sep=" ")
    return [matrix]


sc = SparkContext("local[2]", "LogisticRegression")
points = sc.textFile(sys.argv[1], 4).mapPartitions(read_batch).cache()
w = np.array([0.5, -0.5, 0.1])


def gradient(matrix, w):
    y, x = matrix[:, 0] * 2 - 1, matrix[:, 1:]
    return ((1.0 / (1.0 + np.exp(-y * x.dot(w))) - 1.0) * y * x.T).sum(1)


def add(x, y):
    x += y
    return x


for i in range(15):
    w = w - 0.1 * points.map(lambda m: gradient(m, w)).reduce(add)
print("Final w:", np.round(w, 9).tolist())
right = points.map(lambda m: int((((m[:, 1:].dot(w)) > 0) == (m[:, 0] > 0)).sum())).sum()
print(right, "of", points.map(len).sum())
sc.stop()
