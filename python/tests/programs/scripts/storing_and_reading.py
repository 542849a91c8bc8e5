"""Files of each kind written and read again: text, compressed, pickled, records of bytes; a checkpoint, pipes."""

import os
import shutil
import struct
import tempfile

from pyspark import SparkContext, SparkFiles, StorageLevel

sc = SparkContext("local[2]", "files")
directory = tempfile.mkdtemp()


def path(name):
    return os.path.join(directory, name)


data = sc.parallelize([(i, f"käse {i}", [i] * (i % 3)) for i in range(10)], 3)
data.saveAsPickleFile(path("pickled"), 2)
print(sorted(sc.pickleFile(path("pickled")).collect()) == data.collect())
data.map(lambda t: t[1]).saveAsTextFile(path("gz"), "org.apache.hadoop.io.compress.GzipCodec")
print(sorted(name for name in os.listdir(path("gz")) if not name.startswith(".")))
print(sc.textFile(path("gz")).count(), sc.textFile(path("gz") + "/part-0000[01].gz").first())
with open(path("records"), "wb") as file:
    for i in range(6):
        file.write(struct.pack(">ih", i, i * i))
print(sc.binaryRecords(path("records"), 6).map(lambda r: struct.unpack(">ih", r)).collect())
print(sc.binaryFiles(path("records")).map(lambda nb: (os.path.basename(nb[0]), len(nb[1]))).collect())
try:
    data.saveAsTextFile(path("gz"))
except Exception as error:
    print("exists" in str(error))

with open(path("names.txt"), "w") as file:
    file.write("anna\nbob\n")
sc.addFile(path("names.txt"))


def names(items):
    with open(SparkFiles.get("names.txt")) as lines:
        known = [line.strip() for line in lines]
    return [known[item % 2] for item in items]


print(sc.parallelize(range(4), 2).mapPartitions(names).collect(), os.path.exists(SparkFiles.get("names.txt")))
print(sc.parallelize(["b", "a", "c"], 1).pipe("sort -r").collect())
print(sc.parallelize(["x"], 1).pipe("env", {"GREETING": "hello"}).filter(lambda v: v.startswith("GREET")).collect())

sc.setCheckpointDir(path("checkpoints"))
seen = sc.accumulator(0)


def note(x):
    seen.add(1)
    return x * 2


rdd = sc.parallelize(range(6), 2).map(note)
rdd.checkpoint()
print(rdd.isCheckpointed(), rdd.sum(), rdd.isCheckpointed(), rdd.getCheckpointFile() is not None)
before = seen.value
print(rdd.map(lambda x: x + 1).collect(), seen.value - before)
kept = sc.parallelize(range(5), 2).persist(StorageLevel.MEMORY_AND_DISK)
print(kept.sum(), kept.is_cached, str(kept.getStorageLevel()), kept.unpersist().is_cached)
local = sc.parallelize(range(5), 2).map(lambda x: x + 1)
local.localCheckpoint()
print(local.count(), local.isLocallyCheckpointed(), local.sum())
sc.stop()
shutil.rmtree(directory)
