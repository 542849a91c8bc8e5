# SPDX-License-Identifier: Apache-2.0
"""Numbers as texts, and texts as numbers, as Java writes and reads them."""

from __future__ import annotations

import decimal
import math
import re
import struct

from sluice.frame.rowwise import rowwise
from sluice.frame.texts import calendar_text

_SPECIAL = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN", "-nan": "NaN"}


@rowwise("number_text", "VARCHAR", "VARCHAR")
def number_text(text: str) -> str:
    """The shortest digits of a floating-point number in Java's form: `1.0E10`."""
    if text in _SPECIAL:
        return _SPECIAL[text]
    sign, digits, exponent = decimal.Decimal(text).as_tuple()
    assert isinstance(exponent, int)
    figures = "".join(map(str, digits)).lstrip("0")
    if not figures:
        return "-0.0" if sign else "0.0"
    power = len(figures) + exponent - 1
    figures = figures.rstrip("0") or "0"
    minus = "-" if sign else ""
    if -3 <= power < 7:
        if power < 0:
            return f"{minus}0.{'0' * (-power - 1)}{figures}"
        whole = figures[: power + 1].ljust(power + 1, "0")
        return f"{minus}{whole}.{figures[power + 1 :] or '0'}"
    return f"{minus}{figures[0]}.{figures[1:] or '0'}E{power}"


@rowwise("float_text", "DOUBLE", "VARCHAR")
def float_text(value: float) -> str:
    """`number_text` of a number of 32 bits."""
    if not math.isfinite(value):
        return number_text(str(value))
    # Nine digits are always enough.
    return next(
        number_text(text)
        for text in (f"{value:.{digits}e}" for digits in range(9))
        if struct.unpack("f", struct.pack("f", float(text)))[0] == value
    )


@rowwise("plain_decimal", "VARCHAR", "VARCHAR")
def plain_decimal(text: str) -> str | None:
    """A number without an exponent; null if it has too many digits for any decimal."""
    value = decimal.Decimal(text)
    if value and abs(value.adjusted()) > 60:
        return "0" if value.adjusted() < 0 else None
    return format(value, "f")


@rowwise("micros_of_decimal", "VARCHAR", "BIGINT")
def micros_of_decimal(text: str) -> int:
    """Whole microseconds of a number of seconds, cut off."""
    return int(decimal.Decimal(text).scaleb(6, _WIDE).to_integral_value(decimal.ROUND_DOWN))


_WIDE = decimal.Context(prec=60)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UNSIGNED = 1 << 64


@rowwise("conv", "VARCHAR INTEGER INTEGER", "VARCHAR")
def conv(text: str, base: int, to: int) -> str | None:
    """A whole number of one base in another; a negative `to` keeps the sign.

    Raises:
        OverflowError: the number has more than 64 bits.
    """
    if not (2 <= base <= 36 and 2 <= abs(to) <= 36):
        return None
    text = text.strip(" ")
    if not text:
        return None
    minus = text.startswith("-")
    value = 0
    for letter in text[1:] if minus else text:
        digit = _DIGITS.find(letter.upper()) if letter.isascii() else -1
        if not 0 <= digit < base:
            break
        value = value * base + digit
        if value >= _UNSIGNED:
            raise OverflowError(
                "[ARITHMETIC_OVERFLOW] Overflow in function conv(). If necessary set "
                '"spark.sql.ansi.enabled" to "false" to bypass this error. SQLSTATE: 22003'
            )
    if minus and to > 0:
        value = (_UNSIGNED - value) % _UNSIGNED if value < 1 << 63 else _UNSIGNED - 1
    elif to < 0 and not minus and value >= 1 << 63:
        value, minus = _UNSIGNED - value, True
    out = ""
    while value:
        value, digit = divmod(value, abs(to))
        out = _DIGITS[digit] + out
    return ("-" if minus and to < 0 and out else "") + (out or "0")


_DAY_TIME = ((0, 86_400), (1, 3_600), (2, 60), (3, 1))
_FIELDS = ("DAY", "HOUR", "MINUTE", "SECOND")


