# SPDX-License-Identifier: Apache-2.0
"""Makes plan nodes of expressions: names are resolved, functions in Python split off, aggregates told from columns."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Sequence

from sluice.frame import errors
from sluice.frame.analysing import (
    check_grouped,
    generator_of,
    grouped_by,
    grouping_ids,
    has_aggregate,
    no_inner_generator,
    with_fields,
)
from sluice.frame.compile import Compiler, Scope
from sluice.frame.expr import (
    Alias,
    Attribute,
    Bound,
    Call,
    Cast,
    Expr,
    Name,
    PythonCall,
    SortOrder,
    Star,
    Window,
    walk,
)
from sluice.frame.functions.registry import lookup
from sluice.frame.joining import Joins
from sluice.frame.lateral import laterally
from sluice.frame.merging import as_one
from sluice.frame.names import sql_text
from sluice.frame.nodes import (
    Aggregate,
    Filter,
    Generate,
    Grouped,
    Node,
    Project,
    Python,
    Sort,
)
from sluice.frame.numbered import numbered
from sluice.frame.pycalls import Extraction, has_python
from sluice.frame.settings import FrameSettings
from sluice.frame.types import ArrayType, StructType
from sluice.pyspark.captured import AnalysisException

__all__ = ["Planner"]


class Planner(Joins):
    """Plans under the settings of a session."""

    def __init__(self, settings: FrameSettings) -> None:
        self.settings = settings

    def compiler(self, *nodes: Node) -> Compiler:
        """A compiler over the columns of some nodes."""
        return Compiler(
            Scope(
                tuple(itertools.chain.from_iterable(node.output for node in nodes)),
                exact=self.settings.case_sensitive,
            ),
            self.settings,
        )

    def project(self, node: Node, exprs: Iterable[Expr]) -> Node:
        """Columns of a node; an aggregate among them makes one row of all."""
        wanted = laterally(self.compiler(node).scope, self._expanded(node, exprs))
        if any(has_aggregate(expr) for expr in wanted):
            return self.aggregate(node, (), wanted)
        node, wanted = self._timed(node, wanted)
        node, wanted = self._generated(node, wanted)
        node, wanted = self._python(node, wanted)
        compiler = self.compiler(node)
        have = {each.id: each for each in node.output}
        columns = []
        for expr in wanted:
            known = have.get(expr.attribute.id) if isinstance(expr, Bound) else None
            columns.append((known, known.sql) if known is not None else self._column(compiler, expr))
        output = tuple(attribute for attribute, _ in columns)
        texts = tuple(text for _, text in columns)
        merged = as_one(node, texts)
        if merged is not None:
            assert isinstance(node, Project)
            return Project(output, node.child, merged, subplans=(*node.subplans, *compiler.subplans()))
        return Project(output, node, texts, subplans=compiler.subplans())

    def _timed(self, node: Node, exprs: Sequence[Expr]) -> tuple[Node, list[Expr]]:
        """Where there are windows of time: the rows that have a time, once for each window that they are in."""
        windows = {
            each
            for expr in exprs
            for each in walk(expr)
            if isinstance(each, Call) and each.function == "window"
        }
        places: dict[Expr, Expr] = {}
        for window in windows:
            time, size, _, slide = window.args
            if size == slide:
                node = self.filter(node, Call("isnotnull", (time,)))
                continue
            several = Alias(Call("explode", (Call("time_windows", window.args),)), ("window",))
            node = self.project(node, [*map(Bound, node.output), several])
            places[window] = Bound(node.output[-1])
        return node, [expr.transformed(places.get) for expr in exprs] if places else list(exprs)

    def _expanded(self, node: Node, exprs: Iterable[Expr]) -> list[Expr]:
        wanted: list[Expr] = []
        for expr in exprs:
            if isinstance(expr, Star):
                wanted.extend(self._star(node, expr))
            else:
                wanted.append(expr.transformed(lambda each: self._spread(node, each)))
        return wanted

    def _spread(self, node: Node, expr: Expr) -> Expr | None:
        """A function of all columns: `struct(*)`."""
        if not isinstance(expr, Call) or not any(isinstance(arg, Star) for arg in expr.args):
            return None
        args = (self._star(node, arg) if isinstance(arg, Star) else [arg] for arg in expr.args)
        return dataclasses.replace(expr, args=tuple(itertools.chain.from_iterable(args)))

    def _star(self, node: Node, star: Star) -> list[Expr]:
        if star.of or not star.qualifier:
            return [Bound(each) for each in star.of or node.output]
        lowered = star.qualifier[-1].lower()
        found: list[Expr] = [
            Bound(each) for each in node.output if lowered in (name.lower() for name in each.qualifiers)
        ]
        if found:
            return found
        struct = self.compiler(node)(Name(star.qualifier))
        if not isinstance(struct.type, StructType):
            raise errors.analysis(
                "CANNOT_RESOLVE_STAR_EXPAND",
                f"Cannot resolve `{'.'.join(star.qualifier)}`.* given input columns "
                f"{', '.join(f'`{each.name}`' for each in node.output)}. SQLSTATE: 42704",
            )
        return [Name((*star.qualifier, each.name)) for each in struct.type.fields]

    def _generated(self, node: Node, exprs: list[Expr]) -> tuple[Node, list[Expr]]:
        """Make rows of a generator's array; its columns stand where it stood."""
        for expr in exprs:
            no_inner_generator(expr, generator_of(expr))
        made_of: list[Expr] = []
        for expr in exprs:
            call = generator_of(expr)
            if call is None:
                made_of.append(expr)
                continue
            names = expr.names if isinstance(expr, Alias) else ()
            if has_python(call):
                node, (changed,) = self._python(node, [call])
                assert isinstance(changed, Call)
                call = changed
            node, made = self.generate(node, call, names)
            made_of += [Bound(each) for each in made]
        return node, made_of

    def generate(
        self, node: Node, call: Call, names: Sequence[str] = (), qualifier: tuple[str, ...] = ()
    ) -> tuple[Node, tuple[Attribute, ...]]:
        """Put a generator's columns beside those of a node; return them too."""
        compiler = self.compiler(node)
        args = [compiler(arg) for arg in call.args]
        array = compiler(call)
        function = lookup(call.function)
        assert function is not None
        assert isinstance(array.type, ArrayType)
        own = function.columns(args) if function.columns is not None else ["col"]
        if names and len(names) != len(own):
            raise errors.analysis(
                "UDTF_ALIAS_NUMBER_MISMATCH",
                f"The number of aliases supplied in the AS clause does not match the number of columns output by the "
                f"UDTF. Expected {len(own)} aliases, but got {', '.join(names)}. SQLSTATE: 42802",
            )
        element = array.type.elementType
        if len(own) == 1 and function.name.startswith("explode"):
            types, texts, nulls = [element], ["g"], [array.type.containsNull]
        else:
            assert isinstance(element, StructType)
            types = [each.dataType for each in element.fields]
            texts = [f"struct_extract(g, {sql_text(each.name)})" for each in element.fields]
            nulls = [each.nullable or array.type.containsNull for each in element.fields]
        made = tuple(
            Attribute(name, type_, null, qualifiers=qualifier)
            for name, type_, null in zip(names or own, types, nulls, strict=True)
        )
        return Generate((*node.output, *made), node, array.text, tuple(texts)), made

    def _python(self, node: Node, exprs: list[Expr]) -> tuple[Node, list[Expr]]:
        """Have functions in Python computed beside a node's columns; calls become columns."""
        if not any(has_python(expr) for expr in exprs):
            return node, exprs
        extraction = Extraction(self.compiler(node))
        changed = [
            extraction.column(
                expr
                if isinstance(expr, Alias) or not isinstance(expr, PythonCall)
                else Alias(expr, (expr.name(),))
            )
            for expr in exprs
        ]
        if extraction.before:
            output = (*node.output, *(attribute for attribute, _ in extraction.before))
            texts = (*(each.sql for each in node.output), *(text for _, text in extraction.before))
            node = Project(output, node, texts)
        for keys, made in extraction.windows.items():
            output = (*node.output, *(attribute for attribute, _ in made))
            node = Grouped(output, (node,), (keys,), tuple(call for _, call in made), "over")
        if not extraction.calls:
            return node, changed
        output = (*node.output, *(attribute for attribute, _ in extraction.calls))
        return Python(output, node, tuple(call for _, call in extraction.calls)), changed

    def _column(self, compiler: Compiler, expr: Expr) -> tuple[Attribute, str]:
        """What a column is called, and its SQL."""
        sql = compiler(expr)
        inner = expr.child if isinstance(expr, Alias) else expr
        known = None
        plain = inner
        while isinstance(plain, Cast | Alias):
            plain = plain.child
        if isinstance(plain, Name | Bound) and sql.text[0] == "c" and sql.text[1:].isdigit():
            known = next((each for each in compiler.scope.attributes if each.sql == sql.text), None)
        if isinstance(expr, Alias):
            if len(expr.names) != 1:
                raise errors.analysis(
                    "NUM_COLUMNS_MISMATCH", f"one column has {len(expr.names)} names: {', '.join(expr.names)}"
                )
            metadata = expr.metadata or (known.metadata if known is not None else ())
            return Attribute(expr.names[0], sql.type, sql.nullable, metadata=metadata), sql.text
        if known is not None:
            name = inner.parts[-1] if isinstance(inner, Name) else known.name
            return (known if name == known.name else dataclasses.replace(known, name=name)), sql.text
        return Attribute(self.named(compiler, inner), sql.type, sql.nullable), sql.text

    def named(self, compiler: Compiler, expr: Expr) -> str:
        """What PySpark calls a column without an alias: casts of columns keep the column's name."""
        inner = expr
        while isinstance(inner, Cast):
            inner = inner.child
        if isinstance(inner, Name | Bound | Alias) and inner is not expr:
            return inner.name()
        if (
            isinstance(expr, Call)
            and expr.function in ("+", "-")
            and expr.shown is None
            and len(expr.args) == 2
        ):
            kinds = [compiler(arg).type.typeName() for arg in expr.args]
            if kinds[0] == "date" and kinds[1] in ("integer", "short", "byte"):
                function = "date_add" if expr.function == "+" else "date_sub"
                return f"{function}({expr.args[0].name()}, {expr.args[1].name()})"
            if kinds[0] == "date" and compiler(expr.args[1]).type.simpleString() == "interval day":
                days = f"extractansiintervaldays({expr.args[1].name()})"
                days = days if expr.function == "+" else f"(- {days})"
                return f"date_add({expr.args[0].name()}, {days})"
            times = any(kind in ("date", "timestamp", "timestamp_ntz") for kind in kinds)
            if times and any("interval" in kind for kind in kinds):
                left, right = (with_fields(compiler, arg).name() for arg in expr.args)
                return f"{left} {expr.function} {right}"
        return with_fields(compiler, expr).name()

    def filter(self, node: Node, condition: Expr) -> Node:
        """Rows for which a condition holds; it may use columns that a projection below has left out."""
        if has_aggregate(condition):
            raise errors.analysis(
                "INVALID_WHERE_CONDITION",
                f'The WHERE condition "{condition.name()}" contains invalid expressions: aggregates. Rewrite the query '
                "to avoid window functions, aggregate functions, and generator functions in the WHERE clause. "
                "SQLSTATE: 42903",
            )

        def build(over: Node) -> Node:
            below, (changed,) = self._python(over, [condition])
            if any(isinstance(each, Window) for each in walk(changed)):
                raise errors.analysis(
                    "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE",
                    "Window function is not allowed in the WHERE clause: compute it in a column of its own, and filter "
                    f'by that: "{condition.name()}". SQLSTATE: 42601',
                )
            below, (changed,) = numbered(self.compiler(below), below, [changed])
            compiler = self.compiler(below)
            return Filter(
                below.output, below, compiler.boolean(changed, "Filter").text, subplans=compiler.subplans()
            )

        return self._with_missing(node, build)

    def sort(self, node: Node, orders: Iterable[SortOrder]) -> Node:
        """Rows in an order, which may use columns that a projection below has left out."""
        keys = list(orders)
        if any(isinstance(each, Window) for key in keys for each in walk(key)):
            raise errors.analysis(
                "UNSUPPORTED_EXPR_FOR_OPERATOR",
                "A query operator contains one or more unsupported expressions: a window function is no key of a sort; "
                "compute it in a column of its own, and sort by that. SQLSTATE: 42K0E",
            )

        def build(over: Node) -> Node:
            below, changed = self._python(over, list(keys))
            compiler = self.compiler(below)
            texts = tuple(compiler.ordered(key) for key in changed if isinstance(key, SortOrder))
            return Sort(below.output, below, texts, subplans=compiler.subplans())

        return self._with_missing(node, build)

    def _with_missing(self, node: Node, build: Callable[[Node], Node]) -> Node:
        """Build over a node; if a name is missing there, over what its projection was made of, and project again."""
        try:
            made = build(node)
        except AnalysisException as error:
            if not isinstance(node, Project):
                raise
            have = {each.id for each in node.output}
            names = {each.name.lower() for each in node.output}
            # Under a name of nobody's where there is another of its name: only `df.x` of the frame before means it.
            hidden = tuple(
                dataclasses.replace(each, name=f"\0{each.name}") if each.name.lower() in names else each
                for each in node.child.output
                if each.id not in have
            )
            wide = Project(
                (*node.output, *hidden),
                node.child,
                (*node.texts, *(each.sql for each in hidden)),
                subplans=node.subplans,
            )
            try:
                made = build(wide)
            except AnalysisException:
                raise error from None
        return made if len(made.output) == len(node.output) else self.picked(made, node.output)

    def aggregate(
        self,
        node: Node,
        groups: Sequence[Expr],
        exprs: Iterable[Expr],
        sets: Callable[[list[str]], str] | None = None,
        having: Expr | None = None,
    ) -> Node:
        """What is computed of groups.

        Args:
            exprs: all columns of the result; groups among them stand for their values.
            sets: makes ROLLUP, CUBE or GROUPING SETS of the groups' SQL.
            having: keeps groups for which it holds.
        """
        exprs = self._expanded(node, exprs)
        count = len(groups)
        node, both = self._timed(node, [*groups, *exprs])
        groups, exprs = both[:count], both[count:]
        wanted = [grouping_ids(expr, groups, sets is not None) for expr in self._expanded(node, exprs)]
        if any(
            isinstance(each, PythonCall) and each.function.aggregates
            for expr in wanted
            for each in walk(expr)
        ):
            return self._python_aggregate(node, groups, wanted)
        for expr in wanted:
            no_inner_generator(expr)
        count = len(wanted)
        node, changed = self._python(node, [*groups, *wanted, *([having] if having is not None else [])])
        node, changed = numbered(self.compiler(node), node, changed)
        groups, wanted = changed[: len(groups)], changed[len(groups) : len(groups) + count]
        having = changed[-1] if having is not None else None
        compiler = self.compiler(node)
        keys = [compiler(group) for group in groups]
        by = [grouped_by(key) for key in keys]
        columns = []
        for expr in wanted:
            check_grouped(compiler, expr, set(by))
            attribute, text = self._column(compiler, expr)
            if sets is not None and text in by:
                attribute = dataclasses.replace(attribute, nullable=True)
            columns.append((attribute, text))
        having_text = compiler.boolean(having, "HAVING").text if having is not None else ""
        text = ", ".join(dict.fromkeys(by)) if sets is None else sets(by)
        return Aggregate(
            tuple(attribute for attribute, _ in columns),
            node,
            text,
            tuple(text for _, text in columns),
            having_text,
            subplans=compiler.subplans(),
        )

    def _python_aggregate(self, node: Node, groups: Sequence[Expr], exprs: Sequence[Expr]) -> Node:
        """Aggregates in Python: nothing but them and the groups."""
        rest = exprs[len(groups) :] if exprs[: len(groups)] == list(groups) else exprs
        calls = [(expr, expr.child if isinstance(expr, Alias) else expr) for expr in rest]
        for expr, call in calls:
            if not isinstance(call, PythonCall):
                raise errors.analysis(
                    "INVALID_PANDAS_UDF_PLACEMENT",
                    "The group aggregate pandas UDF cannot be invoked together with as other, non-pandas aggregate "
                    f'functions: "{expr.name()}". SQLSTATE: 0A000',
                )
        compiler = self.compiler(node)
        keys = [self._column(compiler, group) for group in groups]
        extraction = Extraction(compiler)
        made = [
            (Attribute(expr.name(), call.function.returnType, True), extraction._call(call))
            for expr, call in calls
            if isinstance(call, PythonCall)
        ]
        keyed = tuple(
            dataclasses.replace(attribute, id=Attribute("", attribute.type).id) for attribute, _ in keys
        )
        below = Project(
            (*node.output, *keyed, *(attribute for attribute, _ in extraction.before)),
            node,
            (
                *(each.sql for each in node.output),
                *(text for _, text in keys),
                *(text for _, text in extraction.before),
            ),
        )
        output = (*(attribute for attribute, _ in keys), *(attribute for attribute, _ in made))
        return Grouped(
            output,
            (below,),
            (tuple(each.id for each in keyed),),
            tuple(call for _, call in made),
            "aggregate",
        )
