# SPDX-License-Identifier: Apache-2.0
"""Columns that a function gives back as they are: they are not copied, and are what they were."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice import Context
from sluice.errors import CorruptDataError
from sluice.frame import passing, transport
from sluice.frame.ddl import parse_columns as parse
from sluice.frame.passing import Given, Run

DAY = datetime.datetime(2026, 1, 1)
COUNT = 30_000
TABLE = pa.table(
    {
        "n": range(COUNT),
        "x": [number * 0.5 for number in range(COUNT)],
        "s": [None if number % 7 == 0 else f"text {number}" for number in range(COUNT)],
        "b": [number % 3 == 0 for number in range(COUNT)],
        "t": pa.array([DAY] * COUNT, pa.timestamp("us", "UTC")),
        "l": [[number] for number in range(COUNT)],
    }
)
SCHEMA = parse("n long, x double, s string, b boolean, t timestamp, l array<long>")


def run(sc: Context, function: Any, kind: str, schema: Any = SCHEMA, **more: Any) -> tuple[Any, int, int]:
    """What a function makes of the table, and how many bytes were passed on and written for it."""
    before = transport.copied(sc).get("map", transport.Copied())
    made = transport.map_batches(sc, TABLE, function, kind, schema, "UTC", **more)
    after = transport.copied(sc)["map"]
    made.validate(full=True)
    return made, after.bytes_passed - before.bytes_passed, after.bytes_back - before.bytes_back


def test_flat_columns_of_batches_are_passed_on(sc: Context):
    def same(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batches

    made, passed, written = run(sc, same, "arrow")
    assert made.equals(TABLE.cast(made.schema))
    lists = TABLE["l"].nbytes
    assert passed > 0.9 * (TABLE.nbytes - lists)
    assert 0 < written < 1.2 * lists + (16 << 10)


def test_columns_beside_those_that_a_function_makes(sc: Context):
    def more(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            yield frame[["n"]].assign(y=frame["x"] + 1)

    made, passed, written = run(sc, more, "pandas", parse("n long, y double"))
    assert made["n"].to_pylist() == TABLE["n"].to_pylist()
    assert made["y"].to_pylist() == [x + 1 for x in TABLE["x"].to_pylist()]
    assert (passed, written > 8 * COUNT) == (8 * COUNT, True)


def test_rows_in_another_order_and_only_some_of_them(sc: Context):
    def some(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in reversed(list(batches)):
            yield batch.slice(10, 12_000)
            yield batch.slice(5, 0)
            yield batch.slice(10, 12_000)

    made, passed, _ = run(sc, some, "arrow", partitions=1, options=transport.Options(rows=15_000))
    wanted = [start + number for start in (15_010, 15_010, 10, 10) for number in range(12_000)]
    assert made["n"].to_pylist() == wanted
    assert made["s"].to_pylist() == [TABLE["s"][number].as_py() for number in wanted]
    assert passed > 0


def test_a_function_that_changes_its_mind(sc: Context):
    def turns(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(batches):
            if number == 1:
                batch = batch.set_column(1, "x", pc.add(batch["x"], 1.0))
            yield batch

    made, passed, _ = run(sc, turns, "arrow", partitions=1)
    wanted = [x + 1 if 10_000 <= number < 20_000 else x for number, x in enumerate(TABLE["x"].to_pylist())]
    assert made["x"].to_pylist() == wanted
    assert made["s"].equals(TABLE["s"])
    assert 0 < passed < TABLE.nbytes / 2


def test_a_column_given_back_as_another_type_is_no_column_of_the_input(sc: Context):
    def bits(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.record_batch(
                {"n": batch["n"].view(pa.float64()), "m": batch["n"].view(pa.timestamp("us"))}
            )

    made, passed, _ = run(sc, bits, "arrow", parse("n double, m timestamp_ntz"))
    assert made["n"].to_numpy().view(np.int64).tolist() == list(range(COUNT))
    assert passed == 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_found_is_what_was_given(data: st.DataObject):
    kinds = [
        pa.int64(),
        pa.float32(),
        pa.string(),
        pa.bool_(),
        pa.decimal128(12, 2),
        pa.large_binary(),
        pa.date32(),
    ]
    values = {
        pa.string(): st.text(max_size=3),
        pa.large_binary(): st.binary(max_size=3),
        pa.bool_(): st.booleans(),
        pa.decimal128(12, 2): st.decimals(0, 1000, places=2),
        pa.date32(): st.dates(),
        pa.float32(): st.floats(width=32, allow_nan=False),
        pa.int64(): st.integers(-100, 100),
    }
    kind = data.draw(st.sampled_from(kinds))
    rows = data.draw(st.lists(st.one_of(st.none(), values[kind]), min_size=1, max_size=12))
    sent = [
        pa.record_batch([pa.array(rows, kind)], ["a"]),
        pa.record_batch([pa.array(rows[::-1], kind)], ["a"]),
    ]
    array = data.draw(st.sampled_from(sent)).column(0)
    start = data.draw(st.integers(0, len(array) - 1))
    part = array.slice(start, data.draw(st.integers(1, len(array) - start)))
    found = Given(sent).find(part)
    if found is not None:
        assert passing.taken([found], sent, kind, len(part)).combine_chunks().equals(part)
    else:
        # Nothing to point to: no byte of values.
        assert array.buffers()[-1] is None or array.buffers()[-1].size == 0
    assert Given(sent).find(pa.array(part.to_pylist(), kind)) is None


def test_an_array_of_numpy_over_the_input_is_found_by_its_address():
    sent = [pa.record_batch([pa.array(range(100))], ["a"]), pa.record_batch([pa.array(range(50))], ["a"])]
    seen = sent[1].column(0).to_numpy()[7:19]
    assert Given(sent).find(pa.array(seen)) == Run(1, 0, 7, 12)
    assert Given(sent).find(pa.array(seen[::2])) is None
    assert Given(sent).find(pa.array(seen.view(np.int8)[3:11].view(np.int64))) is None


@pytest.mark.parametrize(
    "run_",
    [Run(2, 0, 0, 1), Run(0, 1, 0, 1), Run(0, 0, 2, 2), Run(-1, 0, 0, 1), Run(0, 0, -1, 2), Run(0, 0, 3, 0)],
)
def test_rows_that_were_not_given_are_refused(run_: Run):
    sent = [pa.record_batch({"a": [1, 2, 3]})] * 2
    with pytest.raises(CorruptDataError, match="rows that it was not given"):
        passing.taken([run_], sent, pa.int64(), run_.rows)
    with pytest.raises(CorruptDataError, match="another number of rows: expected=2 actual=3"):
        passing.taken([Run(0, 0, 0, 3)], sent, pa.int64(), 2)
    with pytest.raises(CorruptDataError, match="expected type=double"):
        passing.taken([Run(0, 0, 0, 3)], sent, pa.float64(), 3)
