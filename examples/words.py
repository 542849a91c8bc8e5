# SPDX-License-Identifier: Apache-2.0
"""Counts the words of text files, and writes them by frequency: sluice run examples/words.py OUTPUT PATH..."""

import re
import sys
from operator import add

from sluice import Context

WORD = re.compile(r"[^\W\d_]+")


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: words.py OUTPUT PATH...")
    output, *paths = sys.argv[1:]
    with Context(appName="words") as sc:
        words = sc.textFile(",".join(paths)).flatMap(WORD.findall).map(str.lower)
        counts = words.map(lambda word: (word, 1)).reduceByKey(add).cache()
        ordered = counts.sortBy(lambda pair: (-pair[1], pair[0]), numPartitions=1)
        ordered.map(lambda pair: f"{pair[0]}\t{pair[1]}").saveAsTextFile(output)
        print(f"{counts.values().sum()} words, {counts.count()} of them distinct, in {output}")


if __name__ == "__main__":
    main()
