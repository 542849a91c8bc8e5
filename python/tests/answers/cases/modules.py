# SPDX-License-Identifier: Apache-2.0
"""The modules beside the RDD: util, join, rddsampler, loose_version."""

from __future__ import annotations

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
