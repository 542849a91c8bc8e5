"""Errors caught by class and by text: Py4JJavaError, causes, what a retry and a validation make of them."""

import traceback

from py4j.protocol import Py4JJavaError

from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException

sc = SparkContext(conf=SparkConf().setMaster("local[2]").setAppName("errors"))
sc.setLogLevel("OFF")


class TooLarge(ValueError):
    """Has arguments of its own, as classes of programs have."""

    def __init__(self, value, limit):
        super().__init__(f"{value} is above {limit}")
        self.value = value


def limited(x):
    if x > 7:
        raise TooLarge(x, 7)
    return x


def caught(name, action):
    try:
        print(name, "->", action())
    except Py4JJavaError as error:
        text = str(error)
        known = ("TooLarge: ", "8 is above 7", "ZeroDivisionError: ", "KeyError: ", "in limited", "AssertionError: ")
        print(name, "Py4JJavaError", [k for k in known if k in text])
        print("  java", "PythonException" in str(error.java_exception), error.java_exception is not None)
    except (PySparkException, Exception) as error:
        print(name, type(error).__name__)


numbers = sc.parallelize(range(10), 4)
caught("collect", lambda: numbers.map(limited).collect())
caught("first", lambda: numbers.map(limited).first())
caught("take", lambda: numbers.map(limited).take(5))
caught("foreach", lambda: numbers.foreach(limited))
caught("reduce", lambda: numbers.map(lambda x: 1 // (x - 3)).reduce(lambda a, b: a + b))
caught("sort", lambda: numbers.map(lambda x: {}[x]).sortBy(lambda x: x).collect())
caught("key", lambda: numbers.map(lambda x: (limited(x), 1)).reduceByKey(lambda a, b: a + b).collect())
caught("save", lambda: numbers.map(limited).saveAsTextFile("/proc/none/such"))
caught("missing", lambda: sc.textFile("/no/such/file").count())
caught("assert", lambda: numbers.foreachPartition(lambda it: [None for x in it if not (_ for _ in ()).throw(AssertionError(x))]))
caught("empty", lambda: numbers.filter(lambda x: x > 99).first())
caught("pickle", lambda: numbers.map(lambda x, lock=__import__("threading").Lock(): x).collect())
caught("inside", lambda: numbers.map(lambda x: sc.parallelize([x]).count()).collect())

attempts = 0
while True:
    attempts += 1
    limit = 5 * attempts
    try:
        done = numbers.map(lambda x: x if x < limit else 1 // 0).sum()
        break
    except Py4JJavaError:
        continue
print("attempts", attempts, done)

try:
    numbers.map(limited).count()
except Py4JJavaError:
    lines = traceback.format_exc().splitlines()
    print(lines[0], any("errors_told.py" in line for line in lines))


def guarded(f):
    def apply(x):
        try:
            return [(True, f(x))]
        except Exception as error:
            return [(False, f"{type(error).__name__}: {error}")]

    return apply


outcome = numbers.flatMap(guarded(limited)).cache()
print(outcome.filter(lambda t: t[0]).count(), outcome.filter(lambda t: not t[0]).values().collect())
print(numbers.sum())
sc.stop()
