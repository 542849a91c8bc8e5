# SPDX-License-Identifier: Apache-2.0
"""Hashes of values of any type, checksums of bytes, and URLs."""

from __future__ import annotations

from typing import Any

from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.coercion import is_string
from sluice.frame.column import Column, expr_of
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal, new_id
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.registry import Builder, Function, coerced, refuse, register, template
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)
from sluice.pyspark.exceptions import PySparkValueError

_STRING, _INT, _LONG, _BINARY = StringType(), IntegerType(), LongType(), BinaryType()


def _hashed(prefix: str, text: str, type_: DataType, seed: str) -> str:
    """SQL that hashes one value onto the hash of those before it."""
    if isinstance(type_, NullType):
        return seed
    if isinstance(type_, BooleanType):
        return scalar(f"{prefix}_int", f"CAST(CAST({text} AS INTEGER) AS BIGINT)", seed)
    if type_.typeName() in ("byte", "tinyint", "short", "smallint", "integer", "int"):
        return scalar(f"{prefix}_int", f"CAST({text} AS BIGINT)", seed)
    if isinstance(type_, DateType):
        return scalar(f"{prefix}_int", f"CAST({text} - DATE '1970-01-01' AS BIGINT)", seed)
    if isinstance(type_, LongType):
        return scalar(f"{prefix}_long", text, seed)
    if isinstance(type_, TimestampType | TimestampNTZType | DayTimeIntervalType):
        return scalar(f"{prefix}_long", f"epoch_us({text})", seed)
    if isinstance(type_, FloatType):
        return scalar(f"{prefix}_float", text, seed)
    if isinstance(type_, DoubleType):
        return scalar(f"{prefix}_double", text, seed)
    if isinstance(type_, DecimalType):
        if type_.precision <= 18:
            return scalar(
                f"{prefix}_long", f"CAST(replace(CAST({text} AS VARCHAR), '.', '') AS BIGINT)", seed
            )
        return scalar(f"{prefix}_decimal", f"CAST({text} AS VARCHAR)", seed)
    if isinstance(type_, BinaryType):
        return scalar(f"{prefix}_bytes", text, seed)
    if is_string(type_):
        return scalar(f"{prefix}_bytes", f"encode({text})", seed)
    if isinstance(type_, StructType):
        made = seed
        for field in type_.fields:
            made = _hashed(prefix, f"struct_extract({text}, {sql_text(field.name)})", field.dataType, made)
        return f"(CASE WHEN {text} IS NULL THEN {seed} ELSE {made} END)"
    raise _unhashed(type_)


def _unhashed(type_: DataType) -> Exception:
    return errors.analysis(
        "DATATYPE_MISMATCH.HASH_MAP_TYPE",
        f"Cannot resolve the hash of a {type_.simpleString()}: it has none here. SQLSTATE: 42K09",
    )


def _elements(prefix: str, text: str, type_: DataType, seed: str, word: str) -> str:
    """Over the elements of an array one after another."""
    if not isinstance(type_, ArrayType):
        return _hashed(prefix, text, type_, seed)
    so_far, each = f"h{new_id()}", f"e{new_id()}"
    one = {name: f"struct_extract({so_far}, '{name}')" for name in ("h", "v")}
    step = _elements(prefix, f"struct_extract({each}, 'v')", type_.elementType, one["h"], word)
    rows = f"list_transform({text}, lambda {each}: {{'h': CAST(0 AS {word}), 'v': {each}}})"
    start = f"[{{'h': {seed}, 'v': ({text})[1]}}]"
    made = f"{{'h': {step}, 'v': struct_extract({each}, 'v')}}"
    folded = f"list_reduce(list_concat({start}, {rows}), lambda {so_far}, {each}: {made})"
    return f"(CASE WHEN {text} IS NULL OR len({text}) = 0 THEN {seed} ELSE struct_extract({folded}, 'h') END)"


def _hash(prefix: str, result: DataType, word: str) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        text = f"CAST(42 AS {word})"
        for arg in args:
            text = _elements(prefix, arg.text, arg.type, text, word)
        return Sql(text, result, False)

    return build


def _bytes(name: str, template_: str, result: DataType) -> None:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        value = args[0]
        if not isinstance(value.type, BinaryType):
            value = cast(compiler.settings, coerced(compiler, call, 0, value, _STRING), _BINARY)
        return Sql(template_.format(value.text), result, value.nullable)

    register(Function(name, build, arity=(1, 1)))


register(Function("hash", _hash("hash", _INT, "INTEGER"), arity=(1, None)))
register(Function("xxhash64", _hash("xxhash", _LONG, "BIGINT"), arity=(1, None)))
_bytes("md5", "md5({})", _STRING)
_bytes("sha", "sha1({})", _STRING)
_bytes("sha1", "sha1({})", _STRING)
_bytes("crc32", scalar("crc32", "{}"), _LONG)


def _sha2(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = args[0]
    if not isinstance(value.type, BinaryType):
        value = cast(compiler.settings, coerced(compiler, call, 0, value, _STRING), _BINARY)
    bits = coerced(compiler, call, 1, args[1], _INT)
    return Sql(scalar("sha2", value.text, bits.text), _STRING, True)


register(Function("sha2", _sha2, arity=(2, 2)))
for _name in ("url_encode", "url_decode", "try_url_decode"):
    template(
        _name, scalar(_name, "{0}"), _STRING, (_STRING,), nullable=None if _name == "url_encode" else True
    )


def _url(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    texts = [coerced(compiler, call, place, sql, _STRING).text for place, sql in enumerate(args)]
    return Sql(scalar(call.function, *texts, *(["''"] if len(texts) < 3 else [])), _STRING, True)


register(Function("parse_url", _url, arity=(2, 3)))
register(Function("try_parse_url", _url, arity=(2, 3)))
_CIPHERS = "ciphers are not here; encrypt in a function of Python"
for _name in ("aes_encrypt", "aes_decrypt", "try_aes_decrypt", "hmac"):
    refuse(_name, _CIPHERS if _name != "hmac" else "it is not implemented; use hmac of Python in a function")

declare(
    """
    crc32(col:c)
    hash(*cols:c)
    md5(col:c)
    parse_url(url:c, partToExtract:c, key:c=None)
    sha(col:c)
    sha1(col:c)
    try_parse_url(url:c, partToExtract:c, key:c=None)
    try_url_decode(str:c)
    url_decode(str:c)
    url_encode(str:c)
    xxhash64(*cols:c)
    """
)


def sha2(col: Any, numBits: int) -> Column:
    """A hash of SHA-2 in hexadecimal digits.

    Raises:
        PySparkValueError: there is no hash of so many bits.
    """
    if numBits not in (0, 224, 256, 384, 512):
        raise PySparkValueError(
            errorClass="VALUE_NOT_ALLOWED",
            messageParameters={"arg_name": "numBits", "allowed_values": "[0, 224, 256, 384, 512]"},
        )
    return Column(Call("sha2", (expr_of(col), Literal(numBits))))


FUNCTIONS["sha2"] = sha2
