"""A classifier of texts: counts of words by class, Laplace's smoothing, the model as a broadcast; seeds that repeat."""

import math
import re
from collections import defaultdict

from pyspark.sql import SparkSession

TEXTS = [
    ("spam", "win money now, free offer!"),
    ("ham", "meeting moved to monday, see agenda"),
    ("spam", "free free money offer click"),
    ("ham", "lunch on monday? see you"),
    ("spam", "click now to win a free prize"),
    ("ham", "the agenda of the meeting, please read"),
    ("ham", "please see the offer of our supplier"),
    ("spam", "prize money waits, click"),
] * 5


def words(text):
    return re.findall(r"[a-z]+", text.lower())


spark = SparkSession.builder.master("local[2]").appName("bayes").getOrCreate()
sc = spark.sparkContext
texts = sc.parallelize(TEXTS, 4)
train, test = texts.zipWithIndex().map(lambda ti: (ti[1] % 4 != 0, ti[0])).cache(), None
test = train.filter(lambda t: not t[0]).values()
train = train.filter(lambda t: t[0]).values()
prior = train.countByKey()
counts = train.flatMap(lambda lt: [((lt[0], w), 1) for w in words(lt[1])]).reduceByKey(lambda a, b: a + b)
totals = counts.map(lambda kv: (kv[0][0], kv[1])).foldByKey(0, lambda a, b: a + b).collectAsMap()
vocabulary = counts.map(lambda kv: kv[0][1]).distinct().count()
print(sorted(prior.items()), sorted(totals.items()), vocabulary)
model = sc.broadcast((dict(prior), totals, counts.collectAsMap(), vocabulary))


def classify(text):
    prior, totals, counts, size = model.value
    scores = {
        label: math.log(n / sum(prior.values()))
        + sum(math.log((counts.get((label, w), 0) + 1) / (totals[label] + size)) for w in words(text))
        for label, n in prior.items()
    }
    return max(sorted(scores), key=scores.get)


matrix = defaultdict(int)
for pair, number in test.map(lambda lt: (lt[0], classify(lt[1]))).countByValue().items():
    matrix[pair] += number
print(sorted(matrix.items()))
print(classify("free prize"), classify("agenda for monday"))
parts = texts.randomSplit([0.7, 0.3], seed=42)
print([p.count() for p in parts], sum(p.count() for p in parts))
print(texts.sample(False, 0.3, seed=7).count(), texts.keys().takeSample(False, 5, seed=1))
fractions = {"spam": 0.5, "ham": 0.25}
print(sorted(texts.sampleByKey(False, fractions, seed=3).countByKey().items()))
spark.stop()
