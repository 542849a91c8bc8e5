# SPDX-License-Identifier: Apache-2.0
"""Fixtures of all tests: one context for the session, and the census around tests that use it."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Iterator

import pytest

from sluice import Context, gateway
from tests.support import census as counting
from tests.support.waiting import eventually

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As a shell has it that runs the tests in the background: programs that tests start would not hear of Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests under PySpark's names run last: workers that were started under them answer with them ever after."""
    items.sort(key=lambda item: item.path.name in ("test_answers.py", "test_frame_answers.py"))


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_at_the_end() -> Iterator[None]:
    """When this process has ended its JVM, no process, directory or thread of ours is left, whatever the tests were."""
    yield
    gateway.shutdown()
    eventually(counting.strangers, lambda left: not left)
    eventually(counting.leftovers, lambda left: not left)


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left_by_a_module(nothing_is_left_at_the_end: None) -> Iterator[None]:
    """After the tests of a module and its context, only the JVM and its zygotes wait for the next."""
    before = {thread.name for thread in threading.enumerate() if not thread.daemon}
    yield
    eventually(counting.strangers, lambda left: not left)
    eventually(
        lambda: {thread.name for thread in threading.enumerate() if not thread.daemon} - before,
        lambda left: not left,
    )


@pytest.fixture(autouse=True)
def no_descriptor_is_left_open(nothing_is_left_by_a_module: None) -> Iterator[None]:
    """A test closes the files, pipes and sockets that it opens in this process, and so does what it runs."""
    before = counting.held()
    yield
    if not counting.held() - before:
        return
    gc.collect()
    eventually(lambda: counting.held() - before, lambda more: not more)


@pytest.fixture(scope="module")
def session_context() -> Iterator[Context]:
    """The module's context: a second one in the same process comes in milliseconds."""
    context = Context("local[2]", "tests")
    # A shuffle, so that the thread that frees what it leaves is there from the start.
    context.parallelize([(1, 1)], 1).reduceByKey(max, 1).count()
    yield context
    context.stop()


@pytest.fixture
def sc(session_context: Context) -> Iterator[Context]:
    """A context with two slots; after the test nothing may be left, and an ordinary job must pass."""
    before = counting.take(session_context)
    yield session_context
    assert session_context.parallelize(range(10), 2).map(lambda x: x + 1).collect() == list(range(1, 11))
    counting.settle(session_context, before)
