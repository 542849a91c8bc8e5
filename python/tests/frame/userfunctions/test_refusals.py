# SPDX-License-Identifier: Apache-2.0
"""What a function returns and must not: errors that name function, column, expected and got."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sluice import Context
from sluice.errors import JobError
from sluice.frame import transport
from sluice.frame.transport import Call, Options
from sluice.frame.types import _parse_datatype_string as parse
from sluice.frame.userfunctions import PandasUDFType, UserFunction, arrow_udf, pandas_udf, udf
from sluice.pyspark.captured import PythonException
from sluice.pyspark.exceptions import PySparkException

TABLE = pa.table({"x": range(10)})


@pandas_udf("long")
def short(x: pd.Series) -> pd.Series:
    return x[:-1]


@pandas_udf("long")
def number(x: pd.Series) -> pd.Series:
    return 1  # type: ignore[return-value]


@pandas_udf("long")
def texts(x: pd.Series) -> pd.Series:
    return x.astype(str) + "a"


@pandas_udf("long")
def fractions(x: pd.Series) -> pd.Series:
    return x + 0.5


@pandas_udf("a long, b string")
def not_a_frame(x: pd.Series) -> pd.DataFrame:
    return x  # type: ignore[return-value]


@pandas_udf("a long, b string")
def other_columns(x: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"a": x, "z": x})


@pandas_udf("long")
def short_parts(parts: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for part in parts:
        yield part[:-1]


@pandas_udf("long")
def long_parts(parts: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for part in parts:
        yield pd.concat([part, part])


@pandas_udf("long")
def first_part(parts: Iterator[pd.Series]) -> Iterator[pd.Series]:
    yield next(parts)


@pandas_udf("long")
def list_of_parts(parts: Iterator[pd.Series]) -> Iterator[pd.Series]:
    return [1]  # type: ignore[return-value]


@pandas_udf("long")
def parts_as_lists(parts: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for part in parts:
        yield list(part)  # type: ignore[misc]


@arrow_udf("long")
def short_array(x: pa.Array) -> pa.Array:
    return x[:-1]


@arrow_udf("long")
def array_of_text(x: pa.Array) -> pa.Array:
    return pa.array(["a"] * len(x))


@arrow_udf("string")
def broken_array(x: pa.Array) -> pa.Array:
    offsets = np.zeros(len(x) + 1, np.int32)
    made = pa.Array.from_buffers(pa.string(), len(x), [None, pa.py_buffer(offsets), pa.py_buffer(b"abc")])
    # Now they point far outside of the data.
    offsets[1:] = 1 << 30
    return made


@udf("date")
def dates(x):
    return "2024-01-01" if x == 3 else None


@udf("string", useArrow=False)
def tuples(x):
    return (1, 2)


@udf("long")
def stops(x):
    return next(iter(()))


@pytest.mark.parametrize(
    ("function", "condition", "text"),
    [
        (
            short,
            "RESULT_ROWS_MISMATCH",
            r"output rows \(4\) must match .* input rows \(5\).*expected=5, got=4",
        ),
        (number, "UDF_RETURN_TYPE", r"should be pandas.Series, but is int.*expected=pandas.Series, got=int"),
        (texts, "", r"the column 'out' with type 'str' to Arrow type 'int64'.*expected=int64, got=str"),
        (fractions, "", r"type 'float64' to Arrow type 'int64'.*convertToArrowArraySafely"),
        (
            not_a_frame,
            "",
            r"returns a pandas.DataFrame when .* StructType.*expected=pandas.DataFrame, got=Series",
        ),
        (other_columns, "RESULT_COLUMN_NAMES_MISMATCH", r"Missing: b. Unexpected: z."),
        (short_parts, "RESULT_ROWS_MISMATCH", r"expected=5, got=4"),
        (long_parts, "OUTPUT_EXCEEDS_INPUT_ROWS", r"expected=at most 5 rows, got=10 rows"),
        (list_of_parts, "UDF_RETURN_TYPE", r"should be iterator of pandas.Series, but is list"),
        (parts_as_lists, "UDF_RETURN_TYPE", r"should be iterator of pandas.Series, but is iterator of list"),
        (short_array, "RESULT_ROWS_MISMATCH", r"expected=5, got=4"),
        (array_of_text, "RESULT_COLUMN_TYPES_MISMATCH", r"column 'out' \(expected int64, actual string\)"),
        (broken_array, "RESULT_COLUMN_TYPES_MISMATCH", r"column 'out' .*out of bounds"),
        (dates, "", r"expected=date32\[day\], got=str '2024-01-01'"),
        (tuples, "", r"a tuple as a text is an object's address in a JVM"),
        (stops, "", r"Caught StopIteration thrown from user's code"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_results_of_functions_that_make_columns(sc: Context, function, condition, text):
    with pytest.raises(JobError) as caught:
        transport.evaluate(sc, TABLE, [Call(function, [0], column="out")], "UTC")
    found = str(caught.value)
    assert condition in found
    assert re.search(text, found, re.DOTALL), found
    if function is not stops:
        assert f"function={function.name}" in found
        assert "column=" in found


def test_an_iterator_that_leaves_input_is_refused(sc: Context):
    with pytest.raises(
        JobError, match=r"INPUT_NOT_FULLY_CONSUMED.*must be fully consumed.*function=first_part"
    ):
        transport.evaluate(sc, TABLE, [Call(first_part, [0])], "UTC", Options(rows=2))


def test_an_inner_function_of_a_chain_is_named(sc: Context):
    @pandas_udf("long")
    def outer(x: pd.Series) -> pd.Series:
        return x

    with pytest.raises(JobError, match="function=short, column=outer"):
        transport.evaluate(sc, TABLE, [Call(outer, [Call(short, [0])])], "UTC")


@pytest.mark.parametrize(
    ("kind", "function", "text"),
    [
        ("pandas", lambda g: pd.DataFrame({"x": [1]}), "Missing: a. Unexpected: x."),
        (
            "pandas",
            lambda g: pd.DataFrame({"a": ["q"]}),
            "the column 'a' with type 'str' to Arrow type 'int64'",
        ),
        ("pandas", lambda g: 1, "should be pandas.DataFrame, but is int"),
        ("pandas", lambda g: pd.DataFrame([[1, 2]]), "Expected: 1 Actual: 2"),
        ("arrow", lambda g: pa.table({"a": ["q"]}), r"column 'a' \(expected int64, actual string\)"),
        ("arrow", lambda g: pa.table({"b": [1]}), "Missing: a. Unexpected: b."),
        ("arrow", lambda g: 1, "should be pyarrow.Table, but is int"),
    ],
)
def test_results_of_functions_of_groups(sc: Context, kind, function, text):
    with pytest.raises(JobError, match=text) as caught:
        transport.apply_groups(sc, TABLE, [0], function, kind, parse("a long"), "UTC")
    assert "function=<lambda>" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "function", "text"),
    [
        ("arrow", lambda it: iter([pa.record_batch({"a": ["q"]})]), r"expected int64, actual string"),
        ("arrow", lambda it: iter([pa.record_batch({"a": pa.array([1], pa.int32())})]), r"actual int32"),
        (
            "arrow",
            lambda it: iter([pa.table({"a": [1]})]),
            "iterator of pyarrow.RecordBatch, but is iterator of Table",
        ),
        ("arrow", lambda it: None, "iterator of pyarrow.RecordBatch, but is NoneType"),
        ("pandas", lambda it: None, "iterator of pandas.DataFrame, but is NoneType"),
        ("pandas", lambda it: [1], "iterator of pandas.DataFrame, but is iterator of int"),
        ("pandas", lambda it: (next(iter(())) for _ in it), "StopIteration"),
    ],
)
def test_results_of_functions_of_partitions(sc: Context, kind, function, text):
    with pytest.raises(JobError, match=text):
        transport.map_batches(sc, TABLE, function, kind, parse("a long"), "UTC")


def test_the_error_of_a_function_is_its_own_with_its_own_lines(sc: Context):
    def inner(x):
        raise KeyError(f"no {x}")

    @pandas_udf("long")
    def fails(x: pd.Series) -> pd.Series:
        return inner(len(x))

    with pytest.raises(JobError) as caught:
        transport.evaluate(sc, TABLE, [Call(fails, [0])], "UTC")
    assert isinstance(caught.value.__cause__, KeyError)
    assert isinstance(caught.value, PythonException)
    assert caught.value.getCondition() == "PYTHON_EXCEPTION"
    text = str(caught.value)
    assert re.match(r"An exception was thrown from the Python worker:\nTraceback", text)
    assert re.search(
        r"KeyError: 'no 5'\n\(a task failed: KeyError: .*in job=\d+ stage=\d+ partition=\d attempt=0", text
    )
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.traceback) == (text, caught.value.traceback)
    lines = [line for line in (caught.value.traceback or "").splitlines() if "File" in line]
    assert re.search(r"test_refusals.py.*in fails", lines[0]), lines
    assert re.search(r"in inner", lines[1])


def test_columns_without_a_type_of_frames_are_named_before_any_work(sc: Context):
    table = pa.table({"fine": [1], "odd": pa.array([1], pa.decimal256(50, 2))})
    before = transport.copied(sc)
    with pytest.raises(PySparkException, match="odd"):
        transport.evaluate(sc, table, [Call(udf(lambda x: x), [1])], "UTC")
    assert transport.copied(sc) == before
    with pytest.raises(IndexError, match="place=7 columns=2"):
        transport.evaluate(sc, table, [Call(udf(lambda x: x), [7])], "UTC")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: UserFunction(1), "`func` should be a callable, got int"),  # type: ignore[arg-type]
        (lambda: UserFunction(len, 1), "`returnType` should be a DataType or str, got int"),  # type: ignore[arg-type]
        (lambda: pandas_udf(lambda x: x), "`returnType` cannot be None"),
        (lambda: pandas_udf(lambda x: x, "long", 7), "PandasUDFType, got 7"),
        (lambda: pandas_udf("long")(lambda: 1), "0-arg pandas_udfs are not supported"),
        (lambda: arrow_udf("long")(lambda: 1), "0-arg arrow_udfs are not supported"),
        (
            lambda: pandas_udf(lambda a, b, c: a, "a long", PandasUDFType.GROUPED_MAP),
            "either one argument .data. or two arguments",
        ),
        (lambda: udf(lambda x: x, "no such type").returnType, "(?i)no such type|type"),
        (
            lambda: pandas_udf(lambda x: x, "long", PandasUDFType.GROUPED_MAP).returnType,
            "should return StructType for SQL_GROUPED_MAP_PANDAS_UDF, got LongType",
        ),
    ],
)
def test_declarations(make, text):
    with pytest.raises(PySparkException, match=text):
        make()


def test_hints_of_no_form_and_missing_hints():
    def odd(x: pd.Series) -> Iterator[pd.Series]:
        yield x

    with pytest.raises(PySparkException, match="Unsupported signature"):
        pandas_udf("long")(odd)

    def half(x: pd.Series):
        return x

    with pytest.raises(PySparkException, match="Type hints for the return type should be specified"):
        pandas_udf("long")(half)

    def value(x: Any, y: int) -> int:
        return x

    with pytest.warns(UserWarning, match="Cannot infer"):
        assert udf(value, "int").evalType == 101
