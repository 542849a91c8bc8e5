# SPDX-License-Identifier: Apache-2.0
"""How a worker reports an exception of user code: always with type and last frame, never larger than a limit."""

from __future__ import annotations

import json
import os
import pickle
import struct
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

_LIMIT = 64 << 10
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def describe(error: BaseException, retire: str, metrics: Sequence[int]) -> bytes:
    """Return a FAIL payload: u32 length of JSON, JSON, the exception pickled."""
    if isinstance(error, ModuleNotFoundError):
        _advise(error)
    header = {
        "type": _qualified(type(error)),
        "message": _cap(_text(error)),
        "traceback": _cap(_format(error)),
        "retire": retire,
        "metrics": list(metrics),
    }
    encoded = json.dumps(header).encode()
    return struct.pack(">I", len(encoded)) + encoded + _pickled(error)


def _advise(error: ModuleNotFoundError) -> None:
    """Say what to do about a module that a function or record names; an import of the user's own needs no advice."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is not None and at.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        error.msg += (
            f" in the workers, and a function or record is defined there: interpreter={sys.executable}; "
            "send it with Context.addPyFile, or put its directory on the driver's sys.path before the action"
        )


def _qualified(cls: type) -> str:
    module = cls.__module__
    return cls.__qualname__ if module in ("builtins", "__main__") else f"{module}.{cls.__qualname__}"


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException as second:
        return f"<str() of the exception raised {type(second).__name__}>"


def _cap(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode()
    if len(text) <= _LIMIT:
        return text
    half = _LIMIT // 2
    return f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"


def _user_part(trace: TracebackType | None) -> TracebackType | None:
    """Skip the frames of this package above the user's first line; all of them if there is no such line."""
    at = trace
    while at is not None and at.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        at = at.tb_next
    return at or trace


def _format(error: BaseException) -> str:
    try:
        lines = traceback.format_exception(type(error), error, _user_part(error.__traceback__), limit=200)
        return "".join(lines)
    except BaseException:
        frames = "".join(traceback.format_tb(_user_part(error.__traceback__), limit=200))
        return (
            f"Traceback (most recent call last):\n{frames}{_qualified(type(error))}: {_text(error)[:1000]}\n"
        )


def _pickled(error: BaseException) -> bytes:
    try:
        data = _dumps(error)
        pickle.loads(data)
    except BaseException:
        return b""
    return data if len(data) <= _LIMIT else b""


def _dumps(error: BaseException) -> bytes:
    try:
        import cloudpickle
    except ImportError:
        return pickle.dumps(error)
    data: bytes = cloudpickle.dumps(error)
    return data
