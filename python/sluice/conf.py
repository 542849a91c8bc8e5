# SPDX-License-Identifier: Apache-2.0
"""A program's configuration: names and values as the user wrote them, checked as they are set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, overload

from sluice import pyspark, settings
from sluice.errors import ConfigError

__all__ = ["Conf", "SparkConf"]


class Conf:
    """Settings of a program. Ours are `sluice.*`; where PySpark has a name for the same, that works too.

    Other keys are kept. Every `set` method returns the object itself, so that calls can be chained.
    """

    def __init__(self, loadDefaults: bool = True, _jvm: Any = None, _jconf: Any = None) -> None:
        self._entries: dict[str, str] = {}
        self._loads_defaults = loadDefaults

    def set(self, key: str, value: Any) -> Conf:
        """Sets a key; the value is kept as text.

        Raises:
            ConfigError: an unknown `sluice.*` name, or a value that is not of its setting's form.
        """
        text = str(value)
        settings.check(key, text)
        self._entries[key] = text
        return self

    def setIfMissing(self, key: str, value: Any) -> Conf:
        """Sets a key that was not set, under any of its names."""
        return self if self.contains(key) else self.set(key, value)

    def setMaster(self, value: str) -> Conf:
        """Where jobs run: `local`, `local[N]`, `local[*]`, `local[N,failures]`."""
        return self.set("spark.master", value)

    def setAppName(self, value: str) -> Conf:
        """The program's name in logs and on the progress bar."""
        return self.set("spark.app.name", value)

    def setSparkHome(self, value: str) -> Conf:
        """Kept for programs that set it; nothing reads it."""
        return self.set("spark.home", value)

    def setExecutorEnv(
        self, key: str | None = None, value: str | None = None, pairs: Iterable[tuple[str, str]] | None = None
    ) -> Conf:
        """Variables in the environment of workers: one by name and value, or pairs of them."""
        if (key is None) == (pairs is None):
            error = ConfigError("give either a key with its value, or pairs", key=key, pairs=pairs)
            raise pyspark.present(error, "KEY_VALUE_PAIR_REQUIRED")
        for name, text in [(key, value)] if pairs is None else pairs:
            self.set(f"spark.executorEnv.{name}", text)
        return self

    def setAll(self, pairs: Iterable[tuple[str, Any]]) -> Conf:
        """Sets every pair of key and value."""
        for key, value in pairs:
            self.set(key, value)
        return self

    @overload
    def get(self, key: str, defaultValue: None = None) -> str | None: ...

    @overload
    def get(self, key: str, defaultValue: str) -> str: ...

    def get(self, key: str, defaultValue: str | None = None) -> str | None:
        """What was set, under this name or another of the same setting, else the default."""
        found = self._entries.get(key)
        if found is not None:
            return found
        for name in settings.names_of(key):
            if name in self._entries:
                return self._entries[name]
        return defaultValue

    def getAll(self) -> list[tuple[str, str]]:
        """Every key and value, as they were written."""
        return list(self._entries.items())

    def contains(self, key: str) -> bool:
        """Whether the key was set, under any of its names."""
        return self.get(key) is not None

    def toDebugString(self) -> str:
        """A line `key=value` for each, in order of keys."""
        return "\n".join(f"{key}={value}" for key, value in sorted(self._entries.items()))

    @property
    def _jconf(self) -> Any:
        """What PySpark's programs ask the configuration's Java side for; it is this object that they change."""
        from sluice.pyspark.javacontext import JavaConf

        return JavaConf(self)

    def value_of(self, name: str) -> Any:
        """The parsed value of a setting of ours, its default where it was not set."""
        return settings.value_of(self._entries, name)

    def copy(self) -> Conf:
        """Another object with the same entries."""
        other = Conf(self._loads_defaults)
        other._entries.update(self._entries)
        return other

    def __repr__(self) -> str:
        if pyspark.installed():
            # What a doctest of a program for PySpark has below a `set`.
            return f"<pyspark.conf.SparkConf object at {id(self):#x}>"
        return f"Conf({dict(sorted(self._entries.items()))!r})"


SparkConf = Conf
