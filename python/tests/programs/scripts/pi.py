"""Estimates pi with random points."""

import random
import sys
from operator import add

from pyspark import SparkConf, SparkContext

conf = SparkConf().setMaster("local[2]").setAppName("Pi").set("spark.ui.enabled", "false")
sc = SparkContext(conf=conf)
partitions = int(sys.argv[1]) if len(sys.argv) > 1 else 2
n = 20000 * partitions


def inside(i):
    random.seed(i)
    x, y = random.random() * 2 - 1, random.random() * 2 - 1
    return 1 if x * x + y * y <= 1 else 0


count = sc.parallelize(range(1, n + 1), partitions).map(inside).reduce(add)
print("Pi is roughly %f" % (4.0 * count / n))
sc.stop()
