# SPDX-License-Identifier: Apache-2.0
"""Arithmetic: result types, integers and decimals, NaN and infinity, ANSI errors, rounding, bits."""

from __future__ import annotations

from decimal import Decimal

from ..registry import Expressions, frame_of

INTS = frame_of("a int, b int, l bigint, s smallint", (7, 2, 9, 3), (-7, 2, -9, -3), (None, 5, None, 1))
integers = Expressions(
    """
    c('a') + c('b')
    c('a') - c('l')
    c('a') * c('s')
    c('a') / c('b')
    c('a') % c('b')
    -c('a')
    c('s') + c('s')
    c('s') + 1
    c('s') * F.lit(2).cast('tinyint')
    c('a') + 1.5
    1 - c('a')
    10 / c('b')
    2 ** c('b')
    c('a') ** 2
    7 % c('b')
    c('a') + F.lit(None)
    F.abs('a')
    F.pmod('a', 'b')
    F.negative('l')
    F.positive('a')
    F.signum('a')
    F.sign('l')
    F.greatest('a', 'b', 'l')
    F.least('a', 'b', 's')
    F.round(F.col('a'), -1)
    F.bitwise_not('a')
    c('a').bitwiseAND(c('b'))
    c('a').bitwiseOR(c('b'))
    c('a').bitwiseXOR(c('b'))
    F.shiftleft('a', 2)
    F.shiftright('a', 1)
    F.shiftrightunsigned('a', 1)
    F.bit_count('a')
    F.getbit('l', F.lit(0))
    F.hex('a')
    F.bin('l')
    F.conv(F.lit('ff'), 16, 10)
    F.factorial(F.lit(5))
    F.width_bucket(F.col('a'), F.lit(-10), F.lit(10), F.lit(5))
    F.try_add('a', 'b')
    F.try_divide('a', F.lit(0))
    F.try_mod('a', F.lit(0))
    F.isnull('a')
    F.nvl('a', 'b')
    F.nvl2('a', 'b', 's')
    F.nullif('a', F.lit(7))
    F.nullifzero(F.col('a') - 7)
    F.zeroifnull('a')
    F.ifnull('l', F.lit(0))
    F.coalesce('a', 'l', F.lit(0))
    """,
    INTS,
)
sql_integers = Expressions(
    """
    a div b
    l div 2
    a % -2
    mod(a, 2)
    a / 0.5
    a + 1L
    a + 1S
    a * 1.0
    a & 3
    a | 8
    a ^ 1
    ~a
    a << 1
    a >> 1
    a >>> 1
    -a + +b
    1 + '2'
    a + '3'
    '10' / 4
    a = '7'
    2.5 * 2
    1e3 + 1
    1 / 3
    0.1 + 0.2
    cast(0.1 as double) + cast(0.2 as double)
    10 / 5
    5 div 2
    -5 div 2
    5 % -3
    pmod(-5, 3)
    100Y
    1.5D + 1
    1.5BD
    2147483647 + 1L
    9223372036854775807
    9223372036854775808
    """,
    INTS,
    sql=True,
)

LIMITS = frame_of("i int, l bigint, s smallint, y tinyint", (2147483647, 9223372036854775807, 32767, 127))
overflow = Expressions(
    """
    c('i') + 1
    c('l') + 1
    c('l') * 2
    -(-c('i') - 1)
    c('s') + c('s')
    c('y') * F.lit(2).cast('tinyint')
    c('y') + 1
    c('i') * c('i')
    c('i').cast('bigint') * c('i')
    c('i') - F.lit(-1)
    F.abs(-c('i') - 1)
    F.try_add('i', F.lit(1))
    F.try_multiply('l', F.lit(2))
    F.try_subtract(-c('l'), F.lit(2))
    c('i') / 0
    c('i') % 0
    c('i') / F.lit(0.0)
    F.lit(1.0) / 0.0
    F.pmod('i', F.lit(0))
    F.expr('i div 0')
    F.expr('l div -1')
    F.factorial(F.lit(21))
    F.shiftleft('i', 1)
    F.shiftleft('i', 33)
    F.sum('i')
    F.sum('l')
    F.round(F.lit(2147483647), -1)
    F.expr('cast(l as int)')
    F.expr('cast(i as tinyint)')
    F.expr('try_cast(l as int)')
    F.expr('2147483647 + 1')
    F.expr('-2147483648 - 1')
    F.expr('abs(-128Y)')
    """,
    LIMITS,
)