@rowwise("day_time_text", "BIGINT INTEGER INTEGER", "VARCHAR")
def day_time_text(micros: int, start: int, end: int) -> str:
    """An interval of days and time as Spark writes it: `INTERVAL '1 02:00:00' DAY TO SECOND`."""
    sign = "-" if micros < 0 else ""
    seconds, rest = divmod(abs(micros), 1_000_000)
    parts = []
    for field, unit in _DAY_TIME[start : end + 1]:
        count, seconds = divmod(seconds, unit)
        parts.append(str(count) if field == start else f"{count:02d}")
    text = (
        parts[0]
        if start == end
        else (" ".join((parts[0], ":".join(parts[1:]))) if start == 0 else ":".join(parts))
    )
    if start == end == 3 or (start == 3):
        text = parts[0]
    if end == 3 and rest:
        text += f".{rest:06d}".rstrip("0")
    if end == 3 and start == 3:
        text = re.sub(r"^(\d)(?=\.|$)", r"0\1", text)
    unit_text = _FIELDS[start] if start == end else f"{_FIELDS[start]} TO {_FIELDS[end]}"
    return f"INTERVAL '{sign}{text}' {unit_text}"


@rowwise("year_month_text", "BIGINT INTEGER INTEGER", "VARCHAR")
def year_month_text(months: int, start: int, end: int) -> str:
    """An interval of years and months as Spark writes it: `INTERVAL '1-2' YEAR TO MONTH`."""
    sign = "-" if months < 0 else ""
    years, rest = divmod(abs(months), 12)
    if start == end == 0:
        return f"INTERVAL '{sign}{years}' YEAR"
    if start == end:
        return f"INTERVAL '{months}' MONTH"
    return f"INTERVAL '{sign}{years}-{rest}' YEAR TO MONTH"


rowwise("calendar_text", "BIGINT BIGINT BIGINT", "VARCHAR")(calendar_text)


@rowwise("asinh", "DOUBLE", "DOUBLE")
def asinh(value: float) -> float:
    """The inverse of the hyperbolic sine."""
    return math.asinh(value)


@rowwise("cbrt", "DOUBLE", "DOUBLE")
def cbrt(value: float) -> float:
    """The cube root."""
    root = math.cbrt(value)
    if not root or not math.isfinite(root):
        return root
    # One step more: C's is right but for its last digit, Java's is mostly right there too.
    return root - (root * root * root - value) / (3.0 * root * root)


@rowwise("expm1", "DOUBLE", "DOUBLE")
def expm1(value: float) -> float:
    """The exponential less one."""
    return math.expm1(value) if value < 709.78 else value if math.isnan(value) else _exp(value)


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


@rowwise("hypot", "DOUBLE DOUBLE", "DOUBLE")
def hypot(one: float, other: float) -> float:
    """The length of a vector of two."""
    return math.hypot(one, other)


@rowwise("log1p", "DOUBLE", "DOUBLE")
def log1p(value: float) -> float:
    """The logarithm of one more."""
    return math.log1p(value)


@rowwise("rint", "DOUBLE", "DOUBLE")
def rint(value: float) -> float:
    """The nearest whole number, of two the even one."""
    return math.copysign(float(round(value)), value) if math.isfinite(value) else value


@rowwise("rounded", "VARCHAR INTEGER VARCHAR", "VARCHAR")
def rounded(text: str, scale: int, mode: str) -> str:
    """A number with so many digits behind the point, or with zeros before it."""
    if text.lstrip("+-")[:3].lower() in ("inf", "nan"):
        return text
    unit = decimal.Decimal(1).scaleb(-scale)
    value = decimal.Decimal(text).quantize(unit, getattr(decimal, f"ROUND_{mode}"), _LONG)
    # A decimal in Java has no negative zero.
    return format(value, "f") if value else "0"


_LONG = decimal.Context(prec=800)


@rowwise("decimal_op", "VARCHAR VARCHAR VARCHAR INTEGER", "VARCHAR")
def decimal_op(operator: str, left: str, right: str, scale: int) -> str:
    """Exact arithmetic, rounded half up at the end."""
    one, other = decimal.Decimal(left), decimal.Decimal(right)
    if operator == "+":
        value = _WIDER.add(one, other)
    elif operator == "-":
        value = _WIDER.subtract(one, other)
    elif operator == "*":
        value = _WIDER.multiply(one, other)
    elif operator == "%":
        value = _WIDER.remainder(one, other)
    elif operator == "div":
        value = _WIDER.divide_int(one, other)
    else:
        value = _WIDER.divide(one, other)
    return format(value.quantize(decimal.Decimal(1).scaleb(-scale), decimal.ROUND_HALF_UP, _WIDER), "f")


_WIDER = decimal.Context(prec=160)


@rowwise("shift", "VARCHAR BIGINT INTEGER INTEGER", "BIGINT")
def shift(way: str, value: int, by: int, bits: int) -> int:
    """Bits of a number moved, as Java does: by so many modulo the width."""
    by %= bits
    mask = (1 << bits) - 1
    if way == "left":
        value = (value << by) & mask
    elif way == "right":
        return value >> by
    else:
        value = (value & mask) >> by
    return value - (1 << bits) if value >> (bits - 1) else value
