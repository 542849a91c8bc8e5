# SPDX-License-Identifier: Apache-2.0
"""What programs ask a `java_exception` for, answered without a JVM."""

from __future__ import annotations

from typing import Any

__all__ = ["JavaThrowable"]


class JavaClass:
    """The class of a throwable."""

    def __init__(self, name: str) -> None:
        self._name = name

    def getName(self) -> str:
        """Package and class."""
        return self._name

    def getSimpleName(self) -> str:
        """The class alone."""
        return self._name.rpartition(".")[2]

    def getCanonicalName(self) -> str:
        """Package and class."""
        return self._name

    def toString(self) -> str:
        """As Java prints a class."""
        return f"class {self._name}"

    __str__ = toString


class JavaThrowable:
    """An exception with the methods of `java.lang.Throwable`, about an error that happened in Python."""

    # py4j builds a command of it when the error is made; it names no object of a JVM.
    _target_id = "o0"

    def __init__(self, class_name: str, message: str, cause: JavaThrowable | None = None) -> None:
        self._class = JavaClass(class_name)
        self._message = message
        self._cause = cause

    def getClass(self) -> JavaClass:
        """The class that PySpark would show."""
        return self._class

    def getMessage(self) -> str:
        """The text without the class."""
        return self._message

    getLocalizedMessage = getMessage

    def getCause(self) -> JavaThrowable | None:
        """What led to it."""
        return self._cause

    def getStackTrace(self) -> list[Any]:
        """Empty: no Java code was on the way."""
        return []

    def getSuppressed(self) -> list[Any]:
        """Empty."""
        return []

    def toString(self) -> str:
        """Class and text."""
        return f"{self._class.getName()}: {self._message}"

    def __str__(self) -> str:
        return self.toString()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._class.getName()}>"

    def printStackTrace(self) -> None:
        """Write it to standard error, with its causes."""
        import sys

        text, cause = self.toString(), self._cause
        while cause is not None:
            text, cause = f"{text}\nCaused by: {cause.toString()}", cause._cause
        print(text, file=sys.stderr)
