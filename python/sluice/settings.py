# SPDX-License-Identifier: Apache-2.0
"""The registry of settings as Python reads it; the build writes `settings.json` from the one table in core.

Forms and units are core's: what is accepted here is accepted there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sluice.errors import ConfigError

__all__ = ["Setting", "check", "lookup", "names_of", "registry", "value_of"]

_QUANTITY = re.compile(r"([0-9]{1,19})\s*([a-z]*)", re.ASCII)
_SIZES = {
    form: 1 << 10 * power
    for power, unit in enumerate("bkmgtp")
    for form in ((unit,) if unit == "b" else (unit, f"{unit}b", f"{unit}ib"))
}
_TIMES = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_LONG = 2**63 - 1


class Setting(NamedTuple):
    """One entry of the registry. A name that ends with `.*` is a family."""

    name: str
    type: str
    optional: bool
    default: str
    expected: str
    choices: tuple[str, ...]
    least: int
    most: int
    aliases: Mapping[str, str]
    """PySpark's names for it, with the unit that a bare number has under that name."""

    def parse(self, text: str, written_as: str | None = None) -> Any:
        """Bytes as int, durations as seconds, a memory as bytes or a fraction; None where not set."""
        name = written_as or self.name
        if not text and self.optional:
            return None
        unit = self.aliases.get(name, "")
        if unit and text.strip().isdecimal():
            text = text.strip() + unit
        try:
            return _PARSERS[self.type](self, text)
        except ValueError as error:
            raise ConfigError(
                "setting has a value of the wrong form",
                name=name,
                value=text,
                reason=str(error),
                advice=f"expected {self.expected}",
            ) from None


@cache
def registry() -> dict[str, Setting]:
    """Every setting by its own name; empty in a tree whose core was never built."""
    try:
        text = (Path(__file__).parent / "settings.json").read_text("utf-8")
    except FileNotFoundError:
        return {}
    return {
        entry["name"]: Setting(
            entry["name"],
            entry["type"],
            entry["optional"],
            entry["default"],
            entry["expected"],
            tuple(entry["choices"]),
            entry["min"],
            entry["max"],
            {alias["name"]: alias["bare_unit"] for alias in entry["aliases"]},
        )
        for entry in json.loads(text)["settings"]
    }


@cache
def _by_alias() -> dict[str, Setting]:
    return {alias: setting for setting in registry().values() for alias in setting.aliases}


@cache
def _families() -> list[tuple[str, Setting]]:
    """What names of families begin with. Most names that programs ask for are none of ours, frames' at every step."""
    every = (*registry().items(), *_by_alias().items())
    return [(pattern[:-1], setting) for pattern, setting in every if pattern.endswith(".*")]


def lookup(name: str) -> Setting | None:
    """The setting that a name of ours or of PySpark's stands for; a family for a member of it."""
    known = registry().get(name) or _by_alias().get(name)
    if known is not None:
        return known
    return next((setting for prefix, setting in _families() if name.startswith(prefix)), None)


def names_of(name: str) -> list[str]:
    """The names under which the same setting may be written, ours first."""
    setting = lookup(name)
    if setting is None:
        return [name]
    patterns = [setting.name, *setting.aliases]
    if not setting.name.endswith(".*"):
        return patterns
    member = next(name[len(p) - 1 :] for p in patterns if name.startswith(p[:-1]))
    return [pattern[:-1] + member for pattern in patterns]


def check(name: str, value: str) -> None:
    """Raises `ConfigError` for an unknown `sluice.*` name or a value of the wrong form; other names pass."""
    setting = lookup(name)
    if setting is not None:
        setting.parse(value, name)
    elif name.startswith("sluice.") and registry():
        import difflib  # needed for mistakes only

        nearest = difflib.get_close_matches(name, registry(), 1, 0.0)
        raise ConfigError("unknown setting", name=name, nearest=nearest[0] if nearest else "none")


def value_of(entries: Mapping[str, str], name: str) -> Any:
    """The parsed value of a setting from what the user wrote, else its default."""
    setting = registry()[name]
    for written in names_of(name):
        if written in entries:
            return setting.parse(entries[written], written)
    return setting.parse(setting.default)


def _ranged(setting: Setting, value: int) -> int:
    if not setting.least <= value <= setting.most:
        raise ValueError("out of range")
    return value


def _quantity(text: str, units: Mapping[str, float]) -> float:
    match = _QUANTITY.fullmatch(text.lower())
    if match is None:
        raise ValueError("not a whole number with a unit")
    number, unit = int(match[1]), match[2]
    if unit not in units:
        if number or unit:
            raise ValueError("unknown or missing unit")
        return 0
    return number * units[unit]


def _bytes(setting: Setting, text: str) -> int:
    value = int(_quantity(text, _SIZES))
    if value > _LONG:
        raise ValueError("too large")
    return _ranged(setting, value)


def _duration(setting: Setting, text: str) -> float:
    value = _quantity(text, _TIMES)
    if value * 1e9 > _LONG:
        raise ValueError("too large")
    return float(value)


def _integer(setting: Setting, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,10}", text, re.ASCII):
        raise ValueError("not a whole number")
    return _ranged(setting, int(text))


def _fraction(setting: Setting, text: str) -> float:
    if not re.fullmatch(r"[0-9]*\.?[0-9]+", text, re.ASCII):
        raise ValueError("not a decimal number")
    if not 0 < (value := float(text)) <= 1:
        raise ValueError("not above 0 and at most 1")
    return value


def _memory(setting: Setting, text: str) -> float | int:
    if text[-1:].isalpha():
        value = int(_quantity(text, _SIZES))
        if not value:
            raise ValueError("no memory at all")
        return value
    return _fraction(setting, text)


def _boolean(setting: Setting, text: str) -> bool:
    word = text.lower()
    if word not in ("true", "false"):
        raise ValueError("neither true nor false")
    return word == "true"


def _choice(setting: Setting, text: str) -> str:
    if (word := text.lower()) not in setting.choices:
        raise ValueError("not one of them")
    return word


def _path(setting: Setting, text: str) -> str:
    if not text:
        raise ValueError("empty path")
    return text


def _strings(setting: Setting, text: str) -> list[str]:
    return [item for part in text.split(",") if (item := part.strip())]


_PARSERS: dict[str, Any] = {
    "string": lambda setting, text: text,
    "int": _integer,
    "bytes": _bytes,
    "duration": _duration,
    "fraction": _fraction,
    "memory": _memory,
    "boolean": _boolean,
    "choice": _choice,
    "path": _path,
    "strings": _strings,
    "paths": _strings,
}
