"""Transitive closure of a random graph, by joins until nothing is new."""

from random import Random

from pyspark import SparkContext

sc = SparkContext("local[2]", "TransitiveClosure")
rand = Random(42)
edges = set()
while len(edges) < 30:
    src, dst = rand.randrange(0, 20), rand.randrange(0, 20)
    if src != dst:
        edges.add((src, dst))
tc = sc.parallelize(sorted(edges), 2).cache()
reversed_edges = tc.map(lambda x_y: (x_y[1], x_y[0]))
old, count, rounds = 0, tc.count(), 0
while count != old:
    old = count
    new = tc.join(reversed_edges, 2).map(lambda x: (x[1][1], x[1][0]))
    tc = tc.union(new).distinct(2).cache()
    count = tc.count()
    rounds += 1
print("TC has %i edges after %i rounds" % (count, rounds), tc.getNumPartitions())
print(sorted(tc.collect())[:10])
sc.stop()
