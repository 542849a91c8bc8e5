# SPDX-License-Identifier: Apache-2.0
"""What every function and operator compiles to: one entry a name, found under it by columns and SQL text alike.

An entry is made from a template, in which `{0}`, `{1}` are the arguments' SQL and `{*}` all of them, or by a function
of the compiler. Templates of aggregates have `{distinct}` before the argument and `{tail}` behind the closing bracket,
where FILTER and OVER go.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.expr import Alias, Call
from sluice.frame.sqltext import Sql
from sluice.frame.types import DataType
from sluice.pyspark.exceptions import PySparkNotImplementedError

if TYPE_CHECKING:
    from sluice.frame.compile import Compiler

__all__ = [
    "AGGREGATE",
    "GENERATOR",
    "REFUSED",
    "SCALAR",
    "WINDOW",
    "Function",
    "build",
    "compiled",
    "known",
    "lookup",
    "names",
    "refusal",
    "refuse",
    "register",
    "shown_name",
    "template",
]

SCALAR, AGGREGATE, WINDOW, GENERATOR, REFUSED = "scalar", "aggregate", "window", "generator", "refused"

#: Returns SQL and type of a call whose arguments are compiled; `tail` is for aggregates and window functions.
Builder = Callable[["Compiler", Call, list[Sql], str], Sql]
#: A type, the place of the argument that has it, or what finds it from the arguments.
Result = DataType | int | Callable[[list[Sql]], DataType]

_PLACE = re.compile(r"\{(\d+|\*|tail|distinct)\}")

#: Modules of entries, imported when the first function is looked up.
_FAMILIES = (
    "operators",
    "conditions",
    "maths",
    "rounding",
    "bits",
    "trying",
    "strings",
    "regexes",
    "encodings",
    "hashing",
    "dates",
    "timestamps",
    "making",
    "arrays",
    "collections",
    "sequences",
    "maps",
    "structs",
    "higherorder",
    "generators",
    "json",
    "aggregates",
    "gathering",
    "moments",
    "percentiles",
    "windows",
    "misc",
    "refusals",
)


@dataclass(frozen=True)
class Function:
    """One entry."""

    name: str
    build: Builder
    kind: str = SCALAR
    #: How many arguments it takes; the second is None where there may be any number more.
    arity: tuple[int, int | None] = (0, None)
    #: Makes a column's name of the arguments' names; the default is `name(a, b)`.
    shown: Callable[[list[str]], str] | None = None
    #: Places of arguments that are lambdas, which the builder compiles itself.
    lambdas: tuple[int, ...] = ()
    #: Names of the columns that a generator makes, if they do not depend on its arguments.
    columns: Callable[[list[Sql]], list[str]] | None = None


_entries: dict[str, Function] = {}
_loaded = False


def register(function: Function, *aliases: str) -> Function:
    """Add an entry, also under other names.

    Raises:
        ValueError: there is an entry of this name.
    """
    for name in (function.name, *aliases):
        if name in _entries:
            raise ValueError(f"two entries for a function: name={name}")
        _entries[name] = function
    return function


def refuse(name: str, reason: str, *aliases: str) -> None:
    """Say of a function of PySpark's why it is not here: whoever calls it, in Python or SQL, is told."""
    from sluice.frame.functions.api import FUNCTIONS

    for each in (name, *aliases):

        def call(*args: Any, _name: str = each, **kwargs: Any) -> Any:
            raise refusal(_name, reason)

        def build(compiler: Compiler, call: Call, args: list[Sql], tail: str, _name: str = each) -> Sql:
            raise refusal(_name, reason)

        call.__name__ = call.__qualname__ = each
        call.__doc__ = f"Not here: {reason}."
        call.refused = reason  # type: ignore[attr-defined]
        register(Function(each, build, REFUSED))
        FUNCTIONS[each] = call


def refusal(name: str, reason: str) -> PySparkNotImplementedError:
    """The error of a function that is not here, or not for such arguments."""
    return errors.not_here(f"function {name}", f"function {name} is not implemented: {reason}")


def known(name: str) -> bool:
    """Whether there is an entry of this name already."""
    return name in _entries


def _load() -> None:
    global _loaded
    if not _loaded:
        _loaded = True
        for family in _FAMILIES:
            importlib.import_module(f"sluice.frame.functions.{family}")


def names() -> list[str]:
    """Every name, sorted."""
    _load()
    return sorted(_entries)


def lookup(name: str) -> Function | None:
    """Return the entry of a name in any case; None if there is none."""
    _load()
    return _entries.get(name) or _entries.get(name.lower())


def _found(name: str) -> Function:
    function = lookup(name)
    if function is None:
        raise errors.analysis(
            "UNRESOLVED_ROUTINE",
            f"Cannot resolve routine `{name}` on search path [`system`.`builtin`, `system`.`session`, "
            "`spark_catalog`.`default`]. SQLSTATE: 42883",
        )
    return function


