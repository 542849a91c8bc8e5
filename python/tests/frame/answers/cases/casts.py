# SPDX-License-Identifier: Apache-2.0
"""Casts between every pair of types, in SQL: each value by itself, as one that fails hides the others."""

from __future__ import annotations

from functools import partial

from .. import registry
from ..encoding import text

#: Type -> values of it, in SQL.
VALUES = {
    "boolean": ["true", "false"],
    "tinyint": ["0Y", "-128Y", "127Y"],
    "smallint": ["1S", "-32768S"],
    "int": ["0", "1", "-300", "2147483647"],
    "bigint": ["0L", "1700000000L", "9223372036854775807L"],
    "float": ["float(0.1)", "float(-1.5e10)", "float('NaN')", "float('Infinity')", "float(16777216)"],
    "double": [
        "0.0D",
        "-0.0D",
        "1.5D",
        "-2.99D",
        "1e20D",
        "double('NaN')",
        "double('-inf')",
        "123456789.125D",
    ],
    "decimal(10,2)": ["0.00BD", "cast(1.25 as decimal(10,2))", "cast(-99999999.99 as decimal(10,2))"],
    "decimal(38,0)": ["cast(12345678901234567890123456789012345678 as decimal(38,0))"],
    "string": [
        "''",
        "'abc'",
        "' 12 '",
        "'1.5'",
        "'1e3'",
        "'-0'",
        "'300'",
        "'9999999999'",
        "'0x1A'",
        "'NaN'",
        "'inf'",
        "'T'",
        "'yes'",
        "'2024-02-29'",
        "'2024-02-29 12:34:56.789'",
        "'2024-2-9'",
        "'1 day'",
    ],
    "binary": ["X''", "X'61C3A9'", "X'00000007'"],
    "date": ["date'1970-01-01'", "date'2024-02-29'", "date'0001-01-01'"],
    "timestamp": ["timestamp'1970-01-01 00:00:01'", "timestamp'2024-02-29 23:59:59.999999'"],
    "timestamp_ntz": ["timestamp_ntz'2024-02-29 12:00:00.5'"],
    "interval day to second": ["interval '1 02:03:04.5' day to second"],
    "interval year to month": ["interval '1-2' year to month"],
    "array<int>": ["array(1, null, 3)", "array()"],
    "map<string,int>": ["map('a', 1, 'b', null)"],
    "struct<a:int,b:string>": [
        "named_struct('a', 1, 'b', 'x')",
        "named_struct('a', cast(null as int), 'b', null)",
    ],
    "void": ["null"],
}
TARGETS = [
    *(kind for kind in VALUES if kind not in ("void", "decimal(38,0)")),
    "decimal(3,1)",
    "array<string>",
    "map<string,string>",
    "struct<a:string,b:string>",
]


def _cast(source, target, how, spark):
    """The value that each literal becomes, or the error."""
    found = {}
    for literal in VALUES[source]:
        query = f"select {how}({literal} as {target}) as v"
        found[literal] = registry.outcome(partial(_value, spark, query))
    return found


def _value(spark, query):
    frame = spark.sql(query)
    return f"{frame.schema[0].dataType.simpleString()} {text(frame.collect()[0][0])}"


def _add():
    for source in VALUES:
        for target in TARGETS:
            name = f"{source} as {target}"
            globals()[name] = registry.case(partial(_cast, source, target, "cast"))
        globals()[f"try {source}"] = registry.case(partial(_tried, source))


def _tried(source, spark):
    """try_cast of every value to the types whose casts fail most."""
    targets = ("int", "double", "boolean", "decimal(3,1)", "date", "timestamp")
    return {target: _cast(source, target, "try_cast", spark) for target in targets}


_add()


@registry.case
def time_of_day(spark):
    """A time without a date is today's."""
    query = "select {}('12:34:56' as timestamp) - cast(current_date() as timestamp) as v"
    return [_value(spark, query.format(how)) for how in ("cast", "try_cast")]
