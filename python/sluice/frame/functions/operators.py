# SPDX-License-Identifier: Apache-2.0
"""Operators: arithmetic, comparison, logic, and what takes elements and fields out of values."""

from __future__ import annotations

from sluice.frame import clocks, errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.casttexts import interval_time
from sluice.frame.coercion import (
    common_type,
    decimal_of,
    decimal_result,
    is_integral,
    is_numeric,
    is_string,
    widest,
)
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.registry import Function, register
from sluice.frame.intervalparts import shared
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)
from sluice.frame.wrapping import bits_of, wrapped

_BOOLEAN = BooleanType()
_TIMES = (TimestampType, TimestampNTZType)
_FIELDS = (DayTimeIntervalType, YearMonthIntervalType)
#: Microseconds.
_DAY = 86_400_000_000


def _infix(symbol: str) -> object:
    return lambda inner: f"({inner[0]} {symbol} {inner[1]})"


def _differ(call: Call, left: Sql, right: Sql) -> Exception:
    return errors.analysis(
        "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
        f'Cannot resolve "{call.name()}" due to data type mismatch: the left and right operands of the binary '
        f'operator have incompatible types ("{left.type.simpleString().upper()}" and '
        f'"{right.type.simpleString().upper()}"). SQLSTATE: 42K09',
    )


def _zero(condition: str) -> str:
    what = "Division by zero" if condition == "DIVIDE_BY_ZERO" else "Remainder by zero"
    function = "try_divide" if condition == "DIVIDE_BY_ZERO" else "try_mod"
    return sql_text(
        f"[{condition}] {what}. Use `{function}` to tolerate divisor being 0 and return NULL instead. "
        'If necessary set "spark.sql.ansi.enabled" to "false" to bypass this error. SQLSTATE: 22012'
    )


def _guarded(
    compiler: Compiler,
    call: Call,
    left: Sql,
    right: Sql,
    text: str,
    type_: DataType,
    condition: str = "DIVIDE_BY_ZERO",
) -> str:
    """A division whose divisor may be zero."""
    divisor = call.args[1]
    if isinstance(divisor, Literal) and divisor.value:
        return text
    other = failing(_zero(condition), to_duckdb(type_)) if compiler.settings.ansi else "NULL"
    return f"(CASE WHEN {right.text} = 0 AND {left.text} IS NOT NULL THEN {other} ELSE {text} END)"


