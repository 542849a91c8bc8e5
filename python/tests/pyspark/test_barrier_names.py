# SPDX-License-Identifier: Apache-2.0
"""The names of barrier stages, by what they are; what the stages do is tested with the faults and the answers."""

from __future__ import annotations

from sluice import Context
from sluice.barrier import BarrierTaskContext, BarrierTaskInfo, RDDBarrier
from sluice.rdd import PipelinedRDD


def test_a_barrier_is_seen_in_the_classes_of_its_objects(sc: Context) -> None:
    rdd = sc.parallelize(range(4), 2)
    barrier = rdd.barrier()
    assert isinstance(barrier, RDDBarrier)
    assert barrier.rdd is rdd

    def told(_: object) -> list[tuple[bool, bool]]:
        infos = BarrierTaskContext.get().getTaskInfos()
        return [(isinstance(info, BarrierTaskInfo), bool(info.address)) for info in infos]

    mapped = barrier.mapPartitions(told)
    assert isinstance(mapped, PipelinedRDD)
    assert mapped.is_barrier
    assert not rdd.map(str).is_barrier
    assert mapped.collect() == [(True, True)] * 4
