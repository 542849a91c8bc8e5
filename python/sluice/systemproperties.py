# SPDX-License-Identifier: Apache-2.0
"""Properties that a program sets for Java before there is a context; those of Spark are settings of the next one."""

from __future__ import annotations

__all__ = ["get", "put", "settings"]

_properties: dict[str, str] = {}


def put(key: str, value: str) -> None:
    """Set a property of this process."""
    _properties[key] = value


def get(key: str) -> str | None:
    """Return a property that was set here."""
    return _properties.get(key)


def settings() -> dict[str, str]:
    """Return those that a context takes for settings."""
    return {key: value for key, value in _properties.items() if key.startswith("spark.")}
