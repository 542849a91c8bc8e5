"""People you may know: pairs of friends of a friend, counted, without those who are friends already."""

import re
from heapq import nsmallest

from pyspark import SparkContext

LINES = """0\t1,2,3,4
1\t0,2,5
2\t0,1,3
3\t0,2,6
4\t0,7
5\t1
6\t3,7
7\t4,6
8\t"""


def candidates(line):
    user, friends = re.split(r"\t", line)
    friends = [int(f) for f in friends.split(",") if f]
    yield from (((int(user), f), float("-inf")) for f in friends)
    for a in friends:
        yield from (((a, b), 1) for b in friends if a != b)


sc = SparkContext("local", "PeopleYouMightKnow")
lines = sc.parallelize(LINES.split("\n"), 3)
counted = lines.flatMap(candidates).reduceByKey(lambda a, b: a + b).filter(lambda kv: kv[1] > 0)
best = counted.map(lambda kv: (kv[0][0], (kv[0][1], int(kv[1])))).groupByKey()
for user, found in best.mapValues(lambda fs: nsmallest(10, fs, key=lambda f: (-f[1], f[0]))).sortByKey().collect():
    print(f"{user}\t{','.join(f'{f}:{n}' for f, n in found)}")
triangles = (
    lines.map(lambda x: x.split("\t"))
    .flatMap(lambda x: [(int(x[0]), int(f)) for f in x[1].split(",") if f])
    .filter(lambda ab: ab[0] < ab[1])
)
paths = triangles.join(triangles).map(lambda abc: (tuple(sorted(abc[1])), abc[0])).filter(lambda x: x[0][0] < x[0][1])
closed = paths.join(triangles.map(lambda ab: (ab, None))).map(lambda x: (x[1][0], *x[0])).distinct()
print("triangles", sorted(closed.collect()))
sc.stop()
