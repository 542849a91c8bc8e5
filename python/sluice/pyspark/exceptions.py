# SPDX-License-Identifier: Apache-2.0
"""The exceptions that programs import from `pyspark.errors`."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

__all__ = [
    "PySparkAssertionError",
    "PySparkAttributeError",
    "PySparkException",
    "PySparkImportError",
    "PySparkIndexError",
    "PySparkKeyError",
    "PySparkNotImplementedError",
    "PySparkPicklingError",
    "PySparkRuntimeError",
    "PySparkTypeError",
    "PySparkValueError",
]


class PySparkException(Exception):
    """The root of PySpark's own errors: a message, or a condition with its parameters."""

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: Mapping[str, str] | None = None,
    ) -> None:
        parameters = dict(messageParameters or {})
        shown = ", ".join(f"{name}={value}" for name, value in parameters.items())
        text = message if message is not None else f"[{errorClass}] {shown}".rstrip()
        super().__init__(text)
        self._message = text
        self._errorClass = errorClass
        self._messageParameters = parameters

    def getCondition(self) -> str | None:
        """The name of the condition, such as `CONTEXT_ONLY_VALID_ON_DRIVER`, if it has one."""
        return getattr(self, "_errorClass", None)

    getErrorClass = getCondition

    def getMessageParameters(self) -> dict[str, str]:
        """The values in the message, by name."""
        return dict(getattr(self, "_messageParameters", {}))

    def getMessage(self) -> str:
        """The text."""
        return str(self)

    def getSqlState(self) -> str | None:
        """Always None: there is no SQL here."""
        return None

    def __str__(self) -> str:
        return getattr(self, "_message", None) or Exception.__str__(self)


class PySparkAssertionError(PySparkException, AssertionError):
    """An assertion of PySpark's own."""


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
