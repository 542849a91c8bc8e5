# SPDX-License-Identifier: Apache-2.0
"""Functions of whole arrays: as sets, in order, side by side, made of numbers and dates."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import common_type, is_integral
from sluice.frame.compile import Compiler
from sluice.frame.expr import Alias, Bound, Call, Expr, Literal, Name
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import array, entry, mixed, once, when_null
from sluice.frame.functions.registry import coerced
from sluice.frame.ordering import ordered_form, unordered
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    StringType,
    StructField,
    StructType,
)

_BOOLEAN, _STRING = BooleanType(), StringType()


def _alike(compiler: Compiler, call: Call, args: list[Sql]) -> list[Sql]:
    """Arrays of one type."""
    arrays = [array(compiler, call, args, place)[0] for place in range(len(args))]
    element = common_type(each.type.elementType for each in arrays if isinstance(each.type, ArrayType))
    kinds = [each.type for each in arrays]
    if element is None or any(mixed(kinds[0], kind) for kind in kinds):
        types = ", ".join(f'"{each.type.simpleString().upper()}"' for each in args)
        raise errors.analysis(
            "DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES",
            f'Cannot resolve "{call.name()}" due to data type mismatch: Input to function `{call.function}` should '
            f'have been two "ARRAY" with same element type, but it\'s [{types}]. SQLSTATE: 42K09',
        )
    return [cast(compiler.settings, each, ArrayType(element, _holds_nulls(each))) for each in arrays]


def _holds_nulls(sql: Sql) -> bool:
    return isinstance(sql.type, ArrayType) and sql.type.containsNull


def _distinct(text: str) -> str:
    return f"list_filter({text}, lambda e, i: list_position({text}, e) = i)"


def _as_sets(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    arrays = _alike(compiler, call, args)
    nulls = [_holds_nulls(each) for each in arrays]
    type_ = arrays[0].type
    assert isinstance(type_, ArrayType)

    def body(a: str, b: str = "") -> str:
        if call.function == "array_distinct":
            return _distinct(a)
        if call.function == "array_union":
            return when_null([a, b], once([f"list_concat({a}, {b})"], _distinct))
        word = "IS NOT NULL" if call.function == "array_intersect" else "IS NULL"
        found = f"list_filter({a}, lambda e, i: list_position({a}, e) = i AND list_position({b}, e) {word})"
        return when_null([a, b], found)

    holds = {"array_union": any(nulls), "array_intersect": all(nulls)}.get(call.function, nulls[0])
    result = ArrayType(type_.elementType, holds)
    return Sql(once([each.text for each in arrays], body), result, any(each.nullable for each in arrays))


def _overlap(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    arrays = _alike(compiler, call, args)

    def body(a: str, b: str) -> str:
        shared = f"list_filter({a}, lambda e: e IS NOT NULL AND list_position({b}, e) IS NOT NULL)"
        return (
            f"(CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL WHEN len({shared}) > 0 THEN TRUE "
            f"WHEN len({a}) > 0 AND len({b}) > 0 AND (list_count({a}) < len({a}) OR list_count({b}) < len({b})) "
            "THEN NULL ELSE FALSE END)"
        )

    nullable = any(each.nullable or _holds_nulls(each) for each in arrays)
    return Sql(once([each.text for each in arrays], body), _BOOLEAN, nullable)


def _sorted(text: str, element: DataType, way: str, nulls: str) -> str:
    form = ordered_form("e", element)
    if form == "e":
        return f"list_sort({text}, '{way}', 'NULLS {nulls}')"
    if nulls == "LAST":
        last = f"list_filter({text}, lambda e: e IS NULL)"
    else:
        last = ""
    keyed = f"list_transform(list_filter({text}, lambda e: e IS NOT NULL), lambda e: struct_pack(k := {form}, v := e))"
    some = f"list_transform(list_sort({keyed}, '{way}'), lambda e: e.v)"
    first = f"list_filter({text}, lambda e: e IS NULL)"
    return f"list_concat({some}, {last})" if last else f"list_concat({first}, {some})"


def _sort_array(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    unordered(call, type_.elementType)
    rising = True
    if len(args) == 2:
        arg = call.args[1]
        if not isinstance(arg, Literal) or not isinstance(arg.value, bool):
            raise errors.mismatch(call.name(), 1, "BOOLEAN", arg.name(), args[1].type.simpleString().upper())
        rising = arg.value
    way, nulls = ("ASC", "FIRST") if rising else ("DESC", "LAST")
    text = once([sql.text], lambda a: _guard(a, _sorted(a, type_.elementType, way, nulls)))
    return Sql(text, type_, sql.nullable)


def _guard(name: str, text: str) -> str:
    """`list_concat` makes a list of nulls."""
    return text if text.startswith("list_sort") else when_null([name], text)


def _array_sort(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    if len(args) == 1:
        unordered(call, type_.elementType)
        return Sql(
            once([sql.text], lambda a: _guard(a, _sorted(a, type_.elementType, "ASC", "LAST"))),
            type_,
            sql.nullable,
        )
    function = call.args[1]
    element = type_.elementType
    left, right = (Sql(name, element, type_.containsNull) for name in ("y", "x"))
    order = compiler.body_of(function, left, right)
    if not is_integral(order.type):
        raise errors.mismatch(call.name(), 1, "INT", function.name(), order.type.simpleString().upper())
    null = failing(
        "'[COMPARATOR_RETURNS_NULL] The comparator has returned a NULL for a comparison. It should return a positive "
        'integer for "greater than", 0 for "equal" and a negative integer for "less than". SQLSTATE: 22004\'',
        "INTEGER",
    )
    # Each element goes behind those that are not greater: what a stable sort gives for any order that is one.
    before, behind = (
        f"list_filter(acc, lambda y: coalesce({order.text}, {null}) {word} 0)" for word in ("<=", ">")
    )
    text = f"list_reduce({sql.text}, lambda acc, x: list_concat({before}, [x], {behind}), []::{to_duckdb(type_)})"
    return Sql(text, type_, sql.nullable)


def _shown_sort(inner: list[str]) -> str:
    """With the comparator that there is where none is given."""
    x = "namedlambdavariable()"
    if len(inner) == 1:
        usual = (
            f"(IF((({x} IS NULL) AND ({x} IS NULL)), 0, (IF(({x} IS NULL), 1, (IF(({x} IS NULL), -1, "
            f"(IF(({x} < {x}), -1, (IF(({x} > {x}), 1, 0))))))))))"
        )
        inner = [*inner, f"lambdafunction({usual}, {x}, {x})"]
    return f"array_sort({', '.join(inner)})"


def _flatten(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    inner = type_.elementType
    if not isinstance(inner, ArrayType):
        raise errors.mismatch(
            call.name(), 0, "ARRAY<ARRAY>", call.args[0].name(), type_.simpleString().upper()
        )
    if not type_.containsNull:
        return Sql(f"flatten({sql.text})", inner, sql.nullable)
    text = once(
        [sql.text], lambda a: f"(CASE WHEN list_count({a}) < len({a}) THEN NULL ELSE flatten({a}) END)"
    )
    return Sql(text, inner, True)


def _shuffle(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    seed = args[1].text if len(args) == 2 else "CAST(random() * 9e15 AS BIGINT)"

    def body(a: str, s: str) -> str:
        keyed = f"list_transform({a}, lambda e, i: struct_pack(k := hash(i, {s}), i := i, v := e))"
        return f"list_transform(list_sort({keyed}), lambda e: e.v)"

    return Sql(once([sql.text, seed], body), type_, sql.nullable)


def _zip_name(expr: Expr, place: int) -> str:
    if isinstance(expr, Name | Bound | Alias):
        return expr.name()
    if isinstance(expr, Call) and expr.function == "getitem" and isinstance(expr.args[1], Literal):
        return str(expr.args[1].value)
    return str(place)


def _zip(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    arrays = [array(compiler, call, args, place)[0] for place in range(len(args))]
    names = [_zip_name(expr, place) for place, expr in enumerate(call.args)]
    if not arrays:
        return Sql("[]", ArrayType(StructType([]), False), False)
    lowered = [name.lower() for name in names]
    if len(set(lowered)) < len(lowered):
        raise errors.analysis(
            "UNSUPPORTED_FEATURE.DUPLICATE_FIELDS",
            f"arrays_zip makes structs, and none here has two fields of one name: {', '.join(names)}; give them other "
            "names with alias",
        )

    def body(*each: str) -> str:
        fields = ", ".join(f"{_field(name)} := {a}[i]" for name, a in zip(names, each, strict=True))
        longest = f"greatest({', '.join(f'len({a})' for a in each)})"
        return when_null(each, f"list_transform(range(1, {longest} + 1), lambda i: struct_pack({fields}))")

    fields = [
        StructField(name, each.type.elementType, True)
        for name, each in zip(names, arrays, strict=True)
        if isinstance(each.type, ArrayType)
    ]
    text = once([each.text for each in arrays], body)
    return Sql(text, ArrayType(StructType(fields), False), any(each.nullable for each in arrays))


def _field(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reverse(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql = args[0]
    if isinstance(sql.type, ArrayType):
        return Sql(f"list_reverse({sql.text})", sql.type, sql.nullable)
    text = coerced(compiler, call, 0, sql, _STRING)
    # DuckDB's own keeps together what is shown as one sign, where Java turns characters around.
    return Sql(f"array_to_string(list_reverse(string_split({text.text}, '')), '')", _STRING, text.nullable)


def _concat(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    nullable = any(each.nullable for each in args)
    if any(isinstance(each.type, ArrayType) for each in args):
        return _concat_arrays(compiler, call, args, nullable)
    if args and all(isinstance(each.type, BinaryType) for each in args):
        return Sql(f"({' || '.join(each.text for each in args)})", BinaryType(), nullable)
    texts = [coerced(compiler, call, place, sql, _STRING).text for place, sql in enumerate(args)]
    return Sql(f"({' || '.join(texts)})" if texts else "''", _STRING, nullable)


def _concat_arrays(compiler: Compiler, call: Call, args: list[Sql], nullable: bool) -> Sql:
    arrays = _alike(compiler, call, args)
    type_ = arrays[0].type
    assert isinstance(type_, ArrayType)
    text = once(
        [each.text for each in arrays],
        lambda *each: when_null(each, f"list_concat({', '.join(each)})"),
    )
    return Sql(text, ArrayType(type_.elementType, any(map(_holds_nulls, arrays))), nullable)


entry("reverse", _reverse, 1)
entry("concat", _concat, 0, None)
for _name, _count in (
    ("array_distinct", 1),
    ("array_union", 2),
    ("array_intersect", 2),
    ("array_except", 2),
):
    entry(_name, _as_sets, _count)
entry("arrays_overlap", _overlap, 2)
entry(
    "sort_array",
    _sort_array,
    1,
    2,
    shown=lambda inner: f"sort_array({', '.join([*inner, 'true'][:2])})",
)
entry("array_sort", _array_sort, 1, 2, lambdas=(1,), shown=_shown_sort)
entry("flatten", _flatten, 1)
entry("shuffle", _shuffle, 1, 2)
entry("arrays_zip", _zip, 0, None)

declare(
    """
    reverse(col:c)
    concat(*cols:c)
    array_distinct(col:c)
    array_union(col1:c, col2:c)
    array_intersect(col1:c, col2:c)
    array_except(col1:c, col2:c)
    arrays_overlap(a1:c, a2:c)
    sort_array(col:c, asc:v=True)
    array_sort(col:c, comparator:f=None)
    flatten(col:c)
    shuffle(col:c, seed:v=None)
    arrays_zip(*cols:c)
    """
)
