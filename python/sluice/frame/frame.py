# SPDX-License-Identifier: Apache-2.0
"""`DataFrame`: a lazy table. Nothing is computed before something is asked for that needs rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.frame.actions import Actions
from sluice.frame.column import Column
from sluice.frame.errors import unexpected
from sluice.frame.expr import Bound, Star, Subquery
from sluice.frame.functionsin import FunctionsIn
from sluice.frame.nulls import Nulls
from sluice.frame.queries import Queries
from sluice.frame.rowqueries import RowQueries
from sluice.frame.statistics import Statistics
from sluice.frame.views import Views
from sluice.pyspark import refused
from sluice.pyspark.exceptions import PySparkAttributeError

if TYPE_CHECKING:
    from sluice.frame.nodes import Node
    from sluice.frame.writing import DataFrameWriter
    from sluice.pyspark.session import SparkSession

__all__ = ["DataFrame"]


class DataFrame(Queries, RowQueries, Actions, Nulls, Statistics, FunctionsIn, Views):
    """Rows with named and typed columns, as a plan."""

    def __init__(self, node: Node, session: SparkSession) -> None:
        super().__init__(node, session)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, str):
            return self.col(item)
        if isinstance(item, Column):
            return self.filter(item)
        if isinstance(item, list | tuple):
            return self.select(*item)
        if isinstance(item, int):
            return Column(Bound(self._node.output[item]))
        raise unexpected("item", "Column, float, integer, list or string", item)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_node", "_session"):
            raise AttributeError(name)
        if any(each.name == name for each in self._node.output):
            return self._column(f"`{name}`")
        raise PySparkAttributeError(
            f"[ATTRIBUTE_NOT_SUPPORTED] {refused.missing(self, refused.FRAME, name)}",
            "ATTRIBUTE_NOT_SUPPORTED",
            {"attr_name": name},
        )

    def __dir__(self) -> list[str]:
        names = [each.name for each in self._node.output if each.name.isidentifier()]
        return sorted({*super().__dir__(), *names})

    def _repr_html_(self) -> str | None:
        """A table for notebooks, if `spark.sql.repl.eagerEval.enabled` is set."""
        from sluice.frame.eager import eager_html

        return eager_html(self)

    def __repr__(self) -> str:
        from sluice.frame.eager import eager_text

        if (text := eager_text(self)) is not None:
            return text
        inner = ", ".join(f"{name}: {type_}" for name, type_ in self.dtypes)
        return f"DataFrame[{inner}]"

    def col(self, name: str) -> Column:
        """A column of this very frame."""
        return Column(Star(of=self._node.output)) if name == "*" else self._column(name)

    def scalar(self) -> Column:
        """The one value of this frame, as a column of another's query."""
        return Column(Subquery(self._node, "scalar"))

    def exists(self) -> Column:
        """Whether this frame has a row, as a column of another's query."""
        return Column(Subquery(self._node, "exists"))

    @property
    def write(self) -> DataFrameWriter:
        """Writes the rows to files."""
        from sluice.frame.writing import DataFrameWriter

        return DataFrameWriter(self)

    def isLocal(self) -> bool:
        """Whether rows are at hand without any computation by tasks."""
        return True

    @property
    def isStreaming(self) -> bool:
        """Whether it never ends: no frame here."""
        return False

    def inputFiles(self) -> list[str]:
        """The files that it reads."""
        from sluice.frame.sources.filenames import files_of_plan

        return files_of_plan(self._node)

    def sameSemantics(self, other: DataFrame) -> bool:
        """Whether both are the same plan over the same data."""
        return self.semanticHash() == other.semanticHash()

    def semanticHash(self) -> int:
        """A hash of the plan."""
        from sluice.frame.plantext import plan_text

        return hash(plan_text(self._node))
