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


@rowwise("initcap", "VARCHAR", "VARCHAR")
def initcap(text: str) -> str:
    """Each word, up to the next space, with a capital and then small letters."""
    return " ".join(word[:1].title() + word[1:].lower() for word in text.split(" "))


@rowwise("quote", "VARCHAR", "VARCHAR")
def quote(text: str) -> str:
    """In single quotes."""
    return "'" + text.replace("'", "\\'") + "'"


@rowwise("mask", "VARCHAR VARCHAR VARCHAR VARCHAR VARCHAR", "VARCHAR", nulls=True)
def mask(
    text: str | None, upper: str | None, lower: str | None, digit: str | None, other: str | None
) -> str | None:
    """Each letter replaced by what stands for its kind; null keeps it."""
    if text is None:
        return None
    out = []
    for letter in text:
        kind = (
            upper
            if letter.isupper()
            else lower
            if letter.islower()
            else digit
            if "0" <= letter <= "9"
            else other
        )
        out.append(letter if kind is None else kind)
    return "".join(out)


@rowwise("split_part", "VARCHAR VARCHAR INTEGER", "VARCHAR")
def split_part(text: str, separator: str, place: int) -> str:
    """One part, from 1 on, or from the end.

    Raises:
        ValueError: the place is 0.
    """
    if place == 0:
        raise ValueError(
            "[INVALID_INDEX_OF_ZERO] The index 0 is invalid. An index shall be either < 0 or > 0 (the first element "
            "has index 1). SQLSTATE: 22003"
        )
    parts = text.split(separator) if separator else [text]
    at = place - 1 if place > 0 else len(parts) + place
    return parts[at] if 0 <= at < len(parts) else ""


@rowwise("find_in_set", "VARCHAR VARCHAR", "INTEGER")
def find_in_set(text: str, among: str) -> int:
    """Which part between commas a text is, from 1; 0 if none."""
    parts = among.split(",")
    return parts.index(text) + 1 if "," not in text and text in parts else 0


@rowwise("instr", "VARCHAR VARCHAR INTEGER INTEGER", "INTEGER")
def instr(text: str, part: str, start: int, occurrence: int) -> int:
    """Where a part occurs for the nth time, from a place on, or back from a place counted from the end."""
    at = start - 1 if start > 0 else len(text) + start
    step = 1 if start > 0 else -1
    while start and 0 <= at <= len(text):
        if text.startswith(part, at):
            occurrence -= 1
            if occurrence == 0:
                return at + 1
        at += step
    return 0


@rowwise("levenshtein", "VARCHAR VARCHAR", "INTEGER")
def levenshtein(one: str, other: str) -> int:
    """How many letters have to change."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, each in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != each)))
        before = now
    return before[-1]
