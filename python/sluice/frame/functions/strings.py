# SPDX-License-Identifier: Apache-2.0
"""Functions of texts: letters, places and parts."""

from __future__ import annotations

from collections.abc import Callable

from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import Builder, Function, coerced, register, template
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import BinaryType, BooleanType, DoubleType, IntegerType, StringType

_STRING, _INT, _BOOLEAN, _BINARY = StringType(), IntegerType(), BooleanType(), BinaryType()
Shown = Callable[[list[str]], str]

for _name, _alias in (("upper", "ucase"), ("lower", "lcase")):
    # Of other than ASCII, one letter may become two.
    template(
        _name,
        f"(CASE WHEN strlen({{0}}) = length({{0}}) THEN {_name}({{0}}) ELSE {scalar(_name, '{0}')} END)",
        _STRING,
        (_STRING,),
        _alias,
        shown=None,
    )


def _filled(name: str, least: int, *defaults: str) -> Shown:
    """Arguments that were left out are shown with their values."""
    return lambda inner: f"{name}({', '.join([*inner, *defaults[len(inner) - least :]])})"


def _sized(text: str, bits: str) -> Builder:
    """A length: of a text, or of bytes."""

    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        if isinstance(args[0].type, BinaryType):
            return Sql(
                f"CAST({bits.format(f'octet_length({args[0].text})')} AS INTEGER)", _INT, args[0].nullable
            )
        value = coerced(compiler, call, 0, args[0], _STRING)
        return Sql(f"CAST({text.format(value.text)} AS INTEGER)", _INT, value.nullable)

    return build


for _name in ("length", "char_length", "character_length", "len"):
    register(Function(_name, _sized("length({})", "{}"), arity=(1, 1)))
register(Function("octet_length", _sized("strlen({})", "{}"), arity=(1, 1)))
register(Function("bit_length", _sized("(strlen({}) * 8)", "({} * 8)"), arity=(1, 1)))


def _slice(text: str, start: str, count: str) -> str:
    """A part by Spark's places: from 1, 0 is the same, negative from the end."""
    size = f"CAST(length({text}) AS BIGINT)"
    first = f"(CASE WHEN {start} > 0 THEN {start} - 1 WHEN {start} < 0 THEN {size} + {start} ELSE 0 END)"
    return (
        f"substring({text}, greatest({first}, 0) + 1, greatest({first} + {count} - greatest({first}, 0), 0))"
    )


