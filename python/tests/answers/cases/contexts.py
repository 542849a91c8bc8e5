# SPDX-License-Identifier: Apache-2.0
"""What a context is made of and says of itself: settings, properties, cores, resources, executors."""

from __future__ import annotations

from ..registry import wide


@wide(alone=True)
def context_without_a_master(sc, tmp):
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException

    found = []
    for conf in SparkConf(False), SparkConf(False).setMaster("local"):
        try:
            SparkContext(conf=conf)
        except PySparkException as error:
            found.append((error.getCondition(), error.getMessageParameters()))
    return found


@wide(alone=True)
def properties_of_java_are_settings(sc, tmp):
    from pyspark import SparkConf, SparkContext

    SparkContext.setSystemProperty("spark.answers.property", "1")
    SparkContext.setSystemProperty("answers.property", "2")
    context = SparkContext(conf=SparkConf().setMaster("local").setAppName("x"))
    try:
        return [
            context.getConf().get("spark.answers.property"),
            context.getConf().contains("answers.property"),
            SparkContext.getSystemProperty("answers.property"),
            SparkContext.getSystemProperty("answers.none"),
            SparkContext.getSystemProperty("java.home") is not None,
        ]
    finally:
        context.stop()


@wide
def what_a_context_says_of_itself(sc, tmp):
    import getpass

    from pyspark import SparkContext

    sc.setJobDescription("d")
    sc.setInterruptOnCancel(True)
    properties = [sc.getLocalProperty(k) for k in ("spark.job.description", "spark.job.interruptOnCancel")]
    sc.setJobDescription(None)
    sc.setInterruptOnCancel(False)
    sc.cancelJobsWithTag("nobody's")
    return [
        sc.resources,
        sc.sparkHome,
        list(SparkContext.PACKAGE_EXTENSIONS),
        isinstance(sc.pythonExec, str),
        sc.sparkUser() == getpass.getuser(),
        isinstance(sc.startTime, int),
        sc.applicationId.startswith("local-"),
        sc.version,
        properties,
    ]


@wide
def cores_of_a_task(sc, tmp):
    from pyspark import TaskContext

    def asked(_):
        task = TaskContext.get()
        return str(task.cpuAmount()), task.cpus(), task.resources()

    return sc.parallelize([1], 1).map(asked).collect()


@wide
def resource_information(sc, tmp):
    from pyspark.resource import ResourceInformation

    found = ResourceInformation("gpu", ["0", "1"])
    return found.name, found.addresses


@wide
def executors_that_are_asked_for(sc, tmp):
    from pyspark import SparkExecutorInfo, SparkJobInfo, SparkStageInfo, StatusTracker

    infos = sc.statusTracker().getExecutorInfos()
    info = infos[0]
    return [
        len(infos),
        info._fields,
        [type(value).__name__ for value in info],
        isinstance(info, SparkExecutorInfo),
        isinstance(sc.statusTracker(), StatusTracker),
        (SparkJobInfo._fields, SparkStageInfo._fields),
        isinstance(info.host, str),
        info.numRunningTasks,
        info.cacheSize >= 0,
        info.port >= 0,
        info.totalOnHeapStorageMemory > 0,
        info.totalOffHeapStorageMemory,
        info.usedOffHeapStorageMemory,
        0 <= info.usedOnHeapStorageMemory <= info.totalOnHeapStorageMemory,
    ]
