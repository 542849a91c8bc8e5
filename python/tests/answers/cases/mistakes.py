# SPDX-License-Identifier: Apache-2.0
"""Arguments of the wrong kind: what is raised, and whether at the call or by the action."""

from __future__ import annotations

from operator import add

from ..registry import raised, wide


@wide
def functions_that_are_none_or_no_functions(sc, tmp):
    data = sc.parallelize([1, 2, 3], 2)
    return [
        [raised(lambda make=make, bad=bad: make(bad)) for make in _MAKERS(data)] for bad in (None, 3, "text")
    ]


def _MAKERS(data):
    return (
        lambda f: data.map(f).collect(),
        lambda f: data.flatMap(f).collect(),
        lambda f: data.mapPartitions(f).collect(),
        lambda f: data.foreach(f),
        lambda f: data.reduce(f),
        lambda f: data.keyBy(f).collect(),
        lambda f: data.groupBy(f).collect(),
        lambda f: data.map(lambda x: (x, x)).mapValues(f).collect(),
        lambda f: data.map(lambda x: (x, x)).reduceByKey(f, 2).count(),
    )


@wide
def functions_of_the_wrong_number_of_arguments(sc, tmp):
    data = sc.parallelize([(1, 2), (1, 3)], 1)
    return [
        raised(action, "TypeError", "positional argument")
        for action in (
            lambda: data.map(lambda: 1).collect(),
            lambda: data.map(lambda a, b: a).collect(),
            lambda: data.reduceByKey(lambda a: a).collect(),
            lambda: data.reduce(lambda a: a),
            lambda: data.mapPartitionsWithIndex(lambda it: it).collect(),
        )
    ]


@wide
def items_that_are_no_pairs(sc, tmp):
    numbers, triples, texts = sc.parallelize([1, 2]), sc.parallelize([(1, 2, 3)]), sc.parallelize(["ab"])
    return [
        [
            raised(action)
            for action in (
                lambda data=data: data.reduceByKey(add).collect(),
                lambda data=data: data.groupByKey().mapValues(list).collect(),
                lambda data=data: data.keys().collect(),
                lambda data=data: data.values().collect(),
                lambda data=data: data.collectAsMap(),
                lambda data=data: data.countByKey(),
                lambda data=data: data.mapValues(str).collect(),
                lambda data=data: data.lookup(1),
            )
        ]
        for data in (numbers, triples, texts)
    ]


@wide
def join_of_triples(sc, tmp):
    triples = sc.parallelize([(1, 2, 3)], 1)
    return raised(lambda: triples.join(triples).collect())


@wide
def operations_by_key_of_longer_items(sc, tmp):
    """Some take the first two elements and some refuse; what is refused is refused by both."""
    answers = []
    for items in (
        [(1, 2, 3), (2, "b", None), (1, 5, 6)],
        [[1, 2, 3, 4], (1, 9), [2, 3]],
        ["abc", "axy", "b-"],
    ):
        data, pairs = sc.parallelize(items, 2), sc.parallelize([(1, "one"), ("a", "A"), (7, 8)], 2)
        answers.append(
            [
                raised(lambda action=action: sorted(action(), key=repr))
                for action in (
                    lambda: data.join(pairs).collect(),
                    lambda: pairs.leftOuterJoin(data).collect(),
                    lambda: data.rightOuterJoin(pairs, 3).collect(),
                    lambda: data.fullOuterJoin(data).collect(),
                    lambda: [(k, [*map(list, v)]) for k, v in data.cogroup(pairs).collect()],
                    lambda: [(k, [*map(list, v)]) for k, v in pairs.groupWith(data, data).collect()],
                    lambda: data.subtractByKey(pairs).collect(),
                    lambda: pairs.subtractByKey(data).collect(),
                    lambda: data.keys().collect(),
                    lambda: data.values().collect(),
                    lambda: data.mapValues(str).collect(),
                    lambda: data.flatMapValues(lambda v: [v, v]).collect(),
                    lambda: data.countByKey().items(),
                    lambda: data.lookup(1),
                    lambda: data.partitionBy(2).collect(),
                    lambda: data.groupByKey().mapValues(list).collect(),
                    lambda: data.reduceByKey(max).collect(),
                    lambda: data.foldByKey(0, max).collect(),
                    lambda: data.combineByKey(str, max, max).collect(),
                    lambda: data.aggregateByKey(0, max, max).collect(),
                    lambda: data.reduceByKeyLocally(max).items(),
                    lambda: data.collectAsMap().items(),
                    lambda: data.sortByKey(numPartitions=1, keyfunc=repr).collect(),
                    lambda: data.sortByKey(numPartitions=2, keyfunc=repr).collect(),
                    lambda: data.repartitionAndSortWithinPartitions(2, keyfunc=repr).collect(),
                )
            ]
        )
    return answers


