# SPDX-License-Identifier: Apache-2.0
"""Functions that only make sense over a window."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import is_integral, is_numeric, is_string
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import entry
from sluice.frame.functions.registry import WINDOW, refuse
from sluice.frame.functions.tails import flag
from sluice.frame.sqltext import Sql
from sluice.frame.types import DataType, DoubleType, IntegerType, NullType

_INT, _DOUBLE = IntegerType(), DoubleType()
_TYPES: dict[str, DataType] = {"percent_rank": _DOUBLE, "cume_dist": _DOUBLE}


def _needs_window(call: Call, tail: str) -> None:
    if not tail:
        raise errors.analysis(
            "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
            f'Window function "{call.name()}" requires an OVER clause. SQLSTATE: 42601',
        )


def _rank(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    _needs_window(call, tail)
    type_ = _TYPES.get(call.function, _INT)
    return Sql(f"CAST({call.function}(){tail} AS {to_duckdb(type_)})", type_, False)


def _positive(call: Call, place: int, function: str, what: str) -> int:
    arg = call.args[place]
    if not isinstance(arg, Literal) or not isinstance(arg.value, int) or arg.value < 1:
        raise errors.analysis(
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            f'Cannot resolve "{call.name()}" due to data type mismatch: The `{what}` of {function} must be between '
            f"(0, 2147483647] (current value = {getattr(arg, 'value', arg.name())}). SQLSTATE: 42K09",
        )
    return arg.value


def _ntile(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    _needs_window(call, tail)
    count = _positive(call, 0, "ntile", "n") if call.args else 1
    return Sql(f"CAST(ntile({count}){tail} AS INTEGER)", _INT, False)


def _offset(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    _needs_window(call, tail)
    value = args[0]
    by = args[1].text if len(args) > 1 else "1"
    if len(args) > 1 and not isinstance(call.args[1], Literal):
        raise errors.analysis(
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            f'Cannot resolve "{call.name()}" due to data type mismatch: the input `offset` should be a foldable "INT" '
            f'expression; however, got "{call.args[1].name()}". SQLSTATE: 42K09',
        )
    if len(args) > 1 and not is_integral(args[1].type):
        raise errors.mismatch(call.name(), 1, "INT", call.args[1].name(), args[1].type.simpleString().upper())
    default = ""
    nullable = True
    if len(args) > 2 and not isinstance(args[2].type, NullType):
        other = args[2]
        if other.type != value.type:
            alike = is_numeric(other.type) and is_numeric(value.type)
            if not alike and not is_string(other.type) and not is_string(value.type):
                raise errors.mismatch(
                    call.name(),
                    2,
                    value.type.simpleString().upper(),
                    call.args[2].name(),
                    other.type.simpleString().upper(),
                )
        default = f", {cast(compiler.settings, other, value.type).text}"
        nullable = value.nullable or other.nullable
    skip = " IGNORE NULLS" if flag(call, 3) else ""
    return Sql(f"{call.function}({value.text}, {by}{default}{skip}){tail}", value.type, nullable)


def _nth(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    _needs_window(call, tail)
    place = _positive(call, 1, "nth_value", "offset")
    skip = " IGNORE NULLS" if flag(call, 2) else ""
    return Sql(f"nth_value({args[0].text}, {place}{skip}){tail}", args[0].type)


def _shown_offset(name: str) -> object:
    def shown(inner: list[str]) -> str:
        parts = [*inner, *("1", "NULL")[len(inner) - 1 :]] if len(inner) < 3 else inner[:3]
        return f"{name}({', '.join(parts)})"

    return shown


def _shown_nth(inner: list[str]) -> str:
    skip = " ignore nulls" if inner[2:] == ["true"] else ""
    return f"nth_value({inner[0]}, {inner[1]}){skip}"


for _name in ("row_number", "RANK", "DENSE_RANK", "PERCENT_RANK", "cume_dist"):
    entry(_name.lower(), _rank, 0, 0, kind=WINDOW, shown=lambda inner, name=_name: f"{name}()")  # type: ignore[misc]
entry("ntile", _ntile, 0, 1, kind=WINDOW)
for _name in ("lag", "lead"):
    entry(_name, _offset, 1, 4, kind=WINDOW, shown=_shown_offset(_name))  # type: ignore[arg-type]
entry("nth_value", _nth, 2, 3, kind=WINDOW, shown=_shown_nth)
refuse(
    "counter_diff",
    "lag and a comparison say the same of a counter: what a reset is, is then the program's to say",
)

declare(
    """
    row_number()
    rank()
    dense_rank()
    percent_rank()
    cume_dist()
    ntile(n:v)
    lag(col:c, offset:v=1, default:v=None)
    lead(col:c, offset:v=1, default:v=None)
    nth_value(col:c, offset:v, ignoreNulls:v=False)
    """
)
