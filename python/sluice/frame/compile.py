# SPDX-License-Identifier: Apache-2.0
"""Makes DuckDB's SQL of an expression once the columns that it may use are known, and finds its type on the way."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sluice.frame import errors, literals
from sluice.frame.casts import cast
from sluice.frame.coercion import common_type
from sluice.frame.expr import (
    VEIL,
    Alias,
    Attribute,
    Bound,
    Call,
    Case,
    Cast,
    Expr,
    Lambda,
    Literal,
    Name,
    PythonCall,
    SortOrder,
    Star,
    Subquery,
    Variable,
    Window,
    new_id,
)
from sluice.frame.names import quoted, sql_text
from sluice.frame.ordering import ordered_form, unordered
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, BooleanType, MapType, StructType
from sluice.frame.windowing import over

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings

__all__ = ["Compiler", "Scope"]


#: Keeps the places of queries in SQL apart from texts of programs.
_SALT = os.urandom(8).hex()


@dataclass(frozen=True)
class Scope:
    """The columns that an expression may use."""

    attributes: Sequence[Attribute]
    #: Columns that a name finds where it finds none of those: of the query around a subquery.
    outer: Scope | None = None
    #: Whether names in other letters are other names.
    exact: bool = False

    def folded(self, name: str) -> str:
        """A name as it is compared."""
        return name if self.exact else name.lower()

    def named(self, parts: tuple[str, ...]) -> tuple[Attribute, tuple[str, ...]] | None:
        """Return the column of a name, and the fields that the rest of the name asks for; None if there is none.

        Raises:
            AnalysisException: several columns have this name.
        """
        lowered = [self.folded(part) for part in parts]
        if len(parts) > 1:
            found = [
                each
                for each in self.attributes
                if self.folded(each.name) == lowered[1]
                and lowered[0] in (self.folded(qualifier) for qualifier in each.qualifiers)
            ]
            if found:
                return self._one(parts, found), parts[2:]
        found = [each for each in self.attributes if self.folded(each.name) == lowered[0]]
        if found:
            return self._one(parts, found), parts[1:]
        return self.outer.named(parts) if self.outer is not None else None

    def _one(self, parts: tuple[str, ...], found: list[Attribute]) -> Attribute:
        if len({each.id for each in found}) > 1:
            name = ".".join(f"`{part}`" for part in parts)
            could = ", ".join(
                ".".join(f"`{part}`" for part in (*each.qualifiers[-1:], each.name)) for each in found
            )
            raise errors.analysis(
                "AMBIGUOUS_REFERENCE",
                f"Reference {name} is ambiguous, could be: [{could}]. SQLSTATE: 42704",
            )
        return found[0]

    def has(self, attribute: Attribute) -> Attribute | None:
        """Return the column with the same id, as it is called here; None if it is gone."""
        for each in self.attributes:
            if each.id == attribute.id:
                return each
        return self.outer.has(attribute) if self.outer is not None else None


class Compiler:
    """Compiles expressions over one scope."""

    def __init__(
        self, scope: Scope, settings: FrameSettings, variables: dict[str, Sql] | None = None
    ) -> None:
        self.scope = scope
        self.settings = settings
        self.variables = variables or {}
        self._subplans: list[tuple[str, Any]] = []

    def subplans(self) -> tuple[tuple[str, Any], ...]:
        """The plans of queries inside what was compiled, by their tokens in its SQL."""
        return tuple(self._subplans)

    def __call__(self, expr: Expr, tail: str = "") -> Sql:
        """Return SQL and type of an expression; `tail` goes behind an aggregate: `OVER (...)`."""
        found: Sql = getattr(self, "_" + type(expr).__name__.lower())(expr, tail)
        return found

    def all(self, exprs: Sequence[Expr]) -> list[Sql]:
        """Compile several."""
        return [self(expr) for expr in exprs]

    def boolean(self, expr: Expr, what: str) -> Sql:
        """Compile a condition.

        Raises:
            AnalysisException: it is no boolean.
        """
        sql = self(expr)
        if sql.type.typeName() == "void":
            return cast(self.settings, sql, BooleanType())
        if not isinstance(sql.type, BooleanType):
            raise errors.analysis(
                "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
                f'Cannot resolve "{expr.name()}" due to data type mismatch: {what} expression "{expr.name()}" of '
                f'type "{sql.type.simpleString().upper()}" is not a boolean. SQLSTATE: 42K09',
            )
        return sql

    def column(self, attribute: Attribute) -> Sql:
        """A column as it is."""
        return Sql(attribute.sql, attribute.type, attribute.nullable)

    def field(self, parent: Sql, key: str, shown: str) -> Sql:
        """A field of a struct; of an array of structs the array of the field; of a map a value.

        Raises:
            AnalysisException: there is no such field.
        """
        type_ = parent.type
        if isinstance(type_, StructType):
            found = [each for each in type_.fields if each.name.lower() == key.lower()]
            if len(found) > 1:
                raise errors.analysis(
                    "AMBIGUOUS_REFERENCE_TO_FIELDS",
                    f"Ambiguous reference to the field {quoted(key)}. It appears {len(found)} times in the schema. "
                    "SQLSTATE: 42000",
                )
            if not found:
                among = ", ".join(f"`{each.name}`" for each in type_.fields)
                raise errors.analysis(
                    "FIELD_NOT_FOUND",
                    f"No such struct field `{key}` in {among}. SQLSTATE: 42704",
                )
            text = f"struct_extract({parent.text}, {sql_text(found[0].name)})"
            return Sql(text, found[0].dataType, parent.nullable or found[0].nullable)
        if isinstance(type_, MapType):
            from sluice.frame.functions.registry import build

            return build(
                self, Call("getitem", (Literal(key),)), [parent, literals.compiled(key, self.settings)]
            )
        if isinstance(type_, ArrayType) and isinstance(type_.elementType, StructType):
            inner = self.field(Sql("x", type_.elementType, type_.containsNull), key, shown)
            text = f"list_transform({parent.text}, lambda x: {inner.text})"
            return Sql(text, ArrayType(inner.type, inner.nullable), parent.nullable)
        raise errors.analysis(
            "INVALID_EXTRACT_BASE_FIELD_TYPE",
            f'Can\'t extract a value from "{shown}". Need a complex type [STRUCT, ARRAY, MAP] but got '
            f'"{type_.simpleString().upper()}". SQLSTATE: 42000',
        )

    def _name(self, expr: Name, tail: str) -> Sql:
        variable = self.variables.get(expr.parts[0])
        if variable is not None:
            sql, rest = variable, expr.parts[1:]
        else:
            found = self.scope.named(expr.parts)
            if found is None:
                raise errors.unresolved(
                    ".".join(f"`{part}`" for part in expr.parts),
                    [each.name for each in self.scope.attributes if not each.name.startswith(VEIL)],
                )
            sql, rest = self.column(found[0]), found[1]
        shown = expr.parts[0]
        for part in rest:
            sql = self.field(sql, part, shown)
            shown = f"{shown}.{part}"
        return sql

    def _bound(self, expr: Bound, tail: str) -> Sql:
        attribute = self.scope.has(expr.attribute)
        if attribute is None:
            name = expr.attribute.name
            among = ", ".join(f'"{each.name}"' for each in self.scope.attributes)
            raise errors.analysis(
                "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT",
                f'Resolved attribute(s) "{name}" missing from {among}; use a column of this frame, or its name. '
                "SQLSTATE: XX000",
            )
        return self.column(attribute)

    def _star(self, expr: Star, tail: str) -> Sql:
        raise errors.analysis(
            "INVALID_USAGE_OF_STAR_OR_REGEX", "Invalid usage of '*' in an expression. SQLSTATE: 42000"
        )

    def _literal(self, expr: Literal, tail: str) -> Sql:
        sql = literals.compiled(expr.value, self.settings)
        return (
            sql
            if expr.type is None
            else dataclasses.replace(cast(self.settings, sql, expr.type), nullable=sql.nullable)
        )

    def _alias(self, expr: Alias, tail: str) -> Sql:
        return self(expr.child, tail)

    def _cast(self, expr: Cast, tail: str) -> Sql:
        return cast(self.settings, self(expr.child), expr.type, safe=expr.safe, explicit=True)

    def _call(self, expr: Call, tail: str) -> Sql:
        from sluice.frame.functions.registry import compiled

        return compiled(self, expr, tail)

    def _case(self, expr: Case, tail: str) -> Sql:
        whens = [self.boolean(when, "WHEN") for when, _ in expr.branches]
        values = self.all([then for _, then in expr.branches])
        if expr.otherwise is not None:
            values.append(self(expr.otherwise))
        values = self.alike(values, expr.name())
        text = "".join(
            f" WHEN {when.text} THEN {then.text}" for when, then in zip(whens, values, strict=False)
        )
        last = f" ELSE {values[-1].text}" if expr.otherwise is not None else ""
        nullable = expr.otherwise is None or any(value.nullable for value in values)
        return Sql(f"CASE{text}{last} END", values[0].type, nullable)

    def alike(self, values: list[Sql], shown: str) -> list[Sql]:
        """Cast values to the type that they have in common.

        Raises:
            AnalysisException: they have none.
        """
        type_ = common_type((value.type for value in values), self.settings.ansi)
        if type_ is None:
            types = ", ".join(f'"{value.type.simpleString().upper()}"' for value in values)
            raise errors.analysis(
                "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
                f'Cannot resolve "{shown}" due to data type mismatch: Input to the expression should all be the '
                f"same type, but it's [{types}]. SQLSTATE: 42K09",
            )
        return [cast(self.settings, value, type_) for value in values]

    def _lambda(self, expr: Lambda, tail: str) -> Sql:
        raise errors.analysis(
            "UNEXPECTED_LAMBDA", "A lambda function is only an argument of higher-order functions."
        )

    def body_of(self, function: Expr, *values: Sql) -> Sql:
        """Compile a lambda's body over what its parameters stand for, which may be more than it takes.

        Raises:
            AnalysisException: it is no lambda, or has too many parameters.
        """
        if not isinstance(function, Lambda) or len(function.variables) > len(values):
            raise errors.analysis(
                "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
                f"Invalid lambda function call: expected a function of at most {len(values)} parameters. "
                "SQLSTATE: 42K0D",
            )
        inner = dict(self.variables)
        for variable, value in zip(function.variables, values, strict=False):
            inner[variable.text] = value
        within = Compiler(self.scope, self.settings, inner)
        body = within(function.body)
        self._subplans += within._subplans
        return body

    def _variable(self, expr: Variable, tail: str) -> Sql:
        return self.variables[expr.text]

    def _sortorder(self, expr: SortOrder, tail: str) -> Sql:
        sql = self(expr.child)
        return dataclasses.replace(sql, text=self.ordered(expr))

    def ordered(self, expr: SortOrder) -> str:
        """A key of ORDER BY."""
        sql = self(expr.child)
        unordered(expr, sql.type)
        text = ordered_form(sql.text, sql.type)
        way = "ASC" if expr.ascending else "DESC"
        # A bare number would be a place in the select list.
        if isinstance(expr.child, Literal):
            text = f"({text})"
        return f"{text} {way} NULLS {'FIRST' if expr.nulls else 'LAST'}"

    def _window(self, expr: Window, tail: str) -> Sql:
        return self(expr.function, over(self, expr))

    def _pythoncall(self, expr: PythonCall, tail: str) -> Sql:
        raise errors.analysis(
            "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE",
            f"A Python function cannot be used here: function={expr.function.name}; put it into a column with "
            "withColumn first.",
        )

    def _outer(self, plan: Any) -> str:
        """The columns of this scope that a query inside it uses: named in a comment, so that they are kept for it."""
        from sluice.frame.nodes import columns_used

        used = columns_used(plan)
        scope: Scope | None = self.scope
        names = []
        while scope is not None:
            names += [each.sql for each in scope.attributes if each.id in used]
            scope = scope.outer
        return f" /* {' '.join(names)} */" if names else ""

    def _subquery(self, expr: Subquery, tail: str) -> Sql:
        output = expr.plan.output
        token = f"{_SALT}{new_id()}"
        self._subplans.append((token, expr.plan))
        query = f"\u27e6{token}\u27e7" + self._outer(expr.plan)
        if expr.kind == "scalar":
            return Sql(f"({query})", output[0].type, True)
        if expr.kind == "exists":
            return Sql(f"EXISTS ({query})", BooleanType(), False)
        values = self.all(expr.values)
        left = ", ".join(
            cast(self.settings, value, common_type([value.type, each.type]) or each.type).text
            for value, each in zip(values, output, strict=True)
        )
        return Sql(f"(({left}) IN ({query}))", BooleanType(), True)
