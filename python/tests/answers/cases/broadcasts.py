# SPDX-License-Identifier: Apache-2.0
"""Broadcasts: used, changed, replaced, unpersisted, destroyed."""

from __future__ import annotations

from ..registry import core, raised


@core
def broadcast_in_functions(sc, tmp):
    table = sc.broadcast({"a": 1, "b": 2})
    return sc.parallelize(["a", "b", "c"], 2).map(lambda k: table.value.get(k, 0)).collect()


@core
def broadcast_of_kinds(sc, tmp):
    values = [None, 0, "text", [1, 2], (1,), {1, 2}, b"bytes", 1.5, {"k": [1]}]
    seen = []
    for value in values:
        b = sc.broadcast(value)
        seen.append((b.value, sc.parallelize([0], 1).map(lambda _, b=b: b.value).first()))
    return seen


@core
def broadcast_value_on_the_driver_is_the_object(sc, tmp):
    value = [1, 2]
    b = sc.broadcast(value)
    value.append(3)
    return [b.value is value, b.value, sc.parallelize([0], 1).map(lambda _: b.value).first()]


@core
def broadcast_changed_in_a_task(sc, tmp):
    b = sc.broadcast([1])

    def change(x):
        b.value.append(x)
        return x

    sc.parallelize([1, 2], 1).map(change).count()
    return b.value


@core
def broadcast_unpersist_and_use_again(sc, tmp):
    b = sc.broadcast([1, 2, 3])
    rdd = sc.parallelize([0, 1], 2).map(lambda i: b.value[i])
    first = rdd.collect()
    b.unpersist()
    b.unpersist(blocking=True)
    return [first, rdd.collect(), b.value]


@core
def broadcast_destroyed(sc, tmp):
    b = sc.broadcast([1, 2, 3])
    rdd = sc.parallelize([0, 1], 2).map(lambda i: b.value[i])
    rdd.collect()
    b.destroy()
    return [
        raised(rdd.collect, "destroyed", "Attempted to use Broadcast"),
        raised(lambda: rdd.map(str).collect(), "destroyed"),
    ]


@core
def broadcast_that_cannot_be_pickled(sc, tmp):
    import threading

    return raised(lambda: sc.broadcast(threading.Lock()), "Could not serialize broadcast", "lock")


@core
def broadcast_from_a_collected_rdd(sc, tmp):
    small = sc.broadcast(dict(sc.parallelize([(1, "a"), (2, "b")], 2).collect()))
    return sc.parallelize([2, 1, 2], 2).map(lambda k: (k, small.value[k])).collect()


@core
def broadcast_replaced_in_a_loop(sc, tmp):
    rdd, seen = sc.parallelize([1, 2, 3], 2), []
    for step in range(3):
        b = sc.broadcast(step * 10)
        seen.append(rdd.map(lambda x, b=b: x + b.value).sum())
        b.unpersist()
    return seen


@core
def broadcast_nested(sc, tmp):
    a, b = sc.broadcast([1]), sc.broadcast([2])
    return sc.parallelize([0], 1).map(lambda _: a.value + b.value).first()
