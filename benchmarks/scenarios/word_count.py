# SPDX-License-Identifier: Apache-2.0
"""Five million words from a text file, counted. The floor: the same in bare Python, shared by the slots."""

import os
import random
import tempfile
from operator import add

from common import QUICK, SLOTS, Metric, context, median, scenario, tell

METRICS = [Metric("count", "word count, 5M words", times=2.5)]
WORDS = 500_000 if QUICK else 5_000_000


def text():
    """The file, made by whoever needs it first; the same words each time."""
    path = os.path.join(os.environ.get("BENCH_DIRECTORY", tempfile.gettempdir()), f"words-{WORDS}.txt")
    if not os.path.exists(path):
        chosen = random.Random(7)
        vocabulary = [f"{chosen.choice('abcdefghij')}{number:x}" for number in range(50_000)]
        weights = [1 / (rank + 10) for rank in range(len(vocabulary))]
        words = chosen.choices(vocabulary, weights, k=WORDS)
        with open(path + ".new", "w", encoding="ascii") as file:
            for start in range(0, WORDS, 12):
                file.write(" ".join(words[start : start + 12]) + "\n")
        os.replace(path + ".new", path)
    return path


def main():
    path = text()
    sc = context()

    def count():
        words = sc.textFile(path).flatMap(lambda line: line.split()).map(lambda word: (word, 1))
        assert sum(number for _, number in words.reduceByKey(add).collect()) == WORDS

    tell(count=median(count, 3))
    sc.stop()


def floor():
    path = text()

    def count():
        counts = {}
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                for word in line.split():
                    counts[word] = counts.get(word, 0) + 1

    tell(count=median(count, 3, warm=0) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
