# SPDX-License-Identifier: Apache-2.0
"""`pyspark.testing`: what test suites for PySpark subclass, and ask about the packages that are installed."""

from __future__ import annotations

import faulthandler
import functools
import importlib.util
import os
import signal
import struct
import sys
import time
import unittest
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

from sluice.conf import Conf
from sluice.pyspark.exceptions import PySparkException

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.pyspark.exceptions import QueryContextType

#: Frames and Spark Connect are not here, whichever packages are.
should_test_connect = False
connect_requirement_message = "Spark Connect is not here"
is_ansi_mode_test = os.environ.get("SPARK_ANSI_SQL_MODE") != "false"
ansi_mode_not_supported_message = "ANSI mode is not supported" if is_ansi_mode_test else ""

_REQUIREMENT = "_requirement_message"


def __getattr__(name: str) -> Any:
    """`have_PACKAGE`, and `PACKAGE_requirement_message`, which is empty if the package is there."""
    if name.startswith("have_"):
        return have_package(_package(name.removeprefix("have_")))
    if name.endswith(_REQUIREMENT):
        package = _package(name.removesuffix(_REQUIREMENT))
        return "" if have_package(package) else f"No module named '{package}'"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)


def _package(name: str) -> str:
    return "google.rpc" if name == "googleapis_common_protos" else name


def have_package(name: str) -> bool:
    """Whether a package can be imported."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def read_int(b: bytes) -> int:
    """A signed number from four bytes."""
    return int(struct.unpack("!i", b)[0])


def write_int(i: int) -> bytes:
    """Four bytes of a signed number."""
    return struct.pack("!i", i)


class ByteArrayOutput:
    """A file that keeps what is written in `buffer`."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def write(self, b: bytes) -> None:
        """Append."""
        self.buffer += b

    def close(self) -> None:
        """Do nothing: the bytes stay."""


