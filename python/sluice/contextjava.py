# SPDX-License-Identifier: Apache-2.0
"""The part of the context about what is below: Java by `_jvm`, `_gateway`, `_jsc`, its properties, Python."""

from __future__ import annotations

import sys
import tempfile
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from sluice import systemproperties
from sluice.files.hadoop import HadoopConfiguration

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

    #: Endings of files that `addPyFile` puts on the path of modules.
    PACKAGE_EXTENSIONS: ClassVar[tuple[str, ...]] = (".zip", ".egg", ".jar")

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

    @classmethod
    def setSystemProperty(cls, key: str, value: str) -> None:
        """Set a property. Contexts made from now on take those that begin with `spark.` for settings.

        Java's own properties, too, are set in the JVM of the active context if there is one.
        """
        systemproperties.put(key, value)
        if not key.startswith("spark.") and cls._jvm is not None:
            cls._jvm.java.lang.System.setProperty(key, value)

    @classmethod
    def getSystemProperty(cls, key: str) -> str | None:
        """Return a property that was set, or one of Java's if a context is active; None if there is no such."""
        found = systemproperties.get(key)
        if found is None and cls._jvm is not None:
            found = cls._jvm.java.lang.System.getProperty(key)
        return found

    @property
    def sparkHome(self) -> str | None:
        """What the program said as its home of Spark; nothing reads it."""
        return cast("Context", self)._conf.get("spark.home")

    @property
    def pythonExec(self) -> str:
        """The interpreter of workers: the driver's."""
        return sys.executable

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
