"""Page rank over a file of links."""

import re
import sys
from operator import add

from pyspark import SparkContext


def contributions(urls, rank):
    num_urls = len(urls)
    for url in urls:
        yield url, rank / num_urls


def neighbors(urls):
    parts = re.split(r"\s+", urls)
    return parts[0], parts[1]


with SparkContext("local[2]", "PageRank") as sc:
    links = sc.textFile(sys.argv[1]).map(neighbors).distinct().groupByKey().cache()
    ranks = links.map(lambda url_neighbors: (url_neighbors[0], 1.0))
    for _ in range(int(sys.argv[2])):
        contribs = links.join(ranks).flatMap(lambda e: contributions(e[1][0], e[1][1]))
        ranks = contribs.reduceByKey(add).mapValues(lambda rank: rank * 0.85 + 0.15)
    for link, rank in sorted(ranks.collect()):
        print(f"{link} has rank: {rank:.9f}")
    print(links.is_cached, links.getNumPartitions(), ranks.getNumPartitions())
