# SPDX-License-Identifier: Apache-2.0
"""How alike texts sound or look."""

from __future__ import annotations

from sluice.frame.rowwise import rowwise

#: Of A to Z: 0 is a vowel, 7 is a letter that is passed over.
_CODES = "01230127022455012623017202"


@rowwise("soundex", "VARCHAR", "VARCHAR")
def soundex(text: str) -> str:
    """The first letter and three digits for the sounds behind it; a text that begins with no letter stays."""
    first = text[:1].upper()
    if not ("A" <= first <= "Z" and first.isascii()):
        return text
    out = first
    last = _CODES[ord(first) - 65]
    for letter in text[1:]:
        if not (letter.isascii() and letter.isalpha()):
            last = "0"
            continue
        code = _CODES[ord(letter.upper()) - 65]
        if code != "7":
            if code not in ("0", last):
                out += code
                if len(out) == 4:
                    break
            last = code
    return out.ljust(4, "0")


@rowwise("jaro_winkler", "VARCHAR VARCHAR", "DOUBLE")
def jaro_winkler(left: str, right: str) -> float:
    """The similarity of Jaro and Winkler, from 0 to 1."""
    # By the units of UTF-16, as Java counts letters.
    one, other = (memoryview(text.encode("utf-16-le")).cast("H").tolist() for text in (left, right))
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    matched = []
    for place, letter in enumerate(one):
        for at in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if not taken[at] and other[at] == letter:
                taken[at] = True
                matched.append(letter)
                break
    if not matched:
        return 0.0
    theirs = [letter for letter, is_taken in zip(other, taken, strict=True) if is_taken]
    swapped = sum(a != b for a, b in zip(matched, theirs, strict=True)) // 2
    count = len(matched)
    jaro = (count / len(one) + count / len(other) + (count - swapped) / count) / 3
    prefix = 0
    for a, b in zip(one[:4], other[:4], strict=False):
        if a != b:
            break
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro)
