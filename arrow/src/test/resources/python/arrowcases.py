# SPDX-License-Identifier: Apache-2.0
"""Arrays of every type for the tests of Java's module arrow: made here, through Java, and compared here."""

from __future__ import annotations

import datetime
import decimal

import pyarrow as pa

DAY = datetime.date(2024, 2, 29)
TIME = datetime.time(23, 59, 59, 999999)
MOMENT = datetime.datetime(2024, 2, 29, 23, 59, 59, 123456)
EARLY = datetime.datetime(1900, 1, 1, 0, 0, 0, 1)
SHORT = datetime.timedelta(days=-3, microseconds=5)


def _ints(bits, signed=True):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return [0, 1, low, high, 7]


def _nested():
    text = pa.struct(
        [("texts", pa.list_(pa.string())), ("deep", pa.struct([("at", pa.timestamp("us", "UTC"))]))]
    )
    return text, [
        {"texts": ["a", None, ""], "deep": {"at": MOMENT.replace(tzinfo=datetime.UTC)}},
        {"texts": None, "deep": None},
        {"texts": [], "deep": {"at": None}},
    ]


D = decimal.Decimal
TYPES = {
    "null": (pa.null(), [None, None]),
    "bool": (pa.bool_(), [True, False, True]),
    **{f"int{bits}": (getattr(pa, f"int{bits}")(), _ints(bits)) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (getattr(pa, f"uint{bits}")(), _ints(bits, False)) for bits in (8, 16, 32, 64)},
    "float16": (pa.float16(), [0.5, -2.0, float("inf")]),
    "float32": (pa.float32(), [0.5, float("nan"), float("-inf"), -0.0]),
    "float64": (pa.float64(), [0.1, float("nan"), 1.7976931348623157e308, 5e-324]),
    "decimal": (pa.decimal128(38, 10), [D("1.5"), D("-9999999999999999999999999999.9999999999"), D(0)]),
    "decimal256": (pa.decimal256(76, 3), [D("1.5"), D("-" + "9" * 73 + ".999")]),
    "string": (pa.string(), ["", "plain", "ä€😀", "x" * 300]),
    "large_string": (pa.large_string(), ["", "plain", "ä€😀"]),
    "binary": (pa.binary(), [b"", b"\x00\xff", b"x" * 300]),
    "large_binary": (pa.large_binary(), [b"", b"\x00\xff"]),
    "fixed_binary": (pa.binary(3), [b"abc", b"\x00\x00\x00"]),
    "date32": (pa.date32(), [DAY, datetime.date(1, 1, 1)]),
    "date64": (pa.date64(), [DAY, datetime.date(1969, 12, 31)]),
    "time_s": (pa.time32("s"), [TIME.replace(microsecond=0)]),
    "time_ms": (pa.time32("ms"), [TIME.replace(microsecond=999000)]),
    "time_us": (pa.time64("us"), [TIME, datetime.time(0)]),
    "time_ns": (pa.time64("ns"), [TIME]),
    "timestamp_s": (pa.timestamp("s"), [MOMENT.replace(microsecond=0)]),
    "timestamp_ms": (pa.timestamp("ms"), [MOMENT.replace(microsecond=123000)]),
    "timestamp_us": (pa.timestamp("us"), [MOMENT, EARLY]),
    "timestamp_ns": (pa.timestamp("ns"), [1709251199123456789, -1]),
    "timestamp_zone": (pa.timestamp("us", "Europe/Berlin"), [1709251199123456, -1]),
    "timestamp_ns_utc": (pa.timestamp("ns", "UTC"), [1709251199123456789, 0]),
    "duration_us": (pa.duration("us"), [SHORT, datetime.timedelta(0)]),
    "duration_ns": (pa.duration("ns"), [12345678912345, -1]),
    "interval": (pa.month_day_nano_interval(), [(1, -2, 3), (0, 0, -(1 << 40))]),
    "list": (pa.list_(pa.int64()), [[1, None, 3], [], [1 << 60]]),
    "large_list": (pa.large_list(pa.string()), [["a", None], []]),
    "fixed_list": (pa.list_(pa.int32(), 2), [[1, 2], [None, 4]]),
    "map": (pa.map_(pa.string(), pa.int32()), [[("a", 1), ("b", None)], []]),
    "struct": (
        pa.struct([("a", pa.int64()), ("b", pa.string())]),
        [{"a": 1, "b": None}, {"a": None, "b": "x"}],
    ),
    "empty_struct": (pa.struct([]), [{}, {}]),
    "nested": _nested(),
    "list_of_timestamps": (pa.list_(pa.timestamp("us", "UTC")), [[0, None, 1], []]),
    "list_of_maps": (pa.list_(pa.map_(pa.int32(), pa.binary())), [[[(1, b"x")], []], [], [None]]),
    "list_of_lists": (pa.list_(pa.list_(pa.decimal128(5, 2))), [[[D("1.25")], None, []], []]),
    "dictionary": (pa.dictionary(pa.int32(), pa.string()), ["a", "b", "a", "ä"]),
    "dictionary8": (pa.dictionary(pa.int8(), pa.int64()), [1 << 60, 5, 5]),
    "ordered": (pa.dictionary(pa.int16(), pa.string(), True), ["low", "high"]),
    "dictionary_inside": (
        pa.struct([("c", pa.dictionary(pa.int32(), pa.string()))]),
        [{"c": "a"}, {"c": None}, {"c": "b"}],
    ),
}


