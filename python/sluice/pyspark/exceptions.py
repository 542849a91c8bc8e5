# SPDX-License-Identifier: Apache-2.0
"""The exceptions that programs import from `pyspark.errors`: one root, what it can be asked, and the classes."""

from __future__ import annotations

import pickle
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from sluice.pyspark.aliases import name_as_theirs


class QueryContextType(Enum):
    """What part of a query an error speaks of."""

    SQL = 0
    DataFrame = 1


class QueryContext(ABC):
    """Where in a query an error is. Queries are not here, so that no error of Sluice has one."""

    @abstractmethod
    def contextType(self) -> QueryContextType:
        """The kind of query."""

    @abstractmethod
    def objectType(self) -> str:
        """What holds the query, such as a view."""

    @abstractmethod
    def objectName(self) -> str:
        """The name of what holds the query."""

    @abstractmethod
    def startIndex(self) -> int:
        """The first character, from 0."""

    @abstractmethod
    def stopIndex(self) -> int:
        """The last character, from 0."""

    @abstractmethod
    def fragment(self) -> str:
        """The piece of the query."""

    @abstractmethod
    def callSite(self) -> str:
        """Where the program called."""

    @abstractmethod
    def summary(self) -> str:
        """All of it in a text."""


class PySparkException(Exception):
    """The root of PySpark's own errors: a message, or a condition with its parameters.

    A condition without a message is shown with its parameters as `name=value`: PySpark's own texts are not here.
    """

    _errorClass: str | None = None
    _messageParameters: Mapping[str, str] | None = None
    _contexts: Iterable[QueryContext] = ()

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: Mapping[str, str] | None = None,
        contexts: list[QueryContext] | None = None,
    ) -> None:
        if message is None:
            shown = (f"{name}={value}" for name, value in (messageParameters or {}).items())
            message = ", ".join(shown) or (errorClass or "").replace("_", " ").lower()
        super().__init__(message)
        self._message = message
        self._errorClass = errorClass
        self._messageParameters = messageParameters
        self._contexts = contexts or []

    def getCondition(self) -> str | None:
        """The name of the condition, such as `CONTEXT_ONLY_VALID_ON_DRIVER`, if it has one."""
        return self._errorClass

    def getErrorClass(self) -> str | None:
        """The older name of `getCondition`."""
        warnings.warn("getErrorClass is deprecated, use getCondition", FutureWarning, stacklevel=2)
        return self.getCondition()

    def getMessageParameters(self) -> Mapping[str, str] | None:
        """The values in the message, by name, as they were given."""
        return self._messageParameters

    def getSqlState(self) -> str | None:
        """Always None: there is no SQL here."""
        return None

    def getMessage(self) -> str:
        """The condition and the text."""
        return f"[{self.getCondition()}] {self._text()}"

    def getBreakingChangeInfo(self) -> dict[str, Any] | None:
        """Always None: no error of Sluice is about a change between versions of Spark."""
        return None

    def getQueryContext(self) -> list[QueryContext]:
        """The parts of queries that it speaks of."""
        return list(self._contexts)

    def _text(self) -> str:
        return getattr(self, "_message", None) or Exception.__str__(self)

    def __str__(self) -> str:
        return self._text() if self.getCondition() is None else self.getMessage()


class PySparkAssertionError(PySparkException, AssertionError):
    """An assertion of PySpark's own, with the rows that differ."""

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: Mapping[str, str] | None = None,
        data: Iterable[Any] | None = None,
    ) -> None:
        super().__init__(message, errorClass, messageParameters)
        self.data = data


class PySparkAttributeError(PySparkException, AttributeError):
    """A missing attribute."""


class PySparkImportError(PySparkException, ImportError):
    """A missing optional package."""


class PySparkIndexError(PySparkException, IndexError):
    """An index out of range."""


class PySparkKeyError(PySparkException, KeyError):
    """A missing key."""


class PySparkNotImplementedError(PySparkException, NotImplementedError):
    """What PySpark, or Sluice, does not do."""


class PySparkPicklingError(PySparkException, pickle.PicklingError):
    """What cannot be pickled."""


class PySparkRuntimeError(PySparkException, RuntimeError):
    """A state in which the call makes no sense."""


class PySparkTypeError(PySparkException, TypeError):
    """An argument of a wrong type."""


class PySparkValueError(PySparkException, ValueError):
    """An argument of a wrong value."""


class AnalysisException(PySparkException):
    """A query that cannot be analysed."""


class ParseException(AnalysisException):
    """A query that cannot be parsed."""


class TempTableAlreadyExistsException(AnalysisException):
    """A view that is there already."""


class SessionNotSameException(PySparkException):
    """Objects of two sessions in one operation."""


class IllegalArgumentException(PySparkException):
    """An argument that Java refused."""


class NumberFormatException(IllegalArgumentException):
    """A text that is no number."""


class ArithmeticException(PySparkException):
    """Arithmetic that failed in Java."""


class ArrayIndexOutOfBoundsException(PySparkException):
    """An index that Java refused."""


class DateTimeException(PySparkException):
    """A date or time that Java refused."""


class UnsupportedOperationException(PySparkException):
    """What Java does not do."""


class StreamingQueryException(PySparkException):
    """What ended a streaming query."""


class StreamingPythonRunnerInitializationException(PySparkException):
    """A streaming runner that did not start."""


class QueryExecutionException(PySparkException):
    """A query that failed as it ran."""


class PythonException(PySparkException):
    """An error in a Python worker."""


class PickleException(PySparkException):
    """An error of Java's unpickler."""


class SparkRuntimeException(PySparkException):
    """An error of Spark's runtime."""


class SparkUpgradeException(PySparkException):
    """An answer that changed between versions of Spark."""


class SparkNoSuchElementException(PySparkException):
    """What was looked up in Java and is not there."""


class UnknownException(PySparkException):
    """None of the others."""


name_as_theirs(globals(), "pyspark.errors.exceptions.base")
