# SPDX-License-Identifier: Apache-2.0
"""Random programs for PySpark, run twice: with its own daemon and with ours. No test by itself.

    programs.py OUT SEED COUNT [key=value ...]

Writes to the file OUT a list in JSON: for each program its steps and what it answered, or the error it ended with.
Needs PySpark only; what it says about itself does not depend on who runs it.
"""

import json
import os
import random
import re
import signal
import sys
import tempfile

from pyspark import SparkConf, SparkContext, TaskContext
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf, udf


class Programs:
    def __init__(self, sc, spark, place):
        self.sc = sc
        self.spark = spark
        self.place = place

    def numbers(self, rng):
        return self.sc.parallelize(range(rng.randrange(200)), rng.randrange(1, 6))

    def narrow(self, rng):
        rdd, steps = self.numbers(rng), []
        for _ in range(rng.randrange(1, 5)):
            kind, k = rng.choice(("map", "filter", "flatMap", "indexed", "glom")), rng.randrange(1, 7)
            steps.append((kind, k))
            if kind == "map":
                rdd = rdd.map(lambda x, k=k: (x, k) if k % 2 else (k, x, str(x)))
            elif kind == "filter":
                rdd = rdd.filter(lambda x, k=k: hash(str(x)[:1] == "1") % k == 0)
            elif kind == "flatMap":
                rdd = rdd.flatMap(lambda x, k=k: [x] * (k % 3))
            elif kind == "indexed":
                rdd = rdd.mapPartitionsWithIndex(lambda i, it, k=k: ((i + k, x) for x in it))
            else:
                rdd = rdd.glom()
        return steps, rdd.collect()

    def keyed(self, rng):
        k, parts = rng.randrange(1, 9), rng.randrange(1, 5)
        pairs = self.numbers(rng).map(lambda x: (x % k, x))
        kind = rng.choice(("reduce", "group", "join", "aggregate", "sort", "distinct"))
        if kind == "reduce":
            found = pairs.reduceByKey(lambda a, b: a + b, parts)
        elif kind == "group":
            found = pairs.groupByKey(parts).mapValues(sorted)
        elif kind == "join":
            found = pairs.join(self.numbers(rng).map(lambda x: (x % 3, str(x))), parts)
        elif kind == "aggregate":
            found = pairs.aggregateByKey([], lambda a, x: [*a, x], lambda a, b: a + b, parts).mapValues(
                sorted
            )
        elif kind == "sort":
            found = pairs.sortBy(lambda kv: (-kv[0], kv[1]), numPartitions=parts)
        else:
            found = pairs.map(lambda kv: kv[0]).distinct(parts)
        return (kind, k, parts), sorted(found.collect())

    def broadcast(self, rng):
        size = rng.choice((10, 1000, 300_000, 1_500_000))
        kind = rng.choice(("set", "dict", "list", "nested"))
        value = {
            "set": lambda: set(range(size)),
            "dict": lambda: {i: i for i in range(size)},
            "list": lambda: list(range(size % 7000)),
            "nested": lambda: {i: [i, (i, {i})] for i in range(size // 30)},
        }[kind]()
        shared = self.sc.broadcast(value)
        second = self.sc.broadcast({"k": size})
        rdd = self.numbers(rng).map(lambda x: (x, x in shared.value, len(shared.value), second.value["k"]))
        answers = [rdd.collect()]
        if rng.random() < 0.5:
            # A stage that does not use them, and then again one that does.
            answers.append(self.numbers(rng).map(lambda x: -x).collect())
            answers.append(rdd.count())
        if rng.random() < 0.5:
            shared.unpersist()
            answers.append(rdd.map(lambda row: row[2]).distinct().collect())
        if rng.random() < 0.5:
            shared.destroy()
        return (kind, size), answers

    def accumulator(self, rng):
        total = self.sc.accumulator(0)
        k = rng.randrange(1, 5)

        def add(x):
            total.add(x * k)
            return x

        answer = self.numbers(rng).map(add).sum()
        return k, (answer, total.value)

    def state(self, rng):
        """A context of its own for each task, and a fresh or a used worker: neither is seen."""
        parts = rng.randrange(1, 6)

        def look(i, it):
            context = TaskContext.get()
            return [(i, context.partitionId(), context.attemptNumber(), sum(it), os.getcwd() != "")]

        return parts, self.sc.parallelize(range(50), parts).mapPartitionsWithIndex(look).collect()

    def sql(self, rng):
        k = rng.randrange(1, 5)
        twice = udf(lambda x: None if x % 5 == 0 else f"{x * k}", "string")
        frame = self.spark.range(rng.randrange(1, 100), numPartitions=rng.randrange(1, 4))
        return k, [tuple(row) for row in frame.select("id", twice("id").alias("t")).orderBy("id").collect()]

    def pandas(self, rng):
        k = rng.randrange(1, 5)
        times = pandas_udf(lambda s: s * k, "long")
        frame = self.spark.range(rng.randrange(1, 100), numPartitions=rng.randrange(1, 4))
        rows = frame.select(times("id").alias("t")).orderBy("t").collect()
        keys = (
            frame.selectExpr("id % 3 as g", "id")
            .groupBy("g")
            .applyInPandas(lambda table: table.assign(id=table.id.sum()).head(1), "g long, id long")
        )
        return k, ([row.t for row in rows], sorted(map(tuple, keys.collect())))

    def failing(self, rng):
        """User code raises: the error that the driver sees has the same type, text and line."""
        at = rng.randrange(1, 20)
        kind = rng.choice((ValueError, KeyError, ZeroDivisionError, StopIteration))

        def work(x):
            if x == at:
                raise kind(f"at {x}")
            return x

        return at, self.sc.parallelize(range(20), 3).map(work).collect()

    def _once(self, rng, how):
        """One task of the first attempt ends its worker; Spark runs it again."""
        mark = os.path.join(self.place, f"{rng.random()}")
        shared = self.sc.broadcast(set(range(rng.choice((10, 1_500_000)))))

        def work(i, it):
            found = [x in shared.value for x in it]
            if i == 1:
                try:
                    os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    return [(i, sum(found))]
                how()
            return [(i, sum(found))]

        return 0, self.sc.parallelize(range(40), 4).mapPartitionsWithIndex(work).collect()

    def killed(self, rng):
        return self._once(rng, lambda: os.kill(os.getpid(), signal.SIGKILL))

    def left(self, rng):
        return self._once(rng, lambda: os._exit(3))

    def cycles(self, rng):
        """Garbage in cycles is collected after the task that left it, by whoever runs next in the worker."""
        size = rng.randrange(10, 1000)

        def work(it):
            for _ in it:
                ring = [None] * size
                ring[0] = ring
            yield size

        return size, self.sc.parallelize(range(20), 4).mapPartitions(work).collect()


KINDS = (
    "narrow", "narrow", "keyed", "keyed", "broadcast", "broadcast", "accumulator", "state", "sql", "pandas",
    "failing", "killed", "left", "cycles",
)  # fmt: skip


def said(error):
    """An error without what differs from run to run: places of Spark's own, ids, addresses."""
    lines = [
        line for line in str(error).splitlines() if re.match(r"^\w*(Error|Exception|StopIteration)\b.*", line)
    ]
    return [type(error).__name__, [re.sub(r"0x[0-9a-f]+|\d{3,}", "N", line) for line in lines]]


def main():
    out, seed, count, *settings = sys.argv[1:]
    conf = SparkConf().setMaster("local[2,4]").setAppName("programs")
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
    conf.set("spark.sql.shuffle.partitions", "2").set("spark.sql.adaptive.enabled", "false")
    for setting in settings:
        conf.set(*setting.split("=", 1))
    sc = SparkContext(conf=conf)
    sc.setLogLevel("OFF")
    answers = []
    with tempfile.TemporaryDirectory() as place:
        programs = Programs(sc, SparkSession(sc), place)
        for number in range(int(count)):
            rng = random.Random(f"{seed} {number}")
            kind = KINDS[number % len(KINDS)]
            try:
                answer = getattr(programs, kind)(rng)
            except Exception as error:
                answer = ("failed", said(error))
            answers.append((number, kind, repr(answer)))
    sc.stop()
    with open(out, "w") as file:
        json.dump(answers, file, indent=0)


if __name__ == "__main__":
    main()
