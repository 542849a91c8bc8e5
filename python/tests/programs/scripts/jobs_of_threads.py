"""Jobs of several threads at once on one context: a pool, results in order, groups and local properties of each."""

import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

from pyspark import InheritableThread, SparkConf, SparkContext, TaskContext

conf = SparkConf().setMaster("local[4]").setAppName("threads").set("spark.scheduler.mode", "FAIR")
sc = SparkContext(conf=conf)
numbers = sc.parallelize(range(1000), 4).cache()


def multiples(n):
    return n, numbers.filter(lambda x: x % n == 0).count()


with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(multiples, range(1, 9))))
pool = ThreadPool(3)
print(pool.map(lambda n: numbers.map(lambda x: x * n).sum(), [1, 2, 3]))
pool.close()
pool.join()

seen = {}


def named(name):
    sc.setJobGroup(name, f"job of {name}")
    sc.setLocalProperty("owner", name)
    seen[name] = set(
        sc.parallelize(range(4), 2)
        .map(lambda _: (TaskContext.get().getLocalProperty("owner"), TaskContext.get().getLocalProperty("spark.jobGroup.id")))
        .collect()
    )


threads = [InheritableThread(target=named, args=(name,)) for name in ("one", "two")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(seen.items()), sc.getLocalProperty("owner"))

total = sc.accumulator(0)
workers = [
    threading.Thread(target=lambda: sc.parallelize(range(10), 2).foreach(lambda x: total.add(x))) for _ in range(5)
]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(total.value)

failures = []


def failing():
    try:
        sc.parallelize([1, 0], 2).map(lambda x: 1 // x).collect()
    except Exception as error:
        failures.append("ZeroDivisionError" in str(error))


thread = threading.Thread(target=failing)
thread.start()
thread.join()
print(failures, numbers.sum())
sc.stop()
