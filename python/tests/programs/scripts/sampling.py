"""Samples with a seed."""

from pyspark import SparkContext

sc = SparkContext("local[2]", "sampling")
numbers = sc.parallelize(range(100), 4)
print(numbers.sample(False, 0.1, 3).collect())
print(numbers.sample(True, 0.1, 3).collect())
print(numbers.takeSample(False, 6, 42), numbers.takeSample(True, 6, 42))
print([part.count() for part in numbers.randomSplit([3, 1], 17)])
train, test = numbers.randomSplit([0.8, 0.2], seed=5)
print(test.collect(), sorted(train.union(test).collect()) == list(range(100)))
pairs = numbers.keyBy(lambda x: "even" if x % 2 == 0 else "odd")
print(pairs.sampleByKey(False, {"even": 0.1, "odd": 0.2}, 9).collect())
sc.stop()
