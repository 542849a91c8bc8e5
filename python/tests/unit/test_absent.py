# SPDX-License-Identifier: Apache-2.0
"""Names of PySpark that are not here."""

from __future__ import annotations

import copy
import pickle

import pytest

from sluice import Context, absent
from sluice.rdd import RDD


def test_no_name_is_both_there_and_listed_as_missing() -> None:
    assert [name for name in absent.RDD if hasattr(RDD, name)] == []
    assert [name for name in absent.CONTEXT if hasattr(Context, name)] == []


def test_the_error_says_what_to_do(sc: Context) -> None:
    rdd = sc.parallelize([1], 1)
    with pytest.raises(
        AttributeError,
        match=r"no attribute 'withResources': sluice has not this name of PySpark; resource profiles are not here",
    ):
        rdd.withResources(None)
    with pytest.raises(
        AttributeError, match=r"'Context' object has no attribute 'hadoopFile': .*formats are PySpark's"
    ):
        sc.hadoopFile("x")
    with pytest.raises(AttributeError, match=r"^'RDD' object has no attribute 'colect'$") as caught:
        rdd.colect()
    assert (caught.value.name, caught.value.obj) == ("colect", rdd)
    assert not hasattr(sc, "nothing")


def test_what_python_asks_of_objects_still_works(sc: Context) -> None:
    rdd = sc.parallelize([1], 1).map(str)
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(RuntimeError, match="SPARK-5063"):
            copied(rdd)
