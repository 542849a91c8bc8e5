# SPDX-License-Identifier: Apache-2.0
"""Java's formatter, its charsets and its base 64."""

from __future__ import annotations

import base64
import binascii
import decimal
import re

from sluice.frame.rowwise import rowwise
from sluice.frame.rowwise.numbers import number_text

_DIRECTIVE = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")
_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}
_WIDE = decimal.Context(prec=800)


class _FormatError(ValueError):
    """What Java's formatter does not take."""


def _bad(text: str) -> _FormatError:
    return _FormatError(f"[ILLEGAL_FORMAT] {text}. SQLSTATE: 22023")


def _grouped(text: str) -> str:
    whole, point, rest = text.partition(".")
    sign = whole[:1] if whole[:1] == "-" else ""
    return f"{sign}{int(whole or 0).__abs__():,}{point}{rest}" if whole.lstrip("-").isdigit() else text


def _integer(kind: str, text: str, flags: str, width: int, letter: str) -> str:
    if kind not in (*_BITS, "decimal") or (kind == "decimal"):
        raise _bad(f"{letter} != java.lang.{kind}")
    value = int(text)
    if letter == "d":
        return _signed(f"{abs(value):,}" if "," in flags else str(abs(value)), value < 0, flags, width)
    value %= 1 << _BITS[kind]
    return format(value, "x" if letter.lower() == "x" else "o").rjust(width if "0" in flags else 0, "0")


def _signed(digits: str, negative: bool, flags: str, width: int) -> str:
    before, behind = ("(", ")") if negative and "(" in flags else ("-" if negative else "", "")
    if not negative:
        before = "+" if "+" in flags else " " if " " in flags else ""
    if "0" in flags:
        digits = digits.rjust(width - len(before) - len(behind), "0")
    return before + digits + behind


def _real(kind: str, text: str, flags: str, width: int, digits: int, letter: str) -> str:
    if kind not in ("float", "double", "decimal"):
        raise _bad(f"{letter} != java.lang.{kind}")
    if text.lstrip("-+").lower() in ("inf", "nan", "infinity"):
        return _signed(
            "NaN" if "nan" in text else "Infinity", text.startswith("-"), flags.replace("0", ""), 0
        )
    value = decimal.Decimal(text)
    size = abs(value)
    if letter.lower() == "f":
        shown = format(size.quantize(decimal.Decimal(1).scaleb(-digits), decimal.ROUND_HALF_UP, _WIDE), "f")
        return _signed(_grouped(shown) if "," in flags else shown, text.startswith("-"), flags, width)
    if letter.lower() == "e":
        power = size.adjusted() if size else 0
        shown = format(
            size.scaleb(-power, _WIDE).quantize(decimal.Decimal(1).scaleb(-digits), decimal.ROUND_HALF_UP),
            "f",
        )
        if shown.startswith("10"):
            power, shown = power + 1, "1" + shown[2:]
        return _signed(
            f"{shown}e{'-' if power < 0 else '+'}{abs(power):02d}", text.startswith("-"), flags, width
        )
    raise _bad(f"conversion {letter} is not here")


def _plain(kind: str, text: str) -> str:
    return number_text(text) if kind in ("float", "double") else text


def _converted(kind: str, text: str | None, flags: str, width: int, digits: int | None, letter: str) -> str:
    lower = letter.lower()
    if lower == "b":
        shown = "false" if text is None else text if kind == "boolean" else "true"
    elif text is None:
        shown = "null"
    elif lower == "s":
        shown = _plain(kind, text)
    elif lower in ("d", "x", "o"):
        return _integer(kind, text, flags, width, lower)
    elif lower in ("f", "e"):
        return _real(kind, text, flags, width, 6 if digits is None else digits, lower)
    elif lower == "c" and kind in _BITS:
        shown = chr(int(text))
    else:
        raise _bad(f"{letter} != java.lang.{kind}")
    return shown if digits is None else shown[:digits]


@rowwise("format_string", "VARCHAR VARCHAR VARCHAR[]", "VARCHAR")
def format_string(kinds: str, form: str, values: list[str | None]) -> str:
    """Values written by a format of `printf`, as Java has it.

    Raises:
        ValueError: the form is none, or a value does not fit it.
    """
    tags = kinds.split(",") if kinds else []
    ordinary = 0
    out, end = "", 0
    for found in _DIRECTIVE.finditer(form):
        if "%" in form[end : found.start()]:
            raise _bad(f"conversion = '%' in {form!r}")
        out += form[end : found.start()]
        end = found.end()
        place, flags, width, digits, letter = found.groups()
        if letter in "%n":
            out += ("%" if letter == "%" else "\n").rjust(int(width or 0))
            continue
        if place is None:
            ordinary += 1
        at = int(place) - 1 if place else ordinary - 1
        if at >= len(values):
            raise _bad(f"format specifier '{found[0]}' has no argument")
        size = int(width or 0)
        made = _converted(tags[at], values[at], flags, size, int(digits) if digits else None, letter)
        made = made.upper() if letter.isupper() else made
        # Java counts a letter beyond the first 65,536 as two.
        size -= sum(each > "\uffff" for each in made)
        out += made.ljust(size) if "-" in flags else made.rjust(size)
    if "%" in form[end:]:
        raise _bad(f"conversion = '%' in {form!r}")
    return out + form[end:]


