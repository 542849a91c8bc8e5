"""Best films by mean rating, of those with enough ratings; names come by a broadcast, groups by age in decades."""

import csv
import io
from collections import namedtuple

from pyspark import SparkConf, SparkContext

Rating = namedtuple("Rating", "user movie stars at")
NAMES = {1: "Toy Story", 2: "Heat", 3: "Casino", 4: "Seven", 5: "Babe"}


def ratings():
    """A table as such files are: with a header, some lines broken."""
    yield "user,movie,stars,timestamp"
    for user in range(1, 41):
        for movie in range(1, 7):
            if (user * movie) % 7 < 4:
                yield f"{user},{movie},{(user * 3 + movie * 5) % 9 / 2 + 0.5},{880000000 + user * movie}"
    yield "41,x,5.0,1"
    yield "42,1"


def parse(line):
    for row in csv.reader(io.StringIO(line)):
        try:
            return [Rating(int(row[0]), int(row[1]), float(row[2]), int(row[3]))]
        except (ValueError, IndexError):
            broken.add(1)
    return []


sc = SparkContext(conf=SparkConf().setMaster("local[2]").setAppName("Best movies"))
broken = sc.accumulator(0)
names = sc.broadcast(NAMES)
lines = sc.parallelize(list(ratings()), 4)
header = lines.first()
data = lines.filter(lambda line: line != header).flatMap(parse).cache()
print("ratings", data.count(), "broken", broken.value)

means = (
    data.map(lambda r: (r.movie, (r.stars, 1)))
    .reduceByKey(lambda a, b: (a[0] + b[0], a[1] + b[1]))
    .filter(lambda kv: kv[1][1] >= 10)
    .mapValues(lambda t: round(t[0] / t[1], 3))
)
for movie, mean in means.takeOrdered(4, key=lambda kv: (-kv[1], kv[0])):
    print(f"{names.value.get(movie, 'unknown'):12s} {mean:.3f}")

print(sorted(data.map(lambda r: r.stars).countByValue().items()))
most = data.map(lambda r: (r.user, 1)).reduceByKey(lambda a, b: a + b).map(lambda kv: (kv[1], -kv[0])).max()
print("most ratings", most)
print("stats", data.map(lambda r: r.stars).stats())
never = sc.parallelize(NAMES.keys()).map(lambda m: (m, None)).subtractByKey(data.keyBy(lambda r: r.movie))
print("never rated", never.count())
latest = data.keyBy(lambda r: r.movie).reduceByKey(lambda a, b: a if a.at >= b.at else b).mapValues(lambda r: r.user)
print(latest.sortByKey().collect())
sc.stop()
