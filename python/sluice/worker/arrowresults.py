# SPDX-License-Identifier: Apache-2.0
"""What functions over Arrow data are given as pandas objects, and checks of what they return."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from sluice.errors import ArgumentError, UnsupportedError


class Expected:
    """The schema that a function declared; makes record batches of its results or says what is wrong with them."""

    def __init__(self, label: str, schema: Any, pandas: bool) -> None:
        self._label = label
        self._schema = schema
        self._pandas = pandas

    def check_rows(self, got: int, expected: int) -> None:
        """Compare a result's rows with those of its argument."""
        if got != expected:
            raise self._error("a function returned another number of rows", got=got, expected=expected)

    def iterator(self, results: Any) -> Iterator[Any]:
        """Return an iterator over what a function of iterators returned."""
        if results is None or isinstance(results, (str, bytes, dict)) or not isinstance(results, Iterable):
            raise self._error(
                "a function returned no iterable of batches",
                got=_kind(results),
                advice="write it with yield, or return a list",
            )
        if isinstance(results, (pa.RecordBatch, pa.Table)) or _is_pandas(results):
            # These iterate over columns or names, which is never meant.
            return iter((results,))
        return iter(results)

    def batches(self, result: Any) -> Iterator[Any]:
        """Yield one result as record batches of the declared schema."""
        if isinstance(result, pa.RecordBatch):
            yield self._checked(result)
        elif isinstance(result, pa.Table):
            for batch in result.to_batches():
                yield self._checked(batch)
        elif _is_frame(result):
            yield self._from_pandas(result)
        elif len(self._schema) == 1 and result is not None and not isinstance(result, (str, bytes, dict)):
            yield self._column(result)
        else:
            raise self._error(
                "a function returned no batch",
                got=_kind(result),
                expected="a pandas.DataFrame" if self._pandas else "a pyarrow.RecordBatch",
            )

    def _checked(self, batch: Any) -> Any:
        self._check_names(batch.schema.names)
        for field, got in zip(self._schema, batch.schema, strict=True):
            if not _same_type(field.type, got.type):
                raise self._error(
                    "a function returned another type",
                    column=field.name,
                    got=str(got.type),
                    expected=str(field.type),
                )
        batch.validate()
        return batch

    def _check_names(self, names: list[Any]) -> None:
        if list(names) != self._schema.names:
            raise self._error("a function returned other columns", got=names, expected=self._schema.names)

    def _from_pandas(self, frame: Any) -> Any:
        names = list(frame.columns)
        if sorted(map(str, names)) != sorted(self._schema.names):
            raise self._error("a function returned other columns", got=names, expected=self._schema.names)
        if len(set(names)) != len(names):
            # Only their order tells columns of one name apart.
            self._check_names(names)
            columns = [frame.iloc[:, place] for place in range(len(names))]
        else:
            columns = [frame[field.name] for field in self._schema]
        arrays = [self._array(column, field) for column, field in zip(columns, self._schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _column(self, values: Any) -> Any:
        field = self._schema[0]
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        if isinstance(values, pa.Array):
            return self._checked(pa.RecordBatch.from_arrays([values], names=[field.name]))
        if not (_is_pandas(values) or hasattr(values, "__array__") or isinstance(values, (list, tuple))):
            raise self._error("a function returned no column", column=field.name, got=_kind(values))
        return pa.RecordBatch.from_arrays([self._array(values, field)], schema=self._schema)

    def _array(self, values: Any, field: Any) -> Any:
        try:
            array = pa.array(values, type=field.type, from_pandas=True)
        except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
            raise self._error(
                "a function returned another type",
                column=field.name,
                got=str(getattr(values, "dtype", None) or _kind(values)),
                expected=str(field.type),
                reason=str(error),
            ) from error
        return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array

    def _error(self, what: str, advice: str | None = None, **values: Any) -> ArgumentError:
        return ArgumentError(what, advice=advice, function=self._label, **values)


def to_pandas(batch: Any) -> Any:
    """Return a batch as a DataFrame; integers with nulls keep their values."""
    try:
        import pandas
    except ImportError as error:
        raise UnsupportedError(
            "functions over DataFrames need pandas in the worker",
            advice="install pandas 2.0 or newer for this interpreter",
        ) from error
    # Not consolidated: columns without nulls are the batch's own memory, which pandas 3 copies when it is written.
    frame = batch.to_pandas(split_blocks=True, use_threads=False)
    for place, column in enumerate(batch.columns):
        if column.null_count and pa.types.is_integer(column.type):
            name = str(column.type).replace("int", "Int").replace("uI", "UI")
            frame.isetitem(place, column.to_pandas(types_mapper={column.type: _dtype(pandas, name)}.get))
    if int(pandas.__version__.split(".", 1)[0]) < 3:
        frame = frame.copy()
    return frame


def _dtype(pandas: Any, name: str) -> Any:
    return pandas.api.types.pandas_dtype(name)


def _is_pandas(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "pandas"


def _is_frame(value: Any) -> bool:
    return _is_pandas(value) and hasattr(value, "columns")


def _kind(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


def _same_type(expected: Any, got: Any) -> bool:
    """Whether data of the one type may stand for the other: what children of lists are called does not matter."""
    if isinstance(got, pa.BaseExtensionType):
        got = got.storage_type
    if expected.equals(got):
        return True
    if expected.id != got.id:
        return False
    if pa.types.is_dictionary(expected):
        return bool(expected.index_type == got.index_type) and _same_type(expected.value_type, got.value_type)
    if pa.types.is_struct(expected):
        return [field.name for field in expected] == [field.name for field in got] and all(
            _same_type(field.type, other.type) for field, other in zip(expected, got, strict=True)
        )
    if pa.types.is_map(expected):
        return _same_type(expected.key_type, got.key_type) and _same_type(expected.item_type, got.item_type)
    if pa.types.is_fixed_size_list(expected) and expected.list_size != got.list_size:
        return False
    if (
        pa.types.is_list(expected)
        or pa.types.is_large_list(expected)
        or pa.types.is_fixed_size_list(expected)
    ):
        return _same_type(expected.value_type, got.value_type)
    return False
