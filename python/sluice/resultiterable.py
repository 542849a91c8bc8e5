# SPDX-License-Identifier: Apache-2.0
"""What the values of one key are to a program."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

__all__ = ["ResultIterable"]

T = TypeVar("T")


class ResultIterable(Iterable[T]):
    """Values that can be counted and iterated, as often as one likes."""

    __slots__ = ("data", "index", "maxindex")

    def __init__(self, data: Collection[T]) -> None:
        self.data = data
        self.index = 0
        self.maxindex = len(data)

    def __iter__(self) -> Iterator[T]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __reduce__(self) -> tuple[type[ResultIterable[T]], tuple[Collection[T]]]:
        return ResultIterable, (self.data,)
