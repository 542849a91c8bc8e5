"""Joins two CSV files, of every kind."""

import csv
import sys
from io import StringIO

from pyspark import SparkContext

sc = SparkContext("local[2]", "join")


def load(path):
    lines = sc.textFile(path)
    header = lines.first()
    return lines.filter(lambda l: l != header).map(lambda l: next(csv.reader(StringIO(l))))


orders = load(sys.argv[1]).map(lambda r: (r[1], (r[2], float(r[3])))).persist()
customers = load(sys.argv[2]).map(lambda r: (r[0], (r[1], r[2])))
spent = orders.mapValues(lambda o: o[1]).reduceByKey(lambda a, b: a + b)
for c, (name, total) in sorted(
    customers.join(spent).mapValues(lambda v: (v[0][0], round(v[1], 2))).collect()
):
    print(c, name, total)
print(sorted(customers.leftOuterJoin(spent).filter(lambda r: r[1][1] is None).keys().collect()))
print(sorted(customers.rightOuterJoin(spent).filter(lambda r: r[1][0] is None).keys().collect()))
print(sorted((k, a is None, b is None) for k, (a, b) in customers.fullOuterJoin(spent).collect()))
groups = customers.cogroup(orders).mapValues(lambda v: (len(v[0]), len(v[1])))
print(sorted(groups.collect()))
print(sorted(orders.subtractByKey(customers).keys().distinct().collect()))
by_city = customers.join(orders).map(lambda r: (r[1][0][1], r[1][1][1])).reduceByKey(lambda a, b: a + b)
print([(c, round(t, 2)) for c, t in by_city.sortBy(lambda x: -x[1]).collect()])
print(
    customers.join(spent).getNumPartitions(),
    orders.lookup("c3") == orders.filter(lambda o: o[0] == "c3").values().collect(),
)
sc.stop()
