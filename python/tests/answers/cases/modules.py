# SPDX-License-Identifier: Apache-2.0
"""The modules beside the RDD: util, join, rddsampler, loose_version, serializers, logger, errors, traceback_utils."""

from __future__ import annotations

import io
import json
import logging
import pickle
import sys
from typing import ClassVar

from ..registry import parts, raised, wide


@wide
def joins_as_functions(sc, tmp):
    from pyspark import join

    x = sc.parallelize([("a", 1), ("b", 4), ("a", 2)], 2)
    y = sc.parallelize([("a", 3), ("c", 5)], 2)
    found = [
        sorted(function(x, y, 3).collect(), key=repr)
        for function in (
            join.python_join,
            join.python_left_outer_join,
            join.python_right_outer_join,
            join.python_full_outer_join,
        )
    ]
    groups = join.python_cogroup((x, y, x), 2)
    found.append(sorted((k, [sorted(v) for v in vs]) for k, vs in groups.collect()))
    return found, groups.getNumPartitions(), join.python_join(x, y, 3).getNumPartitions()


@wide
def samplers_as_classes(sc, tmp):
    from pyspark.rddsampler import RDDRangeSampler, RDDSampler, RDDStratifiedSampler

    rdd = sc.parallelize(range(60), 3)
    pairs = rdd.map(lambda n: (n % 3, n))
    fractions = {0: 0.5, 1: 0.1, 2: 0.9}
    return [
        parts(rdd.mapPartitionsWithIndex(RDDSampler(False, 0.2, 7).func, True)),
        parts(rdd.mapPartitionsWithIndex(RDDSampler(True, 0.7, 7).func)),
        parts(rdd.mapPartitionsWithIndex(RDDRangeSampler(0.25, 0.5, 3).func)),
        parts(pairs.mapPartitionsWithIndex(RDDStratifiedSampler(False, fractions, 11).func)),
        parts(pairs.mapPartitionsWithIndex(RDDStratifiedSampler(True, fractions, 11).func)),
    ]


@wide
def samplers_draw_by_hand(sc, tmp):
    from pyspark.rddsampler import RDDSampler, RDDSamplerBase

    sampler = RDDSampler(True, 1.0, 42)
    draws = []
    for split in (0, 5):
        sampler.initRandomGenerator(split)
        draws.append([sampler.getUniformSample() for _ in range(3)])
        draws.append([sampler.getPoissonSample(mean) for mean in (0.0, 0.5, 3.0, 19.9, 20.0, 25.0)])
    return [
        draws,
        raised(lambda: RDDSamplerBase(False, 1).func(0, [1])),
        raised(RDDSampler(False, 0.5).getUniformSample),
    ]


@wide
def sampler_of_a_program(sc, tmp):
    from pyspark.rddsampler import RDDSamplerBase

    class EveryOther(RDDSamplerBase):
        def func(self, split, iterator):
            self.initRandomGenerator(split)
            for item in iterator:
                if self.getUniformSample() < 0.5:
                    yield (split, item)

    return sc.parallelize(range(20), 2).mapPartitionsWithIndex(EveryOther(False, 9).func).collect()


@wide
def versions_of_spark(sc, tmp):
    from pyspark.util import VersionUtils

    texts = ("2.4.0", "3.5", "4.3.0-SNAPSHOT", "4.3-SNAPSHOT", "x", "", "10.20.30.40", " 4.3", "4.3.\n")
    return [raised(lambda text=text: VersionUtils.majorMinorVersion(text)) for text in texts]


@wide
def loose_versions(sc, tmp):
    from pyspark.loose_version import LooseVersion

    texts = (
        "1.5",
        "1.5.1",
        "1.5.2b2",
        "161",
        "3.10a",
        "8.02",
        "3.4j",
        "1996.07.12",
        "3.2.pl0",
        "2g6",
        "11g",
        "A1-b",
    )
    parsed = [
        (LooseVersion(text).version, str(LooseVersion(text)), repr(LooseVersion(text))) for text in texts
    ]
    ordered = [
        raised(
            lambda a=a, b=b: (LooseVersion(a) < LooseVersion(b), LooseVersion(a) >= b, LooseVersion(a) == b)
        )
        for a in texts[:6]
        for b in texts[4:]
    ]
    return parsed, ordered, LooseVersion("1.0") == 1, raised(lambda: {LooseVersion("1.0")})


