# SPDX-License-Identifier: Apache-2.0
"""Makes columns of expressions: stars and structs spread, generators and functions in Python split off, names found."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from sluice.frame import errors
from sluice.frame.analysing import (
    generator_of,
    has_aggregate,
    no_inner_generator,
    with_fields,
)
from sluice.frame.compile import Compiler
from sluice.frame.expr import (
    Alias,
    Attribute,
    Bound,
    Call,
    Cast,
    Expr,
    Name,
    PythonCall,
    Star,
    walk,
)
from sluice.frame.functions.registry import lookup
from sluice.frame.hidden import hidden_of, revealed, unveiled
from sluice.frame.joining import Joins
from sluice.frame.lateral import laterally
from sluice.frame.names import sql_text
from sluice.frame.nodes import (
    Generate,
    Grouped,
    Node,
    Project,
    Python,
    beside,
    ids_in,
)
from sluice.frame.numbered import windowed
from sluice.frame.pycalls import Extraction, has_python
from sluice.frame.types import ArrayType, StructType

__all__ = ["Projections"]


class Projections(Joins):
    """Mixed into ``Planner``."""

    def aggregate(self, node: Node, groups: Sequence[Expr], exprs: Iterable[Expr]) -> Node:
        """One row for each group."""
        raise NotImplementedError

    def project(self, node: Node, exprs: Iterable[Expr]) -> Node:
        """Columns of a node; an aggregate among them makes one row of all."""
        node, wanted = self._expanded(node, exprs)
        wanted = laterally(self.compiler(node).scope, wanted)
        if any(has_aggregate(expr) for expr in wanted):
            return self.aggregate(node, (), wanted)
        node, wanted = self._located(node, wanted)
        node, wanted = self._timed(node, wanted)
        node, wanted = self._generated(node, wanted)
        node, wanted = self._python(node, wanted)
        node, wanted = windowed(self.compiler, node, wanted)
        compiler = self.compiler(node)
        have = {each.id: each for each in node.output}
        columns = []
        for expr in wanted:
            known = have.get(expr.attribute.id) if isinstance(expr, Bound) else None
            columns.append(
                (unveiled(known), known.sql) if known is not None else self._column(compiler, expr)
            )
        output = tuple(attribute for attribute, _ in columns)
        texts = tuple(text for _, text in columns)
        merged = _merged(node, texts)
        if merged is not None:
            assert isinstance(node, Project)
            plans = (*node.subplans, *compiler.subplans())
            return Project(output, node.child, merged, hidden=node.hidden, subplans=plans)
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

    def _located(self, node: Node, exprs: Sequence[Expr]) -> tuple[Node, list[Expr]]:
        """Where the file of a row is asked for: a column with it."""
        if not any(
            isinstance(each, Call) and each.function == "input_file_name"
            for expr in exprs
            for each in walk(expr)
        ):
            return node, list(exprs)
        from sluice.frame.sources.filenames import located

        return located(node, exprs)

    def _expanded(self, node: Node, exprs: Iterable[Expr]) -> tuple[Node, list[Expr]]:
        """The columns that stars stand for; and the node, with those that a join left out and somebody names."""
        wanted: list[Expr] = []
        for expr in exprs:
            if isinstance(expr, Star):
                wanted.extend(self._star(node, expr))
            else:
                wanted.append(expr.transformed(lambda each: self._spread(node, each)))
        return revealed(node, self.compiler(node).scope, wanted)

    def _spread(self, node: Node, expr: Expr) -> Expr | None:
        """A function of all columns: `struct(*)`."""
        if not isinstance(expr, Call) or not any(isinstance(arg, Star) for arg in expr.args):
            return None
        args = (self._star(node, arg) if isinstance(arg, Star) else [arg] for arg in expr.args)
        return dataclasses.replace(expr, args=tuple(itertools.chain.from_iterable(args)))

    def _star(self, node: Node, star: Star) -> list[Expr]:
        if star.of or not star.qualifier:
            return [Bound(each) for each in star.of or node.output]
        fold = self.compiler(node).scope.folded
        wanted = fold(star.qualifier[-1])
        found: list[Expr] = [
            Bound(each) for each in (*hidden_of(node), *node.output) if wanted in map(fold, each.qualifiers)
        ]
        if found:
            return found
        compiler = self.compiler(node)
        there = compiler.scope.named(star.qualifier) is not None
        struct = compiler(Name(star.qualifier)) if there else None
        if struct is None or not isinstance(struct.type, StructType):
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
        """Put a generator's columns beside those of a node; return them too.

        Raises:
            AnalysisException: there are more names than columns, or fewer.
        """
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
            node = beside(node, extraction.before)
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
            metadata = _metadata(expr, known.metadata if known is not None else ())
            return Attribute(expr.names[0], sql.type, sql.nullable, metadata=metadata), sql.text
        if known is not None:
            name = inner.parts[-1] if isinstance(inner, Name) else known.name
            known = unveiled(known if name == known.name else dataclasses.replace(known, name=name))
            return known, sql.text
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


def _metadata(expr: Expr, own: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
    """What the outermost alias says that says something; else what the column has."""
    while isinstance(expr, Alias):
        if expr.metadata is not None:
            return expr.metadata
        expr = expr.child
    return own


def _merged(node: Node, texts: tuple[str, ...]) -> tuple[str, ...] | None:
    """The texts of one projection that does what two do; None where that would compute something twice.

    So a loop that adds columns one by one stays one step deep.
    """
    if not isinstance(node, Project):
        return None
    inner = dict(zip((each.sql for each in node.output), node.texts, strict=True))
    passed = {each.id for each in node.output if inner[each.sql] == each.sql}
    found = []
    for text in texts:
        if text in inner:
            found.append(inner[text])
        elif ids_in(text) <= passed:
            found.append(text)
        else:
            return None
    return tuple(found)
