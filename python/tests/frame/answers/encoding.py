# SPDX-License-Identifier: Apache-2.0
"""A readable JSON form of what cases of frames return; the recorder and the test share it.

A row is one line of text in which every value shows its type as Python writes it, so that 1, 1.0, True, '1' and
Decimal('1') are five values. Rows are sorted where PySpark promises no order.
"""

from __future__ import annotations

import json
import math
from typing import Any


def text(value: Any, digits: int | None = None) -> str:
    """``value`` with its type; floats to so many significant digits, if that is given."""
    if type(value) is float and digits is not None and math.isfinite(value):
        return repr(float(f"{value:.{digits}g}"))
    if isinstance(value, tuple) and hasattr(value, "__fields__"):
        pairs = zip(value.__fields__, value, strict=False)
        return "Row(" + ", ".join(f"{name}={text(each, digits)}" for name, each in pairs) + ")"
    if type(value) in (list, tuple):
        inner = ", ".join(text(each, digits) for each in value)
        return f"[{inner}]" if type(value) is list else f"({inner})"
    if type(value) is dict:
        pairs = sorted((text(key, digits), text(each, digits)) for key, each in value.items())
        return "{" + ", ".join(f"{key}: {each}" for key, each in pairs) + "}"
    return repr(value)


def frame(found: Any, ordered: bool = False, digits: int | None = None) -> dict[str, Any]:
    """Names, types and rows of a frame."""
    schema = found.schema
    rows = [", ".join(text(value, digits) for value in row) for row in found.collect()]
    return {
        "names": list(schema.names),
        "types": [field.dataType.simpleString() for field in schema.fields],
        "rows": rows if ordered else sorted(rows),
    }


def pandas_frame(found: Any) -> dict[str, Any]:
    """Names, dtypes, index and values of a pandas frame."""
    columns = [found.iloc[:, place] for place in range(found.shape[1])]
    return {
        "names": [str(name) for name in found.columns],
        "types": [str(column.dtype) for column in columns],
        "index": [text(label) for label in found.index.tolist()],
        "rows": [", ".join(_cell(column.iloc[place]) for column in columns) for place in range(len(found))],
    }


def _cell(value: Any) -> str:
    """A cell of a pandas frame: numpy's scalars by their own repr, arrays as lists with their dtype."""
    if hasattr(value, "dtype") and hasattr(value, "tolist") and getattr(value, "ndim", 0):
        return f"{value.dtype}[" + ", ".join(_cell(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{_cell(k)}: {_cell(v)}" for k, v in value.items())) + "}"
    return text(value)


def raises(error: BaseException, at: str) -> dict[str, Any]:
    """The class and condition of an error, and whether it came while the frame was built or when it was run."""
    get = getattr(error, "getCondition", None)
    return {"raises": type(error).__name__, "condition": get() if get is not None else None, "at": at}


def render(encoded: Any) -> str:
    """The JSON text of an answer, a line for each row."""
    return _render(encoded, 1)


def _render(encoded: Any, depth: int) -> str:
    flat = json.dumps(encoded, ensure_ascii=False)
    if len(flat) + depth <= 160 or not isinstance(encoded, (dict, list)) or not encoded:
        return flat
    pad = " " * depth
    if isinstance(encoded, dict):
        body = ",\n".join(f"{pad}{json.dumps(k)}: {_render(v, depth + 1)}" for k, v in encoded.items())
        return "{\n" + body + "}"
    return "[\n" + ",\n".join(pad + _render(v, depth + 1) for v in encoded) + "]"
