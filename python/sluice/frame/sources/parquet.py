# SPDX-License-Identifier: Apache-2.0
"""Parquet files, which DuckDB reads and writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.arrowtypes import from_arrow, to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import widest
from sluice.frame.expr import Attribute
from sluice.frame.names import sql_text
from sluice.frame.needs import needs
from sluice.frame.nodes import Local, Node, Scan
from sluice.frame.sources.paths import Found
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    ByteType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampType,
    _parse_datatype_json_string,
)
from sluice.pyspark.captured import SparkRuntimeException

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings

__all__ = ["METADATA", "joined", "read", "schema_of_files"]

#: Where Spark keeps a frame's schema in a file.
METADATA = "org.apache.spark.sql.parquet.row.metadata"


def read(found: Found, schema: StructType | None, merge: bool, settings: FrameSettings, engine: Any) -> Node:
    """The plan that reads files, the partition columns behind those of the files.

    Raises:
        AssertionError: there are no files.
    """
    own = schema_of_files(found.files if merge else found.files[:1], settings)
    wanted = own if schema is None else schema
    partitions = {name.lower() for name in found.names}
    data = [field for field in wanted.fields if field.name.lower() not in partitions]
    if not found.files:
        raise AssertionError("no files")
    listed = ", ".join(sql_text(file) for file in found.files)
    more = ", union_by_name = true" if len(found.files) > 1 else ""
    known = _described(engine, f"read_parquet([{listed}]{more})")
    lowered = {name.lower(): name for name in known}
    in_files = {field.name.lower(): field for field in own.fields}
    output, texts = [], []
    for field in data:
        name = lowered.get(field.name.lower())
        if name is None:
            text = f"CAST(NULL AS {to_duckdb(field.dataType)})"
        else:
            source = in_files.get(field.name.lower(), field)
            text = _column(name, known[name], source.dataType, field, settings, found.files[0])
        output.append(
            Attribute(field.name, field.dataType, True, metadata=tuple((field.metadata or {}).items()))
        )
        texts.append(text)
    source_text = f"read_parquet([{listed}]{more}, filename = 'sluice_file')"
    return joined(found, wanted, source_text, "sluice_file", found.files, output, texts, settings)


def joined(
    found: Found,
    wanted: StructType,
    source: str,
    key: str,
    keys: Iterable[Any],
    output: list[Attribute],
    texts: list[str],
    settings: FrameSettings,
) -> Node:
    """Put partition columns behind the columns of a source, found by a column that says which file a row is of."""
    if not found.names:
        return Scan(tuple(output), source, tuple(texts), files=found.files, file=key)
    given = {field.name.lower(): field.dataType for field in wanted.fields}
    rows = ", ".join(
        "("
        + ", ".join(
            [
                sql_text(each) if isinstance(each, str) else str(each),
                *("CAST(NULL AS VARCHAR)" if value is None else sql_text(value) for value in values),
            ]
        )
        + ")"
        for each, values in zip(keys, found.values, strict=True)
    )
    names = [f"sluice_p{place}" for place in range(len(found.names))]
    source = f"{source} f JOIN (VALUES {rows}) p(sluice_key, {', '.join(names)}) ON f.{key} = p.sluice_key"
    for name, column, type_ in zip(found.names, names, found.types, strict=True):
        type_ = given.get(name.lower(), type_)
        text = cast(settings, Sql(f"p.{column}", StringType()), type_).text
        output.append(Attribute(name, type_, True))
        texts.append(text)
    return Scan(tuple(output), source, tuple(texts), files=found.files, file=key)


def _described(engine: Any, source: str) -> dict[str, str]:
    cursor = engine.cursor()
    try:
        rows = cursor.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except engine.error as error:
        raise errors.of_duckdb(error) from None
    finally:
        cursor.close()
    return {row[0]: row[1] for row in rows}


def _column(
    name: str, actual: str, source: DataType, field: StructField, settings: FrameSettings, file: str
) -> str:
    text = '"' + name.replace('"', '""') + '"'
    wanted = to_duckdb(source)
    if isinstance(source, TimestampType) and not actual.endswith("WITH TIME ZONE"):
        # INT96 is a moment, without saying so.
        text = f"({text} AT TIME ZONE 'UTC')"
    elif actual != wanted:
        text = f"CAST({text} AS {wanted})"
    if field.dataType == source:
        return text
    if not _widens(source, field.dataType):
        raise errors.raised(
            "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
            f"Encountered error while reading file file:{file}. Data type mismatches when reading Parquet column "
            f"[{name}]. Expected Spark type {field.dataType.simpleString()}, actual type in the file "
            f"{source.simpleString()}. SQLSTATE: KD001",
            SparkRuntimeException,
        )
    return cast(settings, Sql(text, source), field.dataType).text


def _widens(source: DataType, to: DataType) -> bool:
    """Whether Spark's reader makes one type of another."""
    whole = (ByteType, ShortType, IntegerType)
    if isinstance(source, whole):
        return isinstance(to, (*whole, LongType, DoubleType, DecimalType)) and widest(source, to) == to
    if isinstance(source, LongType):
        return isinstance(to, DecimalType) and to.precision - to.scale >= 20
    if isinstance(source, DecimalType):
        return isinstance(to, DecimalType) and widest(source, to) == to
    if isinstance(source, FloatType):
        return isinstance(to, DoubleType)
    nested = (ArrayType, MapType, StructType)
    return isinstance(source, nested) and as_nullable(source) == as_nullable(to)