NAN, INF = float("nan"), float("inf")
DOUBLES = frame_of(
    "x double, y double, f float",
    (1.5, 2.0, 0.1),
    (NAN, 1.0, NAN),
    (INF, -INF, INF),
    (-0.0, 0.0, -0.0),
    (None, 3.0, None),
    (-2.5, 3.5, 1e10),
)
doubles = Expressions(
    """
    c('x') + c('y')
    c('x') - c('y')
    c('x') * c('y')
    c('x') % 2
    c('f') + 1
    c('f') * c('f')
    c('f') + c('x')
    c('f').cast('double')
    -c('x')
    F.abs('x')
    F.ceil('x')
    F.floor(F.lit(-1.5))
    F.ceil(F.lit(1.234), F.lit(2))
    F.floor(F.lit(1.239), F.lit(2))
    F.round(F.lit(2.5))
    F.round(F.lit(-2.5))
    F.round(F.lit(1.005), 2)
    F.round(F.lit(1234.5), -2)
    F.bround(F.lit(2.5))
    F.bround(F.lit(3.5))
    F.bround(F.lit(0.125), 2)
    F.rint(F.lit(2.5))
    F.round('x', 1)
    F.isnan('x')
    F.nanvl('x', 'y')
    F.signum('x')
    c('x') == c('x')
    c('x') > 1
    c('x') < c('y')
    c('x') == 0.0
    F.greatest('x', 'y')
    F.least('x', 'y')
    c('x').eqNullSafe(F.lit(float('nan')))
    c('x').isNull()
    c('x').isin(1.5, float('nan'))
    c('x').cast('string')
    c('f').cast('string')
    F.lit(1e7).cast('string')
    F.lit(12345678.9).cast('string')
    F.lit(0.001).cast('string')
    F.lit(0.0001).cast('string')
    F.lit(1e21).cast('string')
    F.lit(float('inf')).cast('string')
    F.lit(100.0).cast('string')
    F.format_number('y', 2)
    F.try_divide('x', 'y')
    """,
    DOUBLES,
)
functions = Expressions(
    """
    F.sqrt(F.lit(2.0))
    F.sqrt(F.lit(-1.0))
    F.cbrt(F.lit(27.0))
    F.exp(F.lit(1.0))
    F.expm1(F.lit(1e-9))
    F.log(F.lit(10.0))
    F.log(F.lit(0.0))
    F.log(F.lit(-1.0))
    F.log(2.0, F.lit(8.0))
    F.log10(F.lit(1000.0))
    F.log2(F.lit(8.0))
    F.log1p(F.lit(1e-9))
    F.ln(F.lit(2.0))
    F.sin(F.lit(1.0))
    F.cos(F.lit(1.0))
    F.tan(F.lit(1.0))
    F.asin(F.lit(0.5))
    F.asin(F.lit(2.0))
    F.acos(F.lit(0.5))
    F.acos(F.lit(-2.0))
    F.atan(F.lit(1.0))
    F.atan2(F.lit(1.0), F.lit(-1.0))
    F.sinh(F.lit(1.0))
    F.cosh(F.lit(1.0))
    F.tanh(F.lit(1.0))
    F.asinh(F.lit(1.0))
    F.acosh(F.lit(1.0))
    F.acosh(F.lit(0.5))
    F.atanh(F.lit(0.5))
    F.atanh(F.lit(1.0))
    F.cot(F.lit(1.0))
    F.sec(F.lit(1.0))
    F.csc(F.lit(1.0))
    F.degrees(F.lit(3.141592653589793))
    F.radians(F.lit(180.0))
    F.pow(F.lit(2), F.lit(10))
    F.pow(F.lit(-8.0), F.lit(1.0 / 3))
    F.power(F.lit(0.0), F.lit(0.0))
    F.hypot(F.lit(3.0), F.lit(4.0))
    F.pi()
    F.e()
    F.log('y')
    F.sqrt('x')
    F.exp('x')
    """,
    DOUBLES,
    digits=12,
)

DECIMALS = frame_of(
    "d decimal(10,2), e decimal(5,3), i int, x double",
    (Decimal("123.45"), Decimal("1.500"), 3, 2.0),
    (Decimal("-0.05"), Decimal("-12.345"), -2, 0.5),
    (None, Decimal("0.001"), None, None),
)
decimals = Expressions(
    """
    c('d') + c('e')
    c('d') - c('e')
    c('d') * c('e')
    c('d') / c('e')
    c('d') % c('e')
    -c('d')
    c('d') + 1
    c('d') * c('i')
    c('d') / c('i')
    c('d') + c('x')
    c('d') + 0.5
    c('d') + F.lit(Decimal('0.005'))
    c('i') / F.lit(Decimal('3'))
    c('d').cast('decimal(12,4)') * c('d').cast('decimal(12,4)')
    c('d').cast('decimal(38,10)') * c('e').cast('decimal(38,10)')
    c('d').cast('decimal(38,18)') / c('e').cast('decimal(38,18)')
    c('d') > c('e')
    c('d') == 123.45
    c('d') == F.lit(Decimal('123.450'))
    c('d') < c('x')
    F.abs('d')
    F.round('d', 1)
    F.round('d', -1)
    F.round('d')
    F.bround('e', 2)
    F.ceil('d')
    F.floor('d')
    F.signum('d')
    F.greatest('d', 'e')
    F.coalesce('d', 'e')
    F.coalesce('d', F.lit(0))
    c('d').cast('int')
    c('d').cast('double')
    c('d').cast('string')
    c('e').cast('decimal(3,1)')
    c('e').cast('decimal(2,1)')
    c('i').cast('decimal(3,1)')
    c('d').cast('decimal(4,2)')
    c('d').cast('boolean')
    F.lit(Decimal('1E+3'))
    F.lit(Decimal('0.000001'))
    F.lit(Decimal('12345678901234567890.123'))
    F.sum('d')
    F.avg('d')
    F.max('d')
    F.min('e')
    F.sum(c('d').cast('decimal(38,2)'))
    F.avg('e')
    F.stddev('d')
    F.sum(c('d') * c('e'))
    F.expr('d / 0')
    F.expr('1.10 + 2.205')
    F.expr('1.0 / 3')
    F.expr('2 / 3.00')
    F.expr('cast(1 as decimal(38,0)) / 3')
    F.expr('99999999999999999999999999999999999999.0 * 10')
    F.expr('cast(99999999999999999999999999999999999999 as decimal(38,0)) + 1')
    F.expr('1.23456789012345678901234567890 * 1.23456789012345678901234567890')
    F.expr('d div e')
    F.expr('i + 1.10')
    F.expr('if(i > 0, d, e)')
    F.expr('try_divide(d, 0)')
    F.format_number('d', 1)
    """,
    DECIMALS,
    digits=12,
)