def names():
    return list(TYPES)


def schema(name):
    return pa.schema([pa.field("v", TYPES[name][0]), pa.field("n", pa.int32())]).serialize().to_pybytes()


def batches(name):
    """Nulls, none, no rows, slices that begin inside a byte of validity bits, nothing but nulls, some nulls again."""
    kind, values = TYPES[name]
    long = [value for value in values for _ in range(7)]
    mixed = [None if place % 3 == 1 else value for place, value in enumerate(long)]
    made = [
        _array([*values, None], kind),
        _array(values, kind),
        _array([], kind),
        _array(mixed, kind).slice(3, 10),
        _array(long, kind).slice(5),
        _array([None] * 9, kind),
        _array(mixed, kind),
    ]
    return [pa.record_batch({"v": array, "n": pa.array(range(len(array)), pa.int32())}) for array in made]


def _array(values, kind):
    if pa.types.is_struct(kind) and any(pa.types.is_dictionary(field.type) for field in kind):
        columns = [_array([value and value[field.name] for value in values], field.type) for field in kind]
        mask = pa.array([value is None for value in values], pa.bool_())
        return pa.StructArray.from_arrays(columns, fields=list(kind), mask=mask)
    if pa.types.is_dictionary(kind):
        plain = pa.array(values, kind.value_type).dictionary_encode()
        return pa.DictionaryArray.from_arrays(
            plain.indices.cast(kind.index_type), plain.dictionary, ordered=kind.ordered
        )
    return pa.array(values, kind)


def compare(name, got):
    """Return the number of rows after making sure that all is as it was made."""
    expected = TYPES[name][0]
    rows = []
    for batch in got:
        batch.validate(full=True)
        column = batch.column(0)
        assert column.type.equals(expected), f"{name}: {column.type} is not {expected}"
        rows += [repr(value) for value in zip(column.to_pylist(), batch.column(1).to_pylist(), strict=True)]
    wanted = [
        repr(value)
        for batch in batches(name)
        for value in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
    ]
    assert rows == wanted, f"{name}: {rows} is not {wanted}"
    return len(rows)


def stream(name):
    """Return the batches as one IPC stream."""
    sink = pa.BufferOutputStream()
    made = batches(name)
    with pa.ipc.new_stream(sink, made[0].schema) as writer:
        for batch in made[:4]:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()