@wide
def stop_iteration_of_a_function(sc, tmp):
    from pyspark.util import fail_on_stopiteration

    def stops(n):
        if n == 3:
            raise StopIteration("enough")
        return n * 2

    checked = fail_on_stopiteration(stops)
    return checked(2), checked(n=4), raised(lambda: checked(3), "STOP_ITERATION_OCCURRED", "enough")


@wide
def errors_written_as_a_worker_does(sc, tmp):
    from pyspark.util import handle_worker_exception

    def written(hide):
        out = io.BytesIO()
        try:
            raise ValueError("bad käse")
        except ValueError as error:
            handle_worker_exception(error, out, hide)
        data = out.getvalue()
        text = data[8:].decode()
        return (
            data[:4],
            int.from_bytes(data[4:8], "big") == len(data) - 8,
            text.startswith("Traceback"),
            text[-22:],
        )

    return written(True), written(False), written(None)


@wide
def tracebacks(sc, tmp):
    from pyspark.util import fail_on_stopiteration, print_exec, try_simplify_traceback, walk_tb

    def stops():
        raise StopIteration

    def depth_of(function):
        try:
            function()
        except BaseException:
            trace = sys.exc_info()[2]
            simple = try_simplify_traceback(trace.tb_next)
            return len(list(walk_tb(trace))), simple and len(list(walk_tb(simple)))

    out = io.StringIO()
    try:
        raise KeyError("k")
    except KeyError:
        print_exec(out)
    return (
        depth_of(stops),
        depth_of(fail_on_stopiteration(stops))[1],
        out.getvalue().splitlines()[-1],
        list(walk_tb(None)),
    )


@wide
def collector_is_off_for_a_block(sc, tmp):
    import gc

    from pyspark.util import disable_gc

    seen = []
    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        try:
            with disable_gc():
                seen.append(gc.isenabled())
                raise KeyError
        except KeyError:
            seen.append(gc.isenabled())
    gc.enable()
    return seen


@wide
def kinds_of_api(sc, tmp):
    from pyspark.sql import is_remote
    from pyspark.util import PythonEvalType, default_api_mode, is_remote_only, spark_connect_mode

    return is_remote_only(), is_remote(), spark_connect_mode(), default_api_mode(), PythonEvalType.NON_UDF


@wide
def decorators_of_libraries(sc, tmp):
    import pyspark

    @pyspark.since("2.0")
    def documented():
        """Does.

        And more.
        """

    @pyspark.since(1.4)
    def flat():
        """Does."""

    class Model:
        @pyspark.keyword_only
        def fit(self, *, a=1, b=2):
            return a, b, self._input_kwargs

    return [
        documented.__doc__.splitlines()[-1].strip(),
        flat.__doc__,
        Model().fit(b=3),
        raised(lambda: Model().fit(3), "keyword"),
        Model.fit.__name__,
    ]


@wide
def chunked_stream(sc, tmp):
    from pyspark.serializers import ChunkedStream, pack_long

    class Kept(io.BytesIO):
        def close(self):
            self.kept = self.getvalue()
            super().close()

    found = []
    for sizes in ((), (3,), (4,), (5,), (1, 2, 3, 4), (9,)):
        below = Kept()
        stream = ChunkedStream(below, 4)
        for size in sizes:
            stream.write(bytes(range(65, 65 + size)))
        before = stream.closed
        stream.close()
        found.append((below.kept, before, stream.closed))
    return found, pack_long(-2)


