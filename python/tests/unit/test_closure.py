# SPDX-License-Identifier: Apache-2.0
"""What a function carries: how it is pickled, how a failure is explained, when it may be reused."""

from __future__ import annotations

import functools
import math
import operator
import pickle
import re
import threading
from typing import Any

import pytest

from sluice.closure import collect_references, dumps_function, note_reference
from sluice.errors import PicklingError
from sluice.stateless import is_stateless


class Config:
    def __init__(self, db: Any) -> None:
        self.db = db

    def method(self, x: int) -> int:
        return x


class Slotted:
    __slots__ = ("lock",)

    def __init__(self) -> None:
        self.lock = threading.Lock()


def message(obj: Any) -> str:
    with pytest.raises(PicklingError) as caught:
        dumps_function(obj)
    assert isinstance(caught.value, pickle.PicklingError)
    assert caught.value.__cause__ is not None
    return str(caught.value)


def test_path_through_a_closure() -> None:
    cfg = Config(threading.Lock())

    def f(x: int) -> Any:
        return cfg, x

    assert "f -> closure cfg -> .db : _thread.lock" in message(f)
    assert "mapPartitions" in message(f)


def test_path_through_other_holders() -> None:
    lock = threading.Lock()
    assert "-> self -> .db : _thread.lock" in message(Config(lock).method)
    assert "partial -> argument 0 -> ['a'] -> [1] : _thread.lock" in message(
        functools.partial(max, {"a": [1, lock]})
    )
    assert "-> argument key -> .lock : _thread.lock" in message(functools.partial(max, key=Slotted()))
    assert re.search(r"lambda at .+test_closure.py:\d+ -> default : _thread.lock", message(lambda x=lock: x))


def test_path_through_a_global() -> None:
    namespace: dict[str, Any] = {"lock": threading.Lock()}
    exec("def inner(x):\n    return lock\ndef outer(x):\n    return inner(x)", namespace)
    assert "outer -> global inner -> global lock : _thread.lock" in message(namespace["outer"])


def test_a_value_met_on_a_cycle_ends_the_search() -> None:
    loop: list[Any] = [threading.Lock()]
    loop.insert(0, loop)
    assert "Config -> .db -> [1] : _thread.lock" in message(Config(loop))


def test_the_path_of_a_chain_of_steps_begins_at_the_function() -> None:
    lock = threading.Lock()
    steps = [("map", str), ("filter", lambda x: lock)]
    assert re.search(
        r"function cannot be pickled: lambda at .+ -> closure lock : _thread.lock", message(steps)
    )


def test_functions_work_elsewhere() -> None:
    def fact(n: int) -> int:
        return 1 if n < 2 else n * fact(n - 1)

    assert pickle.loads(dumps_function(fact))(5) == 120


class Noted:
    def __init__(self, n: int) -> None:
        self.n = n

    def __reduce__(self) -> Any:
        note_reference(self)
        return Noted, (self.n,)


def test_references_are_collected_once_and_by_block() -> None:
    a, b = Noted(1), Noted(2)
    with collect_references() as outer:
        dumps_function(lambda: (a, a))
        with collect_references() as inner:
            dumps_function(lambda: b)
    dumps_function(lambda: b)
    assert outer == [a]
    assert inner == [b]


def script(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(source, namespace)
    return namespace


def local(n: Any) -> Any:
    return lambda x: (x, n)


def counter() -> Any:
    n = 0

    def step(x: int) -> int:
        nonlocal n
        n += 1
        return n

    return step


def inner_counter() -> Any:
    def f(xs: list[int]) -> int:
        n = 0

        def step(x: int) -> None:
            nonlocal n
            n += x

        for x in xs:
            step(x)
        return n

    return f


GOOD = {
    "builtin": len,
    "operator": operator.add,
    "method of a type": str.split,
    "method of a value": "a".join,
    "class": Config,
    "module function": math.sqrt,
    "importable function": local,
    "lambda": lambda x: x + 1,
    "frozen closure": local((1, "a", None)),
    "function closure": local(local(1)),
    "module closure": local(math),
    "pattern closure": local(re.compile("a")),
    "partial": functools.partial(operator.add, 1),
    "itemgetter": operator.itemgetter(0),
    "methodcaller": operator.methodcaller("split", ","),
    "own cell": inner_counter(),
    "script function": script("import re\nK = 3\ndef f(x): return len(re.findall('a', x)) + K")["f"],
    "recursive": script("def f(x): return f(x - 1)")["f"],
    "mutually recursive": script("def g(x): return f(x)\ndef f(x): return g(x)")["f"],
    "attribute of an argument": script("def f(x):\n    x.n = 1\n    return x")["f"],
    "comprehension": lambda x: [y for y in x if y],
    "tuple of steps": (len, lambda x: x, operator.itemgetter(1)),
}
BAD = {
    "list closure": local([]),
    "dict closure": local({}),
    "list in tuple": local(((), [])),
    "object closure": local(Config(1)),
    "bytearray closure": local(bytearray(b"a")),
    "nonlocal": counter(),
    "bound method": Config(1).method,
    "bound method of a list": [].append,
    "mutable default": script("def f(x, acc=[]): acc.append(x)")["f"],
    "mutable kwdefault": script("def f(x, *, acc={}): acc[x] = 1")["f"],
    "partial of a list": functools.partial(max, []),
    "methodcaller of a list": operator.methodcaller("f", []),
    "global list": script("seen = []\ndef f(x): seen.append(x)")["f"],
    "global list in inner code": script("seen = []\ndef f(x): return [seen.append(y) for y in x]")["f"],
    "global list of another function": script("seen = []\ndef g(x): seen.append(x)\ndef f(x): g(x)")["f"],
    "global statement": script("n = 0\ndef f(x):\n    global n\n    n += 1")["f"],
    "own attribute": script("def f(x):\n    f.n = x")["f"],
    "own attribute by a cell": script("def make():\n    def f(x):\n        f.n = x\n    return f")["make"](),
    "attribute of a function in a tuple": script("def g(x): return x\nt = (g,)\ndef f(x): t[0].n = x")["f"],
    "setattr": script("def f(x):\n    setattr(f, 'n', x)")["f"],
    "globals()": script("def f(x):\n    globals()['n'] = x")["f"],
    "class of the script": script("class C:\n    seen = []\ndef f(x): C.seen.append(x)")["f"],
    "attribute kept": script("def f(x): return x\nf.n = []")["f"],
    "generator": (i for i in range(3)),
    "iterator closure": local(iter([1])),
    "callable object": Config(1),
    "empty cell": script("def make():\n    def f(x): return g\n    if 0: g = 1\n    return f")["make"](),
}


@pytest.mark.parametrize("name", GOOD)
def test_stateless(name: str) -> None:
    assert is_stateless(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_not_proved_stateless(name: str) -> None:
    assert not is_stateless(BAD[name])
