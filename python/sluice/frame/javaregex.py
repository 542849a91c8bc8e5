# SPDX-License-Identifier: Apache-2.0
"""Java's regular expressions as RE2, which DuckDB has, and as Python's where RE2 has no such thing.

What neither of the two can do as Java does is refused: intersections of classes, classes in classes, `\\G`, some flags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sluice.frame import errors
from sluice.frame.errors import not_here
from sluice.pyspark.captured import SparkRuntimeException

__all__ = ["Pattern", "pattern", "unavailable"]

_TERMINATORS = "\\n\\r\\x{85}\\x{2028}\\x{2029}"
_BLANK = " \\t\\n\\x{b}\\f\\r"
_HORIZONTAL = " \\t\\x{a0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}"
_VERTICAL = "\\n\\x{b}\\f\\r\\x{85}\\x{2028}\\x{2029}"
_CLASSES = {"s": _BLANK, "h": _HORIZONTAL, "v": _VERTICAL, "d": "0-9", "w": "a-zA-Z_0-9"}
_PROPERTIES = {
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Lower": "a-z",
    "Upper": "A-Z",
    "Punct": "!-/:-@\\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": " \\t",
    "Cntrl": "\\x{0}-\\x{1f}\\x{7f}",
    "XDigit": "0-9a-fA-F",
    "Space": _BLANK,
    "ASCII": "\\x{0}-\\x{7f}",
}
_UNICODE = re.compile(
    r"(?:Is|general_category=|gc=)?(L[ulmot]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cf]?)\Z"
)
_CONTROL = {"t": 9, "n": 10, "r": 13, "f": 12, "a": 7, "e": 27}
_HEX = re.compile(r"\\x\{([0-9a-f]+)\}")


@dataclass(frozen=True)
class Pattern:
    """One expression in both languages; None where it has none."""

    re2: str | None
    python: re.Pattern[str] | None
    groups: int
    #: Whether it can match nothing, at which the two and Java differ in what comes next.
    empty: bool
    #: The text that it stands for, if it is one.
    literal: str | None

    def needed(self) -> re.Pattern[str]:
        """Python's expression."""
        assert self.python is not None
        return self.python


def _refused(text: str, what: str) -> Exception:

    return not_here(f"regular expression {text!r}", f"regular expression {text!r} is not implemented: {what}")


def unavailable(text: str) -> Exception:
    """The error for an expression that only RE2 has, where Python's is needed."""
    return _refused(text, "classes of Unicode are not available in this function")


def invalid(text: str, why: str, function: str = "regexp") -> Exception:
    """The error for what is no regular expression."""
    return errors.raised(
        "INVALID_PARAMETER_VALUE.PATTERN",
        f"The value of parameter(s) `regexp` in `{function}` is invalid: '{text}': {why}. SQLSTATE: 22023",
        SparkRuntimeException,
    )


