# SPDX-License-Identifier: Apache-2.0
"""The order of values as Spark has it: inside structs and arrays nulls come first, where DuckDB has them last."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.expr import Expr
from sluice.frame.names import sql_text
from sluice.frame.types import ArrayType, DataType, MapType, StructType

__all__ = ["ordered_form", "unordered"]


def ordered_form(text: str, type_: DataType) -> str:
    """SQL of a value that is ordered as Spark orders this one; the text itself where the two agree.

    A null of the value itself stays one: where those come is said by who sorts.
    """
    if isinstance(type_, StructType):
        parts = []
        for place, field in enumerate(type_.fields):
            inner = f"struct_extract({text}, {sql_text(field.name)})"
            parts.append(f"n{place} := {inner} IS NOT NULL")
            parts.append(f"v{place} := {ordered_form(inner, field.dataType)}")
        return f"(CASE WHEN {text} IS NULL THEN NULL ELSE struct_pack({', '.join(parts)}) END)"
    if isinstance(type_, ArrayType):
        name = f"o{text.count('lambda o')}"
        inner = ordered_form(name, type_.elementType)
        if inner == name and not type_.containsNull:
            return text
        return f"list_transform({text}, lambda {name}: struct_pack(n := {name} IS NOT NULL, v := {inner}))"
    return text


def unordered(expr: Expr, type_: DataType) -> None:
    """Refuse a type that has no order.

    Raises:
        AnalysisException: it is a map, or has one inside.
    """
    waiting = [type_]
    while waiting:
        each = waiting.pop()
        if isinstance(each, MapType):
            raise errors.analysis(
                "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                f'Cannot resolve "{expr.name()}" due to data type mismatch: the type '
                f'"{type_.simpleString().upper()}" has no order. SQLSTATE: 42K09',
            )
        if isinstance(each, ArrayType):
            waiting.append(each.elementType)
        if isinstance(each, StructType):
            waiting += [field.dataType for field in each.fields]
