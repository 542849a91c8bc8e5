# SPDX-License-Identifier: Apache-2.0
"""What jobs carry from the driver's thread, how they are watched and ended."""

from __future__ import annotations

import threading

from ..registry import parts, raised, wide

GROUP = ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")


def _forget(sc, *names):
    for name in names:
        sc.setLocalProperty(name, None)


def _run(thread):
    thread.start()
    thread.join(60)


@wide
def properties_of_threads(sc, tmp):
    from pyspark import InheritableThread

    seen = []

    def look():
        seen.append((sc.getLocalProperty("own.key"), sc.getLocalProperty("spark.jobGroup.id")))
        sc.setLocalProperty("own.key", "changed")

    sc.setLocalProperty("own.key", "one")
    sc.setJobGroup("group of the parent", "text")
    made = InheritableThread(target=look)
    sc.setLocalProperty("own.key", "two")
    _run(threading.Thread(target=look))
    _run(made)
    seen.append(sc.getLocalProperty("own.key"))
    _forget(sc, "own.key", *GROUP)
    return seen


@wide
def target_that_inherits(sc, tmp):
    import warnings

    from pyspark import inheritable_thread_target

    seen = []

    def look(*args, **kwargs):
        seen.append((sc.getLocalProperty("own.key"), args, kwargs))

    sc.setLocalProperty("own.key", "one")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        wrapped = inheritable_thread_target(look)
    sc.setLocalProperty("own.key", "two")
    _run(threading.Thread(target=wrapped, args=(1,), kwargs={"a": 2}))
    _forget(sc, "own.key")
    return [seen, wrapped.__name__, [(w.category.__name__, "Tags" in str(w.message)) for w in said]]


@wide
def arguments_of_an_inheritable_thread(sc, tmp):
    from pyspark import InheritableThread

    seen = []
    thread = InheritableThread(
        target=lambda *a, **k: seen.append((a, k)), args=(1, 2), kwargs={"x": 3}, name="n"
    )
    _run(thread)
    return [seen, thread.name, isinstance(thread, threading.Thread)]


@wide
def properties_in_tasks_of_a_thread(sc, tmp):
    from pyspark import InheritableThread, TaskContext

    seen = []

    def work():
        rdd = sc.parallelize([1, 2], 2)
        seen.append(rdd.map(lambda _: TaskContext.get().getLocalProperty("own.key")).collect())

    sc.setLocalProperty("own.key", "of the parent")
    _run(InheritableThread(target=work))
    _forget(sc, "own.key")
    work()
    return seen


@wide
def group_and_its_parts(sc, tmp):
    seen = []
    sc.setJobGroup("g", "about it")
    seen.append([sc.getLocalProperty(name) for name in GROUP])
    sc.setJobDescription("something else")
    sc.setInterruptOnCancel(True)
    seen.append([sc.getLocalProperty(name) for name in GROUP])
    _forget(sc, *GROUP)
    seen.append([sc.getLocalProperty(name) for name in GROUP])
    return seen


@wide
def tags_of_threads(sc, tmp):
    from pyspark import InheritableThread

    seen = []
    sc.addJobTag("a")
    sc.addJobTag("a")
    for kind in (threading.Thread, InheritableThread):
        _run(kind(target=lambda: seen.append(sorted(sc.getJobTags()))))
    sc.removeJobTag("never")
    seen.append([sorted(sc.getJobTags()), sc.getLocalProperty("spark.job.tags")])
    sc.clearJobTags()
    return [*seen, sorted(sc.getJobTags())]


@wide
def tags_that_are_none(sc, tmp):
    return [
        raised(lambda: sc.removeJobTag("a,b"), "cannot contain"),
        raised(lambda: sc.cancelJobsWithTag("")),
        raised(lambda: sc.cancelJobsWithTag("a,b"), "cannot contain"),
        sc.cancelJobsWithTag("nobody"),
        sc.cancelJobGroup("nobody"),
        sc.cancelAllJobs(),
    ]


@wide
def status_of_jobs(sc, tmp):
    tracker = sc.statusTracker()
    sc.setJobGroup("status", "text")
    sc.parallelize(range(4), 2).map(lambda x: (x, 1)).reduceByKey(max).count()
    failed = raised(lambda: sc.parallelize([1], 1).map(lambda x: 1 / 0).count())
    jobs = sorted(tracker.getJobIdsForGroup("status"))
    infos = [tracker.getJobInfo(job) for job in jobs]
    stages = [tracker.getStageInfo(stage) for stage in infos[0].stageIds]
    _forget(sc, *GROUP)
    return [
        failed,
        [info.status for info in infos],
        [info.jobId for info in infos] == jobs,
        [
            (stage.numTasks, stage.numActiveTasks, stage.numCompletedTasks, stage.numFailedTasks)
            for stage in stages
        ],
        [stage.name.split(" at ")[0] for stage in stages[-1:]],
        [stage.stageId for stage in stages] == list(infos[0].stageIds),
        [stage.currentAttemptId for stage in stages],
        [type(infos[0])._fields, type(stages[0])._fields],
        tracker.getJobIdsForGroup("never"),
        tracker.getStageInfo(10**6),
        tracker.getActiveStageIds(),
        set(jobs) & set(tracker.getJobIdsForGroup()),
    ]


