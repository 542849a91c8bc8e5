# SPDX-License-Identifier: Apache-2.0
"""Cases whose answers differ from PySpark's, and why."""

from __future__ import annotations

_SURROGATES = "Java cuts letters beyond the first 65,536 in two halves, which are no texts"
_NAMED_BY_TYPE = "the column's name depends on the types of columns, which are not known when it is made"

_REFUSED = "refused with a reason"

DIFFERENT = {
    'texts: F.regexp_replace("s","[\\\\p{L}&&[^a]]","*")': _REFUSED,
    'texts: F.sentences("s")': _REFUSED,
    'numbers: F.to_char("i",F.lit("99999"))': _REFUSED,
    'numbers: F.to_char("p",F.lit("$99,999.99"))': _REFUSED,
    'numbers: F.to_varchar("i",F.lit("S00000"))': _REFUSED,
    'one: F.to_number(F.lit("454"),F.lit("999"))': _REFUSED,
    'one: F.to_number(F.lit("$12,454.8-"),F.lit("$99,999.9S"))': _REFUSED,
    'one: F.try_to_number(F.lit("abc"),F.lit("999"))': _REFUSED,
    'one: F.to_char(F.lit(454),F.lit("000D00"))': _REFUSED,
    'one: F.sentences(F.lit("Hi there! Good morning. It\'s 5 p.m."))': _REFUSED,
    'texts: F.regexp_replace("s","","-")': _SURROGATES,
    'texts: F.split("s","a*")': _SURROGATES,
    'numbers: F.format_number("d","#,###.#")': "refused with a reason; in PySpark an error of Py4J",
    'bytes: F.to_char("x",F.lit("hex"))': _NAMED_BY_TYPE,
    'bytes: F.to_char("x",F.lit("base64"))': _NAMED_BY_TYPE,
    'one: F.format_string("%d",F.lit("x"))': "the error has a condition, and names no class of Java",
}
