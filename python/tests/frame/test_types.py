# SPDX-License-Identifier: Apache-2.0
"""Types: texts of SQL and JSON against PySpark's, equality, structs, refused types, types of Arrow."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sluice.frame.types as t
from sluice.pyspark.exceptions import (
    ParseException,
    PySparkException,
    PySparkImportError,
    PySparkKeyError,
    PySparkNotImplementedError,
    PySparkTypeError,
    PySparkValueError,
)

#: Text -> repr, simpleString and json of the type in PySpark; or the error and its condition.
DDL: dict[str, list[Any]] = json.loads(Path(__file__).with_name("recorded_ddl.json").read_text("utf-8"))
#: What is refused here, or is refused under another name.
REFUSED = {
    "variant": "NOT_IMPLEMENTED",
    "string collate UNICODE": "NOT_IMPLEMENTED",
    "a string collate UNICODE": "NOT_IMPLEMENTED",
    "geometry(4326)": "NOT_IMPLEMENTED",
    "a-b int": "PARSE_SYNTAX_ERROR",
    "ä int": "PARSE_SYNTAX_ERROR",
    "a r'x' int": "UNSUPPORTED_DATATYPE",
}
SIMPLE = [
    t.NullType(),
    t.BooleanType(),
    t.ByteType(),
    t.ShortType(),
    t.IntegerType(),
    t.LongType(),
    t.FloatType(),
    t.DoubleType(),
    t.DecimalType(10, 2),
    t.StringType(),
    t.CharType(3),
    t.VarcharType(4),
    t.BinaryType(),
    t.DateType(),
    t.TimestampType(),
    t.TimestampNTZType(),
    t.TimeType(3),
    t.DayTimeIntervalType(1, 2),
    t.YearMonthIntervalType(),
    t.CalendarIntervalType(),
]


@pytest.mark.parametrize("text", sorted(DDL))
def test_sql_text_as_recorded(text: str) -> None:
    wanted = DDL[text]
    if len(wanted) == 3 and text not in REFUSED:
        kind = t.DataType.fromDDL(text)
        assert [repr(kind), kind.simpleString(), kind.json()] == wanted
        return
    with pytest.raises((ParseException, PySparkNotImplementedError)) as caught:
        t.DataType.fromDDL(text)
    assert caught.value.getCondition() == REFUSED.get(text, wanted[1])


def test_an_error_of_sql_text_says_where() -> None:
    with pytest.raises(
        ParseException, match=r"near 'b' \(line 2, pos 6\) in the type or columns 'a int,\\nb int b'"
    ):
        t.DataType.fromDDL("a int,\nb int b")


@pytest.mark.parametrize("kind", SIMPLE, ids=repr)
def test_a_type_survives(kind: t.DataType) -> None:
    assert pickle.loads(pickle.dumps(kind)) == kind
    assert hash(pickle.loads(pickle.dumps(kind))) == hash(kind)
    assert t._parse_datatype_json_string(kind.json()) == kind
    assert t.DataType.fromDDL(kind.simpleString()) == kind
    assert [other for other in SIMPLE if other == kind] == [kind]
    for nested in (
        t.ArrayType(kind, False),
        t.MapType(kind, kind, False),
        t.StructType().add("x", kind, False),
    ):
        assert pickle.loads(pickle.dumps(nested)) == nested
        assert t._parse_datatype_json_value(nested.jsonValue()) == nested
        assert nested != nested.toNullable()
        assert nested.toNullable().toNullable() == nested.toNullable()


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (t.DateType(), dt.date(1969, 12, 31), -1),
        (t.TimestampNTZType(), dt.datetime(1969, 12, 31, 23, 59, 59, 5), -999_995),
        (t.TimeType(), dt.time(1, 2, 3, 4), 3_723_000_004_000),
        (t.DayTimeIntervalType(), dt.timedelta(-1, 5), -86_395_000_000),
        (t.ArrayType(t.DateType()), [dt.date(1970, 1, 2), None], [1, None]),
        (t.MapType(t.DateType(), t.IntegerType()), {dt.date(1970, 1, 2): 5}, {1: 5}),
        (t.StructType().add("a", t.DateType()), t.Row(a=dt.date(1970, 1, 3)), (2,)),
    ],
    ids=repr,
)
def test_stored_values(kind: t.DataType, value: object, stored: object) -> None:
    assert kind.needConversion()
    assert kind.toInternal(value) == stored
    assert kind.fromInternal(stored) == value
    assert kind.toInternal(None) is None
    assert kind.fromInternal(None) is None


def test_moments_are_stored_in_the_local_zone() -> None:
    kind = t.TimestampType()
    aware = dt.datetime(1970, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert kind.toInternal(aware) == 0
    naive = dt.datetime(2024, 5, 6, 7, 8, 9, 10)
    assert kind.fromInternal(kind.toInternal(naive)) == naive


def test_structs() -> None:
    struct = (
        t.StructType()
        .add("a", "integer")
        .add(t.StructField("b", t.StringType(), False))
        .add("c", t.LongType())
    )
    assert struct["b"] == struct[1] == t.StructField("b", t.StringType(), False)
    assert struct[1:] == t.StructType([struct[1], struct[2]])
    assert [field.name for field in struct] == struct.fieldNames() == struct.names == ["a", "b", "c"]
    assert len(struct) == 3
    assert "b" in [field.name for field in struct]
    with pytest.raises(PySparkKeyError, match="names=a, b, c"):
        struct["x"]
    with pytest.raises(IndexError):
        struct[3]
    with pytest.raises(PySparkTypeError):
        struct[1.5]  # type: ignore[index]
    with pytest.raises(PySparkValueError, match="data_type"):
        struct.add("d")
    with pytest.raises(PySparkTypeError):
        struct["a"].typeName()
    with pytest.raises(AssertionError):
        t.StructType(["a"])  # type: ignore[list-item]
    with pytest.raises(AssertionError):
        t.ArrayType(t.IntegerType)  # type: ignore[arg-type]
    assert struct.treeString(1) == struct.treeString()


def test_a_tree_of_some_levels() -> None:
    kind = t.StructType().add("a", t.ArrayType(t.StructType().add("b", t.LongType())))
    assert kind.treeString(1) == "root\n |-- a: array (nullable = true)\n"
    assert kind.treeString(2).endswith(" |    |-- element: struct (containsNull = true)\n")
    assert kind.treeString(3).endswith(" |    |    |-- b: long (nullable = true)\n")
    assert kind.treeString(0) == kind.treeString()


@pytest.mark.parametrize(
    "make",
    [
        lambda: t.VariantType(),
        lambda: t.VariantVal(b"", b""),
        lambda: t.VariantVal.parseJson("{}"),
        lambda: t.GeometryType(4326),
        lambda: t.GeographyType("ANY"),
        lambda: t.Geometry(b"", 0),
        lambda: t.Geography.fromWKB(b"", 0),
        lambda: t.StringType("UNICODE_CI"),
        lambda: t.YearMonthIntervalType().fromInternal(5),
        lambda: t.CalendarIntervalType().toInternal(5),
    ],
)
def test_refused(make: Any) -> None:
    with pytest.raises(PySparkNotImplementedError) as caught:
        make()
    assert caught.value.getCondition() == "NOT_IMPLEMENTED"


@pytest.mark.parametrize(
    "text", ["int", "decimal(5)", "array<int>", "interval year to day", "interval second to day", 5]
)
def test_no_names_of_json(text: Any) -> None:
    with pytest.raises(PySparkException) as caught:
        t._parse_datatype_json_value(text)
    assert caught.value.getCondition() == "CANNOT_PARSE_DATATYPE"


class Point:
    def __init__(self, x: float, y: float) -> None:
        self.x, self.y = x, y

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)


class PointType(t.UserDefinedType):
    @classmethod
    def sqlType(cls) -> t.DataType:
        return t.ArrayType(t.DoubleType(), False)

    @classmethod
    def module(cls) -> str:
        return __name__

    def serialize(self, obj: Any) -> Any:
        return [obj.x, obj.y]

    def deserialize(self, datum: Any) -> Any:
        return Point(*datum)


Point.__UDT__ = PointType()  # type: ignore[attr-defined]


def test_a_type_of_the_users() -> None:
    pytest.importorskip("pyarrow")
    from sluice.frame.collecting import pandas_of, rows_of
    from sluice.frame.creating import table_of
    from sluice.frame.showing import show_text

    assert t._parse_datatype_json_string(PointType().json()) == PointType()
    table, schema = table_of([(Point(1.0, 2.0), 3), (None, 4)], ["p", "n"])
    assert schema["p"].dataType == PointType()
    assert [row.p for row in rows_of(table, schema)] == [Point(1.0, 2.0), None]
    assert "|[1.0, 2.0]|" in show_text(table, schema)
    again, _ = table_of(rows_of(table, schema), schema)
    assert again.equals(table)
    pytest.importorskip("pandas")
    assert pandas_of(table, schema)["p"].tolist() == [Point(1.0, 2.0), None]
    with pytest.raises(PySparkValueError, match="field p: 5 is not an instance of type PointType"):
        table_of([(5, 3)], schema)


def test_what_arrow_has_and_frames_have_not_is_named() -> None:
    arrow = pytest.importorskip("pyarrow")
    from sluice.frame.arrowtypes import from_arrow_schema, to_arrow_schema
    from sluice.frame.creating import table_of

    inner = arrow.list_(arrow.struct([("x", arrow.decimal256(50, 2))]))
    with pytest.raises(PySparkTypeError, match=r"decimal256\(50, 2\).*column=a\.element\.x"):
        from_arrow_schema(arrow.schema([("a", inner)]))
    with pytest.raises(PySparkTypeError, match="column=wide"):
        to_arrow_schema(t.StructType().add("wide", t.DecimalType(40, 2)))
    with pytest.raises(PySparkTypeError, match="column=u"):
        table_of(arrow.table({"u": arrow.array([b"0" * 16], arrow.uuid())}))


def test_a_missing_or_old_package_is_named_with_what_to_install() -> None:
    from sluice.frame.needs import needs

    with pytest.raises(
        PySparkImportError, match=r"frames need the package nosuch from.*pip install 'nosuch>=2\.0'"
    ):
        needs("nosuch", "2.0", "frames")
    with pytest.raises(PySparkImportError, match=r"found .*pip install 'pytest>=999'") as caught:
        needs("pytest", "999", "tests")
    assert caught.value.getCondition() == "UNSUPPORTED_PACKAGE_VERSION"


def test_types_need_no_other_package() -> None:
    script = (
        "import sys, sluice, sluice.frame.types as t; t.DataType.fromDDL('a int').json();"
        "print([name for name in ('pyarrow', 'pandas', 'numpy', 'duckdb', 'sqlglot') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def _documented() -> list[list[str]]:
    page = Path(__file__).resolve().parents[3] / "docs" / "types.md"
    lines = (
        page.read_text("utf-8").partition("|---|---|---|---|---|---|\n")[2].partition("\n\n")[0].splitlines()
    )
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("row", _documented(), ids=lambda row: row[0])
def test_the_table_of_types_is_as_the_code(row: list[str]) -> None:
    arrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    from sluice.frame.arrowtypes import to_arrow, to_duckdb
    from sluice.frame.collecting import pandas_of, rows_of

    kind = eval(row[0], vars(t))
    assert [kind.simpleString(), str(to_arrow(kind)), to_duckdb(kind)] == row[1:4]
    schema = t.StructType([t.StructField("a", kind)])
    table = arrow.table([arrow.nulls(1, to_arrow(kind))], names=["a"])
    if row[5] == "refused":
        with pytest.raises(PySparkNotImplementedError):
            rows_of(table, schema)
        return
    assert rows_of(table, schema) == [(None,)]
    if not row[4].startswith("as "):
        words = row[4].replace(";", " ").replace(",", " ").split()
        assert str(pandas_of(table, schema).dtypes.iloc[0]) in words
