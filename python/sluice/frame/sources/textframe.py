# SPDX-License-Identifier: Apache-2.0
"""`spark.read.text`: a frame of lines whose `rdd` is read by tasks, without a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.frame.frame import DataFrame
from sluice.frame.nodes import Node, Project
from sluice.frame.sources.lines import lines, partitions
from sluice.pyspark.reader import Reader

if TYPE_CHECKING:
    from sluice.frame.reading import DataFrameReader
    from sluice.pyspark.session import SparkSession
    from sluice.rdd import RDD

__all__ = ["TextFrame", "text_frame"]


class TextFrame(DataFrame):
    """A frame that knows how its lines are read as an RDD."""

    def __init__(self, node: Node, session: SparkSession, rdd: Any) -> None:
        super().__init__(node, session)
        self._lines = rdd

    @property
    def rdd(self) -> RDD[Any]:
        """The lines as an RDD of rows, read by tasks."""
        return self._lines.rdd  # type: ignore[no-any-return]


def text_frame(reader: DataFrameReader, paths: list[str]) -> DataFrame:
    """The frame of text files.

    Raises:
        AnalysisException: there is no such file.
    """
    options = reader._options
    options.refuse("convert the file to UTF-8", encoding="UTF-8")
    session = reader._session
    whole, separator = options.flag("wholetext"), options.get("lineSep")
    rdd = Reader(session.sparkContext)
    rdd.options(wholetext=whole, lineSep=separator, recursiveFileLookup=options.flag("recursiveFileLookup"))
    remote = any("://" in path and not path.startswith("file:") for path in paths)
    if remote:
        return rdd.load(paths)  # type: ignore[return-value]
    found = reader._found(paths, "text")
    made = lines(found, separator, whole)
    settings = session._frames.settings()
    wanted = {} if reader._schema is None else {each.name.lower(): each.dataType for each in reader._schema}
    columns = partitions(found, made.output[1], wanted, settings)
    value = made.output[0]
    output = (value.__class__("value", value.type, True), *(attribute for attribute, _ in columns))
    node = Project(output, made, (value.sql, *(text for _, text in columns)))
    if columns or options.get("pathGlobFilter") or not found.files:
        return DataFrame(node, session)
    try:
        return TextFrame(node, session, rdd.load(paths))
    except Exception:
        # Paths that tasks list in another way than frames do.
        return DataFrame(node, session)
