# SPDX-License-Identifier: Apache-2.0
"""Accumulators, broadcasts, TaskContext, files, local properties."""

from __future__ import annotations

from ..registry import core, raised, wide


@core
def accumulator_of_ints_and_floats(sc, tmp):
    ints, floats, start = sc.accumulator(0), sc.accumulator(0.0), sc.accumulator(100)
    sc.parallelize(range(10), 3).foreach(lambda x: (ints.add(x), floats.add(x / 2), start.add(1)))
    return [ints.value, floats.value, start.value]


@core
def accumulator_by_plus_equals(sc, tmp):
    acc = sc.accumulator(0)

    def add(x):
        nonlocal acc
        acc += x

    sc.parallelize([1, 2, 3], 2).foreach(add)
    acc += 10
    return [acc.value, str(acc).split("=")[0], repr(acc).split(",")[0].split("<")[0]]


@core
def accumulator_of_complex(sc, tmp):
    acc = sc.accumulator(1 + 2j)
    sc.parallelize([1j, 2], 2).foreach(lambda x: acc.add(x))
    return [acc.value.real, acc.value.imag]


@core
def accumulator_counts_again_for_each_action(sc, tmp):
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return x

    rdd = sc.parallelize([1, 2, 3], 2).map(note)
    seen = [acc.value]
    for action in (rdd.count, rdd.collect, rdd.first):
        action()
        seen.append(acc.value)
    return seen


@core
def accumulator_under_cache(sc, tmp):
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return x

    rdd = sc.parallelize([1, 2, 3], 2).map(note).cache()
    seen = []
    for action in (rdd.count, rdd.collect, rdd.sum):
        action()
        seen.append(acc.value)
    rdd.unpersist()
    rdd.count()
    return [*seen, acc.value]


@core
def accumulator_above_a_shuffle_is_computed_once(sc, tmp):
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return (x % 2, x)

    reduced = sc.parallelize(range(6), 2).map(note).reduceByKey(lambda a, b: a + b)
    first = reduced.collect()
    seen = [acc.value]
    reduced.count()
    return [first, *seen, acc.value]


@core
def accumulator_in_filter_and_take(sc, tmp):
    acc = sc.accumulator(0)

    def big(x):
        acc.add(1)
        return x > 2

    rdd = sc.parallelize(range(6), 2).filter(big)
    return [rdd.collect(), acc.value]


@core
def accumulator_with_own_param(sc, tmp):
    from pyspark.accumulators import AccumulatorParam

    class Lists(AccumulatorParam):
        def zero(self, value):
            return []

        def addInPlace(self, a, b):
            a.extend(b)
            return a

    acc = sc.accumulator([0], Lists())
    sc.parallelize([3, 1, 2], 3).foreach(lambda x: acc.add([x]))
    return sorted(acc.value)


@core
def accumulator_of_vectors(sc, tmp):
    from pyspark.accumulators import AccumulatorParam

    class Vectors(AccumulatorParam):
        def zero(self, value):
            return [0.0] * len(value)

        def addInPlace(self, a, b):
            return [x + y for x, y in zip(a, b, strict=True)]

    acc = sc.accumulator([1.0, 2.0], Vectors())
    sc.parallelize([1, 2, 3], 2).foreach(lambda x: acc.add([x, -x]))
    return acc.value


@core
def accumulator_of_strings_needs_a_param(sc, tmp):
    return raised(lambda: sc.accumulator("text"), "accumulator")


@core
def accumulator_value_in_a_task(sc, tmp):
    acc = sc.accumulator(0)
    return raised(
        lambda: sc.parallelize([1], 1).map(lambda x: acc.value).collect(), "cannot be accessed inside tasks"
    )


@core
def accumulator_value_can_be_set(sc, tmp):
    acc = sc.accumulator(5)
    acc.value = 1
    sc.parallelize([1, 2], 2).foreach(lambda x: acc.add(x))
    return acc.value


@core
def accumulator_after_a_failed_action(sc, tmp):
    acc = sc.accumulator(0)

    def fail(x):
        acc.add(1)
        raise ValueError

    raised(lambda: sc.parallelize([1], 1).map(fail).collect())
    return acc.value


@core
def two_accumulators_in_one_job(sc, tmp):
    even, odd = sc.accumulator(0), sc.accumulator(0)
    sc.parallelize(range(11), 4).foreach(lambda x: (odd if x % 2 else even).add(x))
    return [even.value, odd.value]


@core
def accumulator_local_addition(sc, tmp):
    acc = sc.accumulator(1)
    acc.add(2)
    acc += 3
    return acc.value


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


@core
def task_context_ids(sc, tmp):
    from pyspark import TaskContext

    def ids(_):
        c = TaskContext.get()
        return (c.partitionId(), c.attemptNumber(), c.stageId() >= 0, c.taskAttemptId() >= 0, c.cpus())

    return sc.parallelize(range(3), 3).map(ids).collect()


