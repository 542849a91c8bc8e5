# SPDX-License-Identifier: Apache-2.0
"""Tables and batches of Arrow that functions return, checked before anybody else follows their offsets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from sluice.frame.arrowtypes import from_arrow
from sluice.frame.resulterrors import Label, wrong_columns, wrong_types
from sluice.frame.types import StructType
from sluice.pyspark.exceptions import PySparkException

__all__ = ["ArrowTables"]


class ArrowTables:
    """Checks what a function returns against a schema.

    Args:
        by_name: find columns by name, in any order; else by place, whatever they are called.
    """

    def __init__(self, result: pa.Schema, declared: StructType, label: Label, by_name: bool) -> None:
        self._result = result
        self._declared = declared.toNullable()
        self._label = label
        self._by_name = by_name

    def batches(self, made: pa.Table | pa.RecordBatch) -> Iterator[Any]:
        """Yield the batches, with the schema's own names and types.

        Raises:
            PySparkRuntimeError: columns are missing, too many, or of other types.
        """
        if not made.num_columns and not made.num_rows:
            return
        names = self._result.names
        found = made.schema.names
        if set(found) != set(names) if self._by_name else len(found) != len(names):
            raise wrong_columns(self._label, names, found, self._by_name)
        if self._by_name and found != names:
            made = made.select(names)
        batches = [made] if isinstance(made, pa.RecordBatch) else made.to_batches()
        for batch in batches:
            yield pa.RecordBatch.from_arrays(self._columns(batch), schema=self._result)

    def _columns(self, batch: Any) -> list[Any]:
        columns, wrong = [], []
        for column, field, declared in zip(batch.columns, self._result, self._declared, strict=True):
            if column.type != field.type and not self._same(column.type, declared.dataType):
                wrong.append((field.name, field.type, column.type))
                continue
            # Made by the program: it may point anywhere.
            try:
                column.validate(full=True)
                columns.append(column if column.type == field.type else column.cast(field.type))
            except pa.ArrowException as error:
                raise wrong_types(
                    self._label, [(field.name, field.type, f"{column.type}: {error}")]
                ) from error
        if wrong:
            raise wrong_types(self._label, wrong)
        return columns

    @staticmethod
    def _same(found: Any, declared: Any) -> bool:
        """Whether two types differ only in how Arrow lays them out."""
        try:
            kind: Any = from_arrow(found)
        except PySparkException:
            return False
        return bool(StructType().add("_", kind).toNullable()[0].dataType == declared)
