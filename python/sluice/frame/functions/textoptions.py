# SPDX-License-Identifier: Apache-2.0
"""Options of functions that read and write texts: those that are heeded, and the error for the others."""

from __future__ import annotations

from typing import Any

from sluice.frame import errors
from sluice.frame.expr import Call, Literal
from sluice.frame.sources.options import Options

__all__ = ["READ_CSV", "READ_JSON", "WRITE_CSV", "WRITE_JSON", "fails", "options_of"]

_FORMATS = frozenset(("dateformat", "timestampformat", "timestampntzformat"))
#: Options that are heeded, and those that change nothing here.
READ_JSON = _FORMATS | {"mode", "columnnameofcorruptrecord", "allowsinglequotes", "allownonnumericnumbers"}
_CSV = frozenset(
    ("sep", "delimiter", "nullvalue", "quote", "escape", "emptyvalue")
    + ("ignoreleadingwhitespace", "ignoretrailingwhitespace")
)
READ_CSV = _FORMATS | _CSV | {"mode", "columnnameofcorruptrecord", "nanvalue", "positiveinf", "negativeinf"}
WRITE_JSON = _FORMATS | {"ignorenullfields"}
WRITE_CSV = _FORMATS | _CSV | {"quoteall", "escapequotes"}


def options_of(call: Call, place: int, known: frozenset[str]) -> Options:
    """The options of a call, which are a literal or `map(...)` of literals.

    Raises:
        PySparkNotImplementedError: one is not heeded here.
    """
    if len(call.args) <= place:
        return Options()
    arg = call.args[place]
    if isinstance(arg, Call) and arg.function == "map":
        values = [each.value if isinstance(each, Literal) else None for each in arg.args]
        given: dict[Any, Any] = dict(zip(values[::2], values[1::2], strict=True))
    elif isinstance(arg, Literal) and isinstance(arg.value, dict):
        given = arg.value
    else:
        raise errors.analysis(
            "INVALID_OPTIONS.NON_MAP_FUNCTION",
            "Invalid options: Must use the `map()` function for options. SQLSTATE: 42K06",
        )
    for name, value in given.items():
        usual = str(name).lower() in ("allowsinglequotes", "allownonnumericnumbers") and str(value) == "true"
        if str(name).lower() not in known or (str(name).lower().startswith("allow") and not usual):
            raise errors.not_here(
                f"option {name} of {call.function}",
                f"option {name}={value} of {call.function} is not heeded here; known are: {', '.join(sorted(known))}",
            )
    found = Options()
    for name, value in given.items():
        found[str(name)] = value
    return found


def fails(call: Call, options: Options) -> bool:
    """Whether what does not fit is an error.

    Raises:
        AnalysisException: functions have no such mode.
    """
    mode = options.text("mode", "PERMISSIVE").upper()
    if mode not in ("PERMISSIVE", "FAILFAST"):
        raise errors.analysis(
            "PARSE_MODE_UNSUPPORTED",
            f"The function `{call.function}` doesn't support the {mode} mode. Acceptable modes are PERMISSIVE and "
            "FAILFAST. SQLSTATE: 42601",
        )
    return mode == "FAILFAST"
