# SPDX-License-Identifier: Apache-2.0
"""Garbage in cycles goes after each task, what is held is walked through seldom, and nothing is kept for good."""

from __future__ import annotations

import subprocess
import sys
import textwrap

START = """
import gc, weakref
from sluice.spark.collecting import Collector

class Ring:
    def __init__(self):
        self.me = self

class Clock:
    now = 0.0
    def __call__(self):
        return self.now

def gone(ring):
    return ring() is None

gc.disable()
held = {}
"""


def run(body: str) -> None:
    """In a process of its own: freezing and thawing would change this one."""
    code = START + textwrap.dedent(body)
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_a_task_left_in_cycles_goes_after_it() -> None:
    run("""
        collector = Collector(held.keys, costly=0.0)
        for _ in range(5):
            ring = Ring()
            seen = weakref.ref(ring)
            del ring
            collector.collect()
            assert gone(seen)
        assert gc.get_freeze_count() > 0
    """)


def test_a_cheap_collection_freezes_nothing() -> None:
    run("""
        before = gc.get_freeze_count()
        collector = Collector(held.keys, costly=60.0)
        collector.collect()
        assert gc.get_freeze_count() == before
    """)


def test_what_was_frozen_goes_with_a_thaw() -> None:
    run("""
        clock = Clock()
        collector = Collector(held.keys, costly=-1.0, pause=10.0, clock=clock)
        ring = Ring()
        seen = weakref.ref(ring)
        collector.collect()
        del ring
        collector.collect()
        assert not gone(seen)
        clock.now = 9.0
        collector.collect()
        assert not gone(seen)
        clock.now = 25.0
        collector.collect()
        assert gone(seen)
        assert gc.get_freeze_count() > 0
    """)


def test_a_broadcast_in_cycles_goes_with_its_id() -> None:
    run("""
        clock = Clock()
        collector = Collector(held.keys, costly=-1.0, pause=1e9, clock=clock)
        held[7] = Ring()
        seen = weakref.ref(held[7])
        collector.collect()
        del held[7]
        collector.collect()
        assert gone(seen)
    """)


def test_memory_of_a_worker_that_runs_on_is_flat() -> None:
    run("""
        collector = Collector(held.keys, costly=0.0, pause=0.0, clock=lambda: float(ticks.pop()))
        # Every collection takes a second, so a thaw comes after fifty.
        ticks = list(range(2000, 0, -1))
        state = []
        counts = []
        for task in range(400):
            # State that lives over tasks and is then dropped, in cycles.
            state.append([Ring() for _ in range(100)])
            if len(state) > 5:
                state.pop(0)
            collector.collect()
            counts.append(gc.get_freeze_count() + len(gc.get_objects()))
        # Between two thaws some garbage waits; what waits does not grow with the tasks.
        assert max(counts[200:]) <= max(counts[:200]) + 100, (max(counts[:200]), max(counts[200:]))
        assert max(counts) > min(counts[10:]) + 1000
    """)
