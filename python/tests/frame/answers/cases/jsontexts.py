# SPDX-License-Identifier: Apache-2.0
"""JSON and CSV in texts: what fits a schema and what does not, paths, and how values are written."""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..registry import NEW_YORK, Expressions, frame_of

J = frame_of(
    "j string",
    ('{"a": 1, "b": "x", "c": [1, 2.5, null, "s"], "d": {"e": true, "f": null}, "n": null}',),
    ('{"a": 1.5, "b": 7, "c": [], "d": {}, "big": 12345678901234567890, "dd": 1.10, "e": 1e5}',),
    (
        '{"a": "1", "b": {"z": [1, 2]}, "c": {"q": 1}, "d": [1], "a b": "sp", "t": "2024-01-02T03:04:05Z", "dt": "2024-05-06"}',
    ),
    (
        '{"a": 99999999999, "b": null, "c": [[1], [2, 3]], "d": "str", "t": "2024-01-02 03:04:05.678", "dt": "bad", "x": "aGk="}',
    ),
    ('[{"a": 1}, {"a": 2, "b": "y"}]',),
    ("[1, 2, 3]",),
    ('{"a": 1',),
    ("{'a': 3, 'b': 'single'}",),
    ('{"a": 5} trailing',),
    ("",),
    ("   ",),
    ("null",),
    ("5",),
    ('"text"',),
    ("not json",),
    ('{"a": NaN, "b": "NaN"}',),
    ('{"a": 1, "a": 2, "A": 3}',),
    ('{"b": "q\\"u\\u00e9\\n", "c": [{"k": 1}, {"k": "v"}], "d": {"g": {"h": [10, {"i": "deep"}]}}}',),
    ('{"a": true, "b": false, "c": [true]}',),
    (None,),
)
reading = Expressions(
    """
    F.from_json('j', 'a int')
    F.from_json('j', 'a int, b string')
    F.from_json('j', 'a long, b string, c array<int>')
    F.from_json('j', 'a double, c array<double>')
    F.from_json('j', 'a string, c string, d string')
    F.from_json('j', 'a float')
    F.from_json('j', 'a decimal(5,2), dd decimal(10,3), e decimal(10,2)')
    F.from_json('j', 'a boolean, c array<boolean>')
    F.from_json('j', 'd struct<e: boolean, f: string>')
    F.from_json('j', 'c array<string>')
    F.from_json('j', 'c array<array<int>>')
    F.from_json('j', 'c array<struct<k: string>>')
    F.from_json('j', 'd map<string, string>')
    F.from_json('j', 't timestamp, dt date')
    F.from_json('j', 't timestamp_ntz')
    F.from_json('j', 'x binary')
    F.from_json('j', 'map<string, string>')
    F.from_json('j', 'map<string, int>')
    F.from_json('j', 'array<int>')
    F.from_json('j', 'array<struct<a: int, b: string>>')
    F.from_json('j', 'array<string>')
    F.from_json('j', T.StructType([T.StructField('a', T.IntegerType(), False)]))
    F.from_json('j', T.ArrayType(T.IntegerType()))
    F.from_json('j', 'a int, _corrupt_record string')
    F.from_json('j', 'a int', {'mode': 'PERMISSIVE'})
    F.from_json('j', 'a int', {'mode': 'DROPMALFORMED'})
    F.from_json('j', F.schema_of_json(F.lit('{"a": 1, "c": [0]}')))
    F.from_json('j', F.lit('a int'))
    F.from_json('j', 'STRUCT<a: INT>').a
    F.from_json('j', 'int')
    F.from_json('j', 'a tinyint, b smallint')
    F.from_json('j', 'A int')
    F.get_json_object('j', '$.a')
    F.get_json_object('j', '$.b')
    F.get_json_object('j', '$.c')
    F.get_json_object('j', '$.c[0]')
    F.get_json_object('j', '$.c[1]')
    F.get_json_object('j', '$.c[*]')
    F.get_json_object('j', '$.c[*].k')
    F.get_json_object('j', '$[*].a')
    F.get_json_object('j', '$[0].a')
    F.get_json_object('j', '$[1]')
    F.get_json_object('j', '$.d')
    F.get_json_object('j', '$.d.e')
    F.get_json_object('j', '$.d.f')
    F.get_json_object('j', '$.d.g.h[1].i')
    F.get_json_object('j', "$['a b']")
    F.get_json_object('j', '$.a b')
    F.get_json_object('j', '$')
    F.get_json_object('j', '$.*')
    F.get_json_object('j', '$.d.*')
    F.get_json_object('j', 'a')
    F.get_json_object('j', '$.e')
    F.get_json_object('j', '$.dd')
    F.get_json_object('j', '$.big')
    F.get_json_object('j', '$..a')
    F.get_json_object('j', '$.c[99]')
    F.get_json_object('j', '')
    F.json_array_length('j')
    F.json_object_keys('j')
    F.json_tuple('j', 'a', 'b')
    F.json_tuple('j', 'c', 'd', 'nope').alias('x', 'y', 'z')
    F.json_tuple('j', 'A')
    F.schema_of_json(F.lit('{"a": 1, "b": [1.5, null], "c": {"d": true, "e": "x"}, "f": null, "g": [], "h": 12345678901234567890, "i": [{"x": 1}, {"y": "z"}]}'))
    F.schema_of_json('[1, "a"]')
    F.schema_of_json('5')
    F.schema_of_json('{"z": 1, "a": "2024-01-01"}')
    F.schema_of_json('[]')
    F.schema_of_json('[{"a": 1}, {"a": 1.5}]')
    """,
    J,
)
W = frame_of(
    "i int, d double, f float, s string, b boolean, dec decimal(10,2), dt date, t timestamp, bin binary, a array<int>, m map<string,int>, r struct<x:int,y:string>, n map<int,array<string>>",
    (
        1,
        1.5,
        0.1,
        'he said "hi"\n\t\\ /é\u2028',
        True,
        Decimal("1.10"),
        datetime.date(2024, 1, 2),
        datetime.datetime(2024, 1, 2, 3, 4, 5, 678000),
        b"hi",
        [1, None],
        {"a": 1, "b": None},
        (1, None),
        {1: ["x", None]},
    ),
    (
        2,
        1e20,
        1e10,
        "",
        False,
        Decimal("0.00"),
        datetime.date(1, 1, 1),
        datetime.datetime(1969, 12, 31, 23, 59, 59, 1),
        b"",
        [],
        {},
        (None, "q"),
        {},
    ),
    (
        3,
        float("nan"),
        float("inf"),
        "\x01\x7f",
        None,
        Decimal("-12345678.90"),
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    ),
    (
        None,
        float("-inf"),
        None,
        None,
        None,
        None,
        None,
        datetime.datetime(2024, 7, 1),
        None,
        None,
        None,
        None,
        None,
    ),
    (4, 0.001, -0.0, "a,b", None, None, None, None, None, None, None, None, None),
    (5, 1e-5, 3.4e38, " x ", None, None, None, None, None, None, None, None, None),
    (6, 12345678.9, 1.0, 'q"q', None, None, None, None, None, None, None, None, None),
)
writing = Expressions(
    """
    F.to_json(F.struct('i', 'd', 'f', 's'))
    F.to_json(F.struct('s'))
    F.to_json(F.struct('b', 'dec', 'dt'))
    F.to_json(F.struct('t'))
    F.to_json(F.struct('bin'))
    F.to_json('a')
    F.to_json('m')
    F.to_json('r')
    F.to_json('n')
    F.to_json(F.struct('a', 'm', 'r', 'n'))
    F.to_json(F.array('r'))
    F.to_json(F.array('m'))
    F.to_json(F.struct(F.struct('r').alias('o')))
    F.to_json('i')
    F.to_json('s')
    F.to_json(F.struct('i', 's'), {'ignoreNullFields': 'false'})
    F.to_json(F.create_map(F.lit(1.5), F.lit('x')))
    F.to_csv(F.struct('i', 'd', 's'))
    F.to_csv(F.struct('b', 'dec', 'dt', 't'))
    F.to_csv(F.struct('f', 'i'))
    F.to_csv(F.struct('i', 's'), {'sep': ';'})
    F.to_csv(F.struct('i', 's'), {'nullValue': 'NA'})
    F.to_csv('i')
    """,
    W,
)
ny = Expressions(
    "F.to_json(F.struct('t'))\nF.to_csv(F.struct('t', 'dt'))\nF.from_json(F.lit('{\"t\": \"2024-07-01 01:00:00\", \"u\": \"2024-07-01T01:00:00Z\"}'), 't timestamp, u timestamp')",
    W,
    zone=NEW_YORK,
)
C = frame_of(
    "c string",
    ("1,x,2.5",),
    ('2,"a,b",',),
    (",,",),
    ("z,y,w",),
    ("3",),
    ("4,p,1.0,extra",),
    ("",),
    (None,),
    (" 5 , q , 7 ",),
    ('6,"he said ""hi""",1e3',),
    ("7,'s',NaN",),
    ("2024-01-02,true,2024-01-02 03:04:05",),
)
csv = Expressions(
    """
    F.from_csv('c', 'a int, b string, c double')
    F.from_csv('c', 'a string, b string')
    F.from_csv('c', 'a string')
    F.from_csv('c', 'a date, b boolean, c timestamp')
    F.from_csv('c', 'a decimal(5,2), b string')
    F.from_csv('c', 'a int, b string', {'sep': ';'})
    F.from_csv('c', 'a int, b string, _corrupt_record string')
    F.from_csv('c', 'a array<int>')
    F.schema_of_csv(F.lit('1,x,2.5,true,2024-01-01,'))
    F.schema_of_csv('1|a', {'sep': '|'})
    F.schema_of_csv('c')
    F.from_csv('c', F.schema_of_csv(F.lit('1,x,2.5')))
    """,
    C,
)

FORMS = frame_of(
    "j string, c string, d date, t timestamp",
    (
        '{"d": "31/01/2024", "t": "2024-01-31 12:30"}',
        "31/01/2024,2024-01-31 12:30",
        datetime.date(2024, 1, 31),
        datetime.datetime(2024, 7, 1, 12, 30),
    ),
    ('{"d": "2024-01-31", "t": "x"}', "2024-01-31,x", None, None),
)
forms = Expressions(
    """
    F.from_json('j', 'd date, t timestamp', {'dateFormat': 'dd/MM/yyyy', 'timestampFormat': 'yyyy-MM-dd HH:mm'})
    F.from_csv('c', 'd date, t timestamp', {'dateFormat': 'dd/MM/yyyy', 'timestampFormat': 'yyyy-MM-dd HH:mm'})
    F.to_json(F.struct('d', 't'), {'dateFormat': 'dd/MM/yyyy', 'timestampFormat': 'yyyy-MM-dd HH:mm'})
    F.to_csv(F.struct('d', 't'), {'dateFormat': 'dd/MM/yyyy', 'timestampFormat': 'HH:mm XXX'})
    """,
    FORMS,
    zone=NEW_YORK,
)