@wide
def join_of_many_longer_items(sc, tmp):
    """Pairs and longer items in turn, more than any batch holds."""
    left = sc.parallelize(range(5000), 2).map(lambda x: (x % 50, x) if x % 3 else (x % 50, x, "dropped"))
    right = sc.parallelize([(k, -k, k) for k in range(0, 50, 7)], 1)
    return [(k, count) for k, count in sorted(left.join(right, 4).mapValues(sum).reduceByKey(max).collect())]


@wide
def other_things_in_place_of_rdds(sc, tmp):
    data = sc.parallelize([(1, 2)], 1)
    return [
        raised(action)
        for action in (
            lambda: data.union([1]),
            lambda: data + [(3, 4)],
            lambda: data.join([(1, 2)]),
            lambda: data.zip([1]),
            lambda: data.cartesian([1]).collect(),
            lambda: data.intersection({1}).collect(),
            lambda: data.subtract([1]).collect(),
            lambda: sc.union([[1], [2]]),
        )
    ]


@wide
def numbers_of_the_wrong_kind(sc, tmp):
    data = sc.parallelize([(1, 2), (3, 4)], 2)
    return [
        raised(action)
        for action in (
            lambda: sc.parallelize([1, 2], "2").getNumPartitions(),
            lambda: sc.parallelize([1, 2], 2.9).getNumPartitions(),
            lambda: sc.parallelize(5),
            lambda: sc.parallelize(None),
            lambda: data.coalesce("2"),
            lambda: data.sample("no", 0.5, 1).count(),
            lambda: data.sample(False, "half"),
            lambda: data.histogram("3"),
            lambda: data.histogram(2.0),
            lambda: data.values().treeReduce(add, 0),
            lambda: data.values().treeAggregate(0, add, add, 0),
            lambda: data.randomSplit([]),
            lambda: data.randomSplit(3),
        )
    ]


@wide
def keys_that_cannot_be_hashed(sc, tmp):
    data = sc.parallelize([([1], 2), ({3: 4}, 5)], 1)
    return [
        raised(action, "unhashable")
        for action in (
            lambda: data.reduceByKey(add).collect(),
            lambda: data.groupByKey().collect(),
            lambda: data.partitionBy(2).collect(),
            lambda: data.countByKey(),
            lambda: data.keys().distinct().collect(),
            lambda: data.collectAsMap(),
            lambda: data.join(data).collect(),
        )
    ]


@wide
def keys_that_cannot_be_ordered(sc, tmp):
    data = sc.parallelize([(1, "a"), ("x", "b"), (None, "c")], 1)
    return [
        raised(action, "not supported between instances")
        for action in (
            lambda: data.sortByKey().collect(),
            lambda: data.keys().max(),
            lambda: data.keys().top(1),
            lambda: data.keys().takeOrdered(2),
            lambda: data.sortBy(lambda kv: kv[0]).collect(),
        )
    ] + [sorted(data.groupByKey().mapValues(list).values().collect())]


@wide
def files_that_cannot_be_written(sc, tmp):
    (tmp / "there").mkdir()
    data = sc.parallelize([1, None, "é", b"\xff\x00", (1, 2)], 1)
    data.saveAsTextFile(str(tmp / "out"))
    return [
        raised(lambda: data.saveAsTextFile(str(tmp / "there")), "already exists"),
        (tmp / "out" / "part-00000").read_bytes(),
    ]


@wide
def functions_that_change_what_they_get(sc, tmp):
    data = sc.parallelize([[3, 1], [2]], 2)

    def sort(items):
        items.sort()
        return items

    return [
        data.map(sort).collect(),
        data.collect(),
        data.map(lambda x: x.append(0)).collect(),
        data.collect(),
    ]


@wide
def stop_iteration_in_the_driver(sc, tmp):
    def stop(*_):
        raise StopIteration

    data = sc.parallelize([(1, 2), (1, 3)], 2)
    return [
        raised(action, "Caught StopIteration thrown from user's code; failing the task")
        for action in (
            lambda: data.aggregate(0, lambda *_: 1, stop),
            lambda: data.fold(0, stop),
            lambda: data.reduce(stop),
            lambda: data.reduceByKeyLocally(stop),
        )
    ]
