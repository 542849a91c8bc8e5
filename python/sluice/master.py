# SPDX-License-Identifier: Apache-2.0
"""Master URLs: where jobs run, and how often a task may fail there."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from sluice.errors import ConfigError

__all__ = ["Master", "parse"]

_CLUSTER = re.compile(r"local-cluster\[\s*([0-9]{1,6})\s*,\s*([0-9]{1,6})\s*,\s*[0-9]{1,9}\s*\]", re.ASCII)
#: What Spark allows a task on a cluster.
_CLUSTER_FAILURES = 4
_LOCAL = re.compile(r"local(?:\[\s*(\*|[0-9]{1,6})\s*(?:,\s*([0-9]{1,6})\s*)?\])?", re.ASCII)


#: Where a cluster listens unless it is told otherwise.
CLUSTER_PORT = 7411
#: What a Spark that `sluice.spark.sparkhome` finds is asked to run on; it reads the rest itself.
_SPARK = re.compile(r"spark://[^/,\s]+(?:,[^/,\s]+)*|yarn|k8s://\S+", re.ASCII)
#: Where this is in the environment, its `local-cluster` is meant.
_SPARK_HOME = "SPARK_HOME"
_SLUICE = re.compile(r"sluice://([^/:\[\]]+|\[[0-9a-fA-F:]+\])(?::([0-9]{1,5}))?/?", re.ASCII)
_HERE = ("localhost", "127.0.0.1", "[::1]")


class Master(NamedTuple):
    """An understood master."""

    url: str
    #: Tasks at a time; 0 where a cluster says it.
    slots: int
    #: How often a task may fail; 0 where a setting says it.
    max_failures: int
    #: The port of a cluster on this machine; 0 for none.
    port: int = 0
    #: Whether Apache Spark runs the jobs.
    spark: bool = False


def parse(url: str) -> Master:
    """Read a master URL.

    Raises:
        ConfigError: it is not understood; names the forms that are.
    """
    match = _LOCAL.fullmatch(url.strip())
    if match is not None:
        slots = 1 if match[1] is None else _cores() if match[1] == "*" else int(match[1])
        failures = int(match[2]) if match[2] else 1
        if slots and failures:
            return Master(url, slots, failures)
    match = _CLUSTER.fullmatch(url.strip())
    if match is not None and int(match[1]) * int(match[2]):
        if os.environ.get(_SPARK_HOME):
            return Master(url.strip(), 0, 0, spark=True)
        return Master(url, int(match[1]) * int(match[2]), _CLUSTER_FAILURES)
    match = _SLUICE.fullmatch(url.strip())
    if match is not None:
        return Master(url, 0, 0, _port(url, match[1], match[2]))
    if _SPARK.fullmatch(url.strip()) is not None:
        return Master(url.strip(), 0, 0, spark=True)
    raise ConfigError(
        f"Could not parse Master URL: {url!r}",
        advice="use local, local[N], local[*], or local[N,F], where a task may fail F times, "
        "or local-cluster[E,N,M] for E times N slots; all are at least 1; or sluice://localhost:PORT for a "
        "cluster that `sluice cluster start` has started; or spark://HOST:PORT[,HOST:PORT], yarn or k8s://ADDRESS for "
        "Apache Spark, which local-cluster[E,N,M] means too where SPARK_HOME is set",
    )


def _port(url: str, host: str, port: str | None) -> int:
    if host.lower() not in _HERE:
        raise ConfigError(
            f"a cluster of Sluice is on this machine only: {url!r}",
            host=host,
            reason="it listens on loopback, and its programs and executors share files and memory",
            advice="use sluice://localhost:PORT, or for several machines Apache Spark: spark://HOST:PORT",
        )
    number = int(port or CLUSTER_PORT)
    if not 0 < number < 1 << 16:
        raise ConfigError("not a port", master=url, port=port)
    return number


def _cores() -> int:
    return len(os.sched_getaffinity(0))