@core
def task_context_on_the_driver(sc, tmp):
    from pyspark import TaskContext

    return TaskContext.get()


@core
def task_context_after_union(sc, tmp):
    from pyspark import TaskContext

    two = sc.parallelize([1, 2], 2).map(lambda x: (x, TaskContext.get().partitionId()))
    return two.union(two).collect()


@core
def task_context_of_chosen_partitions(sc, tmp):
    from pyspark import TaskContext

    rdd = sc.parallelize(range(4), 4)
    return sc.runJob(rdd, lambda part: [(x, TaskContext.get().partitionId()) for x in part], [1, 3])


@core
def task_context_stages_of_a_shuffle(sc, tmp):
    from pyspark import TaskContext

    rdd = sc.parallelize([(1, 0)], 1).mapValues(lambda _: TaskContext.get().stageId()).partitionBy(1)
    first, second = rdd.mapValues(lambda s: (s, TaskContext.get().stageId())).values().first()
    return second > first


@core
def task_context_is_one_a_task(sc, tmp):
    from pyspark import TaskContext

    def same(it):
        a = TaskContext.get()
        list(it)
        return [a is TaskContext.get(), a.partitionId() == TaskContext.get().partitionId()]

    return sc.parallelize([1, 2], 2).mapPartitions(same).collect()


@core
def task_context_attempt_ids_differ(sc, tmp):
    from pyspark import TaskContext

    return len(set(sc.parallelize(range(6), 6).map(lambda _: TaskContext.get().taskAttemptId()).collect()))


@core
def local_properties(sc, tmp):
    from pyspark import TaskContext

    sc.setLocalProperty("own.key", "value")
    seen = sc.parallelize([1], 1).map(lambda _: TaskContext.get().getLocalProperty("own.key")).first()
    here = sc.getLocalProperty("own.key")
    sc.setLocalProperty("own.key", None)
    unset = sc.parallelize([1], 1).map(lambda _: TaskContext.get().getLocalProperty("own.key")).first()
    return [seen, here, sc.getLocalProperty("own.key"), unset, sc.getLocalProperty("never.set")]


@core
def add_py_file(sc, tmp):
    (tmp / "added_module_of_answers.py").write_text(
        "NAME = 'added'\n\ndef shout(x):\n    return NAME + str(x)\n"
    )
    sc.addPyFile(str(tmp / "added_module_of_answers.py"))

    def use(x):
        import added_module_of_answers

        return added_module_of_answers.shout(x)

    return sc.parallelize([1, 2], 2).map(use).collect()


@core
def add_py_file_as_zip(sc, tmp):
    import zipfile

    with zipfile.ZipFile(tmp / "zipped_of_answers.zip", "w") as archive:
        archive.writestr("zipped_package_of_answers/__init__.py", "VALUE = 42\n")
    sc.addPyFile(str(tmp / "zipped_of_answers.zip"))

    def use(x):
        from zipped_package_of_answers import VALUE

        return VALUE + x

    return sc.parallelize([1, 2], 2).map(use).collect()


@wide
def add_file(sc, tmp):
    from pyspark import SparkFiles

    (tmp / "table_of_answers.txt").write_text("7\n")
    sc.addFile(str(tmp / "table_of_answers.txt"))

    def use(x):
        with open(SparkFiles.get("table_of_answers.txt")) as f:
            return x * int(f.read())

    with open(SparkFiles.get("table_of_answers.txt")) as f:
        return [
            sc.parallelize([1, 2], 2).map(use).collect(),
            f.read(),
            [p.rsplit("/", 1)[1] for p in sc.listFiles if "table_of" in p],
        ]


@wide
def add_file_that_is_missing(sc, tmp):
    return raised(lambda: sc.addFile(str(tmp / "none.txt")), "does not exist")


@wide
def barrier_tasks(sc, tmp):
    from pyspark import BarrierTaskContext

    def talk(it):
        c = BarrierTaskContext.get()
        c.barrier()
        return [(c.partitionId(), c.allGather(f"m{c.partitionId()}"), len(c.getTaskInfos()), list(it))]

    rdd = sc.parallelize(range(4), 2)
    return [
        rdd.barrier().mapPartitions(talk).collect(),
        rdd.barrier().mapPartitionsWithIndex(lambda i, it: [(i, sum(it))]).collect(),
    ]


def _in_task(sc, name):
    def read(name):
        from pyspark import SparkFiles

        with open(SparkFiles.get(name)) as file:
            return file.read()

    return sc.parallelize([name], 1).map(read).first()


@wide
def add_file_with_a_strange_name(sc, tmp):
    from pyspark import SparkFiles

    seen = []
    for name in ("sp ace;$(x).txt", "new\nline.txt", "per%41cent.txt"):
        (tmp / name).write_text(name)
        sc.addFile(str(tmp / name))
        with open(SparkFiles.get(name)) as file:
            seen.append([file.read(), _in_task(sc, name)])
    return [*seen, [f.replace(str(tmp), "TMP") for f in sorted(sc.listFiles) if str(tmp) in f]]