@wide
def serializers_of_functions(sc, tmp):
    from pyspark.serializers import CloudPickleSerializer, CPickleSerializer, PickleSerializer

    here = 5
    data = CPickleSerializer().dumps(lambda x: x + here)
    allowed = CloudPickleSerializer(allowed_names=[("collections", "OrderedDict")])
    from collections import Counter, OrderedDict

    return [
        CPickleSerializer().loads(data)(2),
        PickleSerializer().loads(PickleSerializer().dumps({"a": 1})),
        allowed.loads(pickle.dumps(OrderedDict(a=1))) == OrderedDict(a=1),
        raised(lambda: allowed.loads(pickle.dumps(Counter()))),
        CPickleSerializer() == CPickleSerializer(),
    ]


@wide
def broadcast_beside_a_file(sc, tmp):
    broadcast = sc.broadcast([1, 2])
    path = str(tmp / "value")
    with open(path, "wb") as file:
        broadcast.dump({"a": [1, 2]}, file)
        closed = file.closed
    with open(path, "rb") as file:
        loaded = broadcast.load(file)
    return (
        closed,
        loaded,
        broadcast.load_from_path(path),
        raised(lambda: broadcast.load_from_path(path + "x")),
    )


@wide
def loggers_write_json(sc, tmp):
    from pyspark.logger import SPARK_LOG_SCHEMA, PySparkLogger
    from pyspark.logger.logger import JSONFormatter

    stream = io.StringIO()
    logger = PySparkLogger.getLogger("answers.names")
    levels = [logger.level, len(logger.handlers), isinstance(logger, logging.Logger)]
    logger.handlers.clear()
    logger.propagate = False
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.info("not shown")
    logger.setLevel(logging.DEBUG)
    logger.debug("d %s", 1, user="u")
    logger.info("i", n=1)
    logger.warning("w")
    logger.error("e ü", deep={"a": [1]})
    logger.critical("c")
    logger.log(logging.INFO, "l", x=None)
    try:
        raise ValueError("bad")
    except ValueError:
        logger.exception("failed", step=3)
    lines = []
    for line in stream.getvalue().splitlines():
        entry = json.loads(line)
        entry["ts"] = len(entry["ts"])
        if "exception" in entry:
            entry["exception"]["stacktrace"] = [sorted(frame) for frame in entry["exception"]["stacktrace"]]
        lines.append((entry, list(entry)))
    same = PySparkLogger.getLogger("answers.names") is logger, isinstance(handler.formatter, JSONFormatter)
    return (
        levels,
        lines,
        same,
        type(logging.getLogger("answers.other")).__name__,
        "exception STRUCT" in SPARK_LOG_SCHEMA,
    )


@wide
def errors_of_pyspark(sc, tmp):
    from pyspark import errors

    raised_here = errors.PySparkValueError("text", "VALUE_NOT_ACCESSIBLE", {"value": "v"})
    plain = errors.AnalysisException("only text")
    asserted = errors.PySparkAssertionError("a", data=[1])
    names = [name for name in errors.__all__ if name not in ("QueryContext", "QueryContextType")]
    return [
        str(raised_here),
        raised_here.getCondition(),
        raised_here.getMessage(),
        raised_here.getMessageParameters(),
        raised_here.getQueryContext(),
        raised_here.getBreakingChangeInfo(),
        (
            str(plain),
            plain.getMessage(),
            plain.getCondition(),
            plain.getMessageParameters(),
            plain.getSqlState(),
        ),
        (str(asserted), asserted.data),
        {name: [cls.__name__ for cls in getattr(errors, name).__mro__] for name in names},
        sorted(kind.name for kind in errors.QueryContextType),
        str(errors.PySparkKeyError("k")),
        raised(errors.QueryContext),
    ]


