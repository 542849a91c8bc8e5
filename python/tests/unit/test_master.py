# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from sluice import master
from sluice.errors import ConfigError


@pytest.mark.parametrize(
    ("url", "slots", "failures"),
    [("local", 1, 1), ("local[3]", 3, 1), (" local[ 2 , 5 ] ", 2, 5), ("local-cluster[2, 3, 1024]", 6, 4)],
)
def test_slots_and_failures(url: str, slots: int, failures: int) -> None:
    assert master.parse(url) == master.Master(url, slots, failures)


@pytest.mark.parametrize(
    "url",
    ["spark://host:7077", "spark://one:7077,[::1]:7078", "yarn", "k8s://https://host:443", "k8s://host"],
)
def test_masters_of_spark(url: str) -> None:
    assert master.parse(url) == master.Master(url, 0, 0, spark=True)


@pytest.mark.parametrize(
    "url",
    [
        "spark://",
        "spark://a,",
        "yarn-client",
        "k8s://",
        "local[0]",
        "local[2,0]",
        "local[-1]",
        "local-cluster[0,1,1]",
        "local-cluster[2,2]",
        "an-invalid-name",
        "",
    ],
)
def test_a_master_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="Could not parse Master URL"):
        master.parse(url)
