"""Counts words: python word_count.py FILE."""

import sys
from operator import add

from pyspark import SparkContext

if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("Usage: word_count FILE", file=sys.stderr)
        sys.exit(-1)
    sc = SparkContext(appName="PythonWordCount")
    lines = sc.textFile(sys.argv[1], 1)
    counts = lines.flatMap(lambda x: x.split(" ")).map(lambda x: (x, 1)).reduceByKey(add)
    for word, count in sorted(counts.collect(), key=lambda wc: (-wc[1], wc[0])):
        print("%s: %i" % (word, count))
    print(counts.getNumPartitions(), counts.filter(lambda wc: wc[1] == 1).count())
    sc.stop()
