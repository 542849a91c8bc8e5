# SPDX-License-Identifier: Apache-2.0
"""`pyspark.sql.Row`: a tuple whose values have names."""

from __future__ import annotations

from typing import Any

from sluice.pyspark.exceptions import (
    PySparkAttributeError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)

__all__ = ["Row"]


class Row(tuple[Any, ...]):
    """Values by position, and by name where they have one.

    `Row(name="Ann", age=5)` is a row; `Row("name", "age")` is one too, and makes rows with these names when it
    is called with values.
    """

    __fields__: list[str]

    def __new__(cls, *args: Any, **kwargs: Any) -> Row:
        if args and kwargs:
            raise PySparkValueError("a Row has either values or named values, not both")
        row = tuple.__new__(cls, kwargs.values() if kwargs else args)
        if kwargs:
            row.__fields__ = list(kwargs)
        return row

    def asDict(self, recursive: bool = False) -> dict[str, Any]:
        """Return the values by name; with `recursive` those of rows inside too.

        Raises:
            TypeError: the values have no names.
        """
        if not hasattr(self, "__fields__"):
            raise PySparkTypeError("Cannot convert a Row class into dict: it has no names for its values")
        values = map(_plain, self) if recursive else iter(self)
        return dict(zip(self.__fields__, values, strict=False))

    def __contains__(self, item: Any) -> bool:
        return item in self.__fields__ if hasattr(self, "__fields__") else tuple.__contains__(self, item)

    def __call__(self, *values: Any) -> Row:
        if len(values) > len(self):
            raise PySparkValueError(f"more values than names: names={list(self)}, values={len(values)}")
        return _made(list(self), values)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, (int, slice)):
            return tuple.__getitem__(self, item)
        try:
            return tuple.__getitem__(self, self.__fields__.index(item))
        except (AttributeError, ValueError, IndexError):
            raise PySparkValueError(f"a Row without this name: name={item}") from None

    def __getattr__(self, item: str) -> Any:
        if item.startswith("__"):
            raise AttributeError(item)
        try:
            return tuple.__getitem__(self, self.__fields__.index(item))
        except (ValueError, IndexError):
            raise PySparkAttributeError(f"a Row without this name: name={item}") from None

    def __setattr__(self, key: str, value: Any) -> None:
        if key != "__fields__":
            raise PySparkRuntimeError("Row is read-only")
        self.__dict__[key] = value

    def __reduce__(self) -> str | tuple[Any, ...]:
        if hasattr(self, "__fields__"):
            return _made, (self.__fields__, tuple(self))
        return tuple.__reduce__(self)

    def __repr__(self) -> str:
        if hasattr(self, "__fields__"):
            pairs = zip(self.__fields__, tuple(self), strict=False)
            return f"Row({', '.join(f'{name}={value!r}' for name, value in pairs)})"
        return f"<Row({', '.join(repr(value) for value in self)})>"


def _made(names: list[str], values: Any) -> Row:
    row = Row(*values)
    row.__fields__ = names
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, Row):
        return value.asDict(True)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
