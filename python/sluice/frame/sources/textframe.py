# SPDX-License-Identifier: Apache-2.0
"""`spark.read.text`: a frame of lines."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sluice.frame.frame import DataFrame
from sluice.frame.nodes import Project
from sluice.frame.sources.lines import lines, partitions

if TYPE_CHECKING:
    from sluice.frame.reading import DataFrameReader

__all__ = ["text_frame"]


def text_frame(reader: DataFrameReader, paths: list[str]) -> DataFrame:
    """The frame of text files.

    Raises:
        AnalysisException: there is no such file.
    """
    options = reader._options
    session = reader._session
    whole, separator = options.flag("wholetext"), options.get("lineSep")
    found = reader._found(paths, "text")
    made = lines(found, separator, whole)
    settings = session._frames.settings()
    wanted = {} if reader._schema is None else {each.name.lower(): each.dataType for each in reader._schema}
    columns = partitions(found, made.output[1], wanted, settings)
    value = made.output[0]
    output = (dataclasses.replace(value, nullable=True), *(attribute for attribute, _ in columns))
    node = Project(output, made, (value.sql, *(text for _, text in columns)))
    return DataFrame(node, session)
