# SPDX-License-Identifier: Apache-2.0
"""Columns of one frame in the places that they have in another, by their names; fields of structs too."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.expr import Alias, Bound, Call, Case, Cast, Expr, Lambda, Literal, Variable, new_id
from sluice.frame.nodes import Node
from sluice.frame.planning import Planner
from sluice.frame.types import ArrayType, DataType, StructField, StructType

__all__ = ["matched"]


def matched(planner: Planner, left: Node, right: Node, missing: bool) -> tuple[Node, Node]:
    """Both sides with the same columns in the same places; with `missing`, what one side lacks is null there.

    Raises:
        AnalysisException: a side lacks a column, and that is not allowed.
    """
    fold = str if planner.settings.case_sensitive else str.lower
    theirs = {fold(each.name): each for each in right.output}
    mine = {fold(each.name) for each in left.output}
    lefts: list[Expr] = []
    rights: list[Expr] = []
    for each in left.output:
        found = theirs.get(fold(each.name))
        if found is None and not missing:
            raise errors.analysis(
                "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
                f'Cannot resolve column name "{each.name}" among ({", ".join(one.name for one in right.output)}). '
                "SQLSTATE: 42703",
            )
        if found is None:
            lefts.append(Bound(each))
            rights.append(Alias(Literal(None, each.type), (each.name,)))
            continue
        type_ = _united(each.type, found.type) if missing else _ordered(found.type, each.type)
        lefts.append(_as(Bound(each), each.type, type_, each.name))
        rights.append(_as(Bound(found), found.type, type_, found.name))
    extra = [each for each in right.output if fold(each.name) not in mine]
    if missing:
        lefts += [Alias(Literal(None, each.type), (each.name,)) for each in extra]
        rights += [Bound(each) for each in extra]
    elif len(left.output) != len(right.output):
        raise errors.analysis(
            "NUM_COLUMNS_MISMATCH",
            f"UNION can only be performed on inputs with the same number of columns, but the first input has "
            f"{len(left.output)} columns and the second input has {len(right.output)} columns. SQLSTATE: 42826",
        )
    return planner.project(left, lefts), planner.project(right, rights)


def _united(one: DataType, other: DataType) -> DataType:
    """A struct with the fields of both, the new ones last; of other types the first."""
    if isinstance(one, ArrayType) and isinstance(other, ArrayType):
        return ArrayType(_united(one.elementType, other.elementType), one.containsNull or other.containsNull)
    if not isinstance(one, StructType) or not isinstance(other, StructType):
        return one
    theirs = {each.name.lower(): each for each in other.fields}
    fields = []
    for each in one.fields:
        found = theirs.pop(each.name.lower(), None)
        type_ = each.dataType if found is None else _united(each.dataType, found.dataType)
        fields.append(StructField(each.name, type_, each.nullable))
    return StructType(fields + list(theirs.values()))


def _ordered(type_: DataType, like: DataType) -> DataType:
    """A struct with its fields in the order of another's, if it has the same ones."""
    if isinstance(type_, ArrayType) and isinstance(like, ArrayType):
        return ArrayType(_ordered(type_.elementType, like.elementType), type_.containsNull)
    if not isinstance(type_, StructType) or not isinstance(like, StructType):
        return type_
    have = {each.name.lower(): each for each in type_.fields}
    if set(have) != {each.name.lower() for each in like.fields}:
        return type_
    return StructType(
        [
            StructField(
                name, _ordered(have[name.lower()].dataType, each.dataType), have[name.lower()].nullable
            )
            for each in like.fields
            for name in (have[each.name.lower()].name,)
        ]
    )


def _as(value: Expr, type_: DataType, to: DataType, name: str) -> Expr:
    """A value whose structs have the fields of `to`; other types stay as they are."""
    changed = _restructured(value, type_, to)
    return value if changed is value else Alias(changed, (name,))


def _restructured(value: Expr, type_: DataType, to: DataType) -> Expr:
    if isinstance(type_, ArrayType) and isinstance(to, ArrayType):
        element = Variable(f"x_{new_id()}")
        changed = _restructured(element, type_.elementType, to.elementType)
        return value if changed is element else Call("transform", (value, Lambda((element,), changed)))
    if not isinstance(type_, StructType) or not isinstance(to, StructType):
        return value
    have = {each.name.lower(): each for each in type_.fields}
    fields: list[Expr] = []
    same = [each.name for each in type_.fields] == [each.name for each in to.fields]
    for each in to.fields:
        found = have.get(each.name.lower())
        if found is None:
            fields.append(Alias(Cast(Literal(None), each.dataType), (each.name,)))
            continue
        inner = Call("getitem", (value, Literal(found.name)))
        changed = _restructured(inner, found.dataType, each.dataType)
        same = same and changed is inner
        fields.append(Alias(changed, (each.name,)))
    if same:
        return value
    return Case(((Call("isnull", (value,)), Literal(None)),), Call("struct", tuple(fields)))
