# SPDX-License-Identifier: Apache-2.0
"""What readers of records in lines share."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sluice.frame.expr import Attribute
from sluice.frame.nodes import Node, Project
from sluice.frame.types import IntegerType, StructField, StructType
from sluice.frame.zones import session_zone

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options
    from sluice.frame.sources.paths import Found
    from sluice.pyspark.session import SparkSession

__all__ = ["RecordReader"]

_MODES = ("PERMISSIVE", "DROPMALFORMED", "FAILFAST")


class RecordReader:
    """What readers of records in lines share: where the lines are from, and what becomes of malformed ones.

    Args:
        found: the files.
        given: lines that are there already, in place of files.
    """

    def __init__(self, session: SparkSession, found: Found, given: Node | None, options: Options) -> None:
        options.refuse("convert the file to UTF-8", encoding="UTF-8", charset="UTF-8")
        options.refuse("write numbers and dates as English does", locale="en-US")
        self._session = session
        self._found = found
        self._given = given
        self._options = options
        self._settings = session._frames.settings()
        zone = options.get("timeZone")
        if zone is not None:
            self._settings = dataclasses.replace(self._settings, zone=session_zone(zone))
        mode = options.text("mode", "PERMISSIVE").upper()
        self._mode = mode if mode in _MODES else "PERMISSIVE"
        known = session.conf.get("spark.sql.columnNameOfCorruptRecord", "_corrupt_record")
        #: The column that has malformed records as they stand in the file, if a schema asks for it.
        self._corrupt = options.text("columnNameOfCorruptRecord", str(known))

    def _given_lines(self) -> Node | None:
        """The lines that were given, with the number of a file beside them."""
        node = self._given
        if node is None or len(node.output) > 1:
            return node
        number = Attribute("file", IntegerType(), False)
        return Project((*node.output, number), node, (node.output[0].sql, "0"))

    def _fields(self, schema: StructType) -> list[StructField]:
        """The fields that records have: others are of directories, or for malformed records."""
        outside = {self._corrupt, *(each.name for each in schema if self._is_partition(each.name))}
        return [each for each in schema if each.name not in outside]

    def _is_partition(self, name: str) -> bool:
        return name.lower() in (each.lower() for each in self._found.names)