def _add(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right = args
    minus = call.function == "-"
    if isinstance(right.type, DateType) and not minus:
        left, right = right, left
    if isinstance(left.type, DateType):
        found = _with_date(compiler, left, right, minus)
        if found is not None:
            return found
    if isinstance(left.type, _TIMES) and minus and isinstance(right.type, (*_TIMES, DateType)):
        # By the clock on the wall, which a change to summer time moves.
        ends = [cast(compiler.settings, each, TimestampNTZType()) for each in (left, right)]
        text = f"to_microseconds(epoch_us({ends[0].text}) - epoch_us({ends[1].text}))"
        return Sql(text, DayTimeIntervalType(), left.nullable or right.nullable)
    if isinstance(right.type, _TIMES) and _is_interval(left.type) and not minus:
        left, right = right, left
    if isinstance(left.type, TimestampType) and isinstance(right.type, DayTimeIntervalType):
        text = _moved(compiler, left, f"({call.function} epoch_us({right.text}))")
        return Sql(text, left.type, left.nullable or right.nullable)
    if isinstance(left.type, TimestampType) and _is_interval(right.type):
        return Sql(_by_calendar(compiler, call, left, right), left.type, left.nullable or right.nullable)
    if isinstance(left.type, TimestampNTZType) and _is_interval(right.type):
        return Sql(f"({left.text} {call.function} {right.text})", left.type, left.nullable or right.nullable)
    both = widest(left.type, right.type) if _is_interval(left.type) and _is_interval(right.type) else None
    if both is not None:
        return Sql(f"({left.text} {call.function} {right.text})", both, left.nullable or right.nullable)
    return _arithmetic(compiler, call, [left, right])


def _moved(compiler: Compiler, stamp: Sql, micros: str) -> str:
    """A moment so many microseconds later: whole days by the calendar, where clocks change too, and then the rest."""
    if clocks.same_all_year(compiler.settings):
        return f"make_timestamptz(epoch_us({stamp.text}) + {micros})"
    days, rest = f"CAST({micros} // {_DAY} AS INTEGER)", f"({micros} % {_DAY})"
    there = clocks.instant(
        compiler.settings, f"({clocks.local(compiler.settings, stamp.text)} + to_days({days}))"
    )
    return f"(CASE WHEN {days} = 0 THEN {stamp.text} ELSE {there} END + to_microseconds({rest}))"


def _by_calendar(compiler: Compiler, call: Call, stamp: Sql, interval: Sql) -> str:
    """A moment so many months and days later by the calendar, and then the time of an interval of all units."""
    at = clocks.local(compiler.settings, stamp.text)
    if isinstance(interval.type, YearMonthIntervalType):
        return clocks.instant(compiler.settings, f"({at} {call.function} {interval.text})")
    time = interval_time(interval.text)
    there = f"({at} {call.function} ({interval.text} - {time}))"
    return f"({clocks.instant(compiler.settings, there)} {call.function} {time})"


def _is_interval(type_: DataType) -> bool:
    return "interval" in type_.typeName()


def _with_date(compiler: Compiler, left: Sql, right: Sql, minus: bool) -> Sql | None:
    nullable = left.nullable or right.nullable
    sign = "-" if minus else "+"
    if is_integral(right.type):
        return Sql(f"({left.text} {sign} CAST({right.text} AS INTEGER))", left.type, nullable)
    if _is_interval(right.type):
        text = f"({left.text} {sign} {right.text})"
        # Whole days and months leave a date a date.
        shown = right.type.simpleString()
        if "year" in shown or "month" in shown or shown == "interval day":
            return Sql(f"CAST({text} AS DATE)", left.type, nullable)
        start = clocks.instant(compiler.settings, f"CAST({left.text} AS TIMESTAMP)")
        if isinstance(right.type, DayTimeIntervalType):
            moved = _moved(compiler, Sql(start, TimestampType()), f"({sign} epoch_us({right.text}))")
            return Sql(moved, TimestampType(), nullable)
        return Sql(clocks.instant(compiler.settings, f"CAST({text} AS TIMESTAMP)"), TimestampType(), nullable)
    if minus and isinstance(right.type, DateType):
        text = f"to_days(CAST({left.text} - {right.text} AS INTEGER))"
        return Sql(text, DayTimeIntervalType(0, 0), nullable)
    if minus and isinstance(right.type, _TIMES):
        ends = [cast(compiler.settings, each, TimestampNTZType()) for each in (left, right)]
        text = f"to_microseconds(epoch_us({ends[0].text}) - epoch_us({ends[1].text}))"
        return Sql(text, DayTimeIntervalType(), nullable)
    return None


def operands(compiler: Compiler, call: Call, args: list[Sql]) -> tuple[Sql, Sql, DataType]:
    """Both operands of arithmetic as numbers of one type, but for decimals, whose digits stay."""
    left, right = args
    type_ = widest(left.type, right.type)
    if type_ is not None and isinstance(type_, NullType):
        type_ = DoubleType()
    if not compiler.settings.ansi and is_string(left.type) != is_string(right.type):
        type_ = type_ and DoubleType()
    if type_ is not None and is_string(type_):
        type_ = DoubleType()
    if type_ is None or not is_numeric(type_):
        if type_ is not None:
            raise errors.analysis(
                "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE",
                f'Cannot resolve "{call.name()}" due to data type mismatch: the binary operator requires the input '
                f'type ("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL"), not '
                f'"{type_.simpleString().upper()}". SQLSTATE: 42K09',
            )
        raise _differ(call, left, right)
    settings = compiler.settings
    if isinstance(type_, DecimalType):
        return (
            left
            if isinstance(left.type, DecimalType)
            else cast(settings, left, _literal_decimal(call, 0, left, type_)),
            right
            if isinstance(right.type, DecimalType)
            else cast(settings, right, _literal_decimal(call, 1, right, type_)),
            type_,
        )
    return cast(settings, left, type_), cast(settings, right, type_), type_


def _literal_decimal(call: Call, place: int, sql: Sql, type_: DecimalType) -> DataType:
    """A whole number beside a decimal: a literal takes no more digits than it has."""
    arg = call.args[place]
    if isinstance(arg, Literal) and isinstance(arg.value, int):
        return DecimalType(max(1, len(str(abs(arg.value)))), 0)
    return decimal_of(sql.type) if is_integral(sql.type) else type_


def _arithmetic(compiler: Compiler, call: Call, args: list[Sql]) -> Sql:
    left, right, type_ = operands(compiler, call, args)
    nullable = left.nullable or right.nullable
    if isinstance(left.type, DecimalType) and isinstance(right.type, DecimalType):
        result = decimal_result(call.function, left.type, right.type)
        one, other = left.type, right.type
        scale = max(one.scale, other.scale)
        if max(one.precision - one.scale, other.precision - other.scale) + scale + 1 > 38:
            return Sql(_exactly(call.function, left, right, result), result, nullable)
        return Sql(f"CAST(({left.text} {call.function} {right.text}) AS {_name(result)})", result, nullable)
    return Sql(_within(compiler, left.text, call.function, right.text, type_), type_, nullable)


def _within(compiler: Compiler, left: str, operator: str, right: str, type_: DataType) -> str:
    """A sum, difference or product; without ANSI mode what a type cannot hold begins again at its other end."""
    if compiler.settings.ansi or bits_of(type_) is None:
        return f"({left} {operator} {right})"
    return wrapped(f"(CAST({left} AS HUGEINT) {operator} CAST({right} AS HUGEINT))", type_)


def _name(type_: DecimalType) -> str:
    return f"DECIMAL({type_.precision}, {type_.scale})"


def _multiply(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    for one, other in (args, reversed(args)):
        if _is_interval(one.type) and is_numeric(other.type):
            type_ = type(one.type)() if isinstance(one.type, _FIELDS) else one.type
            return Sql(f"({one.text} * {other.text})", type_, one.nullable or other.nullable)
    left, right, type_ = operands(compiler, call, args)
    nullable = left.nullable or right.nullable
    if isinstance(left.type, DecimalType) and isinstance(right.type, DecimalType):
        result = decimal_result("*", left.type, right.type)
        digits = left.type.precision + right.type.precision
        if digits > 37:
            return Sql(_exactly("*", left, right, result), result, nullable)
        if digits > 18:
            wide = f"CAST({left.text} AS DECIMAL({digits}, {left.type.scale}))"
            return Sql(f"CAST(({wide} * {right.text}) AS {_name(result)})", result, nullable)
        return Sql(f"CAST(({left.text} * {right.text}) AS {_name(result)})", result, nullable)
    return Sql(_within(compiler, left.text, "*", right.text, type_), type_, nullable)


def _divide(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if isinstance(args[0].type, _FIELDS) and is_numeric(args[1].type):
        divisor = cast(compiler.settings, args[1], DoubleType())
        text, type_ = shared(args[0], divisor.text)
        return Sql(_guarded(compiler, call, args[0], divisor, text, type_), type_, True)
    left, right, type_ = operands(compiler, call, args)
    if isinstance(left.type, DecimalType) and isinstance(right.type, DecimalType):
        result = decimal_result("/", left.type, right.type)
        text = _quotient(left, right, result)
        return Sql(_guarded(compiler, call, left, right, text, result), result, True)
    if not isinstance(type_, DoubleType):
        left, right = (cast(compiler.settings, each, DoubleType()) for each in (left, right))
    text = _guarded(compiler, call, left, right, f"({left.text} / {right.text})", DoubleType())
    return Sql(text, DoubleType(), True)


def _quotient(left: Sql, right: Sql, result: DecimalType) -> str:
    """A decimal quotient: exact in whole numbers of the last digit where 128 bits hold them, half away from zero."""
    assert isinstance(left.type, DecimalType)
    assert isinstance(right.type, DecimalType)
    shift = result.scale + right.type.scale - left.type.scale
    wide = left.type.precision + max(shift, 0) + 1 > 38 or result.precision + result.scale > 38
    if wide or shift < 0 or right.type.precision > 37:
        return _exactly("/", left, right, result)
    up = f"(({_unscaled(left)}) * {10**shift}::HUGEINT)"
    down = f"({_unscaled(right)})"
    half = f"sign({down})::HUGEINT * sign({up})::HUGEINT * (abs({down}) // 2)"
    whole = f"(({up} + {half} * sign({down})::HUGEINT) // {down})"
    unit = f"CAST('{10**-result.scale:.{result.scale}f}' AS DECIMAL({result.scale}, {result.scale}))"
    return f"CAST(CAST({whole} AS DECIMAL({result.precision}, 0)) * {unit} AS {_name(result)})"


def _exactly(operator: str, left: Sql, right: Sql, result: DecimalType) -> str:
    """An operation on decimals that DuckDB has no room for."""
    one, other = f"CAST({left.text} AS VARCHAR)", f"CAST({right.text} AS VARCHAR)"
    text = scalar("decimal_op", sql_text(operator), one, other, str(result.scale))
    return f"CAST({text} AS {_name(result)})"


def _unscaled(value: Sql) -> str:
    assert isinstance(value.type, DecimalType)
    scale = value.type.scale
    if scale == 0:
        return f"CAST({value.text} AS HUGEINT)"
    return f"CAST(replace(CAST({value.text} AS VARCHAR), '.', '') AS HUGEINT)"


def _whole(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right, type_ = operands(compiler, call, args)
    if is_integral(type_):
        text = f"({left.text} // {right.text})"
        return Sql(f"CAST({_guarded(compiler, call, left, right, text, type_)} AS BIGINT)", LongType(), True)
    text = f"CAST(trunc({left.text} / {right.text}) AS BIGINT)"
    return Sql(_guarded(compiler, call, left, right, text, LongType()), LongType(), True)


def _remainder(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right, type_ = operands(compiler, call, args)
    result = type_
    text = f"({left.text} % {right.text})"
    divisor = call.args[1]
    if isinstance(left.type, DecimalType) and isinstance(right.type, DecimalType):
        result = decimal_result("%", left.type, right.type)
        one, other = left.type, right.type
        if max(one.precision - one.scale, other.precision - other.scale) + max(one.scale, other.scale) > 38:
            text = _exactly("%", left, right, result)
        else:
            text = f"CAST({text} AS {_name(result)})"
    elif is_integral(type_) and not (isinstance(divisor, Literal) and divisor.value != -1):
        # The least number has no opposite, which DuckDB computes on the way.
        text = f"(CASE WHEN {right.text} = -1 THEN 0 ELSE {text} END)"
    text = _guarded(compiler, call, left, right, text, result, "REMAINDER_BY_ZERO")
    return Sql(text, result, True)


def _negative(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    if is_string(value.type) or isinstance(value.type, NullType):
        value = cast(compiler.settings, value, DoubleType())
    if not is_numeric(value.type) and not _is_interval(value.type):
        raise errors.mismatch(
            call.name(), 0, "NUMERIC", call.args[0].name(), value.type.simpleString().upper()
        )
    return Sql(f"(-{value.text})", value.type, value.nullable)


def _compare(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right = _comparable(compiler, call, args)
    return Sql(f"({left.text} {call.function} {right.text})", _BOOLEAN, left.nullable or right.nullable)


def _comparable(compiler: Compiler, call: Call, args: list[Sql]) -> tuple[Sql, Sql]:
    left, right = args
    type_ = widest(left.type, right.type)
    if not compiler.settings.ansi and is_string(left.type) != is_string(right.type):
        other = right.type if is_string(left.type) else left.type
        type_ = other if is_numeric(other) else type_
    if type_ is None:
        raise _differ(call, left, right)
    if isinstance(type_, MapType):
        raise errors.analysis(
            "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
            f'Cannot resolve "{call.name()}" due to data type mismatch: The `{call.function}` does not support '
            f'ordering on type "{type_.simpleString().upper()}". SQLSTATE: 42K09',
        )
    if isinstance(left.type, DecimalType) and isinstance(right.type, DecimalType):
        return left, right
    return cast(compiler.settings, left, type_), cast(compiler.settings, right, type_)


def _same(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right = _comparable(compiler, call, args)
    return Sql(f"({left.text} IS NOT DISTINCT FROM {right.text})", _BOOLEAN, False)


def _logic(word: str) -> object:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        left, right = (_truth(compiler, call, place, sql) for place, sql in enumerate(args))
        return Sql(f"({left.text} {word} {right.text})", _BOOLEAN, left.nullable or right.nullable)

    return build


def _truth(compiler: Compiler, call: Call, place: int, sql: Sql) -> Sql:
    if isinstance(sql.type, NullType) or is_string(sql.type):
        return cast(compiler.settings, sql, _BOOLEAN)
    if not isinstance(sql.type, BooleanType):
        raise errors.mismatch(
            call.name(), place, "BOOLEAN", call.args[place].name(), sql.type.simpleString().upper()
        )
    return sql


def _not(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = _truth(compiler, call, 0, args[0])
    return Sql(f"(NOT {value.text})", _BOOLEAN, value.nullable)


def _in(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if len(args) == 1:
        return Sql("FALSE", _BOOLEAN, False)
    type_ = common_type((each.type for each in args), compiler.settings.ansi)
    if type_ is None:
        raise errors.analysis(
            "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
            f'Cannot resolve "{call.name()}" due to data type mismatch: Input to `in` should all be the same type. '
            "SQLSTATE: 42K09",
        )
    value, *among = (cast(compiler.settings, each, type_) for each in args)
    inner = ", ".join(each.text for each in among)
    return Sql(f"({value.text} IN ({inner}))", _BOOLEAN, any(each.nullable for each in args))


def _between(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, low, high = args
    first = _compare(compiler, Call(">=", (call.args[0], call.args[1])), [value, low], "")
    second = _compare(compiler, Call("<=", (call.args[0], call.args[2])), [value, high], "")
    return Sql(f"({first.text} AND {second.text})", _BOOLEAN, first.nullable or second.nullable)


def _getitem(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, key = args
    if isinstance(value.type, StructType):
        name = call.args[1].value if isinstance(call.args[1], Literal) else None
        if isinstance(name, int):
            name = value.type.fields[name].name
        return compiler.field(value, str(name), call.args[0].name())
    if isinstance(value.type, MapType):
        key = cast(compiler.settings, key, value.type.keyType)
        return Sql(f"{value.text}[{key.text}]", value.type.valueType, True)
    if isinstance(value.type, ArrayType):
        if isinstance(key.type, StringType) and isinstance(value.type.elementType, StructType):
            return compiler.field(value, str(getattr(call.args[1], "value", "")), call.args[0].name())
        place = cast(compiler.settings, key, IntegerType())
        message = (
            f"'[INVALID_ARRAY_INDEX] The index ' || {place.text} || ' is out of bounds. The array has ' || "
            f"len({value.text}) || ' elements. Use the SQL function `get()` to tolerate accessing element at invalid "
            "index and return NULL instead. SQLSTATE: 22003'"
        )
        nothing = failing(message, to_duckdb(value.type.elementType)) if compiler.settings.ansi else "NULL"
        text = (
            f"(CASE WHEN {place.text} < 0 OR {place.text} >= len({value.text}) THEN {nothing} "
            f"ELSE {value.text}[{place.text} + 1] END)"
        )
        return Sql(text, value.type.elementType, True)
    raise errors.analysis(
        "INVALID_EXTRACT_BASE_FIELD_TYPE",
        f'Can\'t extract a value from "{call.args[0].name()}". Need a complex type [STRUCT, ARRAY, MAP] but got '
        f'"{value.type.simpleString().upper()}". SQLSTATE: 42000',
    )


def _shown_item(inner: list[str]) -> str:
    return f"{inner[0]}[{inner[1]}]"


def _shown_in(inner: list[str]) -> str:
    return f"({inner[0]} IN ({', '.join(inner[1:])}))"


def _bits(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right, type_ = operands(compiler, call, args)
    if not is_integral(type_):
        raise errors.mismatch(call.name(), 0, "INTEGRAL", call.args[0].name(), type_.simpleString().upper())
    text = (
        f"xor({left.text}, {right.text})"
        if call.function == "^"
        else f"({left.text} {call.function} {right.text})"
    )
    return Sql(text, type_, left.nullable or right.nullable)


def _add_all() -> None:
    def entry(name: str, build: object, count: int, shown: object) -> None:
        register(Function(name, build, arity=(count, count), shown=shown))  # type: ignore[arg-type]

    for symbol, build in (
        ("+", _add),
        ("-", _add),
        ("*", _multiply),
        ("/", _divide),
        ("div", _whole),
        ("%", _remainder),
        ("<=>", _same),
        ("&", _bits),
        ("|", _bits),
        ("^", _bits),
        *((each, _compare) for each in ("=", "<", "<=", ">", ">=")),
        ("and", _logic("AND")),
        ("or", _logic("OR")),
    ):
        entry(symbol, build, 2, _infix(symbol.upper() if symbol in ("and", "or") else symbol))
    entry("negative", _negative, 1, None)
    entry("unary -", _negative, 1, lambda inner: f"(- {inner[0]})")
    entry("not", _not, 1, lambda inner: f"(NOT {inner[0]})")
    entry("between", _between, 3, None)
    entry("mod", _remainder, 2, None)
    entry("getitem", _getitem, 2, _shown_item)
    register(Function("in", _in, arity=(1, None), shown=_shown_in))


_add_all()
