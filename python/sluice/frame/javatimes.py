# SPDX-License-Identifier: Apache-2.0
"""Java's patterns of dates and times: what each letter means, and the patterns that DuckDB's `strftime` has too."""

from __future__ import annotations

import re
from functools import lru_cache

from sluice.frame import errors
from sluice.frame.errors import not_here
from sluice.pyspark.captured import SparkUpgradeException

__all__ = ["parsed_by", "tokens", "written_by"]

_WEEKS = frozenset("YwWuec")
_LETTERS = frozenset("GyMLdDQqEaHhKkmsSVzOXxZ")
_TOKEN = re.compile(r"([A-Za-z])\1*|'((?:[^']|'')*)'|[^A-Za-z']")
_WRITTEN = {
    "yyyy": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "hh": "%I",
    "mm": "%M",
    "ss": "%S",
    "SSS": "%g",
    "SSSSSS": "%f",
    "yy": "%y",
    "MMM": "%b",
    "MMMM": "%B",
    "E": "%a",
    "EEE": "%a",
    "EEEE": "%A",
    "a": "%p",
}
#: What is read with so many digits, and no more.
_PARSED = {
    "yyyy": ("%Y", 4),
    "MM": ("%m", 2),
    "dd": ("%d", 2),
    "HH": ("%H", 2),
    "mm": ("%M", 2),
    "ss": ("%S", 2),
}


@lru_cache(maxsize=256)
def tokens(pattern: str) -> tuple[tuple[str, bool], ...]:
    """Runs of one letter, and texts, which are true.

    Raises:
        SparkUpgradeException: it has letters for weeks, or that are none.
        PySparkNotImplementedError: it has what is not here.
    """
    out: list[tuple[str, bool]] = []
    at = 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if found is None:
            raise _unknown(pattern)
        at = found.end()
        if found[1]:
            letter = found[1]
            if letter in _WEEKS or letter not in _LETTERS:
                raise _unknown(pattern)
            out.append((found[0], False))
        elif found[0].startswith("'"):
            out.append((found[2].replace("''", "'") or "'", True))
        elif found[0] in "[]{}#":
            raise not_here(
                f"the pattern {pattern}",
                f"optional parts of a pattern of dates are not implemented: pattern={pattern}",
            )
        else:
            out.append((found[0], True))
    return tuple(out)


def _unknown(pattern: str) -> Exception:
    return errors.raised(
        "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
        f"You may get a different result due to the upgrading to Spark >= 3.0: Fail to recognize '{pattern}' pattern "
        "in the DateTimeFormatter. SQLSTATE: 42K0B",
        SparkUpgradeException,
    )


def written_by(pattern: str) -> str | None:
    """The format of `strftime` that writes the same; None if there is none."""
    out = ""
    for text, literal in tokens(pattern):
        if literal:
            out += text.replace("%", "%%")
        elif text in _WRITTEN:
            out += _WRITTEN[text]
        else:
            return None
    return out


def parsed_by(pattern: str) -> tuple[str, str] | None:
    """A regular expression and a format of `strptime` that read the same; None if there are none."""
    regex = form = ""
    seen = set()
    for text, literal in tokens(pattern):
        if literal:
            regex += "".join(f"\\x{{{ord(each):x}}}" for each in text)
            form += text.replace("%", "%%")
        elif text in _PARSED and text not in seen:
            seen.add(text)
            form += _PARSED[text][0]
            regex += f"[0-9]{{{_PARSED[text][1]}}}"
        else:
            return None
    return (regex, form) if "yyyy" in seen else None
