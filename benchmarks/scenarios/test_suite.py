# SPDX-License-Identifier: Apache-2.0
"""A pytest suite of 500 small tests over one SparkContext. The floor: as many tests that do nothing."""

import os
import sys
import tempfile

from common import QUICK, Metric, scenario, tell, timed

METRICS = [Metric("suite", "500 small tests in pytest", times=1)]
TESTS = 50 if QUICK else 500

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def sc():
    import common
    context = common.context()
    yield context
    context.stop()
"""

SUITE = """
import pytest
from operator import add

@pytest.mark.parametrize("n", range({tests}))
def test_small_job(sc, n):
    rdd = sc.parallelize(range(n + 1), 2)
    kind = n % 4
    if kind == 0:
        assert rdd.map(lambda x: x + 1).sum() == (n + 1) * (n + 2) // 2
    elif kind == 1:
        assert rdd.filter(lambda x: x % 2).count() == (n + 1) // 2
    elif kind == 2:
        assert sorted(rdd.map(lambda x: (x % 2, 1)).reduceByKey(add).collect())[0] == (0, n // 2 + 1)
    else:
        assert rdd.collect() == list(range(n + 1))
"""

EMPTY = """
import pytest

@pytest.mark.parametrize("n", range({tests}))
def test_nothing(n):
    pass
"""


def run(suite, conftest=""):
    import pytest

    with tempfile.TemporaryDirectory() as directory:
        for name, source in (("conftest.py", conftest), ("test_small.py", suite.format(tests=TESTS))):
            with open(os.path.join(directory, name), "w", encoding="ascii") as file:
                file.write(source)
        options = ["-q", "-p", "no:cacheprovider", f"--rootdir={directory}", directory]
        outcome = []
        # What pytest says is not for the runner.
        kept, sys.stdout = sys.stdout, sys.stderr
        try:
            seconds = timed(lambda: outcome.append(pytest.main(options)))
        finally:
            sys.stdout = kept
        assert outcome == [0], f"pytest ended with {outcome}"
        tell(suite=seconds)


def main():
    run(SUITE, CONFTEST)


def floor():
    run(EMPTY)


if __name__ == "__main__":
    scenario(globals())
