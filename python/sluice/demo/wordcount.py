# SPDX-License-Identifier: Apache-2.0
"""Counts the words of the Python standard library's own sources: a PySpark program.

Arguments: the library's directory, the number of slots. It prints one line of JSON.
"""

import json
import re
import sys
import time
from operator import add

from pyspark import SparkConf, SparkContext

WORD = re.compile(r"[^\W\d_]{2,}")


def main():
    library, slots = sys.argv[1:3]
    begun = time.perf_counter()
    conf = SparkConf().setMaster(f"local[{slots}]").setAppName("word count")
    for setting in sys.argv[3:]:
        conf.set(*setting.split("=", 1))
    sc = SparkContext(conf=conf)
    sc.parallelize([1], 1).count()
    started = time.perf_counter()
    lines = sc.textFile(f"{library}/*.py,{library}/*/*.py", int(slots) * 2)
    counts = lines.flatMap(WORD.findall).map(lambda word: (word.lower(), 1)).reduceByKey(add, int(slots) * 2)
    counted = counts.collect()
    top = sorted(counted, key=lambda pair: (-pair[1], pair[0]))[:12]
    ended = time.perf_counter()
    words = sum(count for _, count in counted)
    answer = {"start": started - begun, "seconds": ended - started, "words": words, "distinct": len(counted)}
    print(json.dumps({**answer, "top": top}), flush=True)
    sc.stop()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
