# SPDX-License-Identifier: Apache-2.0
"""Functions of partitions and of groups: maps, groups, cogroups, aggregates, windows without bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sluice import Context
from sluice.errors import JobError, NoRoomError
from sluice.frame import grouping, transport, trips
from sluice.frame.transport import Call, Options
from sluice.frame.types import StructType
from sluice.frame.types import _parse_datatype_string as parse
from sluice.frame.userfunctions import PandasUDFType, arrow_udf, pandas_udf, udf

TABLE = pa.table({"k": ["b", "a", None, "b", "a", "b"], "v": [1, 2, 3, 4, 5, 6]})


def schema(text: str) -> StructType:
    found = parse(text)
    assert isinstance(found, StructType)
    return found


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def apply(
    sc: Context, function: Any, declared: str, kind: str = "pandas", keys: Any = (0,), table: Any = TABLE
) -> Any:
    return rows(transport.apply_groups(sc, table, keys, function, kind, schema(declared), "UTC"))


def test_frames_of_groups_come_in_the_order_of_the_keys(sc: Context):
    def summed(group):
        return pd.DataFrame({"n": [len(group)], "k": [group.k.iloc[0]], "s": [group.v.sum()]})

    # Found by name: the order of what is returned does not count.
    assert apply(sc, summed, "k string, n long, s long") == [(None, 1, 3), ("a", 2, 7), ("b", 3, 11)]

    def ordered(group):
        return group

    assert [v for _, v in apply(sc, ordered, "k string, v long")] == [3, 2, 5, 1, 4, 6]


def test_a_group_may_be_written_into(sc: Context):
    def spoil(group):
        group.loc[group.index[0], "v"] = 100
        group["v"] += 1
        return group

    assert [v for _, v in apply(sc, spoil, "k string, v long")] == [101, 101, 6, 101, 5, 7]


def test_keys_are_values_of_numpy_and_scalars_of_arrow(sc: Context):
    def shown(key, group):
        return pd.DataFrame({"t": [repr(key)]})

    assert apply(sc, shown, "t string") == [("(nan,)",), ("('a',)",), ("('b',)",)]

    def typed(key: tuple[pa.Scalar, ...], group: pa.Table) -> pa.Table:
        return pa.table({"t": [type(key[0]).__name__], "n": [group.num_rows]})

    assert apply(sc, typed, "t string, n long", "arrow") == [
        ("StringScalar", 1),
        ("StringScalar", 2),
        ("StringScalar", 3),
    ]


def test_groups_as_iterators_over_their_parts(sc: Context):
    def parts(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            yield pd.DataFrame({"n": [len(batch)]})

    def arrow(key, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.record_batch({"n": [batch.num_rows]})

    arrow.__annotations__["key"] = tuple[pa.Scalar, ...]
    table = pa.table({"k": [0] * 7, "v": range(7)})
    for function, kind in ((parts, "pandas"), (arrow, "arrow")):
        got = transport.apply_groups(sc, table, [0], function, kind, schema("n long"), "UTC", Options(rows=3))
        assert rows(got) == [(3,), (3,), (1,)]


def test_without_keys_all_rows_are_one_group_and_values_may_leave_out_keys(sc: Context):
    assert apply(sc, lambda g: pd.DataFrame({"n": [len(g)]}), "n long", keys=()) == [(6,)]
    assert apply(sc, lambda g: pd.DataFrame({"n": [len(g)]}), "n long", table=TABLE.slice(0, 0)) == []
    seen = transport.apply_groups(
        sc,
        TABLE,
        [0],
        lambda g: pd.DataFrame({"t": [" ".join(g.columns)]}),
        "pandas",
        schema("t string"),
        "UTC",
        values=[1],
    )
    assert rows(seen) == [("v",)] * 3


def test_a_group_may_give_nothing(sc: Context):
    def some(group):
        return group if group.k.iloc[0] == "a" else pd.DataFrame()

    assert apply(sc, some, "k string, v long") == [("a", 2), ("a", 5)]
    assert apply(sc, lambda table: table.slice(0, 0), "k string, v long", "arrow") == []


def test_keys_of_every_type_make_groups(sc: Context):
    nan = float("nan")
    doubles = pa.table({"k": [nan, 0.0, -0.0, None, nan, 1.0, None]})
    count = lambda g: pd.DataFrame({"n": [len(g)]})
    assert apply(sc, count, "n long", table=doubles) == [(2,), (2,), (1,), (2,)]
    day = dt.date(2024, 1, 1)
    for values, kind in (
        ([day, day, None], pa.date32()),
        ([True, True, None], pa.bool_()),
        ([b"x", b"x", None], pa.binary()),
        (
            [{"a": 1, "b": None}, {"a": 1, "b": None}, None],
            pa.struct([("a", pa.int64()), ("b", pa.string())]),
        ),
        ([[1, 2], [1, 2], None], pa.list_(pa.int64())),
        ([dt.timedelta(1), dt.timedelta(1), None], pa.duration("us")),
    ):
        table = pa.table({"k": pa.array(values, kind)})
        assert sorted(apply(sc, count, "n long", table=table)) == [(1,), (2,)], kind


def test_grouping_agrees_with_sorting_by_the_keys():
    import random

    draw = random.Random(7)
    table = pa.table(
        {
            "a": [draw.choice([None, 1, 2, 3]) for _ in range(500)],
            "b": [draw.choice([None, "x", "y", ""]) for _ in range(500)],
            "c": [draw.randrange(70_000) if draw.random() < 0.5 else 0 for _ in range(500)],
        }
    )
    found = grouping.grouped(table, [0, 1, 2])
    keys = [tuple(row.values()) for row in table.to_pylist()]
    order = sorted(range(500), key=lambda i: tuple((value is not None, value) for value in keys[i]))
    assert found.order.to_pylist() == order
    assert sum(found.sizes) == 500
    runs = []
    for place in order:
        if runs and keys[runs[-1][0]] == keys[place]:
            runs[-1].append(place)
        else:
            runs.append([place])
    assert found.sizes == [len(run) for run in runs]
    dense = found.dense().to_pylist()
    assert all(dense[place] == number for number, run in enumerate(runs) for place in run)


@pytest.mark.parametrize("shape", ["sorted", "reversed", "shuffled"])
def test_every_task_finds_its_own_groups(sc: Context, shape):
    import random

    for count in (1, 2, 3, 9, 100):
        keys = sorted(number % count for number in range(3 * count + 1))
        if shape == "reversed":
            keys.reverse()
        elif shape == "shuffled":
            random.Random(count).shuffle(keys)
        table = pa.table({"k": keys, "v": range(len(keys))})
        expected = [(k, sum(v for v, key in enumerate(keys) if key == k)) for k in range(count)]

        def summed(group):
            return pd.DataFrame({"k": [group.k.iloc[0]], "v": [group.v.sum()]})

        assert apply(sc, summed, "k long, v long", table=table) == expected
        total = pandas_udf(_sum, "long")
        assert rows(transport.aggregate(sc, table, [0], [Call(total, [1])], "UTC")) == expected
        both = transport.apply_cogroups(
            sc,
            table,
            table,
            [0],
            [0],
            lambda a, b: pd.DataFrame({"k": [a.k.iloc[0]], "v": [int(a.v.sum() + b.v.sum()) // 2]}),
            "pandas",
            schema("k long, v long"),
            "UTC",
        )
        assert rows(both) == expected


def _sum(v: pd.Series) -> int:
    return int(v.sum())


def test_many_groups_are_found_as_well(sc: Context):
    table = pa.table({"k": [(i * 7919) % 70_001 for i in range(140_002)], "v": range(140_002)})
    found = grouping.grouped(table, [0])
    assert found.sizes == [2] * 70_001
    assert found.order.to_pylist()[:4] == [
        0,
        70_001,
        *[i for i in range(140_002) if (i * 7919) % 70_001 == 1],
    ]


def test_cogroups_have_the_keys_of_both(sc: Context):
    left = pa.table({"k": [1, 2, 2, None], "a": [1, 2, 3, 4]})
    right = pa.table({"x": [9, 8, 7], "k": pa.array([2, 3, None], pa.int32())})

    def both(key, a, b):
        return pd.DataFrame({"k": [str(key[0])], "l": [len(a)], "r": [len(b)], "c": [" ".join([*a, *b])]})

    got = transport.apply_cogroups(
        sc, left, right, [0], [1], both, "pandas", schema("k string, l long, r long, c string"), "UTC"
    )
    assert [row[:3] for row in rows(got)] == [("nan", 1, 1), ("1", 1, 0), ("2", 2, 1), ("3", 0, 1)]
    assert rows(got)[0][3] == "k a x k"

    def tables(a: pa.Table, b: pa.Table) -> pa.Table:
        return pa.table({"s": [a.num_rows - b.num_rows]})

    got = transport.apply_cogroups(sc, left, right, [0], [1], tables, "arrow", schema("s long"), "UTC")
    assert rows(got) == [(0,), (1,), (1,), (-1,)]


@pandas_udf("double")
def mean(v: pd.Series) -> float:
    return v.mean()


@pandas_udf("double")
def mean_of_parts(parts: Iterator[pd.Series]) -> float:
    held = list(parts)
    return sum(part.sum() for part in held) / sum(map(len, held))


@arrow_udf("double")
def arrow_mean(v: pa.Array) -> float:
    return pc.mean(v)


@arrow_udf("double")
def arrow_mean_of_parts(parts: Iterator[pa.Array]) -> float:
    held = list(parts)
    return sum(pc.sum(part).as_py() for part in held) / sum(map(len, held))


@pytest.mark.parametrize("function", [mean, mean_of_parts, arrow_mean, arrow_mean_of_parts])
def test_aggregates(sc: Context, function):
    got = transport.aggregate(sc, TABLE, [0], [Call(function, [1]), Call(function, [1])], "UTC")
    assert [row[:2] for row in rows(got)] == [(None, 3.0), ("a", 3.5), ("b", 11 / 3)]
    whole = transport.aggregate(sc, TABLE, [], [Call(function, [1])], "UTC")
    assert rows(whole) == [(3.5,)]
    assert rows(transport.aggregate(sc, TABLE.slice(0, 0), [], [Call(function, [1])], "UTC")) == []


def test_aggregates_of_several_columns_by_name_and_over_other_functions(sc: Context):
    @pandas_udf("double")
    def weighted(v: pd.Series, w: pd.Series) -> float:
        return float((v * w).sum() / w.sum())

    doubled = udf(lambda x: x * 2, "long")
    call = Call(weighted, [], {"w": 1, "v": Call(doubled, [1])})
    assert rows(transport.aggregate(sc, TABLE, [0], [call], "UTC"))[0] == (None, 6.0)
    form = PandasUDFType.GROUPED_AGG
    with pytest.warns(UserWarning, match="type hints"):
        text = pandas_udf(lambda v: "t", "string", form)
    with pytest.warns(UserWarning, match="type hints"):
        lists = pandas_udf(lambda v: list(v), "array<long>", form)
    got = transport.aggregate(sc, TABLE, [0], [Call(text, [1]), Call(lists, [1])], "UTC")
    assert rows(got)[2] == ("b", "t", [1, 4, 6])


def test_windows_without_bounds_give_each_row_its_groups_value(sc: Context):
    got = transport.aggregate_over(sc, TABLE, [0], [Call(mean, [1])], "UTC")
    assert [round(value, 3) for (value,) in rows(got)] == [3.667, 3.5, 3.0, 3.667, 3.5, 3.667]


def test_map_in_pandas_and_in_arrow(sc: Context):
    table = pa.table({"x": range(10), "s": [str(i) for i in range(10)]})

    def pandas(batches):
        for frame in batches:
            yield frame[frame.x % 2 == 0].assign(more=1)

    got = transport.map_batches(sc, table, pandas, "pandas", schema("x long, s string"), "UTC")
    assert rows(got) == [(i, str(i)) for i in range(0, 10, 2)]

    def arrow(batches):
        for batch in batches:
            yield batch.slice(0, 1)
            yield batch.slice(1, 1)

    got = transport.map_batches(sc, table, arrow, "arrow", schema("y long, s string"), "UTC", Options(rows=2))
    assert got.schema.names == ["y", "s"]
    assert rows(got) == [(i, str(i)) for i in range(10)]
    assert transport.map_batches(sc, table, lambda it: [], "pandas", schema("x long"), "UTC").num_rows == 0


def test_what_functions_make_is_written_in_bounded_batches(sc: Context):
    def large(batches):
        yield pa.record_batch({"n": range(3 << 20)})

    got = transport.map_batches(
        sc, pa.table({"x": [1]}), large, "arrow", schema("n long"), "UTC", partitions=1
    )
    assert [len(chunk) for chunk in got["n"].chunks] == [1 << 20] * 3
    assert got["n"][-1].as_py() == (3 << 20) - 1


def test_a_function_of_partitions_is_called_for_those_without_rows_too(sc: Context):
    def count(batches):
        return [pd.DataFrame({"n": [sum(map(len, batches))]})]

    table = pa.table({"x": [1]})
    got = transport.map_batches(sc, table, count, "pandas", schema("n long"), "UTC", partitions=3)
    assert sorted(rows(got)) == [(0,), (0,), (1,)]


def test_nullable_integers_in_frames_of_partitions_as_in_pyspark(sc: Context):
    def dtypes(batches):
        return [pd.DataFrame({"t": [" ".join(map(str, frame.dtypes))]}) for frame in batches]

    table = pa.table({"i": [1, None], "t": pa.array([0, 1], pa.timestamp("us"))})
    with_text = table.append_column("s", pa.array(["a", "b"]))
    seen = [
        rows(transport.map_batches(sc, each, dtypes, "pandas", schema("t string"), "UTC", partitions=1))[0][0]
        for each in (table, with_text)
    ]
    assert seen == ["float64 datetime64[ns]", "Int64 datetime64[us] str"]


def test_what_is_larger_than_a_trip_takes_several(sc: Context, monkeypatch):
    monkeypatch.setattr(trips, "WAVE", 1 << 10)
    monkeypatch.setattr("sluice.frame.grouptrips.WAVE", 1 << 10)
    table = pa.table({"k": [i % 7 for i in range(1_000)], "v": range(1_000)})
    before = transport.copied(sc)
    plus = Call(udf(lambda v: v + 1, "long"), [1])
    assert transport.evaluate(sc, table, [plus], "UTC").column(0).to_pylist() == list(range(1, 1_001))
    summed = lambda g: pd.DataFrame({"k": [g.k.iloc[0]], "v": [g.v.sum()]})
    got = transport.apply_groups(sc, table, [0], summed, "pandas", schema("k long, v long"), "UTC")
    assert rows(got) == [(k, sum(range(k, 1_000, 7))) for k in range(7)]
    after = transport.copied(sc)
    assert after["scalar"].trips - before["scalar"].trips > 5
    assert after["groups"].trips - before["groups"].trips > 5


def test_a_group_that_is_too_large_for_memory_is_an_error_or_comes_in_parts(sc: Context):
    count = 6 << 20
    ones = pa.table({"k": pa.repeat(1, count), "v": range(count)})
    # Not in order, so that groups have to be gathered.
    table = pa.concat_tables([pa.table({"k": [2], "v": [0]}), ones, pa.table({"k": [0], "v": [0]})])

    def whole(group):
        return pd.DataFrame({"n": [len(group)]})

    def parts(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        from sluice.frame import groupreading

        yield pd.DataFrame({"n": [sum(map(len, batches))], "free": [groupreading.free_memory()]})

    declared = schema("n long")
    assert rows(transport.apply_groups(sc, table, [0], whole, "pandas", declared, "UTC")) == [
        (1,),
        (count,),
        (1,),
    ]
    whole.starving = parts.starving = Starving()
    with pytest.raises(
        JobError, match=r"too large for a function .*rows=6291456, bytes=.*available_bytes=.*Iterator"
    ):
        transport.apply_groups(sc, table, [0], whole, "pandas", declared, "UTC")
    got = transport.apply_groups(sc, table, [0], parts, "pandas", schema("n long, free long"), "UTC")
    assert [row[0] for row in rows(got)] == [1, count, 1]
    assert 64 << 20 in [row[1] for row in rows(got)]


class Starving:
    """What makes its worker find little memory when it looks next, from when it is unpickled there."""

    def __reduce__(self) -> Any:
        return starve, ()


def starve() -> None:
    from sluice.frame import groupreading

    real = groupreading.free_memory

    def low() -> int:
        groupreading.free_memory = real
        return 64 << 20

    groupreading.free_memory = low


def test_groups_that_no_batch_can_hold_are_an_error(sc: Context):
    class Several:
        """A table whose columns cannot be put together."""

        num_rows, nbytes, columns = 2, 1 << 32, ()
        schema = pa.schema([("s", pa.string())])

        def to_batches(self):
            return [pa.record_batch({"s": ["a"]})] * 2

    with (
        trips.Trip(sc, "groups") as trip,
        pytest.raises(NoRoomError, match=r"more than 2 GiB .*rows=2.*columns="),
    ):
        trip.write_whole(Several())