class _Reader:
    """Goes through an expression once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.re2: list[str] | None = []
        self.python: list[str] | None = []
        self.literal: list[str] | None = []
        self.dotall = self.multiline = False
        self.why = ""

    def both(self, common: str) -> None:
        """Add what is the same in both, but for how characters are written."""
        if self.re2 is not None:
            self.re2.append(common)
        if self.python is not None:
            self.python.append(_HEX.sub(_python_hex, common))

    def only_python(self, text: str) -> None:
        self.re2 = None
        if self.python is not None:
            self.python.append(_HEX.sub(_python_hex, text))

    def only_re2(self, text: str, why: str) -> None:
        self.python, self.why = None, why
        if self.re2 is not None:
            self.re2.append(text)

    def char(self, code: int) -> None:
        if self.literal is not None:
            self.literal.append(chr(code))
        self.both(_written(code))

    def read(self) -> None:
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter == "\\":
                self.escape()
                continue
            self.at += 1
            if letter == "[":
                self.literal = None
                self.at -= 1
                self.both(self.klass())
            elif letter == "(":
                self.literal = None
                self.group()
            elif letter == ".":
                self.literal = None
                self.both("(?s:.)" if self.dotall else f"[^{_TERMINATORS}]")
            elif letter == "$":
                self.literal = None
                if self.multiline:
                    self.both("$")
                else:
                    self.only_python(f"(?=(?:\\r\\n|[{_TERMINATORS}])?\\Z)")
            elif letter in "*+?{":
                self.literal = None
                self.quantifier(letter)
            elif letter in "^|)":
                self.literal = None
                self.both(letter)
            else:
                self.char(ord(letter))

    def quantifier(self, letter: str) -> None:
        token = letter
        if letter == "{":
            found = re.compile(r"\d+(?:,\d*)?\}").match(self.text, self.at)
            if found is None:
                raise invalid(self.text, "illegal repetition")
            token += found[0]
            self.at = found.end()
            if any(int(part) > 1000 for part in re.findall(r"\d+", token)):
                self.re2 = None
        if self.text[self.at : self.at + 1] == "+":
            self.at += 1
            self.only_python(token + "+")
            return
        if self.text[self.at : self.at + 1] == "?":
            self.at += 1
            token += "?"
        self.both(token)

    def group(self) -> None:
        rest = self.text[self.at :]
        if not rest.startswith("?"):
            self.both("(")
            return
        named = re.match(r"\?<([a-zA-Z][a-zA-Z0-9]*)>", rest)
        flags = re.match(r"\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])", rest)
        if named:
            self.at += named.end()
            self.both(f"(?P<{named[1]}>")
        elif rest.startswith(("?=", "?!", "?>")):
            self.at += 2
            self.only_python("(" + rest[:2])
        elif rest.startswith(("?<=", "?<!")):
            self.at += 3
            self.only_python("(" + rest[:3])
        elif flags:
            self.at += flags.end()
            self.flags(flags[1], flags[2] or "", flags[3])
        else:
            raise invalid(self.text, "unknown group")

    def flags(self, on: str, off: str, end: str) -> None:
        if set(on + off) - set("ims"):
            raise _refused(self.text, f"flags {on}{'-' + off if off else ''}")
        if end == ":":
            if set(on + off) - {"i"}:
                raise _refused(self.text, "flags of a part other than i")
            self.both(f"(?{on}{'-' + off if off else ''}:")
            return
        if off or self.at != len(on) + 3:
            raise _refused(self.text, "flags that begin within the expression")
        self.dotall, self.multiline = "s" in on, "m" in on
        if "i" in on and not self.text.isascii():
            self.re2 = None
        self.both(f"(?{on})")

    def escape(self) -> None:
        """One escape outside a class."""
        letter = self.text[self.at + 1 : self.at + 2]
        after = self.at + 2
        if letter in _CLASSES or letter.lower() in _CLASSES:
            self.literal = None
            self.at = after
            self.both(f"[{'^' if letter.isupper() else ''}{_CLASSES[letter.lower()]}]")
        elif letter in ("b", "B", "A"):
            self.literal = None
            self.at = after
            self.both("\\" + letter)
        elif letter == "z":
            self.literal = None
            self.at = after
            if self.re2 is not None:
                self.re2.append("\\z")
            if self.python is not None:
                self.python.append("\\Z")
        elif letter == "Z":
            self.literal = None
            self.at = after
            self.only_python(f"(?=(?:\\r\\n|[{_TERMINATORS}])?\\Z)")
        elif letter == "R":
            self.literal = None
            self.at = after
            self.both(f"(?:\\r\\n|[{_VERTICAL}])")
        elif letter == "Q":
            end = self.text.find("\\E", after)
            end = len(self.text) if end < 0 else end
            for each in self.text[after:end]:
                self.char(ord(each))
            self.at = end + 2
        elif letter in "123456789" and letter:
            self.literal = None
            self.at = after
            self.only_python(f"(?:\\{letter})")
        elif letter == "k":
            found = re.compile(r"<(\w+)>").match(self.text, after)
            if found is None:
                raise invalid(self.text, "\\k is not followed by '<'")
            self.literal = None
            self.at = found.end()
            self.only_python(f"(?P={found[1]})")
        elif letter in ("p", "P"):
            self.literal = None
            inner, simple = self.property()
            if simple:
                self.both(f"[{'^' if letter == 'P' else ''}{inner}]")
            else:
                self.only_re2(f"\\{letter}{{{inner}}}", "classes of Unicode beside what only Python can do")
        else:
            self.char(self.code())

    def property(self) -> tuple[str, bool]:
        """A class of characters by name: a list of them, or the name of one of Unicode."""
        found = re.compile(r"\\[pP](?:\{([^}]*)\}|(\w))").match(self.text, self.at)
        if found is None:
            raise invalid(self.text, "unknown character property")
        self.at = found.end()
        name = found[1] or found[2]
        if name in _PROPERTIES:
            return _PROPERTIES[name], True
        unicode = _UNICODE.match(name)
        if unicode:
            return unicode[1], False
        script = re.match(
            r"(?:Is|script=|sc=)(Latin|Greek|Cyrillic|Han|Hiragana|Katakana|Arabic|Hebrew|Thai)\Z", name
        )
        if script:
            return script[1], False
        raise _refused(self.text, f"the class {name!r}")

    def code(self) -> int:
        """The character of an escape."""
        text, at = self.text, self.at
        for form in (r"\\x\{([0-9a-fA-F]+)\}", r"\\x([0-9a-fA-F]{2})", r"\\u([0-9a-fA-F]{4})"):
            found = re.compile(form).match(text, at)
            if found:
                self.at = found.end()
                return int(found[1], 16)
        octal = re.compile(r"\\0([0-3]?[0-7]{1,2})").match(text, at)
        if octal:
            self.at = octal.end()
            return int(octal[1], 8)
        letter = text[at + 1 : at + 2]
        self.at = at + 2
        if letter in _CONTROL:
            return _CONTROL[letter]
        if not letter:
            raise invalid(text, "unexpected internal error near index")
        if letter == "c" and at + 2 < len(text):
            self.at = at + 3
            return ord(text[at + 2]) ^ 64
        if letter == "G" or letter == "X" or letter == "N":
            raise _refused(text, f"\\{letter}")
        if letter.isascii() and letter.isalnum():
            raise invalid(text, "illegal/unsupported escape sequence")
        return ord(letter)

    def klass(self) -> str:
        """A class in brackets."""
        text = self.text
        self.at += 1
        out = "["
        if text[self.at : self.at + 1] == "^":
            out += "^"
            self.at += 1
        first = True
        while True:
            if self.at >= len(text):
                raise invalid(text, "unclosed character class")
            letter = text[self.at]
            if letter == "]" and not first:
                self.at += 1
                return out + "]"
            if letter == "[" or text.startswith("&&", self.at):
                raise _refused(text, "a class in a class, or an intersection")
            first = False
            if letter != "\\":
                self.at += 1
                out += "-" if letter == "-" and self._range() else _written(ord(letter))
                continue
            after = text[self.at + 1 : self.at + 2]
            if after in _CLASSES:
                self.at += 2
                out += _CLASSES[after]
            elif after in ("D", "W"):
                self.at += 2
                out += "\\" + after
            elif after in ("S", "H", "V"):
                raise _refused(text, f"\\{after} in a class")
            elif after in ("p", "P"):
                inner, simple = self.property()
                if simple and after == "p":
                    out += inner
                elif simple:
                    raise _refused(text, "\\P in a class")
                else:
                    self.python, self.why = None, "classes of Unicode beside what only Python can do"
                    out += f"\\{after}{{{inner}}}"
            elif after == "Q":
                raise _refused(text, "\\Q in a class")
            else:
                out += _written(self.code())

    def _range(self) -> bool:
        """Whether the hyphen just read stands between two characters."""
        before, after = self.text[self.at - 2], self.text[self.at : self.at + 1]
        return before not in "[^" and after not in ("]", "")


def _written(code: int) -> str:
    """A character as both languages write it."""
    letter = chr(code)
    if letter.isalnum() or letter in " _" or letter in "\"',;:@%=!<>/`":
        return letter if letter.isascii() else f"\\x{{{code:x}}}"
    if letter.isascii() and letter.isprintable():
        return "\\" + letter
    return f"\\x{{{code:x}}}"


def _python_hex(found: re.Match[str]) -> str:
    return f"\\U{int(found[1], 16):08x}"


@lru_cache(maxsize=512)
def pattern(text: str) -> Pattern:
    """Read an expression.

    Raises:
        SparkRuntimeException: it is none.
        PySparkNotImplementedError: it has what cannot be done here.
    """
    reader = _Reader(text)
    reader.read()
    made: re.Pattern[str] | None = None
    if reader.python is not None:
        try:
            made = re.compile("".join(reader.python), re.ASCII)
        except re.error as error:
            if "look-behind" in str(error):
                raise _refused(text, str(error)) from None
            raise invalid(text, str(error)) from None
    re2 = None if reader.re2 is None else "".join(reader.re2)
    if re2 is None and made is None:
        raise _refused(text, reader.why)
    if made is not None:
        groups, empty = made.groups, _least(made.pattern) == 0
    else:
        # Shapes count, not which characters: Python reads another class in place of Unicode's.
        stand_in = re.sub(r"\\[pP]\{\w+\}", r"\\w", _HEX.sub(_python_hex, str(re2))).replace("\\z", "\\Z")
        groups, empty = re.compile(stand_in).groups, _least(stand_in) == 0
    literal = None if reader.literal is None else "".join(reader.literal)
    return Pattern(re2, made, groups, empty, literal)


def _least(text: str) -> int:
    """The least number of characters that an expression of Python matches."""
    from re import _parser  # type: ignore[attr-defined]

    least, _ = _parser.parse(text, re.ASCII).getwidth()
    return int(least)
