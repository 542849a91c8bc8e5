# SPDX-License-Identifier: Apache-2.0
"""Plan nodes of two inputs and more: joins, unions and the like."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.coercion import common_type, widest
from sluice.frame.conditions import computed_beside
from sluice.frame.expr import Attribute, Bound, Call, Expr, Literal
from sluice.frame.hidden import revealed
from sluice.frame.nodes import Join, Node, Project, SetOperation, fresh, renamed
from sluice.frame.sqltext import Sql

if TYPE_CHECKING:
    from sluice.frame.compile import Compiler
    from sluice.frame.settings import FrameSettings

__all__ = ["Joins"]


class Joins:
    """Mixed into ``Planner``."""

    settings: FrameSettings

    def compiler(self, *nodes: Node) -> Compiler:
        """A compiler over the columns of some nodes."""
        raise NotImplementedError

    def filter(self, node: Node, condition: Expr) -> Node:
        """Rows for which a condition holds."""
        raise NotImplementedError

    def _python(self, node: Node, exprs: list[Expr]) -> tuple[Node, list[Expr]]:
        raise NotImplementedError

    def picked(self, node: Node, attributes: Sequence[Attribute]) -> Node:
        """Some columns of a node, as they are."""
        return Project(tuple(attributes), node, tuple(each.sql for each in attributes))

    def join(self, left: Node, right: Node, kind: str, condition: Expr | None) -> Node:
        """Two nodes side by side under a condition."""
        left, right, swapped = self.apart(left, right)
        own = self._joined(left, right, kind)
        text: str | None = None
        subplans: tuple[tuple[str, Any], ...] = ()
        if condition is not None:
            condition = _other_side(condition, swapped)
            left, right, condition = self._revealed(left, right, condition)
            scope = self.compiler(left, right).scope
            left, right, here, after = computed_beside(self._python, scope, left, right, kind, condition)
            if after is not None:
                # The columns of functions are for the condition alone.
                return self.picked(self.filter(self.join(left, right, kind, here), after), own)
            compiler = self.compiler(left, right)
            text = compiler.boolean(here or Literal(True), "JOIN").text
            subplans = compiler.subplans()
        made = Join(self._joined(left, right, kind), left, right, kind, text, subplans=subplans)
        return made if len(made.output) == len(own) else self.picked(made, own)

    def _revealed(self, left: Node, right: Node, condition: Expr) -> tuple[Node, Node, Expr]:
        """Two sides with what a condition takes of the columns that joins below left out."""
        scope = self.compiler(left, right).scope
        left, (condition,) = revealed(left, scope, [condition])
        right, (condition,) = revealed(right, scope, [condition])
        return left, right, condition

    def apart(self, left: Node, right: Node) -> tuple[Node, Node, dict[int, Attribute]]:
        """Give the right side ids of its own where both sides come from one frame; return what became of them."""
        ids = {each.id for each in left.output}
        if not any(each.id in ids for each in right.output):
            return left, right, {}
        new = tuple(
            dataclasses.replace(each, id=Attribute("", each.type).id) if each.id in ids else each
            for each in right.output
        )
        swapped = {old.id: each for old, each in zip(right.output, new, strict=True) if old.id != each.id}
        return left, renamed(right, new), swapped

    @staticmethod
    def _joined(left: Node, right: Node, kind: str) -> tuple[Attribute, ...]:
        if kind in ("SEMI", "ANTI"):
            return left.output
        lefts, rights = left.output, right.output
        if kind in ("RIGHT", "FULL"):
            lefts = tuple(dataclasses.replace(each, nullable=True) for each in lefts)
        if kind in ("LEFT", "FULL"):
            rights = tuple(dataclasses.replace(each, nullable=True) for each in rights)
        return (*lefts, *rights)

    def join_using(self, left: Node, right: Node, kind: str, names: Sequence[str]) -> Node:
        """Two nodes side by side where columns of these names are equal; each of them is there once.

        Raises:
            AnalysisException: a side has no such column.
        """
        left, right, _ = self.apart(left, right)
        pairs = []
        for name in names:
            found = []
            for side, node in (("left", left), ("right", right)):
                here = self.compiler(node).scope.named((name,))
                if here is None:
                    among = ", ".join(f"`{each.name}`" for each in node.output)
                    raise errors.analysis(
                        "UNRESOLVED_USING_COLUMN_FOR_JOIN",
                        f"USING column `{name}` cannot be resolved on the {side} side of the join. The {side}-side "
                        f"columns: [{among}]. SQLSTATE: 42703",
                    )
                found.append(here[0])
            pairs.append((found[0], found[1]))
        compiler = self.compiler(left, right)
        conditions = [compiler(Call("=", (Bound(a), Bound(b)))).text for a, b in pairs]
        joined = Join(self._joined(left, right, kind), left, right, kind, " AND ".join(conditions))
        if kind in ("SEMI", "ANTI"):
            first = [a for a, _ in pairs]
            return self.picked(joined, [*first, *(each for each in left.output if each not in first)])
        keys: list[tuple[Attribute, str]] = []
        for a, b in pairs:
            if kind == "FULL":
                type_ = widest(a.type, b.type) or a.type
                texts = [cast(self.settings, Sql(each.sql, each.type), type_).text for each in (a, b)]
                keys.append((Attribute(a.name, type_, True), f"coalesce({', '.join(texts)})"))
            else:
                key = b if kind == "RIGHT" else a
                keys.append((dataclasses.replace(key, name=a.name), key.sql))
        used = {each.id for pair in pairs for each in pair}
        rest = [each for each in joined.output if each.id not in used]
        taken = {key.id for key, _ in keys}
        return Project(
            (*(key for key, _ in keys), *rest),
            joined,
            (*(text for _, text in keys), *(each.sql for each in rest)),
            hidden=tuple(each for each in joined.output if each.id in used and each.id not in taken),
        )

    def set_operation(self, kind: str, nodes: Sequence[Node]) -> Node:
        """Rows of several nodes with columns in the same places, which become of one type.

        Raises:
            AnalysisException: there are unequal numbers of columns, or types that have nothing in common.
        """
        first = nodes[0]
        for number, node in enumerate(nodes[1:], 2):
            if len(node.output) != len(first.output):
                raise errors.analysis(
                    "NUM_COLUMNS_MISMATCH",
                    f"{kind.split()[0]} can only be performed on inputs with the same number of columns, but the first "
                    f"input has {len(first.output)} columns and input {number} has {len(node.output)} columns. "
                    "SQLSTATE: 42826",
                )
        types = []
        for place, each in enumerate(first.output):
            type_ = each.type
            for number, node in enumerate(nodes[1:], 2):
                other = node.output[place].type
                found = common_type([type_, other], self.settings.ansi)
                if found is None:
                    raise errors.analysis(
                        "INCOMPATIBLE_COLUMN_TYPE",
                        f"{kind.split()[0]} can only be performed on tables with compatible column types. The column "
                        f'{place + 1} of the input {number} has "{other.simpleString().upper()}" type which is not '
                        f'compatible with "{type_.simpleString().upper()}" at the same column of the first input. '
                        "SQLSTATE: 42825",
                    )
                type_ = found
            types.append(type_)
        children = []
        for node in nodes:
            texts = tuple(
                cast(self.settings, Sql(each.sql, each.type), type_).text
                for each, type_ in zip(node.output, types, strict=True)
            )
            output = tuple(
                Attribute(each.name, type_, each.nullable)
                for each, type_ in zip(node.output, types, strict=True)
            )
            children.append(Project(output, node, texts))
        if kind in ("EXCEPT", "EXCEPT ALL"):
            nullables = [each.nullable for each in first.output]
        else:
            nullables = [any(node.output[place].nullable for node in nodes) for place in range(len(types))]
        output = tuple(
            dataclasses.replace(each, type=type_, nullable=null, metadata=each.metadata)
            for each, type_, null in zip(fresh(first.output), types, nullables, strict=True)
        )
        return SetOperation(output, tuple(children), kind)


def _other_side(condition: Expr, swapped: dict[int, Attribute]) -> Expr:
    """`a.id = a.id` of a frame joined with itself means both sides, the right one on the right."""
    if not swapped:
        return condition

    def change(expr: Expr) -> Expr | None:
        if isinstance(expr, Call) and expr.function in ("=", "<=>") and expr.args[0] == expr.args[1]:
            side: Any = expr.args[1]
            if isinstance(side, Bound) and side.attribute.id in swapped:
                return Call(expr.function, (expr.args[0], Bound(swapped[side.attribute.id])))
        return None

    return condition.transformed(change)
