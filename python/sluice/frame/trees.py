# SPDX-License-Identifier: Apache-2.0
"""The text of `printSchema`: one line a field, indented by depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluice.frame.atoms import DataType
    from sluice.frame.structs import StructType

__all__ = ["UNSEEN", "tree"]

UNSEEN = str.maketrans(
    {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b", "\v": "\\v", "\a": "\\a"}
)


def tree(schema: StructType, depth: int) -> str:
    """The tree below `root`; a depth of 0 or less is all of it."""
    lines = field_lines(schema, " |", depth if depth > 0 else 2**31 - 1)
    return "".join(["root\n", *lines])


def field_lines(kind: DataType, prefix: str, depth: int) -> Iterator[str]:
    """The lines for what is inside a type."""
    from sluice.frame.nested import ArrayType, MapType
    from sluice.frame.structs import StructType

    if depth <= 0:
        return
    parts: list[tuple[str, DataType, str]] = []
    if isinstance(kind, StructType):
        parts = [
            (field.name.translate(UNSEEN), field.dataType, f"nullable = {_word(field.nullable)}")
            for field in kind
        ]
    elif isinstance(kind, ArrayType):
        parts = [("element", kind.elementType, f"containsNull = {_word(kind.containsNull)}")]
    elif isinstance(kind, MapType):
        parts = [
            ("key", kind.keyType, ""),
            ("value", kind.valueType, f"valueContainsNull = {_word(kind.valueContainsNull)}"),
        ]
    for name, inner, note in parts:
        yield f"{prefix}-- {name}: {_shown(inner)}{f' ({note})' if note else ''}\n"
        yield from field_lines(inner, f"{prefix}    |", depth - 1)


def _word(truth: bool) -> str:
    return "true" if truth else "false"


def _shown(kind: DataType) -> str:
    name = kind.typeName()
    # Where a type has parameters, Java's name for it has them too.
    return kind.simpleString() if name in _WITH_PARAMETERS else name


_WITH_PARAMETERS = {"decimal", "char", "varchar", "daytimeinterval", "yearmonthinterval", "time"}
