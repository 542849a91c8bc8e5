# SPDX-License-Identifier: Apache-2.0
"""Which columns a function in Python is called with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Arguments"]


@dataclass(frozen=True)
class Arguments:
    """The places of columns: of arguments by their order, and of arguments by their names."""

    by_order: tuple[int, ...]
    by_name: tuple[tuple[str, int], ...] = ()

    @property
    def places(self) -> tuple[int, ...]:
        """The places of all arguments, those with names last."""
        return (*self.by_order, *(place for _, place in self.by_name))

    def moved(self, to: Mapping[int, int]) -> Arguments:
        """The same for columns that lie elsewhere."""
        return Arguments(
            tuple(to[place] for place in self.by_order),
            tuple((name, to[place]) for name, place in self.by_name),
        )

    def applied(self, function: Callable[..., Any], values: Sequence[Any]) -> Any:
        """Call a function with a value for each of `places`."""
        if not self.by_name:
            return function(*values)
        count = len(self.by_order)
        return function(*values[:count], **dict(zip(dict(self.by_name), values[count:], strict=True)))