@wide
def errors_with_the_condition_of_pyspark(sc, tmp):
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException

    def condition(action):
        try:
            action()
        except PySparkException as error:
            return (
                error.getCondition(),
                error.getMessageParameters(),
                [c.__name__ for c in type(error).__mro__][:3],
            )
        return "nothing"

    found = [
        condition(lambda: SparkConf().setExecutorEnv()),
        condition(lambda: SparkConf().setExecutorEnv("a", "b", [("a", "b")])),
        condition(lambda: pickle.dumps(sc)),
        condition(lambda: pickle.dumps(sc.parallelize([1]))),
    ]
    accumulator = sc.accumulator(0)

    def reads(_):
        return condition(lambda: accumulator.value)[:2]

    def begins(_):
        return condition(lambda: SparkContext("local", "x"))[:2]

    found.append(sc.parallelize([1], 1).map(reads).collect())
    found.append(sc.parallelize([1], 1).map(begins).collect())
    return [[item[0], item[1]] if isinstance(item, tuple) else item for item in found]


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
def where_a_call_was_made(sc, tmp):
    from pyspark.traceback_utils import CallSite, SCCallSiteSync, first_spark_call

    site = first_spark_call()
    before = SCCallSiteSync._spark_stack_depth
    with SCCallSiteSync(sc):
        inside = SCCallSiteSync._spark_stack_depth
        short = sc.getLocalProperty("callSite.short")
        with SCCallSiteSync(sc):
            deeper = sc.getLocalProperty("callSite.short") == short
    return [
        CallSite._fields,
        isinstance(site, CallSite),
        isinstance(site.linenum, int),
        (before, inside, SCCallSiteSync._spark_stack_depth),
        " at " in short,
        deeper,
        sc.getLocalProperty("callSite.short"),
    ]


@wide
def what_libraries_pickle(sc, tmp):
    from pyspark import cloudpickle
    from pyspark.cloudpickle import CloudPickler

    class Counting(CloudPickler):
        seen = 0

        def reducer_override(self, obj):
            Counting.seen += 1
            return super().reducer_override(obj)

    out = io.BytesIO()
    Counting(out).dump(lambda: 4)
    return (pickle.loads(out.getvalue())(), Counting.seen > 0, cloudpickle.loads(cloudpickle.dumps(len))([1]))


@wide
def broadcast_in_a_task(sc, tmp):
    from pyspark import Broadcast
    from pyspark.errors import PySparkException

    broadcast = sc.broadcast({"a": 1})

    def asked(_):
        found = [isinstance(broadcast, Broadcast), broadcast.value["a"]]
        for refused in broadcast.unpersist, broadcast.destroy:
            try:
                refused()
            except PySparkException as error:
                found.append((error.getCondition(), error.getMessageParameters()))
        return found

    return sc.parallelize([1], 1).map(asked).collect()


@wide
def mergers_by_hand(sc, tmp):
    from pyspark.shuffle import Aggregator, ExternalMerger, SimpleAggregator, get_used_memory

    summing = SimpleAggregator(lambda a, b: a + b)
    listing = Aggregator(lambda v: [v], lambda c, v: [*c, v], lambda a, b: a + b)
    merged = ExternalMerger(summing, 1000, partitions=4)
    merged.mergeValues((n % 3, n) for n in range(10))
    merged.mergeCombiners([(0, 100), (7, 7)])
    lists = ExternalMerger(listing)
    lists.mergeCombiners([("a", [1]), ("b", [2])])
    lists.mergeValues([("a", 3)])
    used = get_used_memory()
    return sorted(merged.items()), sorted(lists.items()), 0 < used < 1 << 20, isinstance(used, int)


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


@wide
def profilers_by_hand(sc, tmp):
    from pyspark import BasicProfiler
    from pyspark.profiler import ProfilerCollector

    class Counting(BasicProfiler):
        shown: ClassVar[list[int]] = []

        def show(self, id):
            Counting.shown.append(id)

    collector = ProfilerCollector(Counting, None, None)
    for id in 3, 5:
        profiler = collector.new_profiler(sc)
        collector.add_profiler(id, profiler)
    result = profiler.profile(sorted, [2, 1])
    collector.show_profiles()
    return [
        type(profiler) is Counting,
        result,
        Counting.shown,
        [entry[0] for entry in collector.profilers],
    ]


