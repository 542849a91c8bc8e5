"""Frequent sets of goods in baskets, pass by pass; rules with their confidence."""

from itertools import combinations
from operator import add

from pyspark import SparkConf, SparkContext

GOODS = ["bread", "milk", "beer", "eggs", "cheese", "apples", "tea"]
LEAST = 12

sc = SparkContext(conf=SparkConf().setMaster("local[2]").setAppName("apriori"))
baskets = sc.parallelize(
    [frozenset(g for j, g in enumerate(GOODS) if (i * (j + 3) + j) % 5 < 2 or i % (j + 2) == 0) for i in range(40)], 3
).cache()
print("baskets", baskets.count(), baskets.map(len).stats())
frequent = {}
candidates = [frozenset([g]) for g in GOODS]
while candidates:
    tried = sc.broadcast(candidates)
    found = (
        baskets.flatMap(lambda b: [c for c in tried.value if c <= b])
        .map(lambda c: (c, 1))
        .reduceByKey(add)
        .filter(lambda kv: kv[1] >= LEAST)
        .collectAsMap()
    )
    tried.unpersist()
    print(len(candidates), "candidates,", len(found), "frequent")
    frequent.update(found)
    size = len(candidates[0]) + 1
    candidates = sorted(
        {a | b for a, b in combinations(found, 2) if len(a | b) == size}, key=lambda c: sorted(c)
    )
for goods in sorted(frequent, key=lambda g: (-len(g), sorted(g)))[:6]:
    print(sorted(goods), frequent[goods])
rules = sc.parallelize(sorted(map(sorted, frequent)), 2).flatMap(
    lambda g: [(tuple(x for x in g if x != y), y, round(frequent[frozenset(g)] / frequent[frozenset(g) - {y}], 4))
               for y in g if len(g) > 1]
)
for rule in rules.top(5, key=lambda r: (r[2], r[:2])):
    print(rule)
sc.stop()
