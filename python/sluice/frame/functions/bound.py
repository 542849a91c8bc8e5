# SPDX-License-Identifier: Apache-2.0
"""What builders of functions share: arguments that are used several times, checks of types, entries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.coercion import is_string, widest
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.registry import SCALAR, Builder, Function, register
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, DataType, IntegerType, MapType, NullType

__all__ = ["array", "entry", "integer", "map_", "mixed", "once", "same_element", "when_null"]

#: What may stand in a text several times: columns, parameters of lambdas and their fields, short literals.
_SIMPLE = re.compile(r"[\w.]{1,40}\Z|'[^']{0,30}'\Z|CAST\((?:-?\d+|NULL) AS \w+\)\Z")


def once(texts: Sequence[str], body: Callable[..., str]) -> str:
    """SQL in which each text is computed once, however often `body` uses the name that it is given for it."""
    found: list[str] = []
    bound: list[tuple[str, str]] = []
    for text in texts:
        if _SIMPLE.match(text):
            found.append(text)
        else:
            # Named by content, so that the same expression is the same text wherever it is compiled.
            name = "b" + hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
            found.append(name)
            if (name, text) not in bound:
                bound.append((name, text))
    result = body(*found)
    if len(bound) == 1:
        ((name, text),) = bound
        return f"list_transform([{text}], lambda {name}: {result})[1]"
    if bound:
        # All in one struct: what is bound may hold aggregates, and those stand in no lambda.
        whole = "b" + hashlib.blake2s(result.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        for name, _ in bound:
            result = re.sub(rf"\b{name}\b", f"{whole}.{name}", result)
        packed = ", ".join(f"{name} := {text}" for name, text in bound)
        return f"list_transform([struct_pack({packed})], lambda {whole}: {result})[1]"
    return result


def when_null(names: Sequence[str], text: str) -> str:
    """SQL that is null where one of several is."""
    some = " OR ".join(f"{name} IS NULL" for name in names)
    return f"(CASE WHEN {some} THEN NULL ELSE {text} END)"


def entry(
    name: str,
    build: Builder,
    least: int,
    most: int | None = -1,
    *aliases: str,
    kind: str = SCALAR,
    lambdas: tuple[int, ...] = (),
    shown: Callable[[list[str]], str] | None = None,
    columns: Callable[[list[Sql]], list[str]] | None = None,
) -> None:
    """Add an entry with so many arguments; a call by an alias is shown under the alias."""
    arity = (least, least if most == -1 else most)
    for each in (name, *aliases):
        register(Function(each, build, kind, arity, shown, lambdas, columns))


def array(compiler: Compiler, call: Call, args: list[Sql], place: int = 0) -> tuple[Sql, ArrayType]:
    """An argument that is an array.

    Raises:
        AnalysisException: it is none.
    """
    sql = args[place]
    if isinstance(sql.type, NullType):
        sql = cast(compiler.settings, sql, ArrayType(NullType()))
    if not isinstance(sql.type, ArrayType):
        raise errors.mismatch(
            call.name(), place, "ARRAY", call.args[place].name(), sql.type.simpleString().upper()
        )
    return sql, sql.type


def map_(compiler: Compiler, call: Call, args: list[Sql], place: int = 0) -> tuple[Sql, MapType]:
    """An argument that is a map.

    Raises:
        AnalysisException: it is none.
    """
    sql = args[place]
    if not isinstance(sql.type, MapType):
        raise errors.mismatch(
            call.name(), place, "MAP", call.args[place].name(), sql.type.simpleString().upper()
        )
    return sql, sql.type


def integer(compiler: Compiler, call: Call, args: list[Sql], place: int) -> Sql:
    """An argument as an int."""
    from sluice.frame.functions.registry import coerced

    return coerced(compiler, call, place, args[place], IntegerType())


def mixed(left: DataType, right: DataType) -> bool:
    """Whether a text meets what is none: operators make a number of it, functions of arrays and maps do not."""
    if isinstance(left, ArrayType) and isinstance(right, ArrayType):
        return mixed(left.elementType, right.elementType)
    if isinstance(left, MapType) and isinstance(right, MapType):
        return mixed(left.keyType, right.keyType) or mixed(left.valueType, right.valueType)
    return (
        is_string(left) != is_string(right)
        and not isinstance(left, NullType)
        and not isinstance(right, NullType)
    )


def same_element(compiler: Compiler, call: Call, args: list[Sql]) -> tuple[Sql, Sql, DataType]:
    """An array and a value, both with the type that elements and value have in common.

    Raises:
        AnalysisException: they have none, or the value is null.
    """
    sql, type_ = array(compiler, call, args)
    value = args[1]
    if isinstance(value.type, NullType):
        raise errors.analysis(
            "DATATYPE_MISMATCH.NULL_TYPE",
            f'Cannot resolve "{call.name()}" due to data type mismatch: Null typed values cannot be used as '
            f"arguments of `{call.function}`. SQLSTATE: 42K09",
        )
    element = widest(type_.elementType, value.type)
    if element is None or mixed(type_.elementType, value.type):
        raise errors.analysis(
            "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES",
            f'Cannot resolve "{call.name()}" due to data type mismatch: Input to `{call.function}` should have been '
            f'"ARRAY" followed by a value with same element type, but it\'s ["{type_.simpleString().upper()}", '
            f'"{value.type.simpleString().upper()}"]. SQLSTATE: 42K09',
        )
    settings = compiler.settings
    return (
        cast(settings, sql, ArrayType(element, type_.containsNull)),
        cast(settings, value, element),
        element,
    )
