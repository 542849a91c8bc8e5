# SPDX-License-Identifier: Apache-2.0
"""The thread that frees what RDDs left: what it reports, and that it always ends."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from sluice.cleaner import Cleaner
from sluice.errors import SluiceError
from tests.support.waiting import eventually


def test_ids_are_reported_together_and_once() -> None:
    reported: list[int] = []
    cleaner = Cleaner(reported.extend)
    cleaner.start()
    for id_ in range(100):
        cleaner.gone_with_data(id_)
    eventually(lambda: reported, lambda ids: len(ids) == 100)
    cleaner.stop()
    assert reported == list(range(100))
    assert cleaner.take() == []


def test_a_job_takes_what_is_not_yet_reported() -> None:
    reports: list[list[int]] = []
    cleaner = Cleaner(reports.append)
    cleaner.gone(1)
    cleaner.gone_with_data(2)
    assert cleaner.take() == [1, 2]
    cleaner.start()
    cleaner.stop()
    assert reports == []


def test_it_ends_where_its_end_comes_together_with_ids() -> None:
    """The end is said between the thread's waiting and its emptying of the queue, which takes both."""
    cleaner = Cleaner(lambda ids: None)

    class Queue(SimpleQueue[bool]):
        def empty(self) -> bool:
            if not stopping.is_alive() and not cleaner._stopped.is_set():
                stopping.start()
                eventually(lambda: cleaner._stopped.is_set() and self.qsize(), bool)
            return super().empty()

    stopping = threading.Thread(target=cleaner.stop, daemon=True)
    cleaner._wake = Queue()
    cleaner.start()
    cleaner.gone_with_data(1)
    eventually(stopping.is_alive, lambda alive: not alive and cleaner._stopped.is_set())


def test_it_ends_where_the_jvm_is_gone() -> None:
    def report(ids: list[int]) -> None:
        raise SluiceError("the JVM is gone")

    cleaner = Cleaner(report)
    cleaner.start()
    cleaner.gone_with_data(1)
    thread = cleaner._thread
    assert thread is not None
    thread.join(10)
    assert not thread.is_alive()
    cleaner.stop()
