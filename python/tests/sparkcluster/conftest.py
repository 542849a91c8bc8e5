# SPDX-License-Identifier: Apache-2.0
"""Apache Spark's standalone cluster for these tests, and a context on it for those of a module."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sluice import Conf, Context
from tests.support import census
from tests.support.sparkclusters import SparkCluster


@pytest.fixture(scope="package")
def spark() -> Iterator[SparkCluster]:
    with SparkCluster() as cluster:
        census.EXPECTED.update(cluster.pids())
        try:
            yield cluster
            cluster.idle()
        finally:
            census.EXPECTED.difference_update(cluster.pids())


@pytest.fixture(scope="module")
def context(spark: SparkCluster) -> Iterator[Context]:
    """The module's; each start of one takes seconds here."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in spark.environment().items():
            if os.environ.get(name) != value:
                patch.setenv(name, value)
        conf = Conf().setAll(spark.settings().items()).set("sluice.default.parallelism", 3)
        made = Context(spark.master, "tests on Spark", conf=conf)
        try:
            yield made
        finally:
            made.stop()
        spark.idle()
