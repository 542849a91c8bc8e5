# SPDX-License-Identifier: Apache-2.0
"""Options of readers and writers, whose names have no case."""

from __future__ import annotations

from typing import Any

from sluice.pyspark.captured import IllegalArgumentException
from sluice.pyspark.exceptions import PySparkNotImplementedError
from sluice.pyspark.runtimeconf import text_of

__all__ = ["Options"]


class Options:
    """Texts by names."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._shown: dict[str, str] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        if value is None:
            self._values.pop(name.lower(), None)
            return
        self._values[name.lower()] = text_of(value)
        self._shown[name.lower()] = name

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._values

    def get(self, name: str, default: str | None = None) -> str | None:
        """An option, or the default."""
        return self._values.get(name.lower(), default)

    def text(self, name: str, default: str) -> str:
        """An option that has a default."""
        return self._values.get(name.lower(), default)

    def flag(self, name: str, default: bool = False) -> bool:
        """An option that is true or false.

        Raises:
            IllegalArgumentException: it is neither.
        """
        value = self._values.get(name.lower())
        if value is None:
            return default
        if value.lower() not in ("true", "false"):
            raise IllegalArgumentException(f"{name} flag can be true or false, got {value!r}", "")
        return value.lower() == "true"

    def refuse(self, reason: str, **defaults: str) -> None:
        """Refuse options that are set to something else than what is done anyway.

        Raises:
            PySparkNotImplementedError: one is.
        """
        for name, default in defaults.items():
            value = self._values.get(name.lower())
            if value is not None and value.lower() != default.lower():
                raise PySparkNotImplementedError(
                    f"an option that is not here: {self._shown[name.lower()]}={value!r}; {reason}",
                    "NOT_IMPLEMENTED",
                    {"feature": name},
                )
