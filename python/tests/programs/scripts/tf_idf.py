"""TF-IDF of the lines of a file."""

import math
import sys

from pyspark import SparkContext

sc = SparkContext("local[2]", "tfidf")
documents = sc.textFile(sys.argv[1]).zipWithIndex().map(lambda x: (x[1], x[0].split()))
total = documents.count()
tf = documents.flatMap(lambda d: [((d[0], w), d[1].count(w) / len(d[1])) for w in set(d[1])])
df = documents.flatMap(lambda d: [(w, 1) for w in set(d[1])]).reduceByKey(lambda a, b: a + b)
idf = sc.broadcast(df.mapValues(lambda n: math.log(total / n)).collectAsMap())
weights = tf.map(lambda e: (e[0][0], (e[0][1], e[1] * idf.value[e[0][1]])))
best = weights.groupByKey().mapValues(lambda ws: sorted(ws, key=lambda w: (-w[1], w[0]))[:2])
for number, words in best.sortByKey().collect():
    print(number, [(w, round(x, 6)) for w, x in words])
sc.stop()
