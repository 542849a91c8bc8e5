"""Which file has which word, from wholeTextFiles of a directory made here."""

import os
import re
import shutil
import tempfile

from pyspark import SparkContext

directory = tempfile.mkdtemp()
for name, text in (
    ("a.txt", "red fish, blue fish"),
    ("b.txt", "One red book\nno fish"),
    ("c.txt", "blue book"),
):
    with open(os.path.join(directory, name), "w") as file:
        file.write(text)
sc = SparkContext("local[2]", "InvertedIndex")
files = sc.wholeTextFiles(directory)
words = files.flatMap(lambda f: [((w, os.path.basename(f[0])), 1) for w in re.findall(r"\w+", f[1].lower())])
index = (
    words.reduceByKey(lambda a, b: a + b)
    .map(lambda e: (e[0][0], (e[0][1], e[1])))
    .groupByKey()
    .mapValues(lambda v: sorted(v, key=lambda x: (-x[1], x[0])))
    .sortByKey()
)
for word, where in index.collect():
    print(word, where)
index.map(lambda e: "%s\t%s" % (e[0], ",".join(n for n, _ in e[1]))).coalesce(1).saveAsTextFile(
    directory + "/out"
)
print(sorted(os.listdir(directory + "/out"))[-2:])
print(open(directory + "/out/part-00000").read())
sc.stop()
shutil.rmtree(directory)
