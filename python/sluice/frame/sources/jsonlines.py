# SPDX-License-Identifier: Apache-2.0
"""JSON: texts as rows, with the types that Spark finds in them, or those that a schema asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sluice.frame.expr import Attribute
from sluice.frame.malformed import failing_row
from sluice.frame.names import sql_text
from sluice.frame.nodes import Filter, Generate, Node, Project
from sluice.frame.run import Run
from sluice.frame.sources.jsontypes import Inference, of_structure
from sluice.frame.sources.jsonvalues import JsonValues, structure, trailing_comma
from sluice.frame.sources.lines import lines, partitions
from sluice.frame.sources.paths import Found
from sluice.frame.sources.records import RecordReader
from sluice.frame.types import StringType, StructField, StructType

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options
    from sluice.pyspark.session import SparkSession

__all__ = ["read"]

_TEXT = StringType()


def read(
    session: SparkSession, found: Found, given: Node | None, schema: StructType | None, options: Options
) -> Node:
    """The plan that reads JSON files, or the texts of a node."""
    return _Json(session, found, given, options).plan(schema)


class _Json(RecordReader):
    def __init__(self, session: SparkSession, found: Found, given: Node | None, options: Options) -> None:
        super().__init__(session, found, given, options)
        for name in (
            *("allowComments", "allowUnquotedFieldNames", "allowNumericLeadingZero"),
            *("allowBackslashEscapingAnyCharacter", "allowUnquotedControlChars"),
        ):
            options.refuse("only plain JSON is read", **{name: "false"})
        options.refuse("read texts, and cast them", inferTimestamp="false")
        options.refuse("it is taken", allowSingleQuotes="true", allowNonNumericNumbers="true")

    def plan(self, schema: StructType | None) -> Node:
        source = self._records()
        value, file = source.output[:2]
        exact = schema is not None
        if schema is None:
            schema, exact = self._inferred(source)
        data = self._fields(schema)
        if exact:
            struct = StructType([*data, StructField(self._corrupt, _TEXT)])
            values = JsonValues(self._settings, self._options)
            text = values.read(value.sql, struct, self._corrupt, self._mode == "FAILFAST")
        else:
            # Every record is known to fit.
            struct = StructType(data)
            text = f"from_json({value.sql}, {sql_text(json.dumps(structure(struct)))})"
        parsed = Attribute("record", struct, True)
        below: Node = Project((*source.output, parsed), source, (value.sql, file.sql, text))
        columns = {
            each.name: (Attribute(each.name, each.dataType, True), _part(parsed, each.name))
            for each in struct
        }
        if exact and self._mode == "DROPMALFORMED":
            below = Filter(below.output, below, f"{_part(parsed, self._corrupt)} IS NULL")
        made = [columns[each.name] for each in schema if each.name in columns]
        given = {each.name.lower(): each.dataType for each in schema}
        made += partitions(self._found, file, given, self._settings)
        return Project(tuple(attribute for attribute, _ in made), below, tuple(text for _, text in made))

    def _records(self) -> Node:
        """One text a record: an array's elements are records of their own."""
        node = self._given_lines()
        if node is None:
            multi = self._options.flag("multiLine")
            node = lines(self._found, self._options.get("lineSep"), whole=multi)
        value, file = node.output[:2]
        some = Filter(node.output, node, f"trim({value.sql}) <> ''")
        record = Attribute("value", _TEXT, True)
        array = (
            f"(CASE WHEN starts_with(ltrim({value.sql}), '[') AND json_valid({value.sql}) "
            f"THEN CAST(from_json({value.sql}, '[\"JSON\"]') AS VARCHAR[]) ELSE [{value.sql}] END)"
        )
        made = Generate((file, record), some, array, ("g",))
        return Project((record, file), made, (record.sql, file.sql))

    def _inferred(self, source: Node) -> tuple[StructType, bool]:
        """The schema of all records; whether fields have several types, so that each value has to be looked at."""
        value = source.output[0]
        valid = _is_object(value.sql)
        with Run(self._session._frames.engine()) as run:
            below = run.sql(source, frozenset((value.id,)))
            plain = not self._options.flag("primitivesAsString") and not self._options.flag("prefersDecimal")
            plain = (
                plain
                and not self._options.flag("inferTimestamp")
                and not self._options.flag("dropFieldIfAllNull")
            )
            if plain:
                found, wrong, large, _ = run.row(
                    f"SELECT json_group_structure(CASE WHEN {valid} THEN CAST({value.sql} AS JSON) END), "
                    f"count(CASE WHEN NOT ({valid}) THEN 1 END), "
                    f"count(CASE WHEN regexp_matches({value.sql}, '[0-9]{{18}}') THEN 1 END), count(*) FROM ({below})"
                )
                if not wrong and not large and found is not None:
                    schema = of_structure(json.loads(found))
                    if schema is not None:
                        return schema, False
                below = run.sql(source, frozenset((value.id,)))
            inference = Inference(
                self._options.flag("primitivesAsString"),
                self._options.flag("prefersDecimal"),
                self._options.flag("dropFieldIfAllNull"),
            )
            for batch in run.batches(f"SELECT {value.sql} FROM ({below})"):
                for text in batch.column(0).to_pylist():
                    inference.add(text)
        if inference.wrong and self._mode == "FAILFAST":
            run_failing = failing_row("TRUE", sql_text(str(inference.wrong)))
            with Run(self._session._frames.engine()) as run:
                run.value(f"SELECT {run_failing}")
        schema = inference.schema()
        if inference.wrong and self._mode == "PERMISSIVE":
            fields = [*schema.fields, StructField(self._corrupt, _TEXT)]
            schema = StructType(sorted(fields, key=lambda each: each.name))
        return schema, True


def _is_object(text: str) -> str:
    # AND may look at both sides, and a text that is no JSON has no type.
    object_ = f"json_type({text}) = 'OBJECT' AND NOT {trailing_comma(text)}"
    return f"(CASE WHEN json_valid({text}) THEN {object_} ELSE FALSE END)"


def _part(record: Attribute, name: str) -> str:
    return f"struct_extract({record.sql}, {sql_text(name)})"
