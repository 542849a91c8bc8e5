# SPDX-License-Identifier: Apache-2.0
"""What a session refuses; what it does is compared with PySpark's recorded answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluice import Context
from sluice.pyspark.exceptions import PySparkNotImplementedError
from sluice.pyspark.session import SparkSession


def test_a_builder_is_new_each_time_and_has_no_remote() -> None:
    builder = SparkSession.Builder().appName("x").master("local")
    assert builder._options == {"spark.app.name": "x", "spark.master": "local"}
    assert SparkSession.builder._options == {}
    assert not hasattr(builder, "remote")


def test_formats_and_options_that_are_not_here_are_not_ignored(sc: Context, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1\n")
    read = SparkSession(sc).read
    with pytest.raises(NotImplementedError, match="format='orc'"):
        read.format("orc")
    with pytest.raises(PySparkNotImplementedError, match=r"modifiedBefore='2020"):
        read.text(str(tmp_path), modifiedBefore="2020-01-01T00:00:00")
    with pytest.raises(AttributeError, match=r"'jdbc'"):
        _ = read.jdbc
    read = SparkSession(sc).read
    assert read.text(str(tmp_path)).rdd.map(tuple).collect() == [("1",)]
