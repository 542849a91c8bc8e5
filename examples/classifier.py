# SPDX-License-Identifier: Apache-2.0
"""Fits a logistic regression by descent: sluice run examples/classifier.py PATH, lines "0 or 1, then numbers" """

import math
import sys

from sluice import Context

STEP = 0.5
ROUNDS = 200


def read(line):
    label, *features = map(float, line.split())
    return label, (1.0, *features)


def chance(weights, features):
    return 1 / (1 + math.exp(-sum(map(float.__mul__, weights, features))))


def plus(one, other):
    return [a + b for a, b in zip(one, other, strict=True)]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: classifier.py PATH")
    with Context(appName="classifier") as sc:
        rows = sc.textFile(sys.argv[1]).map(read).cache()
        count = rows.count()
        weights = [0.0] * len(rows.first()[1])
        for _ in range(ROUNDS):

            def slope(row, weights=tuple(weights)):
                label, features = row
                missed = chance(weights, features) - label
                return [missed * feature for feature in features]

            descent = rows.map(slope).treeReduce(plus)
            weights = [weight - STEP * part / count for weight, part in zip(weights, descent, strict=True)]
        right = rows.filter(lambda row: (chance(weights, row[1]) > 0.5) == (row[0] == 1)).count()
    print("weights", *(f"{weight:.3f}" for weight in weights))
    print(f"{right} of {count} right")


if __name__ == "__main__":
    main()
