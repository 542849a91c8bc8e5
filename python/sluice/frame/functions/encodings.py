# SPDX-License-Identifier: Apache-2.0
"""Functions between texts and bytes, and of texts that are made of values by a format."""

from __future__ import annotations

from typing import Any

from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.coercion import is_integral, is_numeric
from sluice.frame.column import Column, expr_of, value_of
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.registry import Function, build, coerced, refuse, register, template
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    NullType,
    StringType,
    TimestampNTZType,
    TimestampType,
)

_STRING, _INT, _BOOLEAN, _BINARY = StringType(), IntegerType(), BooleanType(), BinaryType()


def _encode(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, charset = (coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args))
    nullable = text.nullable or charset.nullable
    name = call.args[1].value if isinstance(call.args[1], Literal) else None
    if str(name).upper() == "UTF-8":
        return Sql(f"encode({text.text})", _BINARY, nullable)
    return Sql(scalar("encode", text.text, charset.text), _BINARY, True)


def _decode(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if len(args) > 2:
        return _choose(compiler, call, args)
    value = cast(compiler.settings, args[0], _BINARY) if not isinstance(args[0].type, BinaryType) else args[0]
    charset = coerced(compiler, call, 1, args[1], _STRING)
    return Sql(scalar("decode", value.text, charset.text), _STRING, True)


def _choose(compiler: Compiler, call: Call, args: list[Sql]) -> Sql:
    """The other `decode`: what belongs to the first key that is the same."""
    pairs = list(zip(args[1::2], args[2::2], strict=False))
    values = [value for _, value in pairs]
    if len(args) % 2 == 0:
        values.append(args[-1])
    values = compiler.alike(values, call.name())
    cases = " ".join(
        f"WHEN {build(compiler, Call('<=>', call.args[:2]), [args[0], key]).text} THEN {value.text}"
        for (key, _), value in zip(pairs, values, strict=False)
    )
    last = f" ELSE {values[-1].text}" if len(args) % 2 == 0 else ""
    return Sql(f"(CASE {cases}{last} END)", values[0].type, True)


def _binary(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text = coerced(compiler, call, 0, args[0], _STRING)
    form = coerced(compiler, call, 1, args[1], _STRING).text if len(args) > 1 else "'hex'"
    return Sql(scalar(call.function, text.text, form), _BINARY, True)


def _base64(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = args[0] if isinstance(args[0].type, BinaryType) else cast(compiler.settings, args[0], _BINARY)
    return Sql(f"to_base64({value.text})", _STRING, args[0].nullable)


def _valid(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    data = args[0]
    if not isinstance(data.type, BinaryType):
        data = cast(compiler.settings, coerced(compiler, call, 0, data, _STRING), _BINARY)
    if call.function == "is_valid_utf8":
        ok = f"CASE WHEN {data.text} IS NOT NULL THEN TRY(decode({data.text})) IS NOT NULL END"
        return Sql(f"({ok})", _BOOLEAN, data.nullable)
    if call.function == "make_valid_utf8":
        return Sql(
            f"coalesce(TRY(decode({data.text})), {scalar('lossy_utf8', data.text)})", _STRING, data.nullable
        )
    if call.function == "try_validate_utf8":
        return Sql(f"TRY(decode({data.text}))", _STRING, True)
    return Sql(scalar("validate_utf8", data.text), _STRING, data.nullable)


def _concat_ws(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    separator = coerced(compiler, call, 0, args[0], _STRING)
    parts = []
    for place, arg in enumerate(args[1:], 1):
        if isinstance(arg.type, ArrayType):
            parts.append(f"coalesce({cast(compiler.settings, arg, ArrayType(_STRING)).text}, [])")
        else:
            parts.append(f"[{coerced(compiler, call, place, arg, _STRING).text}]")
    if not any(isinstance(arg.type, ArrayType) for arg in args[1:]):
        inner = ", ".join([separator.text, *(part[1:-1] for part in parts)])
        text = f"concat_ws({inner})" if parts else f"(CASE WHEN {separator.text} IS NOT NULL THEN '' END)"
        return Sql(text, _STRING, separator.nullable)
    kept = f"list_filter(flatten([{', '.join(parts)}]), lambda e: e IS NOT NULL)"
    text = f"(CASE WHEN {separator.text} IS NOT NULL THEN coalesce(array_to_string({kept}, {separator.text}), '') END)"
    return Sql(text, _STRING, separator.nullable)


def _tag(sql: Sql) -> tuple[str, str]:
    """What a formatter has to know of a value: its kind, and its text."""
    type_, text = sql.type, sql.text
    kind = type_.typeName()
    if isinstance(type_, DateType):
        return "int", f"CAST(CAST({text} - DATE '1970-01-01' AS BIGINT) AS VARCHAR)"
    if isinstance(type_, TimestampType | TimestampNTZType):
        return "long", f"CAST(epoch_us({text}) AS VARCHAR)"
    if isinstance(type_, NullType):
        return "null", "CAST(NULL AS VARCHAR)"
    if is_integral(type_):
        kind = {"tinyint": "byte", "smallint": "short", "bigint": "long", "integer": "int"}.get(kind, kind)
    return kind, f"CAST({text} AS VARCHAR)"


def _format_string(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    form = coerced(compiler, call, 0, args[0], _STRING)
    tags = []
    for place, arg in enumerate(args[1:], 1):
        simple = is_numeric(arg.type) or isinstance(
            arg.type, StringType | BooleanType | DateType | TimestampType | TimestampNTZType | NullType
        )
        if not simple:
            raise errors.analysis(
                "UNSUPPORTED_FEATURE.FORMAT",
                f"{call.function} cannot write a {arg.type.simpleString()}: argument={call.args[place].name()}; "
                "cast it to string first",
            )
        tags.append(_tag(arg))
    kinds = sql_text(",".join(kind for kind, _ in tags))
    values = f"[{', '.join(text for _, text in tags)}]::VARCHAR[]"
    return Sql(scalar("format_string", kinds, form.text, values), _STRING, form.nullable)


def _format_number(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    from sluice.frame.functions.rounding import number

    value = number(compiler, call, 0, args[0])
    digits = args[1]
    if not isinstance(digits.type, StringType):
        digits = coerced(compiler, call, 1, digits, _INT)
    else:
        refused = "formats that are texts are not here; give the number of digits"
        from sluice.frame.functions.registry import refusal

        raise refusal("format_number", refused)
    if isinstance(value.type, FloatType):
        value = cast(compiler.settings, value, DoubleType())
    kind = "decimal" if isinstance(value.type, DecimalType) or is_integral(value.type) else "double"
    text = scalar("format_number", sql_text(kind), f"CAST({value.text} AS VARCHAR)", digits.text)
    return Sql(text, _STRING, True)


def _to_char(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = args[0]
    form = str(call.args[1].value).lower() if isinstance(call.args[1], Literal) else ""
    if isinstance(value.type, BinaryType):
        names = {"hex": "hex", "base64": "base64", "utf-8": "decode"}
        if form not in names:
            raise errors.analysis(
                "INVALID_PARAMETER_VALUE.BINARY_FORMAT",
                f"The value of parameter(s) `format` in `{call.function}` is invalid: expects one of binary formats "
                f"'base64', 'hex', 'utf-8', but got {form}. SQLSTATE: 22023",
            )
        more = [Sql("'UTF-8'", _STRING, False)] if form == "utf-8" else []
        return build(compiler, Call(names[form], call.args[: 1 + len(more)]), [value, *more])
    if isinstance(value.type, DateType | TimestampType | TimestampNTZType):
        return build(compiler, Call("date_format", call.args), args)
    from sluice.frame.functions.registry import refusal

    raise refusal(call.function, "formats of numbers are not here; use format_number or format_string")


template("unbase64", scalar("unbase64", "{0}"), _BINARY, (_STRING,))
register(Function("encode", _encode, arity=(2, 2)))
register(Function("decode", _decode, arity=(2, None)))
register(Function("to_binary", _binary, arity=(1, 2)))
register(Function("try_to_binary", _binary, arity=(1, 2)))
register(Function("base64", _base64, arity=(1, 1)))
for _name in ("is_valid_utf8", "make_valid_utf8", "validate_utf8", "try_validate_utf8"):
    register(Function(_name, _valid, arity=(1, 1)))
register(Function("concat_ws", _concat_ws, arity=(1, None)))
register(Function("format_string", _format_string, arity=(1, None)))
register(Function("printf", _format_string, arity=(1, None)))
register(Function("format_number", _format_number, arity=(2, 2)))
register(Function("to_char", _to_char, arity=(2, 2)))
register(Function("to_varchar", _to_char, arity=(2, 2)))
template(
    "replace",
    "(CASE WHEN {1} = '' THEN {0} ELSE replace({0}, {1}, {2}) END)",
    _STRING,
    (_STRING, _STRING, _STRING),
)


def _mask(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    texts = [coerced(compiler, call, place, sql, _STRING).text for place, sql in enumerate(args)]
    texts += ["'X'", "'x'", "'n'", "NULL"][len(texts) - 1 :]
    return Sql(scalar("mask", *texts), _STRING, args[0].nullable)


register(Function("mask", _mask, arity=(1, 5)))
template("collation", "'SYSTEM.BUILTIN.UTF8_BINARY'", _STRING, (_STRING,), nullable=False)
_FORMATS = "formats of numbers are not here; use cast"
refuse("to_number", _FORMATS)
refuse("try_to_number", _FORMATS)
refuse("sentences", "the rules by which Java breaks sentences are not here; use split")
refuse("collate", "texts are compared by their bytes only; use lower or upper")
refuse("to_base32", "it is not implemented; use base64 or hex")
refuse("from_base32", "it is not implemented; use unbase64 or unhex")

declare(
    """
    base64(col:c)
    collation(col:c)
    concat_ws(sep:v, *cols:c)
    decode(col:c, charset:v)
    encode(col:c, charset:v)
    format_number(col:c, d:v)
    format_string(format:v, *cols:c)
    is_valid_utf8(str:c)
    make_valid_utf8(str:c)
    printf(format:c, *cols:c)
    to_binary(col:c, format:c=None)
    to_char(col:c, format:c)
    to_varchar(col:c, format:c)
    try_to_binary(col:c, format:c=None)
    try_validate_utf8(str:c)
    unbase64(col:c)
    validate_utf8(str:c)
    """
)


def replace(src: Any, search: Any, replace: Any = None) -> Column:
    """All of one text in another replaced."""
    by = Literal("") if replace is None else expr_of(replace)
    return Column(Call("replace", (expr_of(src), expr_of(search), by)))


def mask(
    col: Any, upperChar: Any = None, lowerChar: Any = None, digitChar: Any = None, otherChar: Any = None
) -> Column:
    """Letters and digits replaced by what stands for them."""
    given = zip((upperChar, lowerChar, digitChar, otherChar), ("X", "x", "n", None), strict=True)
    by = tuple(value_of(default) if each is None else expr_of(each) for each, default in given)
    return Column(Call("mask", (expr_of(col), *by)))


FUNCTIONS["replace"], FUNCTIONS["mask"] = replace, mask
