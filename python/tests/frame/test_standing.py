# SPDX-License-Identifier: Apache-2.0
"""Tables that stay for several queries are written for workers once, and their files go with them."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sluice.errors import JobError
from sluice.frame import standing, transport
from sluice.frame.frame import DataFrame
from sluice.frame.functions import api
from sluice.pyspark.session import SparkSession

F: Any = api
COUNT = 200_000
#: Bytes of a column of DuckDB, which says of each row whether it is null.
COLUMN = 8 * COUNT + COUNT // 8


def _plus(values: pd.Series) -> pd.Series:
    return values + 1


plus = F.pandas_udf(_plus, "double")


@pytest.fixture
def kept(spark: SparkSession) -> Iterator[DataFrame]:
    frame = spark.range(COUNT).select("id", (F.col("id") * 0.5).alias("x")).cache()
    assert frame.count() == COUNT
    yield frame
    frame.unpersist()


def written(spark: SparkSession, path: str, query: Any) -> tuple[Any, int, int]:
    """What a query gives, how many bytes were written for its workers, and how many were there before."""
    context = spark.sparkContext
    before = transport.copied(context).get(path, transport.Copied())
    found = query()
    after = transport.copied(context)[path]
    return found, after.bytes_out - before.bytes_out, after.bytes_standing - before.bytes_standing


def files(spark: SparkSession) -> set[Path]:
    shared = Path("/dev/shm") / spark.sparkContext._jvm_handle.directory.name
    return {path for path in shared.rglob("arrow-*/*") if path.is_file()}


def total(frame: DataFrame) -> float:
    row = frame.select(F.sum(plus("x"))).first()
    assert row is not None
    return float(row[0])


SUM = COUNT * (COUNT - 1) / 4 + COUNT


def test_the_rows_of_a_cached_frame_are_written_once(spark: SparkSession, kept: DataFrame) -> None:
    assert written(spark, "scalar", lambda: total(kept))[1] > 8 * COUNT
    assert written(spark, "scalar", lambda: total(kept)) == (SUM, 0, COLUMN)
    # Another frame over the same rows, in which the column has another place.
    found = kept.withColumn("y", F.lit(1)).select("y", F.col("x").alias("z"))
    again = written(spark, "scalar", lambda: found.agg(F.sum(plus("z"))).first()[0])  # type: ignore[index]
    assert again == (SUM, 0, COLUMN)
    assert written(spark, "scalar", lambda: total(kept.filter("id >= 0")))[1] > 8 * COUNT
    assert written(spark, "scalar", lambda: total(kept.limit(COUNT - 1)))[1] > 8 * COUNT


def test_each_way_to_write_them_is_its_own(spark: SparkSession, kept: DataFrame) -> None:
    def lengths(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"n": [max(map(len, batches))]})

    def longest() -> int:
        return max(row[0] for row in kept.mapInArrow(lengths, "n long").collect())

    assert written(spark, "map", longest)[0] == 10_000
    assert written(spark, "map", longest) == (10_000, 0, 2 * COLUMN)
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 7_000)
    try:
        found, out, _ = written(spark, "map", longest)
        assert (found, out > 16 * COUNT) == (7_000, True)
        assert written(spark, "map", longest) == (7_000, 0, 2 * COLUMN)
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")


def test_groups_of_a_frame_that_a_program_made(spark: SparkSession) -> None:
    made = spark.createDataFrame(pd.DataFrame({"k": np.arange(COUNT) % 10, "v": np.arange(COUNT)}))

    def biggest(group: pd.DataFrame) -> pd.DataFrame:
        return group.tail(1)

    query = made.groupBy("k").applyInPandas(biggest, "k long, v long")
    wanted = [(k, COUNT - 10 + k) for k in range(10)]
    found, out, there = written(spark, "groups", lambda: [tuple(row) for row in query.collect()])
    assert (found, out > 16 * COUNT, there) == (wanted, True, 0)
    found, out, there = written(spark, "groups", lambda: [tuple(row) for row in query.collect()])
    # What says which rows are a group is written each time.
    assert (found, out < 10 * COUNT, there) == (wanted, True, 16 * COUNT)
    both = query.groupBy("k").cogroup(made.groupBy("k"))
    joined = both.applyInPandas(lambda left, right: left.assign(v=len(right)), "k long, v long")
    found, _, there = written(spark, "cogroups", lambda: [tuple(row) for row in joined.collect()])
    assert (found, there) == ([(k, COUNT // 10) for k in range(10)], 16 * COUNT)


def test_files_go_with_the_rows(spark: SparkSession, kept: DataFrame) -> None:
    gc.collect()
    before = files(spark)
    total(kept)
    assert len(files(spark) - before) == spark.sparkContext.defaultParallelism
    kept.unpersist()
    gc.collect()
    assert files(spark) <= before
    assert total(kept) == SUM
    gc.collect()
    assert files(spark) <= before


def test_files_that_were_damaged_are_written_again(spark: SparkSession, kept: DataFrame) -> None:
    gc.collect()
    before = files(spark)
    total(kept)
    for path in files(spark) - before:
        os.truncate(path, os.path.getsize(path) - 1)
    with pytest.raises(JobError, match="Arrow file is cut"):
        total(kept)
    assert total(kept) == SUM
    for path in files(spark) - before:
        path.unlink()
    with pytest.raises(JobError, match="Arrow file cannot be read"):
        total(kept)
    assert total(kept) == SUM


def test_nothing_is_kept_where_room_is_short(
    spark: SparkSession, kept: DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "_LEFT", 1.0)
    before = files(spark)
    for _ in range(2):
        assert written(spark, "scalar", lambda: total(kept))[1] > 8 * COUNT
    assert files(spark) <= before


def test_a_query_that_fails_takes_nothing_from_another(spark: SparkSession, kept: DataFrame) -> None:
    started, failed = threading.Event(), threading.Event()

    def fails(values: pd.Series) -> pd.Series:
        raise ValueError("enough")

    real = standing.sent

    def slow(*arguments: Any) -> Any:
        found = real(*arguments)
        started.set()
        assert failed.wait(20)
        return found

    total(kept)
    with ThreadPoolExecutor(1) as threads, pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "sent", slow)
        other = threads.submit(total, kept)
        assert started.wait(20)
        patch.undo()
        with pytest.raises(JobError, match="enough"):
            kept.select(F.pandas_udf(fails, "double")("x")).collect()
        failed.set()
        assert other.result(60) == SUM
