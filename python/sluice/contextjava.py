# SPDX-License-Identifier: Apache-2.0
"""The part of the context that programs for PySpark reach Java by: `_jvm`, `_gateway`, `_jsc`."""

from __future__ import annotations

import tempfile
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from sluice.hadoop import HadoopConfiguration

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.pyspark.jvmdoor import JavaDoor

__all__ = ["ContextJava"]


class _Door:
    """An attribute of the class as of its instances: None while no context runs, opened when it is first read."""

    def __init__(self, opened: str) -> None:
        self._opened = opened

    def __get__(self, context: Context | None, owner: type[Context]) -> Any:
        active = owner._active_spark_context
        if active is None or (context is not None and context is not active):
            return None
        return getattr(active._java_door(), self._opened)(active._engine())


class ContextJava:
    """Mixed into ``Context``."""

    _hadoop: HadoopConfiguration
    _door: JavaDoor | None = None
    _java_context: Any = None

    _jvm: Any = _Door("view")
    _gateway: Any = _Door("gateway")

    @property
    def _jsc(self) -> Any:
        """What PySpark's `JavaSparkContext` is asked for, without a JVM; None once the context was stopped."""
        own = cast("Context", self)
        if type(own)._active_spark_context is not own:
            return None
        if self._java_context is None:
            from sluice.pyspark.javacontext import JavaContext

            self._java_context = JavaContext(own)
        return self._java_context

    @cached_property
    def _temp_dir(self) -> str:
        """A directory for a program's own files; it goes with the process."""
        own = cast("Context", self)
        return tempfile.mkdtemp(prefix="temp-", dir=own._jvm_handle.directory)

    def _java_door(self) -> JavaDoor:
        if self._door is None:
            from sluice.pyspark.jvmdoor import JavaDoor

            self._door = JavaDoor()
        return self._door

    def _close_door(self) -> None:
        if self._door is not None:
            self._door.close()
