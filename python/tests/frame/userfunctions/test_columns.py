# SPDX-License-Identifier: Apache-2.0
"""Functions that make columns: every form, several at once, chains, arguments by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sluice import Context, TaskContext
from sluice.frame import transport
from sluice.frame.transport import Call, Options
from sluice.frame.userfunctions import PandasUDFType, UserFunction, arrow_udf, pandas_udf, udf
from sluice.pyspark.row import Row

NUMBERS = pa.table(
    {"x": pa.array([1, None, 3, 4]), "y": [10.0, 20.0, 30.0, 40.0], "s": ["a", "b", None, "d"]}
)


def test_rows(made):
    assert made(NUMBERS, udf(lambda x: None if x is None else x + 1, "long"), 0) == [2, None, 4, 5]
    assert made(NUMBERS, udf(lambda x, y, s: f"{x} {y} {s}"), 0, 1, 2) == [
        "1 10.0 a",
        "None 20.0 b",
        "3 30.0 None",
        "4 40.0 d",
    ]
    assert made(NUMBERS, udf(lambda: 7, "int")) == [7] * 4
    assert made(NUMBERS, udf(lambda *xs: len(xs), "int"), 0, 0) == [2] * 4


def test_rows_of_nested_values_arrive_as_rows_dicts_and_lists(made):
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC)
    table = pa.table(
        {
            "r": pa.array([{"a": 1, "b": [1, 2]}, None, {"a": None, "b": None}]),
            "m": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())),
            "t": pa.array([moment, None, moment], pa.timestamp("us", "UTC")),
        }
    )
    assert made(table, udf(lambda r: repr(r)), 0) == ["Row(a=1, b=[1, 2])", "None", "Row(a=None, b=None)"]
    assert made(table.slice(1), udf(lambda m: repr(m)), 1) == ["None", "{}"]
    local = moment.astimezone().replace(tzinfo=None)
    assert made(table, udf(lambda t: repr(t)), 2, zone="Asia/Tokyo") == [repr(local), "None", repr(local)]
    struct = udf(lambda r: Row(n=1, t="x") if r else (2, "y"), "n int, t string")
    assert made(table, struct, 0) == [{"n": 1, "t": "x"}, {"n": 2, "t": "y"}, {"n": 1, "t": "x"}]


@pytest.mark.parametrize("by_arrow", [True, False])
def test_rows_with_arguments_by_name(sc: Context, by_arrow):
    @udf("double", useArrow=by_arrow)
    def scaled(value, factor, plus=0.0):
        return value * factor + plus

    call = Call(scaled, [1], {"plus": 1, "factor": 1})
    assert transport.evaluate(sc, NUMBERS, [call], "UTC").column(0).to_pylist() == [
        110.0,
        420.0,
        930.0,
        1640.0,
    ]


def test_series(made):
    @pandas_udf("double")
    def both(x: pd.Series, y: pd.Series) -> pd.Series:
        return x * 2 + y

    assert made(NUMBERS, both, 0, 1) == [12.0, None, 36.0, 48.0]

    @pandas_udf("string")
    def upper(s: pd.Series) -> pd.Series:
        return s.str.upper()

    assert made(NUMBERS, upper, 2) == ["A", "B", None, "D"]


def test_structs_are_frames_both_ways(made):
    @pandas_udf("b string, a double")
    def swapped(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"a": frame["y"] + 1, "b": frame["x"].astype(str)})

    table = pa.table({"r": pa.array([{"x": 1, "y": 0.5}, {"x": 2, "y": 1.5}])})
    assert made(table, swapped, 0) == [{"b": "1", "a": 1.5}, {"b": "2", "a": 2.5}]


def test_iterators_see_batches_and_keep_state_within_a_partition(sc: Context):
    @pandas_udf("long")
    def seen(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for number, batch in enumerate(batches, 1):
            yield pd.Series([number * 100 + len(batch)] * len(batch))

    got = transport.evaluate(sc, pa.table({"x": range(10)}), [Call(seen, [0])], "UTC", Options(rows=3))
    assert got.column(0).to_pylist() == [103, 103, 103, 202, 202] * 2

    @pandas_udf("long")
    def summed(batches: Iterator[tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
        for x, y in batches:
            yield x + y

    got = transport.evaluate(sc, pa.table({"x": range(5), "y": range(5)}), [Call(summed, [0, 1])], "UTC")
    assert got.column(0).to_pylist() == [0, 2, 4, 6, 8]


def test_an_iterator_may_give_other_batches_than_it_took(sc: Context):
    @pandas_udf("long")
    def joined(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        yield pd.concat(list(batches)) + 1

    @udf("long")
    def plus(x):
        return x + 1

    table = pa.table({"x": range(20)})
    calls = [Call(joined, [0]), Call(plus, [0]), Call(plus, [Call(joined, [0])])]
    got = transport.evaluate(sc, table, calls, "UTC", Options(rows=3))
    assert got.column(0).to_pylist() == got.column(1).to_pylist() == list(range(1, 21))
    assert got.column(2).to_pylist() == list(range(2, 22))


def test_arrays_of_arrow(made):
    @arrow_udf("double")
    def total(x: pa.Array, y: pa.Array) -> pa.Array:
        return pc.add(pc.cast(x, pa.float64()), y)

    assert made(NUMBERS, total, 0, 1) == [11.0, None, 33.0, 44.0]

    @arrow_udf("long")
    def texts(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
        for batch in batches:
            yield pc.cast(batch, pa.string())

    assert made(NUMBERS, texts, 0) == [1, None, 3, 4]


def test_hints_of_plain_functions_decide_their_form(made):
    @udf("long")
    def doubled(x: pd.Series) -> pd.Series:
        return x.fillna(0).astype(int) * 2

    assert doubled.evalType == PandasUDFType.SCALAR
    assert made(NUMBERS, doubled, 0) == [2, 0, 6, 8]


def test_functions_of_one_select_are_one_trip(sc: Context):
    before = transport.copied(sc).get("scalar", transport.Copied())

    @pandas_udf("double")
    def half(x: pd.Series) -> pd.Series:
        return x / 2

    @udf("double")
    def negated(x):
        return -x

    @arrow_udf("double")
    def rounded(x: pa.Array) -> pa.Array:
        return pc.round(x)

    calls = [
        Call(half, [Call(half, [1])]),
        Call(negated, [Call(half, [1])]),
        Call(rounded, [Call(negated, [1])]),
        Call(negated, [1]),
    ]
    got = transport.evaluate(sc, NUMBERS, calls, "UTC")
    assert [column.to_pylist() for column in got.columns] == [
        [2.5, 5.0, 7.5, 10.0],
        [-5.0, -10.0, -15.0, -20.0],
        [-10.0, -20.0, -30.0, -40.0],
        [-10.0, -20.0, -30.0, -40.0],
    ]
    after = transport.copied(sc)["scalar"]
    assert after.trips == before.trips + 1
    assert after.rows_out - before.rows_out == 4


def test_values_pass_through_a_chain_as_they_are(made, sc: Context):
    # Not through the type of the first, which would make them texts.
    first = udf(lambda x: {x}, "string")
    second = udf(lambda found: sorted(found)[0], "double")
    got = transport.evaluate(sc, NUMBERS.select(["y"]), [Call(second, [Call(first, [0])])], "UTC")
    assert got.column(0).to_pylist() == [10.0, 20.0, 30.0, 40.0]


def test_a_function_that_is_not_deterministic_is_called_each_time_that_it_is_named(sc: Context):
    def count(x):
        count.calls = getattr(count, "calls", 0) + 1
        return count.calls

    table = pa.table({"x": [1]})
    fixed, varying = udf(count, "int"), udf(count, "int").asNondeterministic()
    assert not varying.deterministic
    got = transport.evaluate(sc, table, [Call(fixed, [0]), Call(fixed, [0])], "UTC")
    assert [column[0].as_py() for column in got.columns] == [1, 1]
    got = transport.evaluate(sc, table, [Call(varying, [0]), Call(varying, [0])], "UTC")
    assert [column[0].as_py() for column in got.columns] == [1, 2]


def test_batches_are_bounded_by_rows_and_bytes(made):
    @pandas_udf("int")
    def size(x: pd.Series) -> pd.Series:
        return pd.Series([len(x)] * len(x))

    table = pa.table({"x": range(40_000)})
    assert set(made(table, size, 0)) == {10_000}
    assert set(made(table, size, 0, rows=7_000)) == {7_000, 6_000}
    assert set(made(table, size, 0, rows=0)) == {20_000}
    assert set(made(table, size, 0, bytes=8_000)) == {1_000}


def test_chunks_slices_and_empty_tables(sc: Context, made):
    chunked = pa.chunked_array([[1], [], [2, 3], list(range(4, 30))])
    table = pa.table({"x": chunked}).slice(1, 20)
    assert made(table, udf(lambda x: x, "long"), 0) == list(range(2, 22))
    calls = [Call(udf(lambda x: x, "long"), [0], column="n")]
    empty = transport.evaluate(sc, table.slice(0, 0), calls, "UTC")
    assert (empty.num_rows, empty.schema) == (0, pa.schema([("n", pa.int64())]))
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    assert transport.evaluate(sc, reader, calls, "UTC").column(0).to_pylist() == list(range(2, 22))


def test_types_of_arrow_that_frames_do_not_have_arrive_as_the_next_that_they_have(made):
    table = pa.table(
        {
            "d": pa.array(["a", "b", "a"]).dictionary_encode(),
            "l": pa.array(["x", None, "z"], pa.large_string()),
            "u": pa.array([1, 2, 3], pa.uint8()),
        }
    )
    shown = arrow_udf(lambda x: pa.array([str(x.type)] * len(x)), "string")
    assert made(table, shown, 0) == ["string"] * 3
    assert made(table, shown, 1) == ["string"] * 3
    assert made(table, shown, 2) == ["int16"] * 3


def test_times_are_naive_in_the_zone_of_the_session_and_come_back_so(made):
    moment = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
    table = pa.table({"t": pa.array([moment, None], pa.timestamp("us", "UTC"))})
    shown = pandas_udf(lambda t: t.astype(str), "string")
    assert made(table, shown, 0, zone="Asia/Tokyo")[0] == "2024-07-01 21:00:00"
    later = pandas_udf(lambda t: t + pd.Timedelta("1h"), "timestamp")
    assert made(table, later, 0, zone="Asia/Tokyo") == [moment.astimezone() + dt.timedelta(hours=1), None]


def test_broadcasts_accumulators_and_the_task_are_there(sc: Context, made):
    table = sc.broadcast({1: "one", 3: "three"})
    count = sc.accumulator(0)

    def look(x):
        count.add(1)
        return f"{table.value.get(x)} {TaskContext.get().partitionId()}"

    assert made(NUMBERS, udf(look), 0) == ["one 0", "None 0", "three 1", "None 1"]
    assert count.value == 4
    table.destroy()


def test_what_one_function_writes_into_its_argument_is_not_seen_by_another(sc: Context):
    @pandas_udf("double")
    def spoilt(y: pd.Series) -> pd.Series:
        y[:] = 0.0
        return y

    @pandas_udf("double")
    def same(y: pd.Series) -> pd.Series:
        return y

    got = transport.evaluate(sc, NUMBERS, [Call(spoilt, [1]), Call(same, [1])], "UTC")
    assert [column.to_pylist() for column in got.columns] == [[0.0] * 4, [10.0, 20.0, 30.0, 40.0]]


def test_a_function_has_the_name_and_the_text_of_what_it_is_made_of():
    def named(x):
        """Says what it does."""
        return x

    made = udf(named, "int")
    assert isinstance(made, UserFunction)
    assert (made.__name__, made.__doc__, made.func) == ("named", "Says what it does.", named)
    assert made.returnType.simpleString() == "int"
    for decorated in (udf, udf(), udf("string"), udf(returnType="string")):
        assert decorated(named).returnType.simpleString() == "string"
    for decorated in (
        pandas_udf("int"),
        pandas_udf(returnType="int"),
        pandas_udf("int", PandasUDFType.SCALAR),
    ):
        with pytest.warns(UserWarning, match="type hints") if decorated.keywords["form"] else _nothing():
            assert decorated(named).evalType == PandasUDFType.SCALAR


def _nothing():
    import contextlib

    return contextlib.nullcontext()
