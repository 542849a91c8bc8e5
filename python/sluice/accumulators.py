# SPDX-License-Identifier: Apache-2.0
"""Accumulators: variables that tasks add to and the driver reads.

In a worker an accumulator is its id, its zero and its parameter; what a task adds is kept by id until the
worker takes it at the end of the task. That each task counts once, whatever retries there were, is the
engine's part.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

from sluice.errors import ContextError
from sluice.pyspark import present
from sluice.serializers.data import dumps_data, is_importable, loads_data

__all__ = [
    "Accumulator",
    "AccumulatorParam",
    "AddingAccumulatorParam",
    "COMPLEX_ACCUMULATOR_PARAM",
    "FLOAT_ACCUMULATOR_PARAM",
    "INTEGER_ACCUMULATOR_PARAM",
    "dump_updates",
    "load_updates",
    "merge_updates",
    "take_updates",
]

T = TypeVar("T")

_lock = threading.Lock()
_in_driver: WeakValueDictionary[int, Accumulator[Any]] = WeakValueDictionary()
_in_task: dict[int, Any] = {}
_PLAIN = (int, float, complex)


class AccumulatorParam(Generic[T]):
    """How values of a type start and add up. Subclass it and override both methods."""

    def zero(self, value: T) -> T:
        """The value that adds nothing, of the same shape as `value`."""
        raise NotImplementedError

    def addInPlace(self, value1: T, value2: T) -> T:
        """The sum; may change and return `value1`."""
        raise NotImplementedError


class AddingAccumulatorParam(AccumulatorParam[Any]):
    """Adds with `+=`, from a fixed zero."""

    def __init__(self, zero_value: Any) -> None:
        self.zero_value = zero_value

    def zero(self, value: Any) -> Any:
        return self.zero_value

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        value1 += value2
        return value1


INTEGER_ACCUMULATOR_PARAM = AddingAccumulatorParam(0)
FLOAT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0)
COMPLEX_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0j)


class Accumulator(Generic[T]):
    """Tasks `add`; `value` is for the driver alone."""

    def __init__(self, aid: int, value: T, accum_param: AccumulatorParam[T]) -> None:
        self.aid = aid
        self.accum_param = accum_param
        self._value = value
        _in_driver[aid] = self

    def __reduce__(self) -> tuple[Any, ...]:
        return _TaskAccumulator, (self.aid, self.accum_param.zero(self._value), self.accum_param)

    @property
    def value(self) -> T:
        """The sum so far."""
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        self._value = value

    def add(self, term: T) -> None:
        """Adds `term`."""
        with _lock:
            self._value = self.accum_param.addInPlace(self._value, term)

    def __iadd__(self, term: T) -> Accumulator[T]:
        self.add(term)
        return self

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"Accumulator<id={self.aid}, value={self._value}>"


class _TaskAccumulator(Accumulator[T]):
    """What an accumulator is in a worker. It keeps no sum itself, so it may serve task after task."""

    def __init__(self, aid: int, zero: T, accum_param: AccumulatorParam[T]) -> None:
        self.aid = aid
        self.accum_param = accum_param
        self._value = zero
        # A parameter may add into its zero, so every task begins with a copy.
        self._copy = None if type(zero) in _PLAIN else dumps_data(zero)

    def __reduce__(self) -> tuple[Any, ...]:
        zero = self._value if self._copy is None else loads_data(self._copy)
        return _TaskAccumulator, (self.aid, zero, self.accum_param)

    def _sluice_parts_(self) -> tuple[Any, ...]:
        param = self.accum_param
        return () if is_importable(type(param)) else (param,)

    @property
    def value(self) -> T:
        raise self._not_here("read")

    @value.setter
    def value(self, value: T) -> None:
        raise self._not_here("set")

    def _not_here(self, what: str) -> Exception:
        error = ContextError(
            f"accumulator value cannot be {what} inside a task",
            id=self.aid,
            advice="tasks only add; read .value in the driver after an action",
        )
        return present(error, "VALUE_NOT_ACCESSIBLE", value="Accumulator.value")

    def add(self, term: T) -> None:
        try:
            total = _in_task[self.aid]
        except KeyError:
            total = self._value if self._copy is None else loads_data(self._copy)
        _in_task[self.aid] = self.accum_param.addInPlace(total, term)

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        return f"Accumulator<id={self.aid}, in a task>"


def take_updates() -> list[tuple[int, Any]]:
    """What the task that ends here added, by accumulator id; the next one starts at zero."""
    updates = list(_in_task.items())
    _in_task.clear()
    return updates


def dump_updates(updates: Iterable[tuple[int, Any]]) -> bytes:
    """Updates as bytes for the driver."""
    return dumps_data(list(updates))


def load_updates(data: Any) -> list[tuple[int, Any]]:
    """What `dump_updates` wrote."""
    updates: list[tuple[int, Any]] = loads_data(data)
    return updates


def merge_updates(updates: Iterable[tuple[int, Any]]) -> None:
    """Adds a task's updates in the driver; those of accumulators that nobody holds any more are dropped."""
    for aid, value in updates:
        accumulator = _in_driver.get(aid)
        if accumulator is not None:
            accumulator.add(value)
