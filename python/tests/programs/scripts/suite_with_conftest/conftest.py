"""The fixtures of a suite: a session for all tests, small data for each."""

import pytest

from pyspark.sql import SparkSession


@pytest.fixture(scope="session")
def spark():
    session = SparkSession.builder.master("local[2]").appName("suite").config("spark.ui.enabled", "false").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def sc(spark):
    return spark.sparkContext


@pytest.fixture
def sales(sc):
    return sc.parallelize([("ann", 3), ("bob", 5), ("ann", 4), ("cy", 0)], 2)


@pytest.fixture(autouse=True)
def quiet(sc):
    sc.setLogLevel("OFF")
