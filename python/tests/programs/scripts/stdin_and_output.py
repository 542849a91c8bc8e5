"""A program that reads its input from standard input and is told by its environment."""

import os
import sys

from pyspark import SparkContext

if __name__ == "__main__":
    sc = SparkContext(os.environ.get("MASTER_OF_TEST", "local[2]"), "stdin")
    lines = sys.stdin.read().splitlines() or ["nothing", "came"]
    rdd = sc.parallelize(lines, 2)
    print(rdd.map(len).collect())
    rdd.saveAsTextFile("plain")
    rdd.saveAsTextFile("zipped", "org.apache.hadoop.io.compress.GzipCodec")
    print(sorted(n for n in os.listdir("plain") if not n.startswith(".")))
    print(sorted(n for n in os.listdir("zipped") if not n.startswith(".")))
    print(sc.textFile("zipped/part-*").collect(), sc.textFile("plain,zipped").count())
    sc.stop()
