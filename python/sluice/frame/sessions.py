# SPDX-License-Identifier: Apache-2.0
"""What a session has for frames: a database, settings, views, and how frames begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.frame.engine import Database, Engine
from sluice.frame.errors import not_here
from sluice.frame.expr import Attribute
from sluice.frame.nodes import Local, Scan
from sluice.frame.settings import FrameSettings
from sluice.frame.types import LongType
from sluice.frame.zones import local_zone, session_zone
from sluice.pyspark.captured import IllegalArgumentException

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame
    from sluice.frame.inference import Inference
    from sluice.pyspark.session import SparkSession

__all__ = ["Frames"]


#: Settings whose other values would change answers: what there is, and what to do instead.
_FIXED = {
    "spark.sql.mapKeyDedupPolicy": (("EXCEPTION",), "drop duplicate keys before a map is made"),
    "spark.sql.crossJoin.enabled": (("TRUE",), "joins without a condition are taken"),
}


class Frames:
    """A session's side of frames."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        #: Temporary views: lower-case name to name and plan.
        self.views: dict[str, Any] = {}
        #: Functions that SQL calls by name: lower-case name to function.
        self.functions: dict[str, Any] = {}

    @property
    def global_views(self) -> dict[str, Any]:
        """Views of all sessions."""
        shared: dict[str, Any] = self._shared.setdefault("views", {})
        return shared

    @property
    def _shared(self) -> dict[str, Any]:
        """What belongs to the context, and is freed with it."""
        context = self._session.sparkContext
        return context._kept

    def settings(self) -> FrameSettings:
        """The settings of the session now."""
        entries = self._session.conf
        for name, (known, instead) in _FIXED.items():
            value = entries.get(name, None)
            if value is not None and value.upper() not in known:
                raise not_here(
                    f"setting {name}", f"a setting that is not heeded here: {name}={value}; {instead}"
                )
        return FrameSettings(
            zone=session_zone(entries.get("spark.sql.session.timeZone", None) or local_zone()),
            ansi=entries.get("spark.sql.ansi.enabled", "true") == "true",
            lenient=entries.get("spark.sql.legacy.timeParserPolicy", "").upper() == "LEGACY",  # type: ignore[union-attr]
            case_sensitive=entries.get("spark.sql.caseSensitive", "false") == "true",
        )

    def _inference(self) -> Inference:
        """How types of rows are found now."""
        from sluice.frame.inference import Inference

        def is_on(name: str) -> bool:
            return self._session.conf.get(f"spark.sql.pyspark.{name}.enabled", "false") == "true"

        return Inference(
            ntz=self._session.conf.get("spark.sql.timestampType", "") == "TIMESTAMP_NTZ",
            dict_as_struct=is_on("inferNestedDictAsStruct"),
            first_element=is_on("legacy.inferArrayTypeFromFirstElement"),
            first_pair=is_on("legacy.inferMapTypeFromFirstPair"),
        )

    def engine(self) -> Engine:
        """DuckDB under the session's settings."""
        database = self._shared.get("database")
        if database is None:
            database = self._shared.setdefault("database", Database(self._session.sparkContext))
        return Engine(database, self.settings(), self._session.conf)

    def table(self, name: str) -> DataFrame:
        """`table`: a view under its name.

        Raises:
            AnalysisException: there is none.
        """
        import dataclasses

        from sluice.frame.catalog import Catalog
        from sluice.frame.frame import DataFrame
        from sluice.frame.nodes import Requalified
        from sluice.frame.views import current

        views, key = Catalog(self._session)._place(name)
        shown, node = views[key]
        node = current(node)
        output = tuple(dataclasses.replace(each, qualifiers=(shown,)) for each in node.output)
        return DataFrame(Requalified(output, node), self._session)

    def create(
        self,
        data: Any,
        schema: Any = None,
        samplingRatio: float | None = None,
        verifySchema: bool | None = None,
    ) -> DataFrame:
        """`createDataFrame`."""
        from sluice.frame.creating import table_of
        from sluice.frame.frame import DataFrame

        table, struct = table_of(
            data,
            schema,
            verify_schema=verifySchema is not False,
            zone=self.settings().zone,
            sampling=samplingRatio,
            how=self._inference(),
        )
        output = tuple(
            Attribute(
                field.name, field.dataType, field.nullable, metadata=tuple((field.metadata or {}).items())
            )
            for field in struct.fields
        )
        return DataFrame(Local(output, table), self._session)

    def range(self, start: int, end: int | None, step: int) -> DataFrame:
        """`range`."""
        from sluice.frame.frame import DataFrame

        if end is None:
            start, end = 0, start
        if not step:
            raise IllegalArgumentException("requirement failed: step (0) cannot be 0", "")
        output = (Attribute("id", LongType(), False),)
        source = f"range(CAST({int(start)} AS BIGINT), CAST({int(end)} AS BIGINT), CAST({int(step)} AS BIGINT)) t(id)"
        return DataFrame(Scan(output, source, ("id",)), self._session)
