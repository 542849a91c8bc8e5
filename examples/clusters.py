# SPDX-License-Identifier: Apache-2.0
"""Finds k centres of points by k-means: sluice run examples/clusters.py K PATH, lines of numbers with blanks between"""

import math
import sys

from sluice import Context


def read(line):
    return tuple(map(float, line.split()))


def nearest(point, centres):
    return min(range(len(centres)), key=lambda number: math.dist(point, centres[number]))


def plus(one, other):
    (sums, count), (more, others) = one, other
    return tuple(map(sum, zip(sums, more, strict=True))), count + others


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: clusters.py K PATH")
    k, path = int(sys.argv[1]), sys.argv[2]
    with Context(appName="clusters") as sc:
        points = sc.textFile(path).map(read).cache()
        # Each centre begins at the point that is farthest from those before it.
        centres = [points.min()]
        while len(centres) < k:
            centres.append(points.max(key=lambda point: min(math.dist(point, other) for other in centres)))
        moved = math.inf
        while moved > 1e-6:
            sums = points.map(lambda point, now=centres: (nearest(point, now), (point, 1))).reduceByKey(plus)
            means = sums.mapValues(lambda both: tuple(part / both[1] for part in both[0])).collectAsMap()
            # A centre that has no points stays where it is.
            after = [means.get(number, centre) for number, centre in enumerate(centres)]
            moved = sum(map(math.dist, centres, after))
            centres = after
    for centre in sorted(centres):
        print(*(f"{part:.3f}" for part in centre))


if __name__ == "__main__":
    main()
