# SPDX-License-Identifier: Apache-2.0
"""Operations that need nothing but their own partition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.rdd.base import RDDBase

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Narrow(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def map(self, f: Callable[[Any], U], preservesPartitioning: bool = False) -> RDD[U]:
        """Return an RDD of ``f(x)`` for every item."""
        return self._derive("map", f, preservesPartitioning)

    def filter(self, f: Callable[[Any], bool]) -> RDD[T_co]:
        """Return an RDD of the items for which ``f(x)`` is true."""
        return self._derive("filter", f, True)

    def flatMap(self, f: Callable[[Any], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """Return an RDD of all items of ``f(x)`` for every item."""
        return self._derive("flatMap", f, preservesPartitioning)

    def mapPartitions(self, f: Callable[[Any], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """Return an RDD of ``f(iterator)`` for every partition."""
        return self._derive("mapPartitions", f, preservesPartitioning)

    def mapPartitionsWithIndex(
        self, f: Callable[[int, Any], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Return an RDD of ``f(index, iterator)`` for every partition."""
        return self._derive("mapPartitionsWithIndex", f, preservesPartitioning)
