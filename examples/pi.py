# SPDX-License-Identifier: Apache-2.0
"""Estimates pi by throwing darts, with an error to go by: sluice run examples/pi.py [PARTITIONS] [DARTS_EACH]"""

import math
import random
import sys

from sluice import Context


def throw(seed, darts):
    dice = random.Random(seed)
    return sum(dice.random() ** 2 + dice.random() ** 2 < 1 for _ in range(darts))


def main():
    partitions = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    darts = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    with Context(appName="pi") as sc:
        hits = sc.range(partitions, numSlices=partitions).map(lambda seed: throw(seed, darts)).sum()
    share = hits / (partitions * darts)
    error = 4 * math.sqrt(share * (1 - share) / (partitions * darts))
    print(f"pi is about {4 * share:.4f}, give or take {2 * error:.4f}")


if __name__ == "__main__":
    main()
