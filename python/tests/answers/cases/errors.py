# SPDX-License-Identifier: Apache-2.0
"""What programs can catch: the classes of exceptions and the phrases of their texts."""

from __future__ import annotations

from ..registry import Raised, core, raised, wide


@core
def exception_in_map(sc, tmp):
    return raised(
        lambda: sc.parallelize([1, 0], 1).map(lambda x: 1 // x).collect(),
        "ZeroDivisionError",
        "by zero",
        "Traceback",
    )


@core
def exception_in_each_action(sc, tmp):
    rdd = sc.parallelize([1, 0], 1).map(lambda x: 1 // x)
    actions = [
        rdd.count,
        rdd.first,
        rdd.sum,
        rdd.max,
        rdd.countByValue,
        lambda: rdd.take(2),
        lambda: rdd.reduce(max),
        lambda: rdd.foreach(id),
    ]
    return [raised(action, "ZeroDivisionError") for action in actions]


@core
def exception_with_own_class_and_text(sc, tmp):
    class OwnError(Exception):
        pass

    def fail(x):
        raise OwnError(f"record {x} is bad: 'quoted' é")

    return raised(
        lambda: sc.parallelize([7], 1).map(fail).collect(), "OwnError", "record 7 is bad: 'quoted' é", "fail"
    )


@core
def exception_has_a_java_exception(sc, tmp):
    from py4j.protocol import Py4JJavaError

    try:
        sc.parallelize([1], 1).map(lambda x: {}[x]).collect()
    except Py4JJavaError as error:
        java = error.java_exception
        return [
            "KeyError" in str(java),
            "KeyError" in java.toString(),
            "KeyError" in java.getMessage(),
            "KeyError" in str(error),
        ]
    return None


@core
def exception_after_which_the_context_works(sc, tmp):
    rdd = sc.parallelize(range(4), 2)
    failed = [isinstance(raised(lambda: rdd.map(lambda x: 1 // 0).collect()), Raised) for _ in range(3)]
    return [failed, rdd.collect()]


@core
def exception_in_one_of_many_partitions(sc, tmp):
    return raised(
        lambda: sc.parallelize(range(20), 20).map(lambda x: 1 // (13 - x)).count(), "ZeroDivisionError"
    )


@core
def exception_not_reached_by_take(sc, tmp):
    rdd = sc.parallelize([1, 2, 0], 3).map(lambda x: 4 // x)
    return [rdd.take(1), raised(lambda: rdd.take(2), "ZeroDivisionError")]


@core
def system_exit_in_a_function(sc, tmp):
    def leave(x):
        raise SystemExit(3)

    return isinstance(raised(lambda: sc.parallelize([1], 1).map(leave).collect()), Raised)


@core
def stop_iteration_in_map(sc, tmp):
    def stop(x):
        if x == 2:
            raise StopIteration("enough")
        return x

    return raised(
        lambda: sc.parallelize([1, 2, 3], 1).map(stop).collect(), "StopIteration", "enough", "RuntimeError"
    )


@core
def stop_iteration_in_filter_flat_map_and_foreach(sc, tmp):
    def stop(x):
        raise StopIteration

    rdd = sc.parallelize([1, 2, 3], 1)
    return [
        raised(action, "StopIteration", "RuntimeError")
        for action in (rdd.filter(stop).collect, rdd.flatMap(stop).collect, lambda: rdd.foreach(stop))
    ]


@core
def stop_iteration_in_reduce_fold_and_keys(sc, tmp):
    def stop(*_):
        raise StopIteration

    rdd = sc.parallelize([1, 2, 3], 1)
    actions = [
        lambda: rdd.reduce(stop),
        lambda: rdd.fold(0, stop),
        lambda: rdd.aggregate(0, stop, max),
        lambda: rdd.keyBy(stop).collect(),
        lambda: rdd.map(lambda x: (1, x)).reduceByKey(stop).collect(),
        lambda: rdd.map(lambda x: (1, x)).mapValues(stop).collect(),
    ]
    return [raised(action, "StopIteration", "RuntimeError") for action in actions]


@core
def function_that_cannot_be_pickled(sc, tmp):
    import threading

    lock = threading.Lock()
    return raised(lambda: sc.parallelize([1], 1).map(lambda x: (lock, x)).collect(), "lock", "pickle")


@core
def function_that_uses_the_context(sc, tmp):
    return raised(
        lambda: sc.parallelize([1], 1).map(lambda x: sc.parallelize([x]).count()).collect(),
        "SparkContext",
        "driver",
    )


@core
def function_that_uses_an_rdd(sc, tmp):
    other = sc.parallelize([1, 2], 1)
    return raised(
        lambda: sc.parallelize([1], 1).map(lambda x: other.count()).collect(),
        "RDD",
        "broadcast an RDD",
        "actions or transformations",
    )


@core
def result_that_cannot_be_pickled(sc, tmp):
    import threading

    return raised(
        lambda: sc.parallelize([1], 1).map(lambda x: threading.Lock()).collect(), "cannot pickle", "lock"
    )


@core
def data_that_cannot_be_pickled(sc, tmp):
    import threading

    return raised(lambda: sc.parallelize([threading.Lock()], 1), "pickle", "lock")


@core
def module_that_is_missing_in_the_worker(sc, tmp):
    def use(x):
        import there_is_no_such_module

        return there_is_no_such_module

    return raised(
        lambda: sc.parallelize([1], 1).map(use).collect(), "ModuleNotFoundError", "there_is_no_such_module"
    )


@core
def wrong_arguments(sc, tmp):
    rdd = sc.parallelize([1], 1)
    return [
        raised(lambda: rdd.map()),
        raised(lambda: rdd.no_such_operation),
        raised(lambda: sc.no_such_method),
        raised(lambda: rdd.map(lambda: 1).collect(), "TypeError", "positional argument"),
        raised(lambda: rdd.map(5).collect()),
        raised(lambda: rdd.take("x")),
    ]


@core
def second_context(sc, tmp):
    from pyspark import SparkContext

    return raised(lambda: SparkContext("local", "second"), "Cannot run multiple SparkContexts at once")


@core
def get_or_create_gives_the_running_context(sc, tmp):
    from pyspark import SparkConf, SparkContext

    return [
        SparkContext.getOrCreate() is sc,
        SparkContext.getOrCreate(SparkConf().setAppName("other")) is sc,
        sc.appName,
    ]


@core(alone=True)
def stopped_context(sc, tmp):
    from pyspark import SparkConf, SparkContext

    sc = SparkContext(
        conf=SparkConf().setMaster("local[2]").setAppName("alone").set("spark.ui.enabled", "false")
    )
    rdd = sc.parallelize([1], 1)
    sc.stop()
    sc.stop()
    actions = [lambda: sc.parallelize([1], 1).count(), rdd.count, lambda: rdd.map(str).collect()]
    return [*(isinstance(raised(action), Raised) for action in actions), SparkContext._active_spark_context]


@core(alone=True)
def context_as_context_manager(sc, tmp):
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster("local[3]").setAppName("alone").set("spark.ui.enabled", "false")
    with SparkContext(conf=conf) as sc:
        values = [
            sc.defaultParallelism,
            sc.defaultMinPartitions,
            sc.parallelize(range(7)).glom().collect(),
            sc.master,
            sc.appName,
        ]
    return [*values, SparkContext._active_spark_context]


@core(alone=True)
def one_core(sc, tmp):
    from pyspark import SparkConf, SparkContext

    (tmp / "f").write_text("a\nb\nc\n")
    conf = SparkConf().setMaster("local").setAppName("alone").set("spark.ui.enabled", "false")
    with SparkContext(conf=conf) as sc:
        return [
            sc.defaultParallelism,
            sc.defaultMinPartitions,
            sc.textFile(str(tmp / "f")).glom().collect(),
            sc.range(5).glom().collect(),
        ]


@core(alone=True)
def context_without_master_or_name(sc, tmp):
    from pyspark import SparkConf, SparkContext

    return [
        raised(lambda: SparkContext(conf=SparkConf(False).setAppName("x")), "master URL must be set"),
        raised(
            lambda: SparkContext(conf=SparkConf(False).setMaster("local")), "application name must be set"
        ),
    ]


@core(alone=True)
def master_that_is_not_understood(sc, tmp):
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster("nonsense").setAppName("x").set("spark.ui.enabled", "false")
    return raised(lambda: SparkContext(conf=conf), "Could not parse Master URL", "nonsense")


@core(alone=True)
def task_is_tried_again_where_the_master_says_so(sc, tmp):
    from pyspark import SparkConf, SparkContext, TaskContext

    conf = SparkConf().setMaster("local[2,3]").setAppName("x").set("spark.ui.enabled", "false")
    with SparkContext(conf=conf) as sc:
        acc = sc.accumulator(0)

        def fail_twice(x):
            acc.add(1)
            if x == 1 and TaskContext.get().attemptNumber() < 2:
                raise ValueError("not yet")
            return (x, TaskContext.get().attemptNumber())

        return [sc.parallelize([0, 1, 2], 3).map(fail_twice).collect(), acc.value]


@wide
def wrong_arguments_of_sampling(sc, tmp):
    rdd = sc.parallelize([1, 2], 1)
    return [
        raised(lambda: rdd.sample(False, -0.5).collect()),
        raised(lambda: rdd.takeSample(False, -1), "cannot be negative"),
        raised(lambda: rdd.sampleByKey(False, {"a": -1.0})),
        raised(lambda: rdd.treeReduce(max, 0), "cannot be smaller than 1"),
        raised(lambda: rdd.treeAggregate(0, max, max, 0), "cannot be smaller than 1"),
        raised(lambda: rdd.randomSplit([-1.0, 2.0])),
    ]