@wide
def status_of_executors(sc, tmp):
    (info,) = sc.statusTracker().getExecutorInfos()
    return [info._fields, info.totalOnHeapStorageMemory > 0, info.usedOffHeapStorageMemory]


@wide
def cancelled_by_tag_in_another_thread(sc, tmp):
    import time

    answers = {}

    def work(name):
        sc.addJobTag(name)
        if name == "stay":
            answers[name] = sc.parallelize([1], 1).map(lambda x: time.sleep(2)).count()
        else:
            answers[name] = raised(
                lambda: sc.parallelize([1], 1).map(lambda x: time.sleep(8)).count(), "cancelled"
            )

    threads = [threading.Thread(target=work, args=(name,)) for name in ("go", "stay")]
    for thread in threads:
        thread.start()
    pause = threading.Event()
    while len(sc.statusTracker().getActiveJobsIds()) < 2:
        pause.wait(0.02)
    sc.cancelJobsWithTag("go")
    for thread in threads:
        thread.join(60)
    return [answers["go"], answers["stay"]]


@wide
def cancelled_while_it_waits(sc, tmp):
    import time

    answers = []

    def work(group):
        sc.setJobGroup(group, "")
        rdd = sc.parallelize([1, 2], 2).map(lambda x: time.sleep(8))
        answers.append((group, raised(rdd.count, "cancelled")))

    threads = []
    pause = threading.Event()
    for number, group in enumerate(("first", "second")):
        threads.append(threading.Thread(target=work, args=(group,)))
        threads[-1].start()
        while len(sc.statusTracker().getActiveJobsIds()) <= number:
            pause.wait(0.02)
    sc.cancelJobGroup("second")
    threads[1].join(60)
    sc.cancelAllJobs()
    threads[0].join(60)
    return answers


@wide
def joins_of_partitioned_data_shuffle_once(sc, tmp):
    left = sc.parallelize([(i, i) for i in range(8)], 3).partitionBy(2)
    right = sc.parallelize([(i, -i) for i in range(8)], 4).partitionBy(2)
    joined = left.join(right)
    tracker = sc.statusTracker()

    def stages(action, group):
        sc.setJobGroup(group, "")
        action()
        return [len(tracker.getJobInfo(job).stageIds) for job in tracker.getJobIdsForGroup(group)]

    counted = [
        stages(joined.count, "once"),
        stages(left.reduceByKey(max).count, "no further"),
        stages(left.mapValues(str).groupByKey().count, "kept"),
        stages(left.map(lambda kv: kv).groupByKey().count, "lost"),
    ]
    _forget(sc, *GROUP)
    same = [
        joined.partitioner == left.partitioner,
        left.partitioner == right.partitioner,
        left.map(str).partitioner,
        left.filter(bool).partitioner == left.partitioner,
        left.partitionBy(2) is left,
        left.partitionBy(3) is left,
    ]
    return [joined.getNumPartitions(), [len(numbers) for numbers in counted], same]


@wide
def lookup_reads_one_partition(sc, tmp):
    acc = sc.accumulator(0)

    def note(split, items):
        acc.add(1)
        return items

    pairs = sc.parallelize([(i % 5, i) for i in range(20)], 4)
    known = pairs.partitionBy(4).mapPartitionsWithIndex(note, preservesPartitioning=True)
    seen = [known.lookup(3), acc.value]
    seen += [pairs.mapPartitionsWithIndex(note).lookup(3), acc.value]
    return [*seen, known.lookup(99), acc.value]


@wide
def jobs_over_chosen_partitions(sc, tmp):
    rdd = sc.parallelize(range(10), 4)
    return [
        sc.runJob(rdd, lambda it: [sum(it)], [3, 0]),
        sc.runJob(rdd, lambda it: it, [1], True),
        sc.runJob(rdd, lambda it: [1], []),
        sc.runJob(rdd, lambda it: it),
        parts(rdd),
    ]


@wide
def resources_of_the_context(sc, tmp):
    rdd = sc.parallelize([1], 1)
    return [dict(sc.resources), rdd.getResourceProfile()]
