# SPDX-License-Identifier: Apache-2.0
"""Columns as SQL text, the way back from `ddl`."""

from __future__ import annotations

import re

from sluice.frame.atoms import DataType
from sluice.frame.nested import ArrayType, MapType
from sluice.frame.structs import StructField, StructType

__all__ = ["columns_text"]


def columns_text(schema: StructType) -> str:
    """The columns as `parse_columns` reads them."""
    return ",".join(_column(field, " ") for field in schema)


def _column(field: StructField, between: str) -> str:
    name = field.name
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        name = "`" + name.replace("`", "``") + "`"
    text = f"{name}{between}{_sql(field.dataType)}{'' if field.nullable else ' NOT NULL'}"
    comment = field.metadata.get("comment")
    if comment is None:
        return text
    quoted = comment.replace("\\", "\\\\").replace("'", "\\'")
    return f"{text} COMMENT '{quoted}'"


def _sql(kind: DataType) -> str:
    if isinstance(kind, ArrayType):
        return f"ARRAY<{_sql(kind.elementType)}>"
    if isinstance(kind, MapType):
        return f"MAP<{_sql(kind.keyType)}, {_sql(kind.valueType)}>"
    if isinstance(kind, StructType):
        return f"STRUCT<{', '.join(_column(field, ': ') for field in kind)}>"
    return kind.simpleString().upper()