@wide
def attributes_of_objects(sc, tmp):
    from pyspark.accumulators import AddingAccumulatorParam
    from pyspark.loose_version import LooseVersion
    from pyspark.rdd import BoundedFloat, Partitioner, PipelinedRDD
    from pyspark.resultiterable import ResultIterable
    from pyspark.statcounter import StatCounter

    accumulator = sc.accumulator(3)
    stats = StatCounter([1.0, 4.0, 2.0])
    bounded = BoundedFloat(2.0, 0.95, 1.5, 2.5)
    partitioner = Partitioner(3, len)
    rdd = sc.parallelize([1], 1)
    results = ResultIterable([1, 2])
    return [
        (isinstance(accumulator.aid, int), type(accumulator.accum_param).__name__),
        AddingAccumulatorParam(5).zero_value,
        (stats.n, stats.mu, stats.m2, float(stats.maxValue), float(stats.minValue)),
        (float(stats.maximum(1.0, 2.0)), float(stats.minimum(1.0, 2.0)), float(stats.sqrt(4.0))),
        (bounded + 1, bounded.confidence, bounded.low, bounded.high),
        (partitioner.numPartitions, partitioner.partitionFunc is len, partitioner("abcd")),
        (rdd.has_resource_profile, isinstance(rdd.map(str), PipelinedRDD), rdd.ctx is sc),
        (results.data, results.index, results.maxindex, len(results)),
        LooseVersion("1.2").vstring,
    ]


@wide
def attributes_of_serializers(sc, tmp):
    from pyspark import serializers as s

    plain = s.MarshalSerializer()
    batched = s.BatchedSerializer(plain, 4)
    pairs = s.PairDeserializer(plain, s.NoOpSerializer())
    crossed = s.CartesianDeserializer(plain, batched)
    chunked = s.ChunkedStream(io.BytesIO(), 8)
    chunked.write(b"abc")
    return [
        (
            batched.serializer is plain,
            batched.batchSize,
            batched.UNLIMITED_BATCH_SIZE,
            batched.UNKNOWN_BATCH_SIZE,
        ),
        s.AutoBatchedSerializer(plain).bestSize,
        (pairs.key_ser is plain, repr(pairs.val_ser)),
        (crossed.key_ser is plain, crossed.val_ser is batched),
        s.UTF8Deserializer(False).use_unicode,
        s.CompressedSerializer(plain).serializer is plain,
        (
            chunked.buffer_size,
            chunked.current_pos,
            len(chunked.buffer),
            isinstance(chunked.wrapped, io.BytesIO),
        ),
        [isinstance(each, s.FramedSerializer) for each in (plain, batched, pairs)],
    ]


@wide
def attributes_of_shuffle_and_profilers(sc, tmp):
    from pyspark import BasicProfiler
    from pyspark.profiler import ProfilerCollector
    from pyspark.shuffle import Aggregator, ExternalMerger, ExternalSorter, GroupByKey

    listing = Aggregator(lambda v: [v], lambda c, v: [*c, v], lambda a, b: a + b)
    merger = ExternalMerger(listing, 100)
    grouped = GroupByKey(iter([(1, [2]), (1, [3])]))
    collector = ProfilerCollector(BasicProfiler, None, None, "dumped")
    return [
        (listing.createCombiner(1), listing.mergeValue([1], 2), listing.mergeCombiners([1], [2])),
        (
            merger.memory_limit,
            merger.batch,
            merger.scale,
            merger.agg is listing,
            merger.data,
            merger.partitions,
        ),
        (isinstance(ExternalSorter(100).local_dirs, list), ExternalSorter(100).memory_limit),
        (grouped.iterator is not None, [(k, list(v)) for k, v in grouped]),
        (collector.profiler_cls is BasicProfiler, collector.profile_dump_path, collector.profilers),
        (collector.udf_profiler_cls, collector.memory_profiler_cls),
    ]
