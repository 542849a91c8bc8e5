# SPDX-License-Identifier: Apache-2.0
"""Rows of any type through Arrow, pandas and texts, and back: whole, sliced, in chunks, empty."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("pandas")

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

import sluice.frame.types as t
from sluice.frame.arrowtypes import from_arrow, from_arrow_schema, to_arrow, to_arrow_schema, to_duckdb
from sluice.frame.collecting import pandas_of, rows_of
from sluice.frame.creating import Inference, table_of
from sluice.frame.showing import show_text, tree_text

from .anytypes import frames, kinds, same

_SETTINGS = settings(max_examples=100, deadline=None)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


def _assert_rows(table: pa.Table, schema: t.StructType, rows: list[tuple[Any, ...]]) -> None:
    table.validate(full=True)
    assert table.schema.equals(to_arrow_schema(schema, "UTC"))
    found = rows_of(table, schema)
    assert len(found) == len(rows)
    for ours, wanted in zip(found, rows, strict=True):
        assert list(ours.__fields__) == schema.names
        assert same(tuple(ours), tuple(wanted)), (ours, wanted)


@_SETTINGS
@given(frames())
def test_rows_come_back_as_they_were(frame: tuple[t.StructType, list[tuple[Any, ...]]]) -> None:
    schema, rows = frame
    table, found = table_of(rows, schema)
    assert found == schema
    _assert_rows(table, schema, rows)


@_SETTINGS
@given(frames(), st.data())
def test_arrow_sliced_and_in_chunks(
    frame: tuple[t.StructType, list[tuple[Any, ...]]], data: st.DataObject
) -> None:
    schema, rows = frame
    table, _ = table_of(rows, schema)
    start = data.draw(st.integers(0, len(rows)))
    cut = data.draw(st.integers(start, len(rows)))
    pieces = [table.slice(start, cut - start), table.slice(cut), table.slice(0, start), table.slice(0, 0)]
    mixed, found = table_of(pa.concat_tables(pieces), how=Inference(ntz=True))
    assert [field.dataType for field in found] == [field.dataType for field in schema]
    _assert_rows(mixed, schema, rows[start:] + rows[:start])
    again, _ = table_of(pieces[0], schema)
    _assert_rows(again, schema, rows[start:cut])


@_SETTINGS
@given(frames(), st.data())
def test_pandas_and_back(frame: tuple[t.StructType, list[tuple[Any, ...]]], data: st.DataObject) -> None:
    schema, rows = frame
    table, _ = table_of(rows, schema)
    cut = data.draw(st.integers(0, len(rows)))
    chunked = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
    frame_of = pandas_of(chunked, schema)
    assert list(frame_of.columns) == schema.names
    assert len(frame_of) == len(rows)
    back, found = table_of(frame_of, schema)
    assert found == schema
    _assert_rows(back, schema, rows)
    part, _ = table_of(frame_of.iloc[cut:], schema)
    _assert_rows(part, schema, rows[cut:])


@_SETTINGS
@given(frames())
def test_every_value_has_a_text(frame: tuple[t.StructType, list[tuple[Any, ...]]]) -> None:
    schema, rows = frame
    table, _ = table_of(rows, schema)
    text = show_text(table, schema, 3, 0)
    assert text.count("\n") >= 4 + min(3, len(rows)) - 1
    assert text.endswith("only showing top 3 rows") == (len(rows) > 3)
    assert tree_text(schema).startswith("root\n |-- ")


@_SETTINGS
@given(kinds())
def test_a_type_comes_back_from_every_form(kind: t.DataType) -> None:
    assert from_arrow(to_arrow(kind, "Asia/Tokyo")) == kind
    assert t._parse_datatype_json_string(kind.json()) == kind
    schema = t.StructType([t.StructField("a b", kind, False, {"note": [1]})])
    assert from_arrow_schema(to_arrow_schema(schema)) == schema
    assert t.StructType.fromJson(schema.jsonValue()) == schema
    assert t.StructType.fromDDL(t.StructType([t.StructField("x`y", kind)]).toDDL()).fields[0].dataType == kind
    assert to_duckdb(kind)


@_SETTINGS
@given(frames())
def test_inferred_types_keep_the_values(frame: tuple[t.StructType, list[tuple[Any, ...]]]) -> None:
    schema, rows = frame
    known = [
        row
        for row in rows
        if all(value is not None and not isinstance(value, list | dict | tuple) for value in row)
    ]
    if not known:
        return
    from decimal import Decimal

    if any(isinstance(value, Decimal) for row in known for value in row):
        return
    table, found = table_of(known, schema.names)
    assert found.names == schema.names
    for ours, wanted in zip(rows_of(table, found), known, strict=True):
        assert same(tuple(ours), wanted)
