"""A suite as many projects have it; run by itself."""

import sys
import unittest

from pyspark import SparkConf, SparkContext


def tokenize(rdd):
    return rdd.flatMap(str.split).map(str.lower)


class TransformTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        conf = (
            SparkConf().setMaster("local[2]").setAppName(cls.__name__).set("spark.default.parallelism", "3")
        )
        cls.sc = SparkContext(conf=conf)

    @classmethod
    def tearDownClass(cls):
        cls.sc.stop()

    def test_tokenize(self):
        rdd = self.sc.parallelize(["Hello World", "hello"])
        self.assertEqual(["hello", "world", "hello"], tokenize(rdd).collect())

    def test_parallelism(self):
        self.assertEqual(3, self.sc.parallelize(range(9)).getNumPartitions())
        self.assertEqual(3, self.sc.parallelize([("a", 1)], 5).reduceByKey(max).getNumPartitions())

    def test_error(self):
        with self.assertRaises(Exception) as caught:
            self.sc.parallelize([1, 0]).map(lambda x: 1 / x).collect()
        self.assertIn("ZeroDivisionError", str(caught.exception))

    def test_empty(self):
        self.assertTrue(self.sc.emptyRDD().isEmpty())
        with self.assertRaisesRegex(ValueError, "empty"):
            self.sc.parallelize([]).first()

    @unittest.skip("not today")
    def test_skipped(self):
        raise AssertionError


class SecondTest(unittest.TestCase):
    def setUp(self):
        self.sc = SparkContext("local[2]", self._testMethodName)

    def tearDown(self):
        self.sc.stop()
        SparkContext._active_spark_context = None

    def test_one(self):
        self.assertEqual(self.sc.parallelize(range(5)).sum(), 10)

    def test_two(self):
        self.assertEqual(self.sc.appName, "test_two")


if __name__ == "__main__":
    result = unittest.TextTestRunner(stream=sys.stderr).run(
        unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    )
    print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped))
    sys.exit(not result.wasSuccessful())
