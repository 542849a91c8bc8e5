# SPDX-License-Identifier: Apache-2.0
"""Comparison and the logic of null: operators, when, isin, between, null-safe equality, ordering of mixed types."""

from __future__ import annotations

import datetime

from ..registry import Expressions, case, frame_of

BOOLS = frame_of(
    "p boolean, q boolean",
    *[(p, q) for p in (True, False, None) for q in (True, False, None)],
)
booleans = Expressions(
    """
    c('p') & c('q')
    c('p') | c('q')
    ~c('p')
    c('p') == c('q')
    c('p') != c('q')
    c('p') < c('q')
    c('p').eqNullSafe(c('q'))
    c('p').isNull()
    c('p').isNotNull()
    c('p').isin(True, None)
    ~c('p').isin(False)
    F.when(c('p'), 'yes')
    F.when(c('p'), 1).otherwise(0)
    F.when(c('p'), 1).when(c('q'), 2.5).otherwise(None)
    F.when(c('p') & c('q'), 'both').when(c('p') | c('q'), 'one').otherwise('none')
    F.coalesce('p', 'q', F.lit(False))
    F.expr('p and q')
    F.expr('p or not q')
    F.expr('not (p = q)')
    F.expr('p <=> q')
    F.expr('p is true')
    F.expr('p is not false')
    F.expr('p is distinct from q')
    F.expr('if(p, q, not q)')
    F.expr('case when p then 1 when q then 2 end')
    F.expr('case p when true then 1 when false then 2 else 3 end')
    F.expr('p in (true, false)')
    F.expr('p in (true, null)')
    F.expr('p not in (true, null)')
    F.expr('nullif(p, q)')
    F.expr('p ! = q')
    F.bool_and('p')
    F.bool_or('p')
    F.every('q')
    F.some('q')
    c('p').cast('int')
    c('p').cast('string')
    """,
    BOOLS,
)

MIXED = frame_of(
    "i int, s string, x double, d date, t timestamp",
    (1, "1", 1.0, datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1)),
    (10, "9", 9.5, datetime.date(2019, 12, 31), datetime.datetime(2019, 12, 31, 23)),
    (None, None, None, None, None),
)
comparison = Expressions(
    """
    c('i') == 1
    c('i') != 1
    c('i') == None
    c('i').eqNullSafe(None)
    c('i').eqNullSafe(1)
    c('i') > 5.5
    c('i') == c('x')
    c('i') == c('s')
    c('i') < c('s')
    c('s') > '5'
    c('s') == 1
    c('i').between(1, 5)
    c('i').between(None, 5)
    c('s').between('1', '5')
    c('d').between('2020-01-01', '2020-12-31')
    c('i').isin(1, 2)
    c('i').isin([1, 10])
    c('i').isin(1, None)
    c('i').isin()
    c('s').isin('1', '9')
    c('s').isin(1)
    c('d') == '2020-01-01'
    c('d') == c('t')
    c('d') < c('t')
    c('t') >= '2020-01-01'
    c('d') == F.lit('2020-01-01').cast('date')
    F.greatest('i', 'x')
    F.least('i', F.lit(None).cast('int'), F.lit(3))
    F.greatest(F.lit(None).cast('int'), F.lit(None).cast('int'))
    F.equal_null('i', F.lit(1))
    F.expr("i = '1'")
    F.expr("s = 1")
    F.expr("d > '2019'")
    F.expr("t > '2019-12-31'")
    F.expr('i between 1 and 3')
    F.expr('i not between 1 and 3')
    F.expr('i in (1, 10, null)')
    F.expr('i not in (1, null)')
    F.expr("s in ('1', 9)")
    F.expr("i <> 1 and s is not null")
    F.expr("i != 1")
    F.expr("i == 1")
    F.expr("i = true")
    F.expr("1 < 2 and 'a' < 'B'")
    F.expr("nvl(i, s)")
    F.expr("coalesce(i, x)")
    F.expr("if(i is null, 'none', i)")
    F.expr("case when i > 5 then 'big' when i > 0 then 'small' end")
    F.expr("case i when 1 then 'one' when 10 then 10 end")
    F.expr("decode(i, 1, 'one', null, 'nothing', 'other')")
    F.expr("array(1) = array(1.0)")
    F.expr("struct(1, 'a') < struct(1, 'b')")
    F.expr("array(1, null) = array(1, null)")
    F.expr("array(1, 2) < array(1, 3)")
    F.expr("map(1, 2) = map(1, 2)")
    F.expr("s = d")
    F.expr("i = d")
    F.assert_true(c('i') > 0)
    F.raise_error(F.lit('no'))
    """,
    MIXED,
)


@case
def filters_keep_only_true(spark):
    frame = BOOLS(spark)
    return [
        frame.filter("p"),
        frame.where("not p or q"),
        frame.filter(frame.p == frame.q),
        frame[frame.p | frame.q],
    ]


@case
def filter_with_a_column_that_is_no_boolean(spark):
    return MIXED(spark).filter(MIXED(spark).i)


@case
def filter_by_text(spark):
    frame = MIXED(spark)
    return [frame.filter("i > 1 or s is null"), frame.filter("s = 1"), frame.filter("x between 1 and 9")]


@case
def a_column_is_no_bool(spark):
    frame = MIXED(spark)
    return frame.filter(frame.i > 1 and frame.x > 1)
