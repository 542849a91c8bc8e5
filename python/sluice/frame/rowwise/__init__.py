# SPDX-License-Identifier: Apache-2.0
"""Functions that DuckDB has none for with Java's answers: computed value by value in Python, where a query names them.

SQL calls `scalar("conv", ...)`. They are made known to a database when the first query uses one: a program that uses
none loads none. In SQL as in Spark a null makes a null, unless a function asks for nulls.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

__all__ = ["make_known", "rowwise", "scalar", "typed", "used"]

_MODULES = ("clocks", "formats", "hashes", "jsons", "numbers", "patterns", "sound", "texts", "times", "urls")
_PREFIX = "sluice_"
_F = TypeVar("_F", bound=Callable[..., Any])
_USE = re.compile(rf"\b{_PREFIX}([a-z0-9_]+)\(")


@dataclass(frozen=True)
class Rowwise:
    """One function: DuckDB's types of its arguments, None for any, and of its result."""

    function: Callable[..., Any]
    args: list[str] | None
    result: str
    nulls: bool
    #: Arrow's type of the result, if not one of the simple ones.
    arrow: Any = None


_functions: dict[str, Rowwise] = {}


def rowwise(name: str, args: str | None, result: str, nulls: bool = False) -> Callable[[_F], _F]:
    """Add a function of values; `args` are types, divided by spaces."""

    def add(function: _F) -> _F:
        _functions[name] = Rowwise(function, None if args is None else args.split(), result, nulls)
        return function

    return add


def typed(name: str, function: Callable[..., Any], args: list[str], result: str, arrow: Any) -> str:
    """Add a function for types that a program names, once, and return its name: `name` and a mark of what it is for."""
    key = f"{name}_{hashlib.blake2s(repr((args, result)).encode(), digest_size=8).hexdigest()}"
    _functions.setdefault(key, Rowwise(function, args, result, False, arrow))
    return key


def scalar(name: str, *args: str) -> str:
    """SQL that calls a function."""
    return f"{_PREFIX}{name}({', '.join(args)})"


def used(text: str) -> set[str]:
    """The functions that a query uses."""
    return set(_USE.findall(text)) if _PREFIX in text else set()


def make_known(connection: Any, names: set[str]) -> None:
    """Let a database call functions by their names."""
    for module in _MODULES:
        importlib.import_module(f"sluice.frame.rowwise.{module}")
    for name in sorted(names):
        found = _functions[name]
        connection.create_function(
            _PREFIX + name,
            _vectorised(found),
            found.args,
            found.result,
            type="arrow",
            null_handling="special",
        )


def _vectorised(rowwise: Rowwise) -> Callable[..., Any]:
    import pyarrow as pa

    function = rowwise.function

    def vectorised(*columns: Any) -> Any:
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        if rowwise.nulls:
            return pa.array([function(*row) for row in rows], type=arrow)
        return pa.array([None if None in row else function(*row) for row in rows], type=arrow)

    arrow = _arrow(rowwise.result) if rowwise.arrow is None else rowwise.arrow
    if rowwise.args is not None:
        # DuckDB counts the parameters.
        parameters = [
            inspect.Parameter(f"a{place}", inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for place in range(len(rowwise.args))
        ]
        vectorised.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return vectorised


def _arrow(name: str) -> Any:
    import pyarrow as pa

    if name.endswith("[]"):
        return pa.list_(_arrow(name[:-2]))
    return {
        "BIGINT": pa.int64(),
        "BLOB": pa.binary(),
        "BOOLEAN": pa.bool_(),
        "DOUBLE": pa.float64(),
        "FLOAT": pa.float32(),
        "INTEGER": pa.int32(),
        "VARCHAR": pa.string(),
    }[name]
