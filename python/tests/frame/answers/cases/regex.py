# SPDX-License-Identifier: Apache-2.0
r"""Regular expressions: Java's syntax, groups, $1 in replacements, classes, flags, lookaround, greed, split."""

from __future__ import annotations

from ..registry import Expressions, frame_of

TEXTS = frame_of(
    "s string",
    ("foo123bar45",),
    ("2024-03-05 and 1999-12-31",),
    ("a.b|c\\d",),
    ("Line1\nline2",),
    ("Ünïcödé wörd",),
    ("",),
    (None,),
)
functions = Expressions(
    r"""
    F.regexp_extract('s', r'(\d+)', 1)
    F.regexp_extract('s', r'\d+', 0)
    F.regexp_extract('s', r'([a-z]+)(\d+)', 2)
    F.regexp_extract('s', r'([a-z]+)(\d+)', 3)
    F.regexp_extract('s', r'(x)?(\d)', 1)
    F.regexp_extract('s', r'(?<y>\d{4})-(\d\d)', 1)
    F.regexp_extract('s', r'(?i)LINE(\d)', 1)
    F.regexp_extract('s', r'(?s)1.l', 0)
    F.regexp_extract('s', r'1.l', 0)
    F.regexp_extract('s', r'(?m)^line\d$', 0)
    F.regexp_extract('s', r'^line\d$', 0)
    F.regexp_extract('s', r'(?<=foo)\d+', 0)
    F.regexp_extract('s', r'\d+(?!\d|bar)', 0)
    F.regexp_extract('s', r'[a-z&&[^o]]+', 0)
    F.regexp_extract('s', r'\p{L}+', 0)
    F.regexp_extract('s', r'\p{Alpha}+', 0)
    F.regexp_extract('s', r'\w+', 0)
    F.regexp_extract('s', r'\W', 0)
    F.regexp_extract('s', r'(.)\1', 1)
    F.regexp_extract('s', r'o*?1', 0)
    F.regexp_extract('s', r'o++1', 0)
    F.regexp_extract('s', r'\Qa.b|\E', 0)
    F.regexp_extract('s', r'\S+', 0)
    F.regexp_extract('s', r'\bw', 0)
    F.regexp_extract('s', r'\R', 0)
    F.regexp_extract('s', r'\x66o', 0)
    F.regexp_extract('s', r'[[:digit:]]', 0)
    F.regexp_extract('s', r'\h', 0)
    F.regexp_extract('s', r'(', 1)
    F.regexp_extract_all('s', F.lit(r'(\d+)'))
    F.regexp_extract_all('s', F.lit(r'(\d+)-(\d+)'), F.lit(2))
    F.regexp_extract_all('s', F.lit(r'[a-z]'), F.lit(0))
    F.regexp_replace('s', r'\d', '#')
    F.regexp_replace('s', r'(\d+)', '<$1>')
    F.regexp_replace('s', r'([a-z]+)(\d+)', '$2$1')
    F.regexp_replace('s', r'(?<l>[a-z])(?<d>\d)', '${d}${l}')
    F.regexp_replace('s', 'o', r'\$')
    F.regexp_replace('s', '', '-')
    F.regexp_replace('s', r'\s*', '')
    F.regexp_replace('s', r'[aeiou]', '')
    F.regexp_replace('s', r'^', '>')
    F.regexp_replace('s', r'$', '<')
    F.regexp_replace('s', r'(?i)[A-F]', 'x')
    F.regexp_replace('s', r'\\', '/')
    F.regexp_replace('s', r'.', '$9')
    F.regexp_replace('s', F.lit('o'), F.col('s'))
    F.regexp_count('s', F.lit(r'\d'))
    F.regexp_count('s', F.lit(r'x*'))
    F.regexp_instr('s', F.lit(r'\d+'))
    F.regexp_substr('s', F.lit(r'\d+[a-z]'))
    F.regexp_like('s', F.lit('^foo'))
    F.rlike('s', F.lit(r'\d$'))
    F.regexp('s', F.lit('o{2}'))
    c('s').rlike('')
    c('s').rlike(r'^\d{4}-\d{2}')
    c('s').rlike(r'(?i)FOO')
    c('s').rlike('[')
    F.split('s', r'[.|]')
    F.split('s', r'\d+')
    F.split('s', r'(?=\d)')
    F.split('s', '[0-9]', 2)
    F.split('s', r'\|')
    F.split('s', r'$')
    F.expr(r"regexp_replace(s, '(\\d+)', '[$1]')")
    F.expr(r"regexp_extract(s, r'(\d+)', 1)")
    F.expr(r"regexp_extract(s, '(\\w)(\\d)')")
    F.expr(r"s rlike '\\d'")
    F.expr(r"s regexp r'\d{2}'")
    F.expr(r"not s rlike 'o'")
    F.expr("regexp_replace(s, 'o', 'O', 3)")
    """,
    TEXTS,
)