def _substring(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    start = coerced(compiler, call, 1, args[1], _INT)
    count = coerced(compiler, call, 2, args[2], _INT) if len(args) > 2 else Sql("2147483647", _INT, False)
    places = f"CAST({start.text} AS BIGINT)", f"CAST({count.text} AS BIGINT)"
    nullable = any(each.nullable for each in args)
    if isinstance(args[0].type, BinaryType):
        hexes = f"hex({args[0].text})"
        doubled = f"(CASE WHEN {places[0]} > 0 THEN {places[0]} * 2 - 1 ELSE {places[0]} * 2 END)"
        return Sql(f"unhex({_slice(hexes, doubled, f'({places[1]} * 2)')})", _BINARY, nullable)
    value = coerced(compiler, call, 0, args[0], _STRING)
    if start.text.isdigit() and count.text.isdigit() and start.text != "0":
        return Sql(f"substring({value.text}, {start.text}, {count.text})", _STRING, nullable)
    known = f"{start.text} IS NOT NULL AND {count.text} IS NOT NULL"
    return Sql(f"(CASE WHEN {known} THEN {_slice(value.text, *places)} END)", _STRING, nullable)


def _left(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    return _substring(compiler, call, [args[0], Sql("1", _INT, False), args[1]], tail)


register(Function("substring", _substring, arity=(2, 3), shown=_filled("substring", 2, "2147483647")))
register(Function("substr", _substring, arity=(2, 3), shown=_filled("substr", 2, "2147483647")))
register(Function("left", _left, arity=(2, 2)))
template(
    "right",
    "(CASE WHEN {0} IS NOT NULL AND {1} <= 0 THEN '' ELSE right({0}, {1}) END)",
    _STRING,
    (_STRING, _INT),
)


def _trim(name: str, side: str) -> None:
    function = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(side, "trim")

    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        texts = [coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args)]
        letters = texts[1].text if len(texts) > 1 else "' '"
        return Sql(f"{function}({texts[0].text}, {letters})", _STRING, any(each.nullable for each in args))

    def shown(inner: list[str]) -> str:
        if len(inner) == 1 or not side:
            return f"{name}({', '.join(inner)})"
        return f"TRIM({side} {inner[1]} FROM {inner[0]})"

    register(Function(name, build, arity=(1, 2), shown=shown))


for _name, _side in (("trim", "BOTH"), ("ltrim", "LEADING"), ("rtrim", "TRAILING"), ("btrim", "")):
    _trim(_name, _side)

for _name in ("lpad", "rpad"):
    template(
        _name,
        f"(CASE WHEN {{0}} IS NULL OR {{2}} IS NULL THEN NULL WHEN {{1}} <= 0 THEN '' "
        f"WHEN {{2}} = '' THEN left({{0}}, {{1}}) "
        f"ELSE {_name}({{0}}, {{1}}, CASE WHEN {{2}} = '' THEN ' ' ELSE {{2}} END) END)",
        _STRING,
        (_STRING, _INT, _STRING),
    )
for _name, _function in (("contains", "contains"), ("startswith", "starts_with"), ("endswith", "ends_with")):
    template(_name, f"{_function}({{0}}, {{1}})", _BOOLEAN, (_STRING, _STRING))

template("ascii", "(CASE WHEN {0} = '' THEN 0 ELSE unicode({0}) END)", _INT, (_STRING,))
template(
    "char",
    "(CASE WHEN {0} < 0 THEN '' ELSE chr(CAST({0} % 256 AS INTEGER)) END)",
    _STRING,
    (_INT,),
    shown=None,
)
template(
    "chr",
    "(CASE WHEN {0} < 0 THEN '' ELSE chr(CAST({0} % 256 AS INTEGER)) END)",
    _STRING,
    (_INT,),
    shown=None,
)
template("space", "repeat(' ', {0})", _STRING, (_INT,))
template("repeat", "repeat({0}, {1})", _STRING, (_STRING, _INT))
template("translate", "translate({0}, {1}, {2})", _STRING, (_STRING, _STRING, _STRING))
template("initcap", scalar("initcap", "{0}"), _STRING, (_STRING,))
template("soundex", scalar("soundex", "{0}"), _STRING, (_STRING,))
template("quote", scalar("quote", "{0}"), _STRING, (_STRING,), nullable=True)
template("jaro_winkler_similarity", scalar("jaro_winkler", "{0}", "{1}"), DoubleType(), (_STRING, _STRING))
template(
    "substring_index",
    "(CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN {1} = '' OR {2} = 0 THEN '' "
    "WHEN {2} > 0 THEN array_to_string(string_split({0}, {1})[1:{2}], {1}) "
    "ELSE array_to_string(string_split({0}, {1})[{2}:], {1}) END)",
    _STRING,
    (_STRING, _STRING, _INT),
)
template(
    "split_part", scalar("split_part", "{0}", "{1}", "{2}"), _STRING, (_STRING, _STRING, _INT), nullable=True
)
template("find_in_set", scalar("find_in_set", "{0}", "{1}"), _INT, (_STRING, _STRING))


def _locate(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    part, text = (coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args[:2]))
    nullable = part.nullable or text.nullable
    if len(args) < 3:
        return Sql(f"CAST(instr({text.text}, {part.text}) AS INTEGER)", _INT, nullable)
    start = coerced(compiler, call, 2, args[2], _INT)
    found = f"instr(substring({text.text}, {start.text}), {part.text})"
    place = (
        f"CASE WHEN {start.text} IS NULL OR {start.text} < 1 THEN 0 WHEN {part.text} = '' THEN 1 "
        f"WHEN {found} = 0 THEN 0 ELSE {found} + {start.text} - 1 END"
    )
    missing = f"{part.text} IS NULL OR {text.text} IS NULL"
    return Sql(f"CAST((CASE WHEN {missing} THEN NULL ELSE {place} END) AS INTEGER)", _INT, nullable)


def _instr(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, part = (coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args[:2]))
    nullable = any(each.nullable for each in args)
    if len(args) == 2:
        return Sql(f"CAST(instr({text.text}, {part.text}) AS INTEGER)", _INT, nullable)
    more = [coerced(compiler, call, place, sql, _INT).text for place, sql in enumerate(args[2:], 2)]
    return Sql(scalar("instr", text.text, part.text, *more, *(["1"] * (2 - len(more)))), _INT, nullable)


def _overlay(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, by = (coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args[:2]))
    start = coerced(compiler, call, 2, args[2], _INT)
    count = coerced(compiler, call, 3, args[3], _INT).text if len(args) > 3 else "-1"
    size = f"(CASE WHEN {count} >= 0 THEN {count} ELSE length({by.text}) END)"
    before = f"substring({text.text}, 1, greatest({start.text} - 1, 0))"
    behind = _slice(text.text, f"({start.text} + {size})", "CAST(2147483647 AS BIGINT)")
    return Sql(f"({before} || {by.text} || {behind})", _STRING, any(each.nullable for each in args))


def _elt(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    place = coerced(compiler, call, 0, args[0], _INT)
    texts = [coerced(compiler, call, at, sql, _STRING) for at, sql in enumerate(args[1:], 1)]
    cases = " ".join(f"WHEN {at} THEN {text.text}" for at, text in enumerate(texts, 1))
    message = (
        f"'[INVALID_ARRAY_INDEX] The index ' || {place.text} || ' is out of bounds. The array has {len(texts)} "
        "elements. Use the SQL function `get()` to tolerate accessing element at invalid index and return NULL "
        "instead. SQLSTATE: 22003'"
    )
    nothing = f"WHEN {place.text} IS NOT NULL THEN {failing(message, 'VARCHAR')}"
    text = f"(CASE WHEN {place.text} BETWEEN 1 AND {len(texts)} THEN CASE {place.text} {cases} END {nothing} END)"
    return Sql(text, _STRING, True)


def _levenshtein(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    one, other = (coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args[:2]))
    plain = f"strlen({one.text}) = length({one.text}) AND strlen({other.text}) = length({other.text})"
    apart = scalar("levenshtein", one.text, other.text)
    text = f"CAST((CASE WHEN {plain} THEN levenshtein({one.text}, {other.text}) ELSE {apart} END) AS INTEGER)"
    if len(args) > 2:
        most = coerced(compiler, call, 2, args[2], _INT)
        text = f"(CASE WHEN {text} <= {most.text} THEN {text} WHEN {text} IS NOT NULL THEN -1 END)"
    return Sql(text, _INT, any(each.nullable for each in args))


def _like(fold: bool) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        texts = [coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args)]
        escape = texts[2].text if len(texts) > 2 else sql_text("\\")
        one, other = texts[0].text, texts[1].text
        if fold:
            one, other = f"lower({one})", f"lower({other})"
        return Sql(f"({one} LIKE {other} ESCAPE {escape})", _BOOLEAN, any(each.nullable for each in args))

    return build


def _shown_like(inner: list[str]) -> str:
    escape = f" ESCAPE '{inner[2]}'" if len(inner) > 2 else ""
    return f"{inner[0]} LIKE {inner[1]}{escape}"


register(Function("locate", _locate, arity=(2, 3), shown=_filled("locate", 2, "1")))
register(Function("position", _locate, arity=(2, 3), shown=_filled("position", 2, "1")))
register(Function("instr", _instr, arity=(2, 4)))
register(Function("overlay", _overlay, arity=(3, 4), shown=_filled("overlay", 3, "-1")))
register(Function("elt", _elt, arity=(2, None)))
register(Function("levenshtein", _levenshtein, arity=(2, 3)))
register(Function("like", _like(False), arity=(2, 3), shown=_shown_like))
register(Function("ilike", _like(True), arity=(2, 3)))

declare(
    """
    ascii(col:c)
    bit_length(col:c)
    btrim(str:c, trim:c=None)
    char(col:c)
    chr(n:c)
    char_length(str:c)
    character_length(str:c)
    contains(left:c, right:c)
    elt(*inputs:c)
    endswith(str:c, suffix:c)
    find_in_set(str:c, str_array:c)
    ilike(str:c, pattern:c, escapeChar:c=None)
    initcap(col:c)
    instr(str:c, substr:v, start:v=None, occurrence:v=None)
    jaro_winkler_similarity(left:c, right:c)
    lcase(str:c)
    left(str:c, len:c)
    length(col:c)
    levenshtein(left:c, right:c, threshold:v=None)
    like(str:c, pattern:c, escapeChar:c=None)
    locate(substr:v, str:c, pos:v=1)
    lower(col:c)
    lpad(col:c, len:v, pad:v)
    ltrim(col:c, trim:c=None)
    octet_length(col:c)
    overlay(src:c, replace:c, pos:x, len:x=-1)
    position(substr:c, str:c, start:c=None)
    quote(col:c)
    repeat(col:c, n:x)
    right(str:c, len:c)
    rpad(col:c, len:v, pad:v)
    rtrim(col:c, trim:c=None)
    soundex(col:c)
    split_part(src:c, delimiter:c, partNum:c)
    startswith(str:c, prefix:c)
    substr(str:c, pos:c, len:c=None)
    substring(str:c, pos:x, len:x)
    substring_index(str:c, delim:v, count:v)
    translate(srcCol:c, matching:v, replace:v)
    trim(col:c, trim:c=None)
    ucase(str:c)
    upper(col:c)
    """
)
