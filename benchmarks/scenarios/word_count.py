# SPDX-License-Identifier: Apache-2.0
"""Five million words from a text file, counted. The floor: the same in bare Python, shared by the slots."""

import os
import random
import tempfile
from collections import Counter
from operator import add

from common import (
    QUICK,
    SLOTS,
    Metric,
    context,
    median,
    pieces,
    scenario,
    start_dask,
    start_loky,
    start_ray,
    tell,
)

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


def counted(path, first, last):
    """The words of the lines that begin in a part of the file."""
    counts = {}
    with open(path, "rb") as lines:
        if first:
            lines.seek(first - 1)
            lines.readline()
        while lines.tell() < last and (line := lines.readline()):
            for word in line.decode().split():
                counts[word] = counts.get(word, 0) + 1
    return counts


def over(path, run):
    """Counts the parts of the file where ``run`` has them counted, and merges them here."""
    total = Counter()
    parts = [(path, part.start, part.stop) for part in pieces(os.path.getsize(path))]
    for counts in run(parts):
        total.update(counts)
    assert total.total() == WORDS


def floor():
    path = text()

    def count():
        counts = {}
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                for word in line.split():
                    counts[word] = counts.get(word, 0) + 1

    tell(count=median(count, 3, warm=0) / SLOTS)


def ray():
    path, ray = text(), start_ray()
    task = ray.remote(counted)
    tell(count=median(lambda: over(path, lambda parts: ray.get([task.remote(*part) for part in parts])), 3))


def dask():
    path = text()
    with start_dask():
        from dask import bag

        def count():
            words = bag.read_text(path, blocksize=os.path.getsize(path) // SLOTS + 1).str.split().flatten()
            assert sum(number for _, number in words.frequencies().compute()) == WORDS

        tell(count=median(count, 3))


def loky():
    path, executor = text(), start_loky()
    tell(count=median(lambda: over(path, lambda parts: executor.map(counted, *zip(*parts, strict=True))), 3))


if __name__ == "__main__":
    scenario(globals())
