# SPDX-License-Identifier: Apache-2.0
"""What combining by key means: three functions, and the loops that apply them to a dict."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from itertools import chain
from types import FunctionType
from typing import Any

from sluice.shuffle.hashing import check_key

__all__ = ["Aggregator", "canonical", "fold_nan_keys", "recognise"]


class Aggregator:
    """`create` makes a combiner of a first value (None: the value is the combiner), `merge_value` adds one,
    `merge_combiners` joins two."""

    __slots__ = ("_own", "create", "merge_combiners", "merge_value")

    def __init__(
        self,
        create: Callable[[Any], Any] | None,
        merge_value: Callable[[Any, Any], Any],
        merge_combiners: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        if merge_combiners is None:
            merge_combiners = merge_value
        self._own = (create, merge_value, merge_combiners)
        self.create = create
        self.merge_value = recognise(merge_value)
        self.merge_combiners = recognise(merge_combiners)

    def __reduce__(self) -> tuple[Any, ...]:
        return Aggregator, self._own

    def _sluice_parts_(self) -> tuple[Any, ...]:
        return self._own

    def add_values(self, data: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> None:
        """Adds (key, value) pairs to the dict of combiners."""
        if self.create is None:
            _fold(data, items, self.merge_value, self._own[1])
            return
        create, merge = self.create, self.merge_value
        key: Any = None
        try:
            for key, value in items:
                if key in data:
                    data[key] = merge(data[key], value)
                else:
                    data[key] = create(value)
        except TypeError:
            check_key(key)
            raise

    def empty(self) -> dict[Any, Any]:
        """What the pairs are added to."""
        return {}

    def weigh(self, batch: list[tuple[Any, Any]]) -> int:
        """How many items a batch of combiners stands for in memory."""
        return len(batch)

    def stored(self, keys: list[Any], values: list[Any]) -> Iterable[tuple[list[Any], list[Any]]]:
        """Keys and combiners as they are best written, in chunks; `add_combiners` takes them back."""
        return ((keys, values),)

    def add_combiners(self, data: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> None:
        """Adds (key, combiner) pairs to the dict of combiners."""
        _fold(data, items, self.merge_combiners, self._own[2])


def _fold(
    data: dict[Any, Any],
    items: Iterable[tuple[Any, Any]],
    merge: Callable[[Any, Any], Any],
    own: Callable[[Any, Any], Any],
) -> None:
    key: Any = None
    value: Any = None
    try:
        for key, value in items:
            if key in data:
                data[key] = merge(data[key], value)
            else:
                data[key] = value
    except TypeError:
        # Either the key's hash failed or a function of the user's did; only the first gets our words.
        check_key(key)
        if own is not merge and key in data:
            # Once more by the user's own function, so that the traceback has the user's line.
            own(data[key], value)
        raise


def fold_nan_keys(data: dict[Any, Any], merge: Callable[[Any, Any], Any]) -> None:
    """Makes one key of keys that are, or hold, NaN: a dict keeps each NaN object apart."""
    kinds = set(map(type, data))
    if float in kinds:
        suspects = [key for key in data if key != key]
    else:
        suspects = []
    if any(issubclass(kind, (tuple, frozenset)) for kind in kinds):
        holders = [key for key in data if isinstance(key, (tuple, frozenset))]
        inner = set(map(type, chain.from_iterable(holders)))
        if not inner.isdisjoint((float, tuple, frozenset)):
            suspects += [key for key in holders if canonical(key) is not key]
    if len(suspects) < 2:
        return
    first: dict[Any, Any] = {}
    for key in suspects:
        original = first.setdefault(canonical(key), key)
        if original is not key:
            data[original] = merge(data[original], data.pop(key))


class _Nan:
    """Stands for every NaN where keys are compared."""


def canonical(key: Any) -> Any:
    """The key itself, or one that compares by content where NaN is in it."""
    if isinstance(key, float):
        return key if key == key else _Nan
    if isinstance(key, (tuple, frozenset)):
        items = [canonical(item) for item in key]
        if all(map(operator.is_, items, key)):
            return key
        return frozenset(items) if isinstance(key, frozenset) else tuple(items)
    return key


def _add(a: Any, b: Any) -> Any:
    return a + b


_PLUS = _add.__code__


def recognise(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`operator.add` for a function whose code is exactly `a + b` of its two arguments; others as they are.

    The C function spares a Python frame a call; `+` means the same for every type.
    """
    if type(function) is FunctionType:
        code = function.__code__
        if (
            code.co_code == _PLUS.co_code
            and code.co_argcount == 2
            and code.co_posonlyargcount == code.co_kwonlyargcount == 0
            and code.co_flags & _ARGS_OR_GENERATOR == 0
            and len(code.co_varnames) == 2
            and not function.__defaults__
        ):
            return operator.add
    return function


# CO_VARARGS, CO_VARKEYWORDS, CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
_ARGS_OR_GENERATOR = 0x04 | 0x08 | 0x20 | 0x80 | 0x200
