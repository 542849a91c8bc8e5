# SPDX-License-Identifier: Apache-2.0
"""Configuration: PySpark's methods, names of both, and errors that say what was expected."""

from __future__ import annotations

from typing import Any

import pytest

from sluice import settings
from sluice.conf import Conf, SparkConf
from sluice.errors import ConfigError


def test_the_methods_of_pyspark() -> None:
    conf = SparkConf().setMaster("local[2]").setAppName("a").setSparkHome("/s")
    conf.setAll([("x.y", 1), ("spark.python.worker.reuse", False)]).setIfMissing("x.y", "2").setIfMissing(
        "z", "3"
    )
    conf.setExecutorEnv("A", "1").setExecutorEnv(pairs=[("B", "2"), ("C", "3")])
    assert conf.get("spark.master") == conf.get("sluice.master") == "local[2]"
    assert (conf.get("x.y"), conf.get("z"), conf.get("none"), conf.get("none", "d")) == ("1", "3", None, "d")
    assert conf.contains("sluice.app.name")
    assert not conf.contains("sluice.worker.memory")
    assert ("spark.executorEnv.B", "2") in conf.getAll()
    assert conf.get("sluice.worker.env.B") == "2"
    assert conf.toDebugString().splitlines()[:2] == ["spark.app.name=a", "spark.executorEnv.A=1"]
    copy = conf.copy().set("x.y", "9")
    assert (conf.get("x.y"), copy.get("x.y")) == ("1", "9")
    assert conf._jconf.setExecutorEnv("D", "4").get("spark.executorEnv.D") == "4"
    assert conf.get("sluice.worker.env.D") == "4"
    for arguments in ({}, {"key": "a", "value": "b", "pairs": []}):
        with pytest.raises(ConfigError, match="either a key with its value, or pairs"):
            conf.setExecutorEnv(**arguments)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("sluice.worker.memory", "64m", 64 << 20),
        ("spark.python.worker.memory", "512", 512 << 20),
        ("spark.python.worker.memory", "2G", 2 << 30),
        ("sluice.worker.idleTimeout", "1500ms", 1.5),
        ("sluice.worker.idleTimeout", "5min", 300.0),
        ("sluice.worker.idleTimeout", "0", 0.0),
        ("spark.python.worker.reuse", True, True),
        ("sluice.worker.reuse", "FALSE", False),
        ("sluice.default.parallelism", "7", 7),
        ("sluice.default.parallelism", "", None),
        ("sluice.memory", "0.5", 0.5),
        ("sluice.memory", "8g", 8 << 30),
        ("spark.scheduler.mode", "FIFO", "fifo"),
        ("sluice.worker.preload", "numpy, pandas", ["numpy", "pandas"]),
    ],
)
def test_values(key: str, text: Any, value: Any) -> None:
    setting = settings.lookup(key)
    assert setting is not None
    assert Conf().set(key, text).value_of(setting.name) == value


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        (
            "sluice.worker.memroy",
            "1g",
            "unknown setting (name=sluice.worker.memroy, nearest=sluice.worker.memory)",
        ),
        (
            "sluice.worker.memory",
            "64",
            "unknown or missing unit); expected a whole number with a unit such as 64m",
        ),
        ("sluice.worker.memory", "64x", "value=64x, reason=unknown or missing unit"),
        ("sluice.worker.memory", "1.5g", "not a whole number with a unit"),
        ("sluice.worker.reuse", "yes", "name=sluice.worker.reuse, value=yes, reason=neither true nor false"),
        ("spark.default.parallelism", "0", "name=spark.default.parallelism, value=0, reason=out of range"),
        ("sluice.memory", "1.5", "not above 0 and at most 1"),
        ("sluice.scheduler.mode", "random", "expected one of fair, fifo"),
        ("sluice.worker.memory", "9999999p", "too large"),
    ],
)
def test_bad_values(key: str, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Conf().set(key, text)
    assert message in str(caught.value)


def test_defaults_and_precedence() -> None:
    conf = Conf().set("spark.python.worker.memory", "1g")
    assert conf.value_of("sluice.worker.memory") == 1 << 30
    assert conf.set("sluice.worker.memory", "2g").value_of("sluice.worker.memory") == 2 << 30
    assert Conf().value_of("sluice.worker.reuse") is True
    for setting in settings.registry().values():
        setting.parse(setting.default)


def test_without_a_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "registry", dict)
    monkeypatch.setattr(settings, "_by_alias", dict)
    assert Conf().set("sluice.anything", "1").get("sluice.anything") == "1"
