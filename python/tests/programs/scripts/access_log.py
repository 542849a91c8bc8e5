"""Parses a web server's log: regular expressions, accumulators for bad lines, statistics."""

import re
import sys
from datetime import datetime

from pyspark import SparkConf, SparkContext
from pyspark.accumulators import AccumulatorParam

PATTERN = re.compile(r'^(\S+) (\S+) (\S+) \[([^\]]+)\] "(\S+) (\S+) (\S+)" (\d{3}) (\d+)$')


class SetParam(AccumulatorParam):
    def zero(self, value):
        return set()

    def addInPlace(self, a, b):
        a |= b
        return a


sc = SparkContext(conf=SparkConf().setAppName("log").setMaster("local[2]"))
bad, seen = sc.accumulator(0), sc.accumulator(set(), SetParam())


def parse(line):
    m = PATTERN.match(line)
    if m is None:
        bad.add(1)
        return []
    seen.add({m.group(1)})
    when = datetime.strptime(m.group(4), "%d/%b/%Y:%H:%M:%S %z")
    return [(m.group(1), when, m.group(6), int(m.group(8)), int(m.group(9)))]


log = sc.textFile(sys.argv[1]).flatMap(parse).cache()
print("requests", log.count(), "bad", bad.value, "hosts", sorted(seen.value))
sizes = log.map(lambda r: r[4])
print(sizes.min(), sizes.max(), round(sizes.mean(), 6), round(sizes.stdev(), 6), sizes.stats().count())
print(sorted(log.map(lambda r: (r[3], 1)).reduceByKey(lambda a, b: a + b).collect()))
print(
    log.filter(lambda r: r[3] >= 400).map(lambda r: (r[2], 1)).countByKey()
    == dict(log.filter(lambda r: r[3] >= 400).map(lambda r: r[2]).countByValue())
)
print(log.map(lambda r: (r[0], 1)).reduceByKey(lambda a, b: a + b).takeOrdered(3, lambda s: (-s[1], s[0])))
hours = log.map(lambda r: (r[1].minute // 20, r[4])).aggregateByKey(
    (0, 0), lambda a, v: (a[0] + v, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1])
)
print(sorted(hours.mapValues(lambda a: round(a[0] / a[1], 3)).collect()))
print(log.map(lambda r: r[4]).histogram([0, 1000, 5000, 10000]))
sc.stop()
