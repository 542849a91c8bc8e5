import doctest
import unittest.mock

import job
import pytest
from py4j.protocol import Py4JJavaError


def test_totals(sales):
    assert sorted(job.totals(sales).collect()) == [("ann", 7), ("bob", 5)]


@pytest.mark.parametrize(("number", "names"), [(1, ["ann"]), (2, ["ann", "bob"]), (9, ["ann", "bob"])])
def test_best(sales, number, names):
    assert job.best(sales, number) == names


def test_of_nothing(sc):
    assert job.best(sc.emptyRDD()) == []
    with pytest.raises(ZeroDivisionError):
        job.ratio(sc.parallelize([], 1), "x")


def test_error_of_a_task(sc):
    with pytest.raises(Py4JJavaError, match="TypeError"):
        job.totals(sc.parallelize([("a", 1), ("a", "b")], 1)).collect()


def test_doctests(sc):
    assert doctest.testmod(job, extraglobs={"sc": sc}).failed == 0


def test_one_session(spark, sc):
    from pyspark import SparkContext

    assert SparkContext.getOrCreate() is sc is spark.sparkContext
    assert sc.master == "local[2]"


def test_patched(sales):
    with unittest.mock.patch.object(job, "totals", return_value=sales) as patched:
        assert job.best(sales, 2) == ["bob", "ann"]
    patched.assert_called_once_with(sales)


def test_output(sales, capsys, tmp_path):
    job.totals(sales).saveAsTextFile(str(tmp_path / "out"))
    print(sorted("".join(p.read_text() for p in (tmp_path / "out").glob("part-*")).split("\n")))
    assert "('ann', 7)" in capsys.readouterr().out


def test_that_fails(sales):
    assert sales.count() == 5


@pytest.mark.skip(reason="to be written")
def test_skipped(sales): ...
