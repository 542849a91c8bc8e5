# SPDX-License-Identifier: Apache-2.0
"""Hashes with Spark's numbers: Murmur 3 of 32 bits, XXH64, CRC-32, SHA-2."""

from __future__ import annotations

import hashlib
import struct
import zlib

from sluice.frame.rowwise import rowwise

_M32, _M64 = (1 << 32) - 1, (1 << 64) - 1
_C1, _C2 = 0xCC9E2D51, 0x1B873593
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _rotated(value: int, by: int, bits: int) -> int:
    return ((value << by) | (value >> (bits - by))) & ((1 << bits) - 1)


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def _mixed(h: int, word: int) -> int:
    k = _rotated(word * _C1 & _M32, 15, 32) * _C2 & _M32
    return (_rotated(h ^ k, 13, 32) * 5 + 0xE6546B64) & _M32


def murmur(data: bytes, seed: int) -> int:
    """Murmur 3 as Spark has it: bytes behind the last whole word are mixed one by one, with their signs."""
    h = seed & _M32
    whole = len(data) & ~3
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        h = _mixed(h, word)
    for byte in data[whole:]:
        h = _mixed(h, (byte - 256 if byte > 127 else byte) & _M32)
    h ^= len(data)
    h = (h ^ (h >> 16)) * 0x85EBCA6B & _M32
    h = (h ^ (h >> 13)) * 0xC2B2AE35 & _M32
    return _signed(h ^ (h >> 16), 32)


def _round(accumulator: int, word: int) -> int:
    return _rotated((accumulator + word * _P2) & _M64, 31, 64) * _P1 & _M64


def _merged(h: int, accumulator: int) -> int:
    return ((h ^ _round(0, accumulator)) * _P1 + _P4) & _M64


def xxh64(data: bytes, seed: int) -> int:
    """XXH64."""
    seed &= _M64
    at, size = 0, len(data)
    if size >= 32:
        v = [(seed + _P1 + _P2) & _M64, (seed + _P2) & _M64, seed, (seed - _P1) & _M64]
        while at + 32 <= size:
            v = [_round(one, word) for one, word in zip(v, struct.unpack_from("<4Q", data, at), strict=True)]
            at += 32
        h = sum(_rotated(one, by, 64) for one, by in zip(v, (1, 7, 12, 18), strict=True)) & _M64
        for one in v:
            h = _merged(h, one)
    else:
        h = (seed + _P5) & _M64
    h = (h + size) & _M64
    while at + 8 <= size:
        h ^= _round(0, struct.unpack_from("<Q", data, at)[0])
        h = (_rotated(h, 27, 64) * _P1 + _P4) & _M64
        at += 8
    if at + 4 <= size:
        h ^= struct.unpack_from("<I", data, at)[0] * _P1 & _M64
        h = (_rotated(h, 23, 64) * _P2 + _P3) & _M64
        at += 4
    for byte in data[at:]:
        h = _rotated(h ^ (byte * _P5 & _M64), 11, 64) * _P1 & _M64
    h = (h ^ (h >> 33)) * _P2 & _M64
    h = (h ^ (h >> 29)) * _P3 & _M64
    return _signed(h ^ (h >> 32), 64)


@rowwise("hash_int", "BIGINT INTEGER", "INTEGER", nulls=True)
def hash_int(value: int | None, seed: int) -> int:
    """Of whole numbers up to 32 bits, of truth values, dates and floats' bits."""
    return seed if value is None else murmur(struct.pack("<i", value), seed)


@rowwise("hash_long", "BIGINT INTEGER", "INTEGER", nulls=True)
def hash_long(value: int | None, seed: int) -> int:
    """Of numbers of 64 bits, timestamps, and decimals that fit."""
    return seed if value is None else murmur(struct.pack("<q", value), seed)


@rowwise("hash_float", "FLOAT INTEGER", "INTEGER", nulls=True)
def hash_float(value: float | None, seed: int) -> int:
    """Of a float."""
    return seed if value is None else murmur(_float(value), seed)


@rowwise("hash_double", "DOUBLE INTEGER", "INTEGER", nulls=True)
def hash_double(value: float | None, seed: int) -> int:
    """Of a double."""
    return seed if value is None else murmur(_double(value), seed)


@rowwise("hash_bytes", "BLOB INTEGER", "INTEGER", nulls=True)
def hash_bytes(value: bytes | None, seed: int) -> int:
    """Of bytes and texts."""
    return seed if value is None else murmur(value, seed)


@rowwise("hash_decimal", "VARCHAR INTEGER", "INTEGER", nulls=True)
def hash_decimal(value: str | None, seed: int) -> int:
    """Of a decimal of more than 18 digits, by all its digits."""
    return seed if value is None else murmur(_unscaled(value), seed)


def _float(value: float) -> bytes:
    # Zero has one hash, and so has what is no number.
    return struct.pack("<I", 0x7FC00000) if value != value else struct.pack("<f", value + 0.0)


def _double(value: float) -> bytes:
    return struct.pack("<Q", 0x7FF8000000000000) if value != value else struct.pack("<d", value + 0.0)


def _unscaled(text: str) -> bytes:
    value = int(text.replace(".", ""))
    size = (value.bit_length() if value >= 0 else (value + 1).bit_length()) // 8 + 1
    return value.to_bytes(size, "big", signed=True)


@rowwise("xxhash_int", "BIGINT BIGINT", "BIGINT", nulls=True)
def xxhash_int(value: int | None, seed: int) -> int:
    """As `hash_int`."""
    return seed if value is None else xxh64(struct.pack("<i", value), seed)


@rowwise("xxhash_long", "BIGINT BIGINT", "BIGINT", nulls=True)
def xxhash_long(value: int | None, seed: int) -> int:
    """As `hash_long`."""
    return seed if value is None else xxh64(struct.pack("<q", value), seed)


@rowwise("xxhash_float", "FLOAT BIGINT", "BIGINT", nulls=True)
def xxhash_float(value: float | None, seed: int) -> int:
    """As `hash_float`."""
    return seed if value is None else xxh64(_float(value), seed)


@rowwise("xxhash_double", "DOUBLE BIGINT", "BIGINT", nulls=True)
def xxhash_double(value: float | None, seed: int) -> int:
    """As `hash_double`."""
    return seed if value is None else xxh64(_double(value), seed)


@rowwise("xxhash_bytes", "BLOB BIGINT", "BIGINT", nulls=True)
def xxhash_bytes(value: bytes | None, seed: int) -> int:
    """As `hash_bytes`."""
    return seed if value is None else xxh64(value, seed)


@rowwise("xxhash_decimal", "VARCHAR BIGINT", "BIGINT", nulls=True)
def xxhash_decimal(value: str | None, seed: int) -> int:
    """As `hash_decimal`."""
    return seed if value is None else xxh64(_unscaled(value), seed)


@rowwise("crc32", "BLOB", "BIGINT")
def crc32(data: bytes) -> int:
    """The checksum of 32 bits."""
    return zlib.crc32(data)


@rowwise("sha2", "BLOB INTEGER", "VARCHAR")
def sha2(data: bytes, bits: int) -> str | None:
    """A hash of SHA-2 in hexadecimal digits; null for a number of bits that it has none of."""
    if bits not in (0, 224, 256, 384, 512):
        return None
    return hashlib.new(f"sha{bits or 256}", data).hexdigest()
