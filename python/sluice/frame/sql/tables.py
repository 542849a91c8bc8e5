# SPDX-License-Identifier: Apache-2.0
"""What stands behind FROM: tables, views, files, joins, rows that are written out, generators."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.coercion import common_type
from sluice.frame.compile import Compiler, Scope
from sluice.frame.expr import Alias, Attribute, Call, Expr
from sluice.frame.functions.registry import GENERATOR, lookup
from sluice.frame.nodes import Node, Project, Requalified, Scan, columns_used, fresh
from sluice.frame.planning import Planner
from sluice.frame.run import Run
from sluice.frame.sql.grammar import exp, refusal
from sluice.frame.sql.joins import JoinedTables
from sluice.frame.sql.pivots import pivoted
from sluice.frame.views import current

if TYPE_CHECKING:
    from sluice.pyspark.session import SparkSession

__all__ = ["Ids", "Tables", "not_found", "one_row"]


class _Correlated(Planner):
    """Plans a query whose expressions may name columns of the query around it."""

    def __init__(self, settings: Any, outer: Scope | None) -> None:
        super().__init__(settings)
        self._outer = outer

    def compiler(self, *nodes: Node) -> Compiler:
        made = super().compiler(*nodes)
        made.scope = dataclasses.replace(made.scope, outer=self._outer)
        return made


class Ids:
    """Ids of columns that a statement has used.

    Args:
        always: whether every table gets ids of its own: where there are queries inside queries, an id then says which
            of them a column is of.
    """

    def __init__(self, always: bool = False) -> None:
        self.taken: set[int] = set()
        self.always = always


class Tables(JoinedTables):
    """Plans what a query reads.

    Args:
        tables: what WITH and parameters name, before the views of the session.
        outer: columns of the query around this one.
        used: ids of columns that are taken; a table that is named twice gets others.
    """

    def __init__(
        self,
        text: str,
        session: SparkSession,
        parameters: Mapping[str, Expr] | list[Expr] | None,
        tables: Mapping[str, Node],
        outer: Scope | None = None,
        used: Ids | None = None,
    ) -> None:
        super().__init__(text, session._frames.functions, parameters)
        self.session = session
        self.zone = session._frames.settings().zone
        self.tables: dict[str, Node] = dict(tables)
        self.outer = outer
        self.used = Ids() if used is None else used
        self.over: Node | None = None
        self.planner: Planner = _Correlated(session._frames.settings(), outer)

    def outside(self, plan: Any) -> tuple[str, ...]:
        used = columns_used(plan)
        known = self.over.output if self.over is not None else ()
        return tuple(each.name for each in known if each.id in used)

    def evaluated(self, expr: Expr) -> Any:
        """The value of an expression without columns."""
        compiler = Compiler(Scope(()), self.planner.settings)
        sql = compiler(expr)
        with Run(self.session._frames.engine()) as run:
            return run.value(f"SELECT {sql.text}")

    def source(self, select: Any) -> Node:
        """The rows that a SELECT reads."""
        clause = select.args.get("from_")
        node = one_row() if clause is None else self.table(clause.this)
        for join in select.args.get("joins") or ():
            node = self._joined(node, join)
        for lateral in select.args.get("laterals") or ():
            node = self._lateral_view(node, lateral)
        if select.args.get("sample") is not None:
            node = self._sampled(node, select.args["sample"])
        return node

    def table(self, node: Any) -> Node:
        """One item of FROM, with the joins inside its brackets.

        Raises:
            ParseException: it is of a form that is not here.
        """
        alias = node.args.get("alias")
        name = alias.name if alias is not None else ""
        columns = [each.name for each in alias.args.get("columns") or ()] if alias is not None else []
        if isinstance(node, exp.Subquery):
            made = self._bracketed(node)
        elif isinstance(node, exp.Values):
            made = self.values(node)
        elif isinstance(node, exp.Lateral):
            return self._lateral(one_row(), node, "CROSS", None)
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Anonymous):
            made, columns = self._function(node.this, columns), []
            if alias is not None and alias.args.get("columns"):
                columns = [each.name for each in alias.args["columns"]]
        elif isinstance(node, exp.Table):
            made = self._named_table(node)
            name = name or node.name
        else:
            raise refusal(f"{type(node).__name__} behind FROM", self.text)
        if node.args.get("version") or node.args.get("when"):
            raise refusal("a version of a table", self.text)
        for pivot in node.args.get("pivots") or ():
            made = pivoted(self, made, pivot)
            inner = pivot.args.get("alias")
            name = inner.name if inner is not None else name
        if node.args.get("sample") is not None:
            made = self._sampled(made, node.args["sample"])
        made = self.renamed(self._own(made), columns, name)
        for join in node.args.get("joins") or ():
            made = self._joined(made, join)
        for lateral in node.args.get("laterals") or ():
            made = self._lateral_view(made, lateral)
        return made

    def _bracketed(self, node: Any) -> Node:
        inner = node.this
        if isinstance(inner, exp.Table):
            # A join in brackets: its tables keep their names.
            return self.table(inner)
        made: Node = self.inner(self.outer).query(inner)
        return made

    def _own(self, node: Node) -> Node:
        """Give columns ids of their own where the query has them already."""
        if self.used.always or any(each.id in self.used.taken for each in node.output):
            output = tuple(
                dataclasses.replace(new, qualifiers=old.qualifiers)
                for new, old in zip(fresh(node.output), node.output, strict=True)
            )
            node = Project(output, node, tuple(each.sql for each in node.output))
        self.used.taken.update(each.id for each in node.output)
        return node

    def renamed(self, node: Node, columns: Sequence[str], name: str) -> Node:
        """The same rows under an alias, their columns under others.

        Raises:
            AnalysisException: there are more names than columns, or fewer.
        """
        if columns and len(columns) != len(node.output):
            raise errors.analysis(
                "ASSIGNMENT_ARITY_MISMATCH",
                f"The number of columns or variables assigned or aliased: {len(columns)} does not match the number of "
                f"source expressions: {len(node.output)}. SQLSTATE: 42802",
            )
        output = tuple(
            dataclasses.replace(
                each,
                name=columns[place] if columns else each.name,
                qualifiers=(name,) if name else each.qualifiers,
            )
            for place, each in enumerate(node.output)
        )
        return Requalified(output, node)

    def _named_table(self, node: Any) -> Node:
        parts = [node.args[key].name for key in ("catalog", "db") if node.args.get(key)]
        found = self.named(tuple(parts), node.name)
        if found is None:
            shown = ".".join(f"`{part}`" for part in (*parts, node.name))
            raise not_found(shown)
        return found

    def named(self, parts: tuple[str, ...], name: str) -> Node | None:
        """The plan of a name; None if nothing has it."""
        frames = self.session._frames
        lowered = name.lower()
        if not parts:
            if lowered in self.tables:
                return self.tables[lowered]
            view = frames.views.get(lowered)
        elif parts == ("global_temp",):
            view = frames.global_views.get(lowered)
        elif len(parts) == 1 and parts[0].lower() in ("parquet", "csv", "json", "text", "orc"):
            files: Any = self.session.read.format(parts[0].lower()).load(name)
            found: Node = files._node
            return found
        else:
            view = None
        return None if view is None else current(view[1])

    def _function(self, call: Any, columns: list[str]) -> Node:
        name = call.name.lower()
        if name == "range":
            numbers = [self.evaluated(each) for each in self.all(call.expressions)]
            if not 1 <= len(numbers) <= 4:
                raise refusal(f"range of {len(numbers)} arguments", self.text)
            start, end = (0, numbers[0]) if len(numbers) == 1 else numbers[:2]
            step = numbers[2] if len(numbers) > 2 else 1
            return self.session.range(int(start), int(end), int(step))._node
        if name == "identifier" and len(call.expressions) == 1:
            wanted = str(self.evaluated(self(call.expressions[0])))
            from sluice.frame.names import split_name

            *parts, last = split_name(wanted)
            found = self.named(tuple(parts), last)
            if found is None:
                raise not_found(f"`{wanted}`")
            return found
        function = lookup(name)
        if function is None or function.kind != GENERATOR:
            raise errors.analysis(
                "UNRESOLVABLE_TABLE_VALUED_FUNCTION",
                f"Could not resolve `{call.name}` to a table-valued function. Please make sure that `{call.name}` is "
                "defined as a table-valued function and that all required parameters are provided correctly. "
                "SQLSTATE: 42883",
            )
        expr = self(call)
        assert isinstance(expr, Call)
        node, made = self.planner.generate(one_row(), expr)
        return self.planner.picked(node, made)

    def values(self, node: Any) -> Node:
        """Rows that are written out.

        Raises:
            AnalysisException: rows have unequal lengths, or columns have no type in common.
        """
        rows = [
            [self(each) for each in (row.expressions if isinstance(row, exp.Tuple) else [row])]
            for row in node.expressions
        ]
        width = len(rows[0])
        if any(len(row) != width for row in rows):
            raise errors.analysis(
                "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
                f"Invalid inline table. Inline table expected {width} columns but found "
                f"{next(len(row) for row in rows if len(row) != width)} columns in some row. SQLSTATE: 42000",
            )
        compiler = Compiler(Scope((), self.outer), self.planner.settings)
        compiled = [compiler.all([_bare(each) for each in row]) for row in rows]
        columns = list(zip(*compiled, strict=True))
        output, texts = [], []
        for place, column in enumerate(columns):
            type_ = common_type(each.type for each in column)
            if type_ is None:
                raise errors.analysis(
                    "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE",
                    f"Invalid inline table. Found incompatible types in the column `col{place + 1}` for inline table. "
                    "SQLSTATE: 42000",
                )
            texts.append([cast(self.planner.settings, each, type_).text for each in column])
            output.append(Attribute(f"col{place + 1}", type_, any(each.nullable for each in column)))
        lines = ", ".join(f"({', '.join(row)})" for row in zip(*texts, strict=True))
        names = tuple(f"v{place}" for place in range(width))
        scan = Scan(
            tuple(output), f"(VALUES {lines}) t({', '.join(names)})", names, subplans=compiler.subplans()
        )
        alias = node.args.get("alias")
        if alias is None or isinstance(node.parent, exp.From | exp.Join):
            return scan
        return self.renamed(scan, [each.name for each in alias.args.get("columns") or ()], alias.name)


def not_found(shown: str) -> Exception:
    """The error for a table that is not there."""
    return errors.analysis(
        "TABLE_OR_VIEW_NOT_FOUND",
        f"The table or view {shown} cannot be found. Verify the spelling and correctness of the schema and catalog.\n"
        "If you did not qualify the name with a schema, verify the current_schema() output, or qualify the name with "
        "the correct schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF "
        "EXISTS. SQLSTATE: 42P01",
    )


def one_row() -> Node:
    """What a query without FROM reads: one row without columns."""
    return Scan((), "range(1)", ())


def _bare(expr: Expr) -> Expr:
    return expr.child if isinstance(expr, Alias) else expr
