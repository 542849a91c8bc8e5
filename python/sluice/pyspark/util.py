# SPDX-License-Identifier: Apache-2.0
"""`pyspark.util`: small helpers that libraries and test suites on top of PySpark import."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TextIO

from sluice.pyspark.exceptions import PySparkRuntimeError
from sluice.serializers import SpecialLengths, write_int, write_with_length
from sluice.serializers.primitives import Writable

JVM_BYTE_MIN, JVM_BYTE_MAX = -(1 << 7), (1 << 7) - 1
JVM_SHORT_MIN, JVM_SHORT_MAX = -(1 << 15), (1 << 15) - 1
JVM_INT_MIN, JVM_INT_MAX = -(1 << 31), (1 << 31) - 1
JVM_LONG_MIN, JVM_LONG_MAX = -(1 << 63), (1 << 63) - 1

_VERSION = re.compile(r"(\d+)\.(\d+)(\..*)?$")
_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def print_exec(stream: TextIO) -> None:
    """Write the error that is being handled, with its traceback."""
    traceback.print_exception(*sys.exc_info(), file=stream)


class VersionUtils:
    """Takes versions of Spark apart."""

    @staticmethod
    def majorMinorVersion(sparkVersion: str) -> tuple[int, int]:
        """Return the first two numbers of a version.

        Raises:
            ValueError: it does not begin with two numbers and a dot between.
        """
        found = _VERSION.match(sparkVersion)
        if found is None:
            raise ValueError(
                f"not a version of Spark, it needs a major and a minor number: version={sparkVersion!r}"
            )
        return int(found[1]), int(found[2])


def _parse_memory(s: str) -> int:
    """Return the MiB that a memory such as `256m` or `2g` has; Spark's own suites ask."""
    found = re.fullmatch(r"(?i)([\d.]+)([kmgt])", s)
    if found is None:
        raise ValueError(f"invalid format: {s}")
    return int(float(found[1]) * 1024.0 ** ("kmgt".index(found[2].lower()) - 1))


def fail_on_stopiteration(f: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function so that a `StopIteration` it lets out is an error, and not the end of a loop around it."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return f(*args, **kwargs)
        except StopIteration as error:
            raise PySparkRuntimeError(
                f"Caught StopIteration thrown from user's code; failing the task: {error}",
                "STOP_ITERATION_OCCURRED",
                {"exc": str(error)},
            ) from error

    return functools.update_wrapper(wrapper, f, updated=()) if hasattr(f, "__name__") else wrapper


def walk_tb(tb: TracebackType | None) -> Iterator[TracebackType]:
    """Yield a traceback and those below it."""
    while tb is not None:
        yield tb
        tb = tb.tb_next


def try_simplify_traceback(tb: TracebackType) -> TracebackType | None:
    """Return a traceback without our own frames at its top; None if all of them are ours.

    Frames of ours below the first foreign one stay.
    """
    for each in walk_tb(tb):
        if not each.tb_frame.f_code.co_filename.startswith(_HERE):
            return each
    return None


def handle_worker_exception(e: BaseException, outfile: Writable, hide_traceback: bool | None = None) -> None:
    """Write an error as a PySpark worker does: the special length for errors, then the text as a frame.

    Args:
        e: the error, which is being handled.
        outfile: where to write.
        hide_traceback: write the last line only; by default if `SPARK_HIDE_TRACEBACK` is set.
    """
    hidden = bool(os.environ.get("SPARK_HIDE_TRACEBACK")) if hide_traceback is None else hide_traceback
    try:
        text = "".join(traceback.format_exception_only(type(e), e)) if hidden else _with_traceback(e)
        write_int(SpecialLengths.PYTHON_EXCEPTION_THROWN, outfile)
        write_with_length(text.encode("utf-8", "backslashreplace"), outfile)
    except OSError:
        # The reader is gone: there is nobody to tell.
        return
    except Exception:
        print("PySpark worker failed with exception:", file=sys.stderr)
        traceback.print_exc()


def _with_traceback(error: BaseException) -> str:
    trace = sys.exc_info()[2] or error.__traceback__
    if os.environ.get("SPARK_SIMPLIFIED_TRACEBACK") and trace is not None:
        simplified = try_simplify_traceback(trace)
        if simplified is not None:
            trace, error.__cause__ = simplified, None
    with_locals = bool(os.environ.get("SPARK_TRACEBACK_WITH_LOCALS"))
    shown = traceback.TracebackException(type(error), error, trace, compact=True, capture_locals=with_locals)
    return "".join(shown.format())


@contextlib.contextmanager
def disable_gc() -> Iterator[None]:
    """Switch the cyclic collector off for a block, and on again if it was."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def is_remote_only() -> bool:
    """Whether RDDs are missing, as they are in PySpark's client for Spark Connect: no."""
    return False


def spark_connect_mode() -> str:
    """Whether programs would use Spark Connect by default: what `SPARK_CONNECT_MODE` says, else 0 for no."""
    return os.environ.get("SPARK_CONNECT_MODE", "0")


def default_api_mode() -> str:
    """The mode of the API: there is only the classic one."""
    return "classic"
