# SPDX-License-Identifier: Apache-2.0
"""A cluster for the tests of a module, and one of its own for a test that breaks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.clusters import Cluster


@pytest.fixture(scope="module")
def shared_cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster.start()
        cluster.stop()


@pytest.fixture
def cluster(shared_cluster: Cluster) -> Iterator[Cluster]:
    """The module's; after the test no program is left, and an ordinary one passes."""
    yield shared_cluster
    shared_cluster.no_programs()


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """One that the test starts itself, and that has left nothing at its end."""
    with Cluster() as cluster:
        yield cluster
        cluster.left_nothing()
