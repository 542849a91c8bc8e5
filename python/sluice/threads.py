# SPDX-License-Identifier: Apache-2.0
"""Threads whose jobs carry what those of the thread carry that started them: group, tags, local properties.

A thread of the standard library begins with none of these.
"""

from __future__ import annotations

import functools
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

__all__ = ["InheritableThread", "inheritable_thread_target"]


class InheritableThread(threading.Thread):
    """A thread with a copy of its starter's local properties, as they are when it is started.

    Args:
        target: what it runs.
        session: kept for programs that pass one; job tags travel with the other properties.
    """

    def __init__(self, target: Callable[..., Any], *args: Any, session: Any = None, **kwargs: Any) -> None:
        self._inherited: dict[str, str] | None = None
        self._session = session

        @functools.wraps(target)
        def inheriting(*a: Any, **k: Any) -> Any:
            _take_over(self._inherited)
            return target(*a, **k)

        # As in PySpark, what else is given by position is what a Thread takes first: its group.
        super().__init__(*args, **{**kwargs, "target": inheriting})

    def start(self) -> None:
        """Start the thread."""
        self._inherited = _snapshot()
        super().start()


def inheritable_thread_target(f: Any) -> Callable[..., Any]:
    """Return ``f`` so that, in whatever thread it runs, it has the properties that the calling thread has now.

    Args:
        f: a function; or a session, and then the result is a decorator.
    """
    properties = _snapshot()

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def inheriting(*args: Any, **kwargs: Any) -> Any:
            _take_over(properties)
            return function(*args, **kwargs)

        return inheriting

    if _is_session(f):
        return decorate
    if not callable(f):
        raise TypeError(f"expected a function or a session: got={type(f).__name__}")
    warnings.warn("Spark session is not provided. Tags will not be inherited.", UserWarning, stacklevel=2)
    return decorate(f)


def _snapshot() -> dict[str, str] | None:
    """The calling thread's local properties; ``None`` where no context runs."""
    from sluice.context import Context

    active = Context._active_spark_context
    return None if active is None else dict(active._properties.entries)


def _take_over(properties: dict[str, str] | None) -> None:
    from sluice.context import Context

    active = Context._active_spark_context
    if properties is not None and active is not None:
        active._properties.entries = dict(properties)


def _is_session(value: Any) -> bool:
    # Who has made a session has imported its module.
    module = sys.modules.get("sluice.pyspark.session")
    return module is not None and isinstance(value, module.SparkSession)
