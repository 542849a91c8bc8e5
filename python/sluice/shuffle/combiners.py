# SPDX-License-Identifier: Apache-2.0
"""Functions of two arguments that are known by their bytecode, and loops that have them inlined.

`lambda x, y: x + y` costs a call a record; a loop with `a + b` in its body does not. The same expression is evaluated
on the same objects in the same order, so the answer is the same for every type there is: large ints, NaN, lists,
classes of the user's.

A function is recognised if its bytecode is that of a known expression as *this* interpreter compiles it, so there is
no table of versions; a name in it (`min`, `max`) has to mean the built-in one in the function's own globals and
builtins, looked up where the loop is about to run. Of C functions the object itself is known.

Measured, ns a record, Python 3.11, one core (100 keys; with many keys memory is what counts):

    into a dict by key     function  inlined        one value    function  inlined
    lambda a, b: a + b          126       94                           42       20
    operator.add                103       94                           23       20
    lambda: a if a > b else b   128       95                           35       20
    max                         197       94                           63       20
    pairs (word, 1) summed      114       40 (the keys alone, counted in C)
"""

from __future__ import annotations

import functools
import operator
import os
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice
from types import CodeType, FunctionType
from typing import Any

from sluice.shuffle.hashing import check_key

__all__ = ["count_keys", "expression_of", "fold", "pairs_with_one", "reduce"]

#: As they were before user code could change them.
_MAX, _MIN = max, min
#: `max` and `min` return the first of equals and take NaN as they meet it, and so do these.
_C_FUNCTIONS: dict[Any, str] = {
    operator.add: "a + b",
    operator.mul: "a * b",
    operator.and_: "a & b",
    operator.or_: "a | b",
    operator.xor: "a ^ b",
    _MAX: "b if b > a else a",
    _MIN: "b if b < a else a",
}
_BY_NAME = {
    "max(a, b)": "b if b > a else a",
    "max(b, a)": "a if a > b else b",
    "min(a, b)": "b if b < a else a",
    "min(b, a)": "a if a < b else b",
}
_SIGNS = ("+", "*", "&", "|", "^", "and", "or")
_COMPARISONS = ("<", ">", "<=", ">=")
# CO_VARARGS, CO_VARKEYWORDS, CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
_ARGS_OR_GENERATOR = 0x04 | 0x08 | 0x20 | 0x80 | 0x200


def expression_of(function: Any) -> str | None:
    """The expression over `a` and `b` that a function of two arguments stands for, if that is known."""
    if type(function) is FunctionType:
        code = function.__code__
        if _is_plain(code, 2):
            known = _known().get((code.co_code, code.co_names))
            if known is not None and all(_is_built_in(function, name) for name in code.co_names):
                return known
        return None
    try:
        return _C_FUNCTIONS.get(function)
    except TypeError:
        # Something callable that has no hash.
        return None


def _is_plain(code: CodeType, arguments: int) -> bool:
    """Whether a function has so many arguments, no other variables, and does nothing but return."""
    return (
        code.co_argcount == code.co_nlocals == arguments
        and not code.co_kwonlyargcount
        and not code.co_flags & _ARGS_OR_GENERATOR
        and not code.co_cellvars
        and not code.co_freevars
        and not code.co_exceptiontable
    )


def _is_built_in(function: FunctionType, name: str) -> bool:
    """Whether a global `max` or `min` of a function is the built-in one."""
    meant = {"max": _MAX, "min": _MIN}[name]
    # Some versions of typeshed know the attribute, others do not.
    built_in: dict[str, Any] = getattr(function, "__builtins__", {})
    return name not in function.__globals__ and built_in.get(name) is meant


