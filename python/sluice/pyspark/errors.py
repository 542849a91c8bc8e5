# SPDX-License-Identifier: Apache-2.0
"""Errors of Sluice in the clothes that programs written for PySpark catch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.errors import ContextError, JobError
from sluice.pyspark.javaerror import JavaThrowable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["java_exception", "wrap"]

_SPARK = "org.apache.spark.SparkException"
_PYTHON = "org.apache.spark.api.python.PythonException"
_CLASSES: tuple[tuple[type[BaseException], str], ...] = (
    (FileNotFoundError, "org.apache.hadoop.mapred.InvalidInputException"),
    (NotADirectoryError, "org.apache.hadoop.mapred.InvalidInputException"),
    (FileExistsError, "org.apache.hadoop.mapred.FileAlreadyExistsException"),
    (OSError, "java.io.IOException"),
)

_wrapped: dict[tuple[type, type], type] = {}


def wrap(
    error: Exception, condition: str | None = None, parameters: dict[str, str] | None = None
) -> Exception:
    """A copy of `error` whose class is also one of PySpark's; one that has it already is returned as it is.

    A ContextError, or one with a condition, becomes a `PySparkRuntimeError`; every other error, since an action
    raised it, a `py4j.protocol.Py4JJavaError` with a `java_exception` that reads like one. py4j is imported here
    and not before: only a program whose action fails pays for it.
    """
    if isinstance(error, ContextError) or condition is not None:
        from sluice.pyspark.exceptions import PySparkRuntimeError

        wrapped = _dressed(error, PySparkRuntimeError)
        if wrapped is not error:
            named = parameters if condition is not None else None
            wrapped.__dict__.update(_message=str(error), _errorClass=condition, _messageParameters=named)
        return wrapped
    try:
        from py4j.protocol import Py4JJavaError
    except ImportError:
        # Without py4j the program cannot have named the class it would catch.
        return error
    wrapped = _dressed(error, Py4JJavaError)
    if wrapped is not error:
        wrapped.__dict__.update(errmsg=str(error), exception_cmd="", java_exception=java_exception(error))
    return wrapped


def java_exception(error: BaseException) -> JavaThrowable:
    """The Java exception that PySpark would show for an error."""
    kind = getattr(error, "java_class", None) or next(
        (name for cls, name in _CLASSES if isinstance(error, cls)), _SPARK
    )
    if isinstance(error, JobError) and (error.traceback is not None or error.__cause__ is not None):
        kind = _PYTHON
    return JavaThrowable(kind, str(error))


def _dressed(error: Exception, mark: type[Exception]) -> Exception:
    kind = type(error)
    if issubclass(kind, mark):
        return error
    if (kind, mark) not in _wrapped:
        # Named as what programs expect: doctests compare the name that a traceback ends with.
        body = {"__module__": mark.__module__, "__qualname__": mark.__qualname__, "__doc__": kind.__doc__}
        bases = (mark,) if issubclass(mark, kind) else (kind, mark)
        _wrapped[kind, mark] = type(mark.__name__, bases, {**body, "__reduce__": _reduce, "__str__": _text})
    copy: Exception = _wrapped[kind, mark].__new__(_wrapped[kind, mark], *error.args)
    copy.args = error.args
    copy.__dict__.update(error.__dict__, _plain=error)
    copy.__cause__, copy.__context__ = error.__cause__, error.__context__
    copy.__suppress_context__ = error.__suppress_context__
    return copy.with_traceback(error.__traceback__)


def _text(self: Any) -> str:
    """The plain error's own text, and its condition if it has one: py4j would ask a JVM for it."""
    condition = getattr(self, "_errorClass", None)
    return str(self._plain) if condition is None else f"[{condition}] {self._plain}"


def _reduce(self: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The class was made here and has no importable name, so that the plain error travels."""
    return wrap, (self._plain, getattr(self, "_errorClass", None), getattr(self, "_messageParameters", None))
