# SPDX-License-Identifier: Apache-2.0
"""A compiled expression: DuckDB's SQL, its type as Spark has it, and whether it can be null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluice.frame.types import DataType

__all__ = ["Sql"]


@dataclass(frozen=True)
class Sql:
    """The text stands by itself: it needs no brackets where it is put."""

    text: str
    type: DataType
    nullable: bool = True
