# SPDX-License-Identifier: Apache-2.0
"""Fixtures of all tests: one context for the session, and the census around tests that use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sluice import Context
from tests.support import census as counting


@pytest.fixture(scope="module")
def session_context() -> Iterator[Context]:
    """The module's context: a second one in the same process comes in milliseconds."""
    context = Context("local[2]", "tests")
    context.parallelize([1], 1).count()
    yield context
    context.stop()


@pytest.fixture
def sc(session_context: Context) -> Iterator[Context]:
    """A context with two slots; after the test nothing may be left, and an ordinary job must pass."""
    before = counting.take(session_context)
    yield session_context
    assert session_context.parallelize(range(10), 2).map(lambda x: x + 1).collect() == list(range(1, 11))
    counting.settle(session_context, before)