@wide(alone=True)
def add_file_again(sc, tmp):
    from pyspark import SparkContext, SparkFiles

    (tmp / "again.txt").write_text("one")
    with SparkContext("local[2]", "files") as own:
        own.addFile(str(tmp / "again.txt"))
        (tmp / "again.txt").write_text("two")
        own.addFile(str(tmp / "again.txt"))
        with open(SparkFiles.get("again.txt")) as file:
            return [file.read(), len(own.listFiles)]


@wide
def add_file_of_a_directory(sc, tmp):
    (tmp / "whole" / "sub").mkdir(parents=True)
    (tmp / "whole" / "sub" / "x").write_text("deep")
    refused = raised(lambda: sc.addFile(str(tmp / "whole")), "is a directory")
    sc.addFile(str(tmp / "whole"), True)
    return [
        refused,
        _in_task(sc, "whole/sub/x"),
        [f.replace(str(tmp), "TMP") for f in sc.listFiles if str(tmp) in f],
    ]


@wide(alone=True)
def add_file_of_the_same_name(sc, tmp):
    from pyspark import SparkContext, SparkFiles

    for name in ("a", "b", "c"):
        (tmp / name).mkdir()
        (tmp / name / "f.txt").write_text(name.replace("c", "a"))
    with SparkContext("local[2]", "files") as own:
        own.addFile(str(tmp / "a" / "f.txt"))
        own.addFile(str(tmp / "c" / "f.txt"))
        refused = raised(lambda: own.addFile(str(tmp / "b" / "f.txt")), "does not match contents")
        with open(SparkFiles.get("f.txt")) as file:
            return [refused, file.read()]


@wide
def add_archive(sc, tmp):
    import tarfile
    import zipfile

    (tmp / "inner.txt").write_text("in it")
    with zipfile.ZipFile(tmp / "z.zip", "w") as archive:
        archive.write(tmp / "inner.txt", "d/inner.txt")
    for ending, mode in (("tar", "w"), ("tar.gz", "w:gz"), ("tgz", "w:gz")):
        with tarfile.open(tmp / f"t.{ending}", mode) as archive:
            archive.add(tmp / "inner.txt", "d/inner.txt")
    for name in ("z.zip", "z.zip#named", "t.tar", "t.tar.gz", "t.tgz", "z.zip"):
        sc.addArchive(str(tmp / name))
    return [
        [_in_task(sc, f"{name}/d/inner.txt") for name in ("z.zip", "named", "t.tar", "t.tar.gz", "t.tgz")],
        sorted(a.replace(str(tmp), "TMP") for a in sc.listArchives if str(tmp) in a),
    ]


@wide(alone=True)
def add_archive_that_is_bad(sc, tmp):
    import zipfile

    from pyspark import SparkContext, SparkFiles

    with zipfile.ZipFile(tmp / "slip.zip", "w") as archive:
        archive.writestr("../evil.txt", "evil")
    (tmp / "broken.zip").write_bytes(b"no zip")
    with SparkContext("local[2]", "archives") as own:
        import os

        seen = [
            raised(lambda: own.addArchive(str(tmp / "slip.zip")), "would create file outside of"),
            raised(lambda: own.addArchive(str(tmp / "broken.zip")), "Error reading Zip content"),
            raised(lambda: own.addArchive(str(tmp / "none.zip"))),
        ]
        return [*seen, os.path.exists(SparkFiles.get("evil.txt"))]


@wide
def add_py_file_of_every_kind(sc, tmp):
    import zipfile

    (tmp / "kind_py.py").write_text("VALUE = 'py'")
    for ending in ("zip", "egg"):
        with zipfile.ZipFile(tmp / f"kind.{ending}", "w") as archive:
            archive.writestr(f"kind_{ending}/__init__.py", f"VALUE = '{ending}'")
    for name in ("kind_py.py", "kind.zip", "kind.egg"):
        sc.addPyFile(str(tmp / name))

    def values(_):
        import kind_egg
        import kind_py
        import kind_zip

        return [kind_py.VALUE, kind_zip.VALUE, kind_egg.VALUE]

    missing = raised(lambda: sc.addPyFile(str(tmp / "none.py")), "does not exist")
    return [sc.parallelize([1], 1).map(values).first(), values(0), missing]


@wide
def root_of_added_files(sc, tmp):
    import os

    from pyspark import SparkFiles

    root = SparkFiles.getRootDirectory()

    def of_task(_):
        from pyspark import SparkFiles

        return [SparkFiles.getRootDirectory(), SparkFiles.get("x")]

    return [
        os.path.isdir(root),
        SparkFiles.get("a/../b") == os.path.join(root, "b"),
        sc.parallelize([1], 1).map(of_task).first() == [root, os.path.join(root, "x")],
        raised(SparkFiles, "Do not construct SparkFiles objects"),
    ]
