# SPDX-License-Identifier: Apache-2.0
"""What libraries use of serializers, broadcasts, shuffle and profilers: classes, attributes, what they pickle."""

from __future__ import annotations

import io
import pickle
from typing import ClassVar

from ..registry import raised, wide


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
