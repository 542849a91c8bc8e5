"""A small table broadcast to where the large one is; a lookup that changes from one job to the next."""

from pyspark import SparkContext

sc = SparkContext("local[2]", "broadcast")
table = {"no": ("Norway", 385), "se": ("Sweden", 450), "dk": ("Denmark", 43)}
countries = sc.broadcast(table)
visits = sc.parallelize([("no", 3), ("se", 5), ("xx", 1), ("no", 9), ("dk", 2)], 3)


def enrich(visit):
    found = countries.value.get(visit[0])
    return (found[0] if found else "unknown", visit[1])


print(visits.map(enrich).reduceByKey(lambda a, b: a + b).collect())
print(type(countries.value).__name__, countries.value["no"])
print(
    visits.map(lambda v: countries.value.get(v[0])).filter(lambda c: c is not None).map(lambda c: c[1]).sum()
)
print(sorted(set(visits.map(lambda v: countries.value.get(v[0])).collect()) - {None}))
countries.unpersist()
print(visits.map(enrich).count())
countries.destroy()
try:
    visits.map(enrich).count()
except Exception as error:
    print("after destroy:", "destroy" in str(error).lower())
factor = 2
scaled = visits.map(lambda v: v[1] * factor)
print(scaled.collect())
factor = 10
print(scaled.collect(), scaled.map(lambda x: x).collect())
sc.stop()