def schema_of_files(files: Iterable[str], settings: FrameSettings) -> StructType:
    """The columns of files; those that only some have behind those of the ones before.

    Raises:
        SparkRuntimeException: a file is no Parquet file.
    """
    parquet = needs_parquet()
    fields: dict[str, StructField] = {}
    for file in files:
        try:
            opened = parquet.ParquetFile(file)
        except Exception as error:
            raise errors.raised(
                "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER",
                f"Encountered error while reading file file:{file}. Could not read footer. Please ensure that the file "
                f"is in the Parquet format: {error}. SQLSTATE: KD001",
                SparkRuntimeException,
            ) from error
        with opened:
            for field in _schema(opened).fields:
                before = fields.get(field.name.lower())
                if before is not None and before.dataType != field.dataType:
                    type_ = widest(before.dataType, field.dataType)
                    if type_ is None or isinstance(type_, StringType):
                        raise errors.raised(
                            "CANNOT_MERGE_SCHEMAS",
                            f"Failed merging schemas: column {field.name} is {before.dataType.simpleString()} and "
                            f"{field.dataType.simpleString()}. SQLSTATE: 42KD9",
                            SparkRuntimeException,
                        )
                    field = StructField(before.name, type_, True, before.metadata)
                elif before is not None:
                    continue
                fields[field.name.lower()] = field
    return StructType(list(fields.values()))


def needs_parquet() -> Any:
    """pyarrow's reader of footers."""
    needs("pyarrow", "15.0", "Parquet files")
    import pyarrow.parquet

    return pyarrow.parquet


def _schema(opened: Any) -> StructType:
    arrow = opened.schema_arrow
    kept = (arrow.metadata or {}).get(METADATA.encode())
    if kept is not None:
        try:
            made = _parse_datatype_json_string(kept.decode())
        except Exception:
            made = None
        if isinstance(made, StructType) and [each.name for each in made.fields] == arrow.names:
            return StructType([_nullable(each) for each in made.fields])
    leaves = {
        column.path: column.physical_type
        for column in (opened.schema.column(place) for place in range(len(opened.schema)))
    }
    fields = []
    for field in arrow:
        type_ = from_arrow(field.type, field.name)
        if leaves.get(field.name) == "INT96":
            type_ = TimestampType()
        fields.append(_nullable(StructField(field.name, type_, True)))
    return StructType(fields)


def _nullable(field: StructField) -> StructField:
    """As Spark reads files: every column, element and value may be null."""
    return StructField(field.name, as_nullable(field.dataType), True, field.metadata)


def as_nullable(type_: DataType) -> DataType:
    """A type whose parts may all be null."""
    if isinstance(type_, ArrayType):
        return ArrayType(as_nullable(type_.elementType), True)
    if isinstance(type_, MapType):
        return MapType(as_nullable(type_.keyType), as_nullable(type_.valueType), True)
    if isinstance(type_, StructType):
        return StructType([_nullable(each) for each in type_.fields])
    return type_


def empty(schema: StructType) -> Node:
    """No rows."""
    import pyarrow as pa

    from sluice.frame.arrowtypes import to_arrow

    output = tuple(Attribute(field.name, field.dataType, True) for field in schema.fields)
    columns = [pa.array([], to_arrow(each.type)) for each in output]
    return Local(output, pa.table(columns, names=[str(place) for place in range(len(columns))]))
