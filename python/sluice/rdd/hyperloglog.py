# SPDX-License-Identifier: Apache-2.0
"""How many different items there are, about: HyperLogLog over 64-bit hashes.

Hashes and registers are those that PySpark's JVM makes of the same items, so that few items (see ``_LINEAR``) give the
same count there. Between these and five times the number of registers PySpark corrects the raw estimate by a table of
measurements; here its expectation is computed, and the two differ by much less than the error that is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["estimate", "precision", "registers"]

_MASK = (1 << 64) - 1
_MULTIPLIER = 0xC6A4A7935BD1E995
_SEED = 0xE17A1465
#: By precision from 4 on: up to how many items empty registers are counted instead.
_LINEAR = (10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 15500, 20000, 50000, 120000, 350000)
#: What makes up for the harmonic mean's bias where there are few registers.
_ALPHA = {4: 0.673, 5: 0.697, 6: 0.709}


def precision(relative_error: float) -> int:
    """Return how many bits of a hash choose the register, for a standard error relative to the count."""
    return max(4, math.ceil(2 * math.log(1.054 / relative_error) / math.log(2)))


def registers(bits: int, hashes: Iterable[int]) -> dict[int, int]:
    """Return the registers that are not 0, for whole numbers that stand for the items."""
    found: dict[int, int] = {}
    below = 64 - bits
    rest = (1 << below) - 1
    for number in hashes:
        hashed = _hash(b"%d" % number)
        register = hashed >> below
        rank = below - (hashed & rest).bit_length() + 1
        if found.get(register, 0) < rank:
            found[register] = rank
    return found


def merge(into: dict[int, int], more: dict[int, int]) -> dict[int, int]:
    """Add the registers of further items."""
    for register, rank in more.items():
        if into.get(register, 0) < rank:
            into[register] = rank
    return into


def estimate(bits: int, found: dict[int, int]) -> int:
    """Return how many different items the registers saw."""
    number = 1 << bits
    zeros = number - len(found)
    raw = _alpha(bits, number) * number * number / (zeros + sum(2.0**-rank for rank in found.values()))
    few = raw <= 5 * number
    linear = number * math.log(number / zeros) if zeros else math.inf
    if zeros and (linear < _LINEAR[bits - 4] if bits - 4 < len(_LINEAR) else few):
        return math.floor(linear + 0.5)
    return math.floor((_corrected(bits, raw) if few else raw) + 0.5)


def _alpha(bits: int, number: int) -> float:
    return _ALPHA.get(bits, 0.7213 / (1 + 1.079 / number))


def _corrected(bits: int, raw: float) -> float:
    """Return for how many items the raw estimate is expected to be ``raw``; it grows with them."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _expected(bits, middle) < raw else (low, middle)
    return low * (1 << bits)


def _expected(bits: int, load: float) -> float:
    """The raw estimate to expect where each register saw ``load`` items in the mean."""
    number, largest = 1 << bits, 64 - bits + 1
    # Of one register's 2^-rank: mean, and mean of the square. A rank is at most k with probability exp(-load / 2^k).
    at_most = first = second = math.exp(-load)
    for rank in range(1, largest + 1):
        before, at_most = at_most, math.exp(-load * 2.0**-rank) if rank < largest else 1.0
        first += 2.0**-rank * (at_most - before)
        second += 4.0**-rank * (at_most - before)
    # The mean of a reciprocal is more than the reciprocal of the mean, by the relative variance.
    variance = (second - first * first) / (number * first * first)
    return _alpha(bits, number) * number / first * (1 + variance)


def _hash(data: bytes) -> int:
    """The 64-bit MurmurHash 2 of some bytes."""
    length = len(data)
    hashed = _SEED ^ (length * _MULTIPLIER & _MASK)
    whole = length & ~7
    for at in range(0, whole, 8):
        word = int.from_bytes(data[at : at + 8], "little") * _MULTIPLIER & _MASK
        word = (word ^ word >> 47) * _MULTIPLIER & _MASK
        hashed = (hashed ^ word) * _MULTIPLIER & _MASK
    if whole < length:
        hashed = (hashed ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _MASK
    hashed = (hashed ^ hashed >> 47) * _MULTIPLIER & _MASK
    return hashed ^ hashed >> 47
