"""A suite with a fixture for the session; run by -m pytest."""

import logging

import pytest

from pyspark import SparkConf, SparkContext

pytestmark = pytest.mark.usefixtures("spark_context")


@pytest.fixture(scope="session")
def spark_context(request):
    logger = logging.getLogger("py4j")
    logger.setLevel(logging.WARN)
    conf = SparkConf().setMaster("local[2]").setAppName("pytest-pyspark-local-testing")
    sc = SparkContext(conf=conf)
    request.addfinalizer(lambda: sc.stop())
    return sc


def count_words(rdd):
    return (
        rdd.flatMap(lambda x: x.split()).map(lambda x: (x, 1)).reduceByKey(lambda a, b: a + b).collectAsMap()
    )


@pytest.mark.parametrize("lines, expected", [(["a b", "a"], {"a": 2, "b": 1}), ([], {}), ([" "], {})])
def test_count_words(spark_context, lines, expected):
    assert count_words(spark_context.parallelize(lines, 2)) == expected


def test_file(spark_context, tmp_path):
    spark_context.parallelize(["x", "y"], 2).saveAsTextFile(str(tmp_path / "out"))
    assert sorted(spark_context.textFile(str(tmp_path / "out")).collect()) == ["x", "y"]


def test_fixture_is_shared(spark_context):
    assert SparkContext.getOrCreate() is spark_context


def test_fails_in_a_task(spark_context):
    with pytest.raises(Exception, match="KeyError"):
        spark_context.parallelize([{}]).map(lambda d: d["missing"]).count()


def test_that_fails(spark_context):
    assert spark_context.parallelize([1]).count() == 2
