"""An error that nobody catches ends the program with code 1."""

from pyspark import SparkContext

sc = SparkContext("local[2]", "uncaught")
print("before", flush=True)
sc.parallelize(["1", "x"]).map(int).collect()
print("never")
