# SPDX-License-Identifier: Apache-2.0
"""`pyspark.sql.Row`: a tuple whose values have names."""

from __future__ import annotations

from typing import Any

from sluice.pyspark.exceptions import (
    PySparkAttributeError,
    PySparkKeyError,
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

    #: A list, or the row that was called to make this one.
    __fields__: Any

    def __new__(cls, *args: Any, **kwargs: Any) -> Row:
        if args and kwargs:
            text = "args and kwargs cannot be set together: a Row has either values or named values"
            raise PySparkValueError(text, "CANNOT_SET_TOGETHER", {"arg_list": "args and kwargs"})
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
            text = "Cannot convert Row into dict: it has no names for its values"
            raise PySparkTypeError(text, "CANNOT_CONVERT_TYPE", {"from_type": "Row", "to_type": "dict"})
        values = map(_plain, self) if recursive else iter(self)
        return dict(zip(self.__fields__, values, strict=False))

    def __contains__(self, item: Any) -> bool:
        return item in self.__fields__ if hasattr(self, "__fields__") else tuple.__contains__(self, item)

    def __call__(self, *values: Any) -> Row:
        if len(values) > len(self):
            text = f"Expected {len(self)} values for fields, got {len(values)}: names={list(self)}"
            parameters = {"expected": str(len(self)), "item": "fields", "actual": str(len(values))}
            raise PySparkValueError(text, "TOO_MANY_VALUES", parameters)
        return _create_row(self, values)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, (int, slice)):
            return tuple.__getitem__(self, item)
        try:
            return tuple.__getitem__(self, self.__fields__.index(item))
        except IndexError:
            text = (
                f"Key `{item}` does not exist: the row has fewer values than names, names={self.__fields__}"
            )
            raise PySparkKeyError(text, "KEY_NOT_EXISTS", {"key": str(item)}) from None
        except ValueError:
            raise PySparkValueError(f"a Row without this name: name={item}") from None

    def __getattr__(self, item: str) -> Any:
        # Dunder names are asked of every object, by copy and pickle too: those that are not there have no place.
        if not item.startswith("__"):
            try:
                return tuple.__getitem__(self, self.__fields__.index(item))
            except (ValueError, IndexError):
                pass
        text = f"Attribute `{item}` is not supported: the Row has no such name"
        raise PySparkAttributeError(text, "ATTRIBUTE_NOT_SUPPORTED", {"attr_name": item})

    def __setattr__(self, key: str, value: Any) -> None:
        if key != "__fields__":
            raise PySparkRuntimeError("Row is read-only", "READ_ONLY", {"object": "Row"})
        self.__dict__[key] = value

    def __reduce__(self) -> str | tuple[Any, ...]:
        if hasattr(self, "__fields__"):
            return _create_row, (self.__fields__, tuple(self))
        return tuple.__reduce__(self)

    def __repr__(self) -> str:
        if hasattr(self, "__fields__"):
            pairs = zip(self.__fields__, tuple(self), strict=False)
            return f"Row({', '.join(f'{name}={value!r}' for name, value in pairs)})"
        return f"<Row({', '.join(repr(value) for value in self)})>"


def _create_row(names: Any, values: Any) -> Row:
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
