# SPDX-License-Identifier: Apache-2.0
"""Errors of frames: an exception class, the name of PySpark's condition, and a text with the values in it."""

from __future__ import annotations

from typing import TypeVar

from sluice.pyspark.exceptions import PySparkException, PySparkTypeError

__all__ = ["condition", "unexpected"]

_E = TypeVar("_E", bound=PySparkException)


def condition(kind: type[_E], name: str, text: str, /, **values: object) -> _E:
    """Make an error that answers `getCondition()` with `name` and `getMessageParameters()` with `values`.

    The values stand in `text` as `{name}`, as `str.format` has it; those that do not stand there are kept too.
    """
    shown = {key: str(value) for key, value in values.items()}
    return kind(text.format(**shown), name, shown)


def unexpected(name: str, expected: str, value: object) -> PySparkTypeError:
    """Make the error for an argument of another type than is taken."""
    return condition(
        PySparkTypeError,
        "NOT_EXPECTED_TYPE",
        "Argument `{arg_name}` should be {expected_type}, got {arg_type}.",
        arg_name=name,
        expected_type=expected,
        arg_type=type(value).__name__,
    )
