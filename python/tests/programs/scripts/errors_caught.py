"""What a program catches, and what it reads from the errors."""

import sys

from py4j.protocol import Py4JJavaError
from pyspark import SparkContext
from pyspark.errors import PySparkException, PySparkRuntimeError

sc = SparkContext("local[2]", "errors")
sc.setLogLevel("OFF")


class BadRecord(Exception):
    pass


def check(x):
    if x == 3:
        raise BadRecord("record %d" % x)
    return x


for number, action in enumerate((lambda r: r.count(), lambda r: r.collect(), lambda r: r.foreach(print))):
    try:
        action(sc.parallelize(range(5), 2).map(check))
        print("no error")
    except Py4JJavaError as e:
        text = e.java_exception.toString()
        print(
            number,
            "BadRecord" in text,
            "record 3" in str(e),
            "check" in str(e),
            e.java_exception.getMessage() in text,
            e.java_exception.getClass().getName(),
        )
try:
    sc.textFile("/no/such/file").count()
except Py4JJavaError as e:
    print(e.java_exception.getClass().getName(), "Input path does not exist" in str(e))
try:
    SparkContext("local", "again")
except ValueError as e:
    print("ValueError", str(e).startswith("Cannot run multiple SparkContexts at once"))
try:
    sc.parallelize([1]).map(lambda x: sc.parallelize([x]).count()).collect()
except PySparkRuntimeError as e:
    print("PySparkRuntimeError", "SPARK-5063" in str(e))
except Exception as e:
    print(type(e).__name__, "SPARK-5063" in str(e), isinstance(e, PySparkException))
try:
    sc._jvm.org.example.Missing()
except TypeError as e:
    print("TypeError", "'JavaPackage' object is not callable" in str(e))
try:
    sc.broadcast(sc.parallelize([1]))
except Exception as e:
    print("broadcast", "broadcast an RDD" in str(e))
try:
    sc.parallelize([1]).map(lambda x: sys.no_such_name).collect()
except Exception as e:
    print("AttributeError" in str(e), "no_such_name" in str(e))
print(sc.parallelize([1, 2]).count())
sc.stop()
try:
    sc.parallelize([1]).count()
except Exception as e:
    print("stopped", type(e).__name__ != "")
sys.exit(7)