@rowwise("format_number", "VARCHAR VARCHAR INTEGER", "VARCHAR")
def format_number(kind: str, text: str, digits: int) -> str | None:
    """A number with commas and so many digits, of two equally near the even one."""
    if digits < 0:
        return None
    if text.lstrip("-") in ("inf", "nan"):
        return "NaN" if "nan" in text else "-∞" if text.startswith("-") else "∞"
    value = decimal.Decimal(text)
    if kind == "double":
        exact = decimal.Decimal(float(text))
        if abs(exact) < 1 << 53:
            # Java rounds the double itself, not its text, where the text lies half-way.
            half = value.quantize(decimal.Decimal(1).scaleb(-digits), decimal.ROUND_DOWN, _WIDE)
            halfway = abs(value - half) * 2 == decimal.Decimal(1).scaleb(-digits)
            value = exact if halfway else value
    rounded = value.quantize(decimal.Decimal(1).scaleb(-digits), decimal.ROUND_HALF_EVEN, _WIDE)
    sign = "-" if text.startswith("-") else ""
    return sign + format(rounded.copy_abs(), ",f")


_CHARSETS = {
    "US-ASCII": "ascii",
    "ISO-8859-1": "latin-1",
    "UTF-8": "utf-8",
    "UTF-16": "utf-16-be",
    "UTF-16BE": "utf-16-be",
    "UTF-16LE": "utf-16-le",
    "UTF-32": "utf-32-be",
}


def _charset(name: str, function: str) -> str:
    if name.upper() not in _CHARSETS:
        raise ValueError(
            f"[INVALID_PARAMETER_VALUE.CHARSET] The value of parameter(s) `charset` in `{function}` is invalid: "
            f"expects one of the iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8, but got {name}. "
            "SQLSTATE: 22023"
        )
    return _CHARSETS[name.upper()]


def _malformed(name: str, function: str) -> ValueError:
    return ValueError(
        f"[MALFORMED_CHARACTER_CODING] Invalid value found when performing `{function}` with {name}. SQLSTATE: 22000"
    )


@rowwise("encode", "VARCHAR VARCHAR", "BLOB")
def encode(text: str, name: str) -> bytes:
    """A text as bytes of a charset.

    Raises:
        ValueError: there is no such charset, or it lacks a character.
    """
    codec = _charset(name, "encode")
    try:
        return (b"\xfe\xff" if name.upper() == "UTF-16" and text else b"") + text.encode(codec)
    except UnicodeEncodeError:
        raise _malformed(name, "encode") from None


@rowwise("decode", "BLOB VARCHAR", "VARCHAR")
def decode(data: bytes, name: str) -> str:
    """Bytes of a charset as a text.

    Raises:
        ValueError: there is no such charset, or the bytes are none of its.
    """
    codec = _charset(name, "decode")
    if name.upper() == "UTF-16":
        codec = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}.get(data[:2], codec)
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise _malformed(name, "decode") from None


@rowwise("validate_utf8", "BLOB", "VARCHAR")
def validate_utf8(data: bytes) -> str:
    """Bytes as a text.

    Raises:
        ValueError: it is none.
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        shown = "".join(f"\\x{byte:02X}" for byte in data)
        raise ValueError(
            f"[INVALID_UTF8_STRING] Invalid UTF8 byte sequence found in string: {shown}. SQLSTATE: 22029"
        ) from None


@rowwise("unbase64", "VARCHAR", "BLOB")
def unbase64(text: str) -> bytes:
    """Bytes of base 64; what is none of its letters is passed over."""
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text.partition("=")[0])
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + "=" * (-len(letters) % 4))


def _invalid_input(text: str, form: str) -> ValueError:
    return ValueError(
        f"[CONVERSION_INVALID_INPUT] The value '{text}' ({form}) cannot be converted to \"BINARY\" because it is "
        "malformed. Correct the value as per the syntax, or change its format. Use `try_to_binary` to tolerate "
        "malformed input and return NULL instead. SQLSTATE: 22018"
    )


def _bytes_of(text: str, form: str) -> bytes:
    form = form.lower()
    if form in ("utf-8", "utf8"):
        return text.encode()
    if form == "hex":
        try:
            return bytes.fromhex("0" * (len(text) % 2) + text) if " " not in text else _no(text)
        except ValueError:
            raise _invalid_input(text, "'HEX'") from None
    if form == "base64":
        bare = re.sub(r"\s", "", text).rstrip("=")
        try:
            return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
        except binascii.Error:
            raise _invalid_input(text, "'BASE64'") from None
    raise ValueError(
        f"[INVALID_PARAMETER_VALUE.BINARY_FORMAT] The value of parameter(s) `fmt` in `to_binary` is invalid: expects "
        f"one of binary formats 'base64', 'hex', 'utf-8', but got {form}. SQLSTATE: 22023"
    )


def _no(text: str) -> bytes:
    raise ValueError(text)


@rowwise("to_binary", "VARCHAR VARCHAR", "BLOB")
def to_binary(text: str, form: str) -> bytes:
    """Bytes of a text in hexadecimal digits, in base 64, or as they are."""
    return _bytes_of(text, form)


@rowwise("try_to_binary", "VARCHAR VARCHAR", "BLOB")
def try_to_binary(text: str, form: str) -> bytes | None:
    """As `to_binary`; null where there are none."""
    try:
        return _bytes_of(text, form)
    except ValueError:
        return None
