"""Alternating least squares by hand: broadcast factors, map over users and over movies."""

import sys

import numpy as np

from pyspark import SparkContext

LAMBDA, F = 0.05, 2
sc = SparkContext("local[2]", "ALS")
ratings = (
    sc.textFile(sys.argv[1])
    .map(lambda l: l.split(","))
    .map(lambda r: (int(r[0]), int(r[1]), float(r[2])))
    .collect()
)
users, movies = 1 + max(r[0] for r in ratings), 1 + max(r[1] for r in ratings)
R = np.zeros((users, movies))
for u, m, r in ratings:
    R[u, m] = r
rng = np.random.RandomState(42)
ms, us = rng.rand(movies, F), rng.rand(users, F)


def update(i, mat, target):
    xtx = mat.T @ mat + LAMBDA * mat.shape[0] * np.eye(F)
    return np.linalg.solve(xtx, mat.T @ target[i, :])


for step in range(4):
    rb, mb = sc.broadcast(R), sc.broadcast(ms)
    us = np.array(sc.parallelize(range(users), 2).map(lambda x: update(x, mb.value, rb.value)).collect())
    ub = sc.broadcast(us)
    ms = np.array(sc.parallelize(range(movies), 2).map(lambda x: update(x, ub.value, rb.value.T)).collect())
    error = np.sqrt(np.sum(np.power(R - us @ ms.T, 2)) / (users * movies))
    print("Iteration %d: RMSE %.6f" % (step, error))
    mb.unpersist()
    rb.destroy()
sc.stop()