def timeout(timeout: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator by which a function raises `TimeoutError` after a number of seconds."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        def expired(signum: int, frame: object) -> None:
            raise TimeoutError(f"Function {func.__name__} timed out after {timeout} seconds")

        @functools.wraps(func)
        def limited(*args: Any, **kwargs: Any) -> Any:
            before = signal.signal(signal.SIGALRM, expired)
            signal.alarm(timeout)
            try:
                return func(*args, **kwargs)
            finally:
                signal.alarm(0)
                signal.signal(signal.SIGALRM, before)

        return limited

    return decorate


def eventually(
    timeout: float = 30.0,
    catch_assertions: bool = False,
    catch_timeout: bool = False,
    quiet: bool = True,
    interval: float = 0.1,
    expected_exceptions: Sequence[type[BaseException]] = (),
) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """Return a decorator that calls a function again until it returns True or None.

    Args:
        timeout: seconds after which it fails, with the last value or error.
        catch_assertions: whether an `AssertionError` means "not yet".
        catch_timeout: whether a `TimeoutError` means "not yet".
        quiet: whether attempts that fail are not printed.
        interval: seconds between attempts.
        expected_exceptions: other errors that mean "not yet".
    """
    assert timeout > 0 and isinstance(interval, float)
    assert all(isinstance(flag, bool) for flag in (catch_assertions, catch_timeout, quiet))
    assert isinstance(expected_exceptions, tuple | list)
    expected = (*expected_exceptions, *[AssertionError] * catch_assertions, *[TimeoutError] * catch_timeout)

    def decorate(condition: Callable[..., Any]) -> Callable[..., None]:
        @functools.wraps(condition)
        def repeated(*args: Any, **kwargs: Any) -> None:
            end, last, attempts = time.monotonic() + timeout, None, 0
            while time.monotonic() < end:
                attempts += 1
                try:
                    last = condition(*args, **kwargs)
                except expected as error:
                    last = error
                if last is True or last is None:
                    return
                if not quiet:
                    print(f"\nAttempt #{attempts} failed!\n{last}")
                time.sleep(interval)
            if isinstance(last, expected):
                raise last
            raise AssertionError(
                f"Test failed due to timeout after {timeout:g} sec, with last condition returning: {last}"
            )

        return repeated

    return decorate


class QuietTest:
    """Within `with QuietTest(sc):` nothing below FATAL is logged."""

    def __init__(self, sc: Context) -> None:
        self.log4j = sc._jvm.org.apache.log4j

    def __enter__(self) -> None:
        root = self.log4j.LogManager.getRootLogger()
        self.old_level = root.getLevel()
        root.setLevel(self.log4j.Level.FATAL)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.log4j.LogManager.getRootLogger().setLevel(self.old_level)


class PySparkBaseTestCase(unittest.TestCase):
    """The root of the test cases: with `PYSPARK_TEST_TIMEOUT` a SIGTERM shows what every thread does."""

    @classmethod
    def setUpClass(cls) -> None:
        """Called by unittest."""
        if os.environ.get("PYSPARK_TEST_TIMEOUT"):
            faulthandler.register(signal.SIGTERM, file=sys.__stderr__ or sys.stderr, all_threads=True)

    @classmethod
    def tearDownClass(cls) -> None:
        """Called by unittest."""
        if os.environ.get("PYSPARK_TEST_TIMEOUT"):
            faulthandler.unregister(signal.SIGTERM)


class PySparkTestCase(PySparkBaseTestCase):
    """A context of its own, `self.sc`, for each test."""

    def setUp(self) -> None:
        """Called by unittest."""
        from sluice.context import Context

        self._old_sys_path = list(sys.path)
        self.sc = Context("local[4]", type(self).__name__)

    def tearDown(self) -> None:
        """Called by unittest."""
        self.sc.stop()
        sys.path = self._old_sys_path


class ReusedPySparkTestCase(PySparkBaseTestCase):
    """One context, `self.sc`, for all tests of a class."""

    sc: ClassVar[Context]

    @classmethod
    def conf(cls) -> Conf:
        """The configuration; a subclass may return another."""
        return Conf()

    @classmethod
    def master(cls) -> str:
        """Where jobs run."""
        return "local[4]"

    @classmethod
    def setUpClass(cls) -> None:
        """Called by unittest."""
        from sluice.context import Context

        super().setUpClass()
        cls.sc = Context(cls.master(), cls.__name__, conf=cls.conf())

    @classmethod
    def tearDownClass(cls) -> None:
        """Called by unittest."""
        try:
            cls.sc.stop()
        finally:
            super().tearDownClass()

    def test_assert_classic_mode(self) -> None:
        """PySpark's cases have it: RDDs are there, and no client of Spark Connect."""
        from sluice.pyspark.session import is_remote

        self.assertFalse(is_remote())

    def quiet(self) -> QuietTest:
        """Return a block without log lines."""
        return QuietTest(self.sc)


class PySparkErrorTestUtils:
    """Mixed into a test case: compares conditions of errors."""

    def check_error(
        self: Any,
        exception: PySparkException,
        errorClass: str,
        messageParameters: dict[str, str] | None = None,
        query_context_type: QueryContextType | None = None,
        fragment: str | None = None,
        matchPVals: bool = False,
    ) -> None:
        """Fail unless an error has this condition and these parameters; with `matchPVals` they are patterns."""
        self.assertIsInstance(exception, PySparkException)
        self.assertEqual(errorClass, exception.getCondition())
        found = exception.getMessageParameters()
        if matchPVals:
            self.assertEqual(sorted(messageParameters or ()), sorted(found or ()))
            for name, pattern in (messageParameters or {}).items():
                self.assertRegex((found or {})[name], pattern)
        else:
            self.assertEqual(messageParameters, found)
        contexts = exception.getQueryContext()
        self.assertEqual(bool(contexts), query_context_type is not None)
        for context in contexts:
            self.assertEqual(query_context_type, context.contextType())
            if fragment is not None:
                self.assertEqual(fragment, context.fragment())


def main(module: str | None = None, output: str = "target/test-reports") -> None:
    """Run the tests of a module, by default of the program, and exit; reports go to `output` with xmlrunner."""
    found = getattr(sys.modules["__main__"], "__spec__", None)
    try:
        import xmlrunner  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        runner = None
    else:
        runner = xmlrunner.XMLTestRunner(output=output, verbosity=2, outsuffix="")
    unittest.main(module=module or (found.name if found else "__main__"), testRunner=runner, verbosity=2)
