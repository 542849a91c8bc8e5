"""The nearest neighbours of points, by a heap in each partition; a vote among them, and a confusion matrix."""

import heapq
from collections import Counter
from dataclasses import dataclass
from enum import Enum

import numpy as np

from pyspark import SparkContext


class Kind(Enum):
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True)
class Sample:
    x: float
    y: float
    kind: Kind


def distance(a, b):
    return float(np.linalg.norm(np.array([a.x - b.x, a.y - b.y])))


def nearest(k, point):
    def of_partition(samples):
        yield heapq.nsmallest(k, ((round(distance(s, point), 6), s.x, s.kind.name) for s in samples))

    return of_partition


def main():
    sc = SparkContext("local[2]", "knn")
    samples = [
        Sample(i % 10 + 0.1 * (i % 3), i // 10, Kind.HIGH if (i % 10) + i // 10 > 9 else Kind.LOW) for i in range(100)
    ]
    train = sc.parallelize(samples[::2], 4).cache()
    tests = samples[1::6]
    matrix = Counter()
    for point in tests:
        best = train.mapPartitions(nearest(5, point)).reduce(lambda a, b: heapq.nsmallest(5, a + b))
        voted = Counter(kind for _, _, kind in best).most_common(1)[0][0]
        matrix[point.kind.name, voted] += 1
    print(sorted(matrix.items()))
    print(train.map(lambda s: (s.kind, 1)).countByKey()[Kind.LOW], train.keyBy(lambda s: s.kind).lookup(Kind.HIGH)[0])
    print(train.map(lambda s: s.kind).distinct().count(), sorted(train.groupBy(lambda s: s.kind).mapValues(len).values().collect()))
    print(train.sortBy(lambda s: (-s.x, s.y)).first())
    sc.stop()


if __name__ == "__main__":
    main()
