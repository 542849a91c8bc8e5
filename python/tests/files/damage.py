# SPDX-License-Identifier: Apache-2.0
"""Damages a file in place: replacing it whole costs the file system milliseconds each time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["cuts", "flips"]


def cuts(path: Path) -> Iterator[int]:
    """Yield each shorter length that the file then has, down to none; it is left empty."""
    for length in range(path.stat().st_size - 1, -1, -1):
        os.truncate(path, length)
        yield length


def flips(path: Path, bits: int = 1) -> Iterator[int]:
    """Yield the offset of each byte of which a bit is flipped; so many bits of each byte, one after the other."""
    with open(path, "r+b", buffering=0) as file:
        data = file.read()
        for at, byte in enumerate(data):
            for bit in range(bits):
                os.pwrite(file.fileno(), bytes([byte ^ 1 << (at + bit) % 8]), at)
                yield at
            os.pwrite(file.fileno(), bytes([byte]), at)
