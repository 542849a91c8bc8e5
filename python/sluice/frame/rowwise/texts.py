# SPDX-License-Identifier: Apache-2.0
"""Texts as Java changes them."""

from __future__ import annotations

import random
import string

from sluice.frame.rowwise import rowwise


@rowwise("lossy_utf8", "BLOB", "VARCHAR")
def lossy_utf8(data: bytes) -> str:
    """Bytes as a text; what is no UTF-8 becomes the replacement character."""
    return data.decode("utf-8", "replace")


@rowwise("upper", "VARCHAR", "VARCHAR")
def upper(text: str) -> str:
    """In upper case by the rules for whole texts: ß is two letters."""
    return text.upper()


@rowwise("lower", "VARCHAR", "VARCHAR")
def lower(text: str) -> str:
    """In lower case by the rules for whole texts."""
    return text.lower()


_LETTERS = string.digits + string.ascii_letters


@rowwise("randstr", "INTEGER BIGINT", "VARCHAR")
def randstr(length: int, seed: int) -> str:
    """Letters and digits by chance."""
    chance = random.Random(seed)
    return "".join(chance.choice(_LETTERS) for _ in range(length))