def compiled(compiler: Compiler, call: Call, tail: str = "") -> Sql:
    """Compile a call and its arguments.

    Raises:
        AnalysisException: there are too few arguments, or too many.
    """
    function = _found(call.function)
    if function.kind == REFUSED:
        return function.build(compiler, call, [], tail)
    least, most = function.arity
    count = len(call.args)
    if count < least or (most is not None and count > most):
        wanted = str(least) if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        raise errors.analysis(
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            f"The `{call.function}` requires {wanted} parameters but the actual number is {count}. SQLSTATE: 42605",
        )
    if call.where is not None:
        tail = f" FILTER (WHERE {compiler.boolean(call.where, 'FILTER').text}){tail}"
    args = [
        Sql("", _NOTHING) if place in function.lambdas else compiler(arg)
        for place, arg in enumerate(call.args)
    ]
    return function.build(compiler, call, args, tail)


def build(compiler: Compiler, call: Call, args: list[Sql], tail: str = "") -> Sql:
    """Build a call of arguments that are compiled already."""
    return _found(call.function).build(compiler, call, args, tail)


def shown_name(call: Call) -> str:
    """The name of a column that is this call."""
    if call.shown is not None:
        return call.shown
    function = lookup(call.function)
    inner = [
        f"{arg.child.name()} AS {arg.name()}" if isinstance(arg, Alias) else arg.name() for arg in call.args
    ]
    if call.distinct and inner:
        inner[0] = f"DISTINCT {inner[0]}"
    if function is not None and function.shown is not None:
        return function.shown(inner)
    return f"{call.function}({', '.join(inner)})"


def template(
    name: str,
    text: str,
    result: Result,
    args: Sequence[DataType | None] | None = None,
    *aliases: str,
    kind: str = SCALAR,
    nullable: bool | None = None,
    optional: int = 0,
    shown: Callable[[list[str]], str] | None = None,
) -> Function:
    """Add an entry that is a template.

    Args:
        result: the type, the place of the argument that has it, or what finds it.
        args: the type that each argument is cast to, None for any; one for all if it is given once and `{*}` is used.
        nullable: whether it can be null; by default if an argument can.
        optional: how many of `args` may be left out; `text` then uses `{*}`.
    """
    wanted = tuple(args or ())
    many = "{*}" in text and not optional and len(wanted) <= 1
    arity = (1, None) if many else (len(wanted) - optional, len(wanted))

    def build_it(compiler: Compiler, call: Call, given: list[Sql], tail: str) -> Sql:
        types = wanted * len(given) if many and wanted else wanted
        found = [
            coerced(compiler, call, place, sql, types[place] if place < len(types) else None)
            for place, sql in enumerate(given)
        ]
        parts = {str(place): sql.text for place, sql in enumerate(found)}
        parts["*"] = ", ".join(parts.values())
        parts["tail"] = tail
        parts["distinct"] = "DISTINCT " if call.distinct else ""
        # In one pass: an argument's text may have braces of its own.
        filled = _PLACE.sub(lambda match: parts[match[1]], text)
        type_ = (
            found[result].type if isinstance(result, int) else result(found) if callable(result) else result
        )
        null = any(sql.nullable for sql in found) if nullable is None else nullable
        return Sql(filled, type_, null)

    return register(Function(name, build_it, kind, arity, shown), *aliases)


def coerced(compiler: Compiler, call: Call, place: int, sql: Sql, wanted: DataType | None) -> Sql:
    """Cast an argument to the type that a function wants.

    Raises:
        AnalysisException: Spark has no such cast without being asked for it.
    """
    if wanted is None or sql.type == wanted:
        return sql
    from sluice.frame.coercion import is_numeric, is_string

    source = sql.type
    kinds = (is_numeric(source), is_numeric(wanted)), (is_string(source), is_string(wanted))
    simple = source.typeName() in ("void", "boolean", "date", "timestamp", "timestamp_ntz", "binary")
    castable = any(a and b for a, b in kinds) or is_string(source) or source.typeName() == "void"
    if not castable and is_string(wanted):
        castable = is_numeric(source) or simple
    if not castable and source.typeName() in ("date", "timestamp", "timestamp_ntz"):
        castable = wanted.typeName() in ("date", "timestamp", "timestamp_ntz")
    if not castable:
        raise errors.mismatch(
            call.name(),
            place,
            wanted.simpleString().upper(),
            call.args[place].name(),
            source.simpleString().upper(),
        )
    return cast(compiler.settings, sql, wanted)


class _Nothing(DataType):
    """The type of a lambda, which is compiled by its function."""


_NOTHING: Any = _Nothing()
