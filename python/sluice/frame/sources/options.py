# SPDX-License-Identifier: Apache-2.0
"""Options of readers and writers, whose names have no case, and how programs set them."""

from __future__ import annotations

from typing import Any, Self

from sluice.frame.errors import not_here
from sluice.pyspark.captured import IllegalArgumentException
from sluice.pyspark.runtimeconf import text_of

__all__ = ["FORMATS", "Configured", "Options"]

FORMATS = ("parquet", "csv", "json", "text")


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
                raise not_here(
                    f"option {name}",
                    f"an option that is not here: {self._shown[name.lower()]}={value!r}; {reason}",
                )


class Configured:
    """What readers and writers share: a format and options, which programs set one by one."""

    def __init__(self) -> None:
        self._format: str | None = None
        self._options = Options()

    def format(self, source: str) -> Self:
        """Say what is read or written: parquet, csv, json or text.

        Raises:
            PySparkNotImplementedError: another format.
        """
        name = source.lower().rpartition(".")[2]
        if name not in FORMATS:
            raise not_here(
                f"format {source}",
                f"a format that is not here: format={source!r}; there are {', '.join(FORMATS)}",
            )
        self._format = name
        return self

    def option(self, key: str, value: Any) -> Self:
        """Set an option of the format; None takes it back."""
        self._options[key] = value
        return self

    def options(self, **options: Any) -> Self:
        """Set several."""
        for key, value in options.items():
            self.option(key, value)
        return self
