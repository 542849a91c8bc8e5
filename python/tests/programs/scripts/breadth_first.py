"""Degrees of separation: a graph searched breadth first, nodes as (distance, colour), an accumulator tells the end."""

from pyspark import SparkConf, SparkContext

START, TARGET = 0, 23
WHITE, GREY, BLACK = range(3)

sc = SparkContext(conf=SparkConf().setMaster("local[2]").setAppName("DegreesOfSeparation"))
hits = sc.accumulator(0)


def neighbours(n):
    return [m for m in ((n * 2 + 1) % 40, (n * 3 + 2) % 40, (n + 17) % 40) if m != n]


def node(n):
    return (n, (neighbours(n), 0, GREY)) if n == START else (n, (neighbours(n), 9999, WHITE))


def visit(item):
    name, (links, distance, colour) = item
    if colour != GREY:
        return [item]
    found = []
    for link in links:
        if link == TARGET:
            hits.add(1)
        found.append((link, ([], distance + 1, GREY)))
    return [*found, (name, (links, distance, BLACK))]


def merge(a, b):
    return (a[0] or b[0], min(a[1], b[1]), max(a[2], b[2]))


graph = sc.parallelize(range(40), 3).map(node)
for level in range(1, 11):
    print("level", level)
    mapped = graph.flatMap(visit)
    print("processing", mapped.count(), "values")
    if hits.value > 0:
        print("hit", TARGET, "from", hits.value, "directions")
        break
    graph = mapped.reduceByKey(merge)
reached = graph.filter(lambda n: n[1][1] < 9999).mapValues(lambda v: v[1])
print(sorted(reached.collect()))
print(sorted(reached.map(lambda kv: (kv[1], 1)).countByKey().items()))
sc.stop()