@cache
def _known() -> dict[tuple[bytes, tuple[str, ...]], str]:
    """Expressions by the bytecode, and the names in it, of every way to write them."""
    expressions = dict(_BY_NAME)
    for a, b in ("ab", "ba"):
        expressions |= {text: text for text in (f"{a} {sign} {b}" for sign in _SIGNS)}
    known = {_code(f"lambda a, b: {text}"): expression for text, expression in expressions.items()}
    for sign in _COMPARISONS:
        for a, b in ("ab", "ba"):
            for chosen, other in ("ab", "ba"):
                test = f"{a} {sign} {b}"
                text = f"{chosen} if {test} else {other}"
                known[_code(f"lambda a, b: {text}")] = text
                for otherwise in (f"else: return {other}", f"return {other}"):
                    known[_code(f"def known(a, b):\n if {test}: return {chosen}\n {otherwise}")] = text
    return known


def _code(source: str) -> tuple[bytes, tuple[str, ...]]:
    function = next(
        part for part in compile(source, __name__, "exec").co_consts if isinstance(part, CodeType)
    )
    return function.co_code, function.co_names


def fold(
    data: dict[Any, Any],
    items: Iterable[tuple[Any, Any]],
    merge: Callable[[Any, Any], Any],
    create: Callable[[Any], Any] | None = None,
) -> None:
    """Merges the value of each pair into the dict; a key's first is `create(value)`, or the value itself."""
    expression = expression_of(merge)
    loop = _fold_loop(expression or "merge(a, b)", "b" if create is None else "create(b)")
    failed = loop(data, items, merge, create)
    if failed is not None:
        error, key, a, b = failed
        line = error.__traceback__.tb_lineno
        if line in _KEY_LINES and isinstance(error, TypeError):
            check_key(key)
        if line == _MERGE_LINE and expression:
            merge(a, b)
        raise error


def reduce(function: Callable[[Any, Any], Any], items: Iterable[Any], first: Any) -> Any:
    """Does what `functools.reduce` does."""
    expression = expression_of(function)
    if expression is None:
        return functools.reduce(function, items, first)
    result, failed = _reduce_loop(expression)(first, items)
    if failed is None:
        return result
    error, b = failed
    if error.__traceback__.tb_lineno == _REDUCE_LINE:
        function(result, b)
    raise error


# Errors are returned, and the user's own function called again where the expression failed: its traceback has the
# user's line. Which line of ours failed tells where an error comes from, at no cost a record.
_FOLD = """\
def fold(data, items, merge, create):
    a = key = b = None
    try:
        for key, b in items:
            if key in data:
                a = data[key]
                data[key] = {expression}
            else:
                data[key] = {first}
    except Exception as error:
        return error, key, a, b
"""
_KEY_LINES = (5, 6)
_MERGE_LINE = 7
_REDUCE = """\
def reduce(a, items):
    b = None
    try:
        for b in items:
            a = {expression}
    except Exception as error:
        return a, (error, b)
    return a, None
"""
_REDUCE_LINE = 5


@cache
def _fold_loop(expression: str, first: str) -> Any:
    return _defined("fold", _FOLD.format(expression=expression, first=first))


@cache
def _reduce_loop(expression: str) -> Any:
    return _defined("reduce", _REDUCE.format(expression=expression))


def _defined(name: str, source: str) -> Any:
    space: dict[str, Any] = {}
    # Under a file of this package's, so that reports of a user's error pass over the loop.
    exec(compile(source, f"{os.path.abspath(__file__)}:{name}", "exec"), space)
    return space[name]


#: Keys counted at a time.
_CHUNK = 1024


def count_keys(counts: Counter[Any], keys: Iterable[Any]) -> None:
    """Adds one for each key, at the speed of C."""
    source = iter(keys)
    while chunk := list(islice(source, _CHUNK)):
        try:
            counts.update(chunk)
        except TypeError:
            for key in chunk:
                check_key(key)
            raise


def pairs_with_one(function: Any) -> bool:
    """Whether a function is `lambda x: (x, 1)`, by its bytecode; `True` and `1.0` are not that one."""
    if type(function) is not FunctionType or not _is_plain(function.__code__, 1):
        return False
    code = function.__code__
    constants = [(type(value), value) for value in code.co_consts]
    return code.co_code == _WITH_ONE.co_code and constants == [(type(v), v) for v in _WITH_ONE.co_consts]


_WITH_ONE = (lambda x: (x, 1)).__code__
