# SPDX-License-Identifier: Apache-2.0
"""Hadoop's simple Writables: how Python values stand in sequence files, and what comes back of them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from sluice.errors import CorruptDataError, UnknownClassError, UnsupportedError
from sluice.files.sequencefile import encode_vint

__all__ = ["BYTES", "NULL", "check_known", "class_of", "decoder", "encoder", "refuse_converters"]

_PACKAGE = "org.apache.hadoop.io."
NULL = _PACKAGE + "NullWritable"
BYTES = _PACKAGE + "BytesWritable"
_INT, _LONG = _PACKAGE + "IntWritable", _PACKAGE + "LongWritable"
_FLOAT, _DOUBLE = _PACKAGE + "FloatWritable", _PACKAGE + "DoubleWritable"
_BOOLEAN, _TEXT = _PACKAGE + "BooleanWritable", _PACKAGE + "Text"
_FIXED = {
    _INT: struct.Struct(">i"),
    _LONG: struct.Struct(">q"),
    _FLOAT: struct.Struct(">f"),
    _DOUBLE: struct.Struct(">d"),
    _BOOLEAN: struct.Struct(">?"),
}
_SIZE = struct.Struct(">I")


def class_of(value: Any) -> str:
    """Return the class that PySpark chooses for a value.

    Raises:
        UnsupportedError: there is none that is simple.
    """
    kind = type(value)
    if kind is int:
        for name, bits in ((_INT, 31), (_LONG, 63)):
            if -(1 << bits) <= value < 1 << bits:
                return name
    elif kind in _BY_TYPE:
        return _BY_TYPE[kind]
    raise UnsupportedError(
        f"Data of type {kind.__name__} cannot be used",
        value=value,
        advice="sequence files here hold int, float, str, bytes, bool and None; PySpark writes others",
    )


def check_known(*names: str | None) -> None:
    """Check classes that a program names for keys and values.

    Raises:
        UnsupportedError: one is not a simple Writable.
    """
    for name in names:
        if name and name not in (*_FIXED, NULL, BYTES, _TEXT):
            raise _present(
                UnknownClassError(
                    f"ClassNotFoundException: {name}",
                    advice="simple Writables of org.apache.hadoop.io are known here; PySpark has the others",
                )
            )


def refuse_converters(*names: str | None) -> None:
    """Refuse converters.

    Raises:
        UnsupportedError: one is named.
    """
    for name in names:
        if name:
            raise _present(
                UnsupportedError(
                    "converters of keys and values are Java classes",
                    converter=name,
                    advice="convert in a map, or run this program with PySpark",
                )
            )


def encoder(name: str) -> Callable[[Any], bytes]:
    """Return what writes values of a class; it raises TypeError for a value of another."""

    def encode(value: Any) -> bytes:
        if class_of(value) != name:
            raise TypeError(f"wrong class: {class_of(value)} is not {name}; the first item chose it")
        return _encoded(name, value)

    return encode


def _encoded(name: str, value: Any) -> bytes:
    if name in _FIXED:
        return _FIXED[name].pack(value)
    if name == NULL:
        return b""
    if name == BYTES:
        return _SIZE.pack(len(value)) + bytes(value)
    data: bytes = value.encode()
    return encode_vint(len(data)) + data


def decoder(name: str, path: str) -> Callable[[bytes], Any]:
    """Return what reads values of a class, found in a file.

    Raises:
        UnsupportedError: the class is not a simple one.
    """
    if name in _FIXED:
        return lambda data: _fixed(_FIXED[name], data, name, path)
    found: Callable[[bytes], Any] | None = {
        NULL: lambda data: None,
        BYTES: lambda data: bytearray(_bytes(data, path)),
        _TEXT: lambda data: _text(data, path),
    }.get(name)
    if found is None:
        raise UnsupportedError(
            "a sequence file holds a class that is not known here",
            file=path,
            class_name=name,
            advice="run this program with PySpark",
        )
    return found


def _fixed(layout: struct.Struct, data: bytes, name: str, path: str) -> Any:
    if len(data) != layout.size:
        raise CorruptDataError(
            "a value is not as long as its class", file=path, class_name=name, bytes=len(data)
        )
    return layout.unpack(data)[0]


def _bytes(data: bytes, path: str) -> bytes:
    if len(data) < 4 or _SIZE.unpack_from(data)[0] != len(data) - 4:
        raise CorruptDataError("the length in a value of bytes does not hold", file=path, bytes=len(data))
    return data[4:]


def _text(data: bytes, path: str) -> str:
    first = data[0] if data else -1
    skipped = 1 if 0 <= first < 128 else 1 + 256 - 112 - first
    if (
        first < 0
        or not 1 <= skipped <= 9
        or skipped > len(data)
        or len(data) - skipped != (first if skipped == 1 else int.from_bytes(data[1:skipped], "big"))
    ):
        raise CorruptDataError("the length in a text does not hold", file=path, bytes=len(data))
    return data[skipped:].decode("utf-8", "replace")


_BY_TYPE = {float: _DOUBLE, str: _TEXT, bytes: BYTES, bytearray: BYTES, bool: _BOOLEAN, type(None): NULL}


def _present(error: Exception) -> Exception:
    from sluice.pyspark import present

    return present(error)
