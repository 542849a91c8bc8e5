# SPDX-License-Identifier: Apache-2.0
"""Combining where only the key counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sluice.shuffle import Aggregator

__all__ = ["DistinctAggregator"]


def _keep(kept: Any, other: Any) -> Any:
    return kept


class DistinctAggregator(Aggregator):
    """Every value is ``None``; a dict keeps the first of equal keys."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None, _keep)

    def __reduce__(self) -> tuple[Any, ...]:
        return DistinctAggregator, ()

    def _sluice_parts_(self) -> tuple[Any, ...]:
        return ()

    def add_values(self, data: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> None:
        """Add pairs, at the speed of C."""
        data.update(items)

    add_combiners = add_values
