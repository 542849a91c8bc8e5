# SPDX-License-Identifier: Apache-2.0
"""`pyspark.testing`: a suite written for PySpark's test cases runs; the helpers by themselves."""

from __future__ import annotations

import signal
import subprocess
import sys
import unittest
from pathlib import Path

import pytest

from sluice.pyspark import testing
from sluice.pyspark.exceptions import PySparkRuntimeError, QueryContext, QueryContextType

SUITE = """
import os, sys, unittest
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkRuntimeError
from pyspark.testing.utils import PySparkBaseTestCase, PySparkErrorTestUtils, PySparkTestCase, QuietTest
from pyspark.testing.utils import ReusedPySparkTestCase, have_numpy


class EachTests(PySparkTestCase):
    def test_context(self):
        sys.path.append("of a test")
        self.assertEqual(self.sc.appName, "EachTests")
        self.assertEqual(self.sc.parallelize([1, 2]).map(lambda x: x + 1).collect(), [2, 3])

    def test_path_is_as_before(self):
        self.assertNotIn("of a test", sys.path)


class ReusedTests(ReusedPySparkTestCase, PySparkErrorTestUtils):
    @classmethod
    def conf(cls):
        return SparkConf().set("spark.suite", "own")

    @classmethod
    def master(cls):
        return "local[2]"

    def test_conf(self):
        self.assertEqual(self.sc.getConf().get("spark.suite"), "own")
        self.assertEqual((self.sc.master, self.sc.defaultParallelism), ("local[2]", 2))

    def test_quiet(self):
        log = self.sc._jvm.org.apache.log4j.LogManager.getRootLogger()
        before = str(log.getLevel())
        with self.quiet():
            self.assertEqual(str(log.getLevel()), "FATAL")
        self.assertEqual(str(log.getLevel()), before)
        quiet = QuietTest(self.sc)
        with quiet:
            self.assertEqual(str(quiet.old_level), before)
        self.assertIsInstance(self, PySparkBaseTestCase)
        self.test_assert_classic_mode()

    def test_condition(self):
        with self.assertRaises(PySparkRuntimeError) as caught:
            SparkConf().setExecutorEnv()
        self.check_error(caught.exception, "KEY_VALUE_PAIR_REQUIRED", messageParameters={})
        with self.assertRaises(AssertionError):
            self.check_error(caught.exception, "OTHER", messageParameters={})

    @unittest.skipIf(not have_numpy, "numpy")
    def test_after_the_others(self):
        self.assertIsNone(getattr(self, "_nothing", None))


if __name__ == "__main__":
    from pyspark.testing import main
    main()
"""


def test_a_suite_of_pysparks_cases(tmp_path: Path) -> None:
    suite = tmp_path / "test_suite.py"
    suite.write_text(SUITE)
    command = [sys.executable, "-m", "sluice.pyspark", str(suite)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "Ran 8 tests" in done.stderr
    assert "test_assert_classic_mode" in done.stderr


def test_packages_that_are_here_and_not() -> None:
    assert testing.have_package("json")
    assert not testing.have_package("no_such_package.at_all")
    assert testing.have_pytest
    assert testing.pytest_requirement_message == ""
    assert not testing.have_no_such_package
    assert testing.no_such_package_requirement_message == "No module named 'no_such_package'"
    with pytest.raises(AttributeError, match="nothing"):
        _ = testing.nothing


def test_bytes() -> None:
    out = testing.ByteArrayOutput()
    out.write(testing.write_int(-3))
    out.close()
    assert bytes(out.buffer) == b"\xff\xff\xff\xfd"
    assert testing.read_int(bytes(out.buffer)) == -3


def test_eventually_repeats_until_it_holds() -> None:
    calls = []

    @testing.eventually(timeout=30.0, catch_assertions=True, interval=0.001, expected_exceptions=(KeyError,))
    def settles(wanted: int) -> object:
        calls.append(wanted)
        if len(calls) == 1:
            raise KeyError
        assert len(calls) > 2
        return "not yet" if len(calls) < wanted else None

    settles(5)
    assert calls == [5] * 5


def test_eventually_fails_with_what_it_saw_last(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError, match=r"due to timeout after 0\.01 sec, .* returning: later"):
        testing.eventually(timeout=0.01, interval=0.001, quiet=False)(lambda: "later")()
    assert "Attempt #1 failed!\nlater" in capsys.readouterr().out

    def breaks() -> None:
        raise TimeoutError("slow")

    with pytest.raises(TimeoutError, match="slow"):
        testing.eventually(timeout=0.01, interval=0.001, catch_timeout=True)(breaks)()
    with pytest.raises(AssertionError):
        testing.eventually(timeout=-1)


def test_timeout_ends_a_function_and_restores_the_handler() -> None:
    before = signal.getsignal(signal.SIGALRM)

    @testing.timeout(1)
    def waits() -> None:
        signal.pause()

    with pytest.raises(TimeoutError, match="waits timed out after 1 seconds"):
        waits()
    assert testing.timeout(5)(lambda: 3)() == 3
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.alarm(0) == 0


class Fragment(QueryContext):
    def contextType(self) -> QueryContextType:
        return QueryContextType.SQL

    def objectType(self) -> str:
        return "VIEW"

    def objectName(self) -> str:
        return "v"

    def startIndex(self) -> int:
        return 0

    def stopIndex(self) -> int:
        return 3

    def fragment(self) -> str:
        return "1 / 0"

    def callSite(self) -> str:
        return ""

    def summary(self) -> str:
        return "all"


class Checks(testing.PySparkErrorTestUtils, unittest.TestCase):
    """Not collected: it has no test."""


def test_check_error_looks_at_parameters_and_contexts() -> None:
    check = Checks().check_error
    error = PySparkRuntimeError("text", "SOME", {"a": "12"}, [Fragment()])
    check(error, "SOME", {"a": "12"}, QueryContextType.SQL, "1 / 0")
    check(error, "SOME", {"a": r"\d+"}, QueryContextType.SQL, matchPVals=True)
    for wrong in (
        {"messageParameters": {"a": "13"}, "query_context_type": QueryContextType.SQL},
        {"messageParameters": {"a": "12"}},
        {"messageParameters": {"a": "12"}, "query_context_type": QueryContextType.DataFrame},
        {"messageParameters": {"a": "x"}, "query_context_type": QueryContextType.SQL, "matchPVals": True},
        {"messageParameters": {"a": "12"}, "query_context_type": QueryContextType.SQL, "fragment": "2"},
    ):
        with pytest.raises(AssertionError):
            check(error, "SOME", **wrong)
    with pytest.raises(AssertionError):
        check(ValueError("x"), "SOME")  # type: ignore[arg-type]
