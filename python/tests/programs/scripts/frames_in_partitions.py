"""pandas and NumPy in partitions: frames made of partitions, groups summarised by them, arrays as values."""

import numpy as np
import pandas as pd

from pyspark import SparkContext


def to_frame(rows):
    frame = pd.DataFrame(list(rows), columns=["shop", "day", "sold"])
    if not frame.empty:
        yield frame


def summary(frame):
    grouped = frame.groupby("shop")["sold"].agg(["sum", "count", "max"])
    return [(str(shop), tuple(int(v) for v in row)) for shop, row in zip(grouped.index, grouped.to_numpy())]


def merge(a, b):
    return a[0] + b[0], a[1] + b[1], max(a[2], b[2])


sc = SparkContext("local[2]", "frames")
rows = sc.parallelize([(f"s{i % 3}", i // 3, (i * 31) % 17) for i in range(60)], 4)
frames = rows.mapPartitions(to_frame)
print(frames.map(len).collect(), frames.map(lambda f: int(f["sold"].sum())).sum())
print(sorted(frames.flatMap(summary).reduceByKey(merge).collect()))
whole = pd.concat(frames.collect(), ignore_index=True)
print(whole.shape, list(whole.columns), int(whole["sold"].max()))
arrays = rows.map(lambda r: (r[0], np.array([r[1], r[2]], dtype=float)))
sums = arrays.reduceByKey(np.add).mapValues(np.ndarray.tolist)
print(sorted(sums.collect()))
print(arrays.values().mean().round(3).tolist(), arrays.values().stats().max().tolist())
counts, borders = np.histogram(rows.map(lambda r: r[2]).collect(), bins=4)
print(counts.tolist(), rows.map(lambda r: r[2]).histogram(4)[1])
generator = sc.parallelize(range(4), 4).map(lambda seed: np.random.default_rng(seed).integers(0, 100, 3).tolist())
print(generator.collect())


def inside(seed):
    points = np.random.default_rng(seed).random((20_000, 2))
    return int((np.hypot(points[:, 0], points[:, 1]) < 1).sum())


hits = sc.parallelize(range(8), 8).map(inside).reduce(lambda a, b: a + b)
print("pi is about", round(4 * hits / 160_000, 4))
sc.stop()
