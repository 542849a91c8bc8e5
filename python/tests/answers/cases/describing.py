# SPDX-License-Identifier: Apache-2.0
"""Names, ids, texts and settings that programs look at."""

from __future__ import annotations

from ..registry import core, raised, wide


@core
def names(sc, tmp):
    rdd = sc.parallelize([1], 1)
    seen = [
        rdd.name(),
        rdd.setName("mine") is rdd,
        rdd.name(),
        rdd.map(str).name(),
        rdd.filter(bool).setName("é x").name(),
    ]
    return [*seen, rdd.cache().name(), rdd.union(rdd).name()]


@core
def ids_differ(sc, tmp):
    a, b = sc.parallelize([1], 1), sc.parallelize([1], 1)
    return [isinstance(a.id(), int), a.id() != b.id(), a.id() == a.id(), a.map(str).id() != a.id()]


@core
def class_names(sc, tmp):
    rdd = sc.parallelize([(1, 2)], 1)
    return [
        type(r).__name__
        for r in (
            rdd,
            rdd.map(str),
            rdd.union(rdd),
            rdd.reduceByKey(max),
            rdd.partitionBy(2),
            sc.range(3),
            rdd.cache(),
        )
    ]


@core
def truth_and_iteration_of_an_rdd(sc, tmp):
    rdd = sc.parallelize([], 1)
    return [bool(rdd), raised(lambda: len(rdd)), raised(lambda: list(rdd))]


@core
def rdd_cannot_be_pickled(sc, tmp):
    import pickle

    return raised(lambda: pickle.dumps(sc.parallelize([1], 1)), "broadcast an RDD")


@core
def context_attributes(sc, tmp):
    import sys

    return [
        sc.master,
        sc.appName,
        sc.version.split(".")[0],
        sc.pythonVer == "{}.{}".format(*sys.version_info[:2]),
        bool(sc.applicationId),
        sc.startTime > 10**12,
    ]


@core
def context_of_an_rdd(sc, tmp):
    rdd = sc.parallelize([1], 1)
    return [rdd.context is sc, rdd.ctx is sc, rdd.map(str).context is sc]


@core
def settings(sc, tmp):
    from pyspark import SparkConf

    conf = SparkConf(False)
    seen = [
        conf.get("a.b"),
        conf.get("a.b", "else"),
        conf.set("a.b", "1") is conf,
        conf.get("a.b"),
        conf.contains("a.b"),
    ]
    conf.setIfMissing("a.b", "2").setIfMissing("c.d", 3).setAll([("e.f", "4"), ("spark.x", "5")])
    conf.setMaster("local").setAppName("name").setSparkHome("/home").setExecutorEnv("KEY", "value")
    conf.setExecutorEnv(pairs=[("K2", "v2")])
    return [*seen, conf.get("c.d"), sorted(conf.getAll()), sorted(conf.toDebugString().split("\n"))]


@core
def settings_of_the_context(sc, tmp):
    conf = sc.getConf()
    return [
        conf.get("spark.master"),
        conf.get("spark.app.name"),
        conf.get("spark.ui.enabled"),
        conf.get("spark.none"),
    ]


@core
def log_levels(sc, tmp):
    return [raised(lambda: sc.setLogLevel("NONSENSE"), "NONSENSE"), sc.setLogLevel("OFF")]


@core(alone=True)
def context_by_arguments(sc, tmp):
    from pyspark import SparkContext

    with SparkContext("local[2]", "by arguments", environment={"OWN_VARIABLE": "seen"}) as sc:
        import os

        found = sc.parallelize([1], 1).map(lambda _: os.environ.get("OWN_VARIABLE")).first()
        return [sc.master, sc.appName, found]


@core
def hash_seed_of_workers(sc, tmp):
    import os

    return sc.parallelize([1], 1).map(lambda _: os.environ.get("PYTHONHASHSEED")).first()


@core
def hadoop_configuration(sc, tmp):
    conf = sc._jsc.hadoopConfiguration()
    conf.set("own.key", "value")
    return [conf.get("own.key"), conf.get("never.set")]


@core
def version_of_the_module(sc, tmp):
    import pyspark

    return [
        isinstance(pyspark.__version__, str),
        pyspark.__version__.split(".")[0],
        sc.version == pyspark.__version__,
    ]


@wide
def debug_string(sc, tmp):
    text = sc.parallelize([1, 2], 2).map(lambda x: (x, 1)).reduceByKey(lambda a, b: a + b).toDebugString()
    lines = text.decode().split("\n")
    return [
        type(text).__name__,
        lines[0].startswith("(2)"),
        any("PairwiseRDD" in line for line in lines),
        len(lines) > 2,
    ]


@wide
def job_groups(sc, tmp):
    sc.setJobGroup("g1", "text", False)
    sc.parallelize([1], 1).count()
    ids = sc.statusTracker().getJobIdsForGroup("g1")
    seen = [len(ids), sc.getLocalProperty("spark.jobGroup.id"), sc.getLocalProperty("spark.job.description")]
    info = sc.statusTracker().getJobInfo(ids[0])
    sc.setLocalProperty("spark.jobGroup.id", None)
    sc.setLocalProperty("spark.job.description", None)
    return [
        *seen,
        info.status,
        len(info.stageIds),
        sc.statusTracker().getJobInfo(10**6),
        sc.statusTracker().getActiveJobsIds(),
    ]


@wide
def job_tags(sc, tmp):
    sc.addJobTag("one")
    sc.addJobTag("two")
    seen = [sorted(sc.getJobTags())]
    sc.removeJobTag("one")
    seen.append(sorted(sc.getJobTags()))
    sc.clearJobTags()
    return [
        *seen,
        sorted(sc.getJobTags()),
        raised(lambda: sc.addJobTag("a,b"), "cannot contain"),
        raised(lambda: sc.addJobTag("")),
    ]


@wide
def cancelled_group(sc, tmp):
    import threading
    import time

    def work(answers):
        sc.setJobGroup("slow", "text", True)
        answers.append(
            raised(lambda: sc.parallelize([1], 1).map(lambda x: time.sleep(60)).collect(), "cancelled")
        )

    from pyspark import InheritableThread

    answers = []
    thread = InheritableThread(target=work, args=(answers,))
    thread.start()
    deadline = threading.Event()
    while not sc.statusTracker().getActiveJobsIds():
        deadline.wait(0.02)
    sc.cancelJobGroup("slow")
    thread.join(30)
    return [answers, sc.parallelize([1], 1).count()]


@wide
def result_iterable_and_row(sc, tmp):
    from pyspark.resultiterable import ResultIterable
    from pyspark.sql import Row

    row = Row(name="Ann", age=5)
    return [
        list(ResultIterable([1, 2])),
        len(ResultIterable([1])),
        row.name,
        row["age"],
        row.asDict(),
        tuple(row),
        repr(row),
    ]
