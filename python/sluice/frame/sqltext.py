# SPDX-License-Identifier: Apache-2.0
"""A compiled expression: DuckDB's SQL, its type as Spark has it, and whether it can be null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluice.frame.types import DataType

__all__ = ["Sql", "failing"]


@dataclass(frozen=True)
class Sql:
    """The text stands by itself: it needs no brackets where it is put."""

    text: str
    type: DataType
    nullable: bool = True


_OF_INTEGER = frozenset(("TINYINT", "SMALLINT", "BIGINT", "FLOAT", "DOUBLE", "VARCHAR", "BOOLEAN"))


def failing(message: str, duckdb_type: str) -> str:
    """A SQL value that raises when it is computed; `message` is SQL and ends with the SQLSTATE.

    DuckDB's own `error()` is volatile, so that it may stand in no window and keeps an expression from being computed
    once; a text that is no number is an error as well, and has the text in it.
    """
    failure = f"CAST({message} AS INTEGER)"
    if duckdb_type == "INTEGER":
        return failure
    return f"CAST({failure if duckdb_type in _OF_INTEGER else message} AS {duckdb_type})"
