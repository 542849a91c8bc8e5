# SPDX-License-Identifier: Apache-2.0
"""The error of a function in Python that failed in a worker."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from sluice import pyspark
from sluice.errors import JobError
from sluice.pyspark.captured import PythonException

__all__ = ["FunctionError", "told"]

_MESSAGE = "An exception was thrown from the Python worker"


class FunctionError(JobError, PythonException):
    """A function failed, or what it returned was refused: its traceback, from its own first line on, and where.

    The cause is the function's own exception where that could be pickled.
    """

    def __init__(self, what: str, traceback: str = "") -> None:
        # PySpark's classes have no part in it: what they keep is made of these.
        JobError.__init__(self, what)
        self.traceback = traceback

    def __reduce__(self) -> tuple[Any, ...]:
        return FunctionError, (str(self), self.traceback or "")

    def __str__(self) -> str:
        return str(self.args[0])

    def getCondition(self) -> str:
        """PySpark's name for it."""
        return "PYTHON_EXCEPTION"

    def getMessageParameters(self) -> Mapping[str, str]:
        """The message and the traceback."""
        return {"msg": _MESSAGE, "traceback": self.traceback or ""}

    def getMessage(self) -> str:
        """The whole text."""
        return str(self)

    def getSqlState(self) -> str:
        """The state that SQL has for failed functions."""
        return "38000"


@functools.cache
def _named() -> type[FunctionError]:
    """The class under the name that programs for PySpark expect at a traceback's end."""
    mark = PythonException
    body = {
        "__module__": mark.__module__,
        "__qualname__": mark.__qualname__,
        "__doc__": FunctionError.__doc__,
    }
    return type(mark.__name__, (FunctionError,), body)


def told(error: JobError) -> JobError:
    """Return the error of a job as frames raise it; one that is not a function's is returned as it is."""
    if error.traceback is None or isinstance(error, FunctionError):
        return error
    # The first line says what was raised, and in which job, stage, partition and worker.
    first = str(error).partition("\n\n")[0]
    made = (_named() if pyspark.installed() else FunctionError)(
        f"{_MESSAGE}:\n{error.traceback.rstrip()}\n({first})", error.traceback
    )
    made.__cause__ = error.__cause__
    return made.with_traceback(error.__traceback__)
