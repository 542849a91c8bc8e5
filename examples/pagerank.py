# SPDX-License-Identifier: Apache-2.0
"""Ranks pages by the links between them; written for PySpark: sluice run --pyspark examples/pagerank.py [ROUNDS]"""

import sys
from operator import add

from pyspark import SparkContext

LINKS = [
    ("home", "news"),
    ("home", "shop"),
    ("news", "home"),
    ("shop", "home"),
    ("shop", "news"),
    ("blog", "home"),
]


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    sc = SparkContext("local[2]", "pagerank")
    links = sc.parallelize(LINKS, 2).groupByKey(2).cache()
    ranks = links.mapValues(lambda _: 1.0)
    for _ in range(rounds):
        gifts = links.join(ranks, 2).values().flatMap(share)
        ranks = gifts.reduceByKey(add, 2).mapValues(lambda received: 0.15 + 0.85 * received)
    for page, rank in sorted(ranks.collect(), key=lambda pair: -pair[1]):
        print(f"{page} {rank:.3f}")
    sc.stop()


def share(page):
    targets, rank = page
    return [(target, rank / len(targets)) for target in targets]


if __name__ == "__main__":
    main()
