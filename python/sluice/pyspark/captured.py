# SPDX-License-Identifier: Apache-2.0
"""`pyspark.errors.exceptions.captured`: errors that PySpark makes of Java's. Programs name them in `except`.

Sluice's own errors come from Python and are never of these classes, so that they are here to be caught, subclassed
and raised by tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sluice.pyspark import exceptions as base
from sluice.pyspark.aliases import name_as_theirs


class CapturedException(base.PySparkException):
    """An error of Java's: either its text and stack, or the throwable itself."""

    def __init__(
        self, desc: str | None = None, stackTrace: str | None = None, cause: Any = None, origin: Any = None
    ) -> None:
        if (origin is None) != (desc is not None and stackTrace is not None):
            raise AssertionError("give either desc and stackTrace, or origin")
        text = desc if origin is None else origin.getMessage()
        super().__init__(text or "")
        self._stackTrace = stackTrace
        self._cause = cause if cause is not None or origin is None else origin.getCause()
        self._origin = origin

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._text(), self._stackTrace or "")

    def getMessage(self) -> str:
        """Empty, as PySpark's is for a throwable without a condition; `str` has the text."""
        return ""

    def getMessageParameters(self) -> Mapping[str, str] | None:
        """None: it has no condition."""
        return None

    def __str__(self) -> str:
        return self._text() + (f"\n\nJVM stacktrace:\n{self._stackTrace}" if self._stackTrace else "")


class AnalysisException(CapturedException, base.AnalysisException):
    """A query that cannot be analysed."""


class ParseException(AnalysisException, base.ParseException):
    """A query that cannot be parsed."""


class IllegalArgumentException(CapturedException, base.IllegalArgumentException):
    """An argument that Java refused."""


class NumberFormatException(IllegalArgumentException, base.NumberFormatException):
    """A text that is no number."""


class ArithmeticException(CapturedException, base.ArithmeticException):
    """Arithmetic that failed in Java."""


class ArrayIndexOutOfBoundsException(CapturedException, base.ArrayIndexOutOfBoundsException):
    """An index that Java refused."""


class DateTimeException(CapturedException, base.DateTimeException):
    """A date or time that Java refused."""


class UnsupportedOperationException(CapturedException, base.UnsupportedOperationException):
    """What Java does not do."""


class StreamingQueryException(CapturedException, base.StreamingQueryException):
    """What ended a streaming query."""


class QueryExecutionException(CapturedException, base.QueryExecutionException):
    """A query that failed as it ran."""


class PythonException(CapturedException, base.PythonException):
    """An error in a Python worker."""


class SparkRuntimeException(CapturedException, base.SparkRuntimeException):
    """An error of Spark's runtime."""


class SparkUpgradeException(CapturedException, base.SparkUpgradeException):
    """An answer that changed between versions of Spark."""


class SparkNoSuchElementException(CapturedException, base.SparkNoSuchElementException):
    """What was looked up in Java and is not there."""


class UnknownException(CapturedException, base.UnknownException):
    """None of the others."""


name_as_theirs(globals(), "pyspark.errors.exceptions.captured")
