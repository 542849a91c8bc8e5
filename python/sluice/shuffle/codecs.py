# SPDX-License-Identifier: Apache-2.0
"""How payloads of run files are packed: as they are, by zlib, or by zstd where Python has it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from sluice.errors import ConfigError, StreamFormatError

__all__ = ["NONE", "ZLIB", "Codec", "by_name"]


class Codec(NamedTuple):
    """A name of the settings, the byte that says it in a file, and both directions."""

    name: str
    tag: bytes
    pack: Callable[[bytes], bytes]
    unpack: Callable[[bytes], bytes]


def _zlib_unpack(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error as error:
        raise StreamFormatError("payload is not whole zlib data", reason=str(error)) from error


NONE = Codec("none", b"0", bytes, bytes)
ZLIB = Codec("zlib", b"z", lambda data: zlib.compress(data, 1), _zlib_unpack)


@cache
def by_name(name: str) -> Codec:
    """The codec of a setting; `zstd` is zlib where Python has no zstd."""
    if name == "none":
        return NONE
    if name == "zlib":
        return ZLIB
    if name == "zstd":
        return _zstd() or ZLIB
    raise ConfigError("unknown codec", name=name, advice="use none, zlib or zstd")


def _zstd() -> Codec | None:
    module: Any
    try:
        from compression import zstd as module  # type: ignore[import-not-found,no-redef,unused-ignore]

        return Codec("zstd", b"s", module.compress, module.decompress)
    except ImportError:
        pass
    try:
        import zstandard
    except ImportError:
        return None
    return Codec("zstd", b"s", zstandard.ZstdCompressor(1).compress, zstandard.ZstdDecompressor().decompress)
