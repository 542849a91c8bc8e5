# SPDX-License-Identifier: Apache-2.0
"""`spark.catalog`: the temporary views of a session, its functions, and one database without tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sluice.frame import errors
from sluice.frame.names import split_name
from sluice.frame.nodes import Cached, Kept
from sluice.pyspark import refusedsql
from sluice.pyspark.captured import AnalysisException
from sluice.pyspark.refused import missing

if TYPE_CHECKING:
    from sluice.pyspark.session import SparkSession

__all__ = ["Catalog", "CatalogMetadata", "Column", "Database", "Function", "Table"]

_CATALOG = "spark_catalog"


class CatalogMetadata(NamedTuple):
    """A catalog."""

    name: str
    description: str | None


class Database(NamedTuple):
    """A database."""

    name: str
    catalog: str | None
    description: str | None
    locationUri: str


class Table(NamedTuple):
    """A table or view."""

    name: str
    catalog: str | None
    namespace: list[str] | None
    description: str | None
    tableType: str
    isTemporary: bool

    @property
    def database(self) -> str | None:
        """The one part of its namespace."""
        return self.namespace[0] if self.namespace is not None and len(self.namespace) == 1 else None


class Column(NamedTuple):
    """A column of a table."""

    name: str
    description: str | None
    dataType: str
    nullable: bool
    isPartition: bool
    isBucket: bool
    isCluster: bool


class Function(NamedTuple):
    """A function that SQL knows."""

    name: str
    catalog: str | None
    namespace: list[str] | None
    description: str | None
    className: str
    isTemporary: bool


class Catalog:
    """What a session has names for."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def currentCatalog(self) -> str:
        """The name of the only catalog."""
        return _CATALOG

    def setCurrentCatalog(self, catalogName: str) -> None:
        """Nothing, for the only catalog.

        Raises:
            AnalysisException: there is no other.
        """
        if catalogName != _CATALOG:
            raise errors.analysis(
                "CATALOG_NOT_FOUND", f"The catalog `{catalogName}` not found. SQLSTATE: 42P08"
            )

    def listCatalogs(self, pattern: str | None = None) -> list[CatalogMetadata]:
        """The catalogs."""
        return [CatalogMetadata(_CATALOG, None)] if _matches(pattern, _CATALOG) else []

    def currentDatabase(self) -> str:
        """The name of the only database."""
        return "default"

    def setCurrentDatabase(self, dbName: str) -> None:
        """Nothing, for the only database.

        Raises:
            AnalysisException: there is no other.
        """
        if not self.databaseExists(dbName):
            raise errors.analysis(
                "SCHEMA_NOT_FOUND",
                f"The schema `{_CATALOG}`.`{dbName}` cannot be found. Verify the spelling and correctness of the "
                "schema and catalog. SQLSTATE: 42704",
            )

    def listDatabases(self, pattern: str | None = None) -> list[Database]:
        """The databases."""
        return [self.getDatabase("default")] if _matches(pattern, "default") else []

    def getDatabase(self, dbName: str) -> Database:
        """A database.

        Raises:
            AnalysisException: there is none of this name.
        """
        self.setCurrentDatabase(dbName)
        return Database("default", _CATALOG, "default database", "")

    def databaseExists(self, dbName: str) -> bool:
        """Whether there is a database of this name."""
        return dbName.lower() in ("default", f"{_CATALOG}.default")

    def listTables(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """The temporary views; with those of all sessions for `global_temp`."""
        frames = self._session._frames
        found = []
        if dbName == "global_temp":
            found += [_table(name, ["global_temp"]) for name, _ in frames.global_views.values()]
        elif dbName is not None:
            self.setCurrentDatabase(dbName)
        found += [_table(name, []) for name, _ in frames.views.values()]
        return sorted(each for each in found if _matches(pattern, each.name))

    def getTable(self, tableName: str) -> Table:
        """A view.

        Raises:
            AnalysisException: there is none of this name.
        """
        views, name = self._place(tableName)
        return _table(views[name][0], ["global_temp"] if views is self._session._frames.global_views else [])

    def tableExists(self, tableName: str, dbName: str | None = None) -> bool:
        """Whether there is a view of this name."""
        if dbName is not None and dbName != "global_temp":
            return False
        try:
            self._place(f"{dbName}.{tableName}" if dbName else tableName)
        except AnalysisException:
            return False
        return True

    def listColumns(self, tableName: str, dbName: str | None = None) -> list[Column]:
        """The columns of a view."""
        schema = self._session.table(f"{dbName}.{tableName}" if dbName else tableName).schema
        return [
            Column(
                each.name,
                (each.metadata or {}).get("comment"),
                each.dataType.simpleString(),
                each.nullable,
                False,
                False,
                False,
            )
            for each in schema
        ]

    def listFunctions(self, dbName: str | None = None, pattern: str | None = None) -> list[Function]:
        """The functions that SQL knows: of Spark, and those that the program registered."""
        from sluice.frame.functions.registry import names

        own = [
            Function(name, None, None, None, type(each).__name__, True)
            for name, each in self._session._frames.functions.items()
        ]
        built_in = [Function(name, None, None, "", "", True) for name in names()]
        return sorted(each for each in [*own, *built_in] if _matches(pattern, each.name))

    def getFunction(self, functionName: str) -> Function:
        """A function.

        Raises:
            AnalysisException: there is none of this name.
        """
        name = split_name(functionName)[-1].lower()
        for each in self.listFunctions():
            if each.name == name:
                return each
        raise errors.analysis(
            "UNRESOLVED_ROUTINE",
            f"Cannot resolve routine `{functionName}` on search path [`system`.`builtin`, `system`.`session`, "
            f"`{_CATALOG}`.`default`]. SQLSTATE: 42883",
        )

    def functionExists(self, functionName: str, dbName: str | None = None) -> bool:
        """Whether there is a function of this name."""
        from sluice.frame.functions.registry import lookup

        name = split_name(functionName)[-1].lower()
        return name in self._session._frames.functions or lookup(name) is not None

    def dropTempView(self, viewName: str) -> bool:
        """Drop a view of this session; return whether there was one."""
        return self._session._frames.views.pop(viewName.lower(), None) is not None

    def dropGlobalTempView(self, viewName: str) -> bool:
        """Drop a view of all sessions; return whether there was one."""
        return self._session._frames.global_views.pop(viewName.lower(), None) is not None

    def isCached(self, tableName: str) -> bool:
        """Whether a view's rows are kept."""
        views, name = self._place(tableName)
        return isinstance(views[name][1], Cached)

    def cacheTable(self, tableName: str, storageLevel: Any = None) -> None:
        """Keep a view's rows once they are computed."""
        views, name = self._place(tableName)
        shown, node = views[name]
        if not isinstance(node, Cached):
            views[name] = (shown, Cached(node.output, node, Kept(), storageLevel))

    def uncacheTable(self, tableName: str) -> None:
        """Let a view's rows go."""
        views, name = self._place(tableName)
        shown, node = views[name]
        if isinstance(node, Cached):
            node.kept_rows.table = None
            views[name] = (shown, node.child)

    def clearCache(self) -> None:
        """Let the rows of all views go."""
        frames = self._session._frames
        for views in (frames.views, frames.global_views):
            for name, (shown, node) in list(views.items()):
                if isinstance(node, Cached):
                    node.kept_rows.table = None
                    views[name] = (shown, node.child)

    def refreshTable(self, tableName: str) -> None:
        """Compute the rows of a view anew where they are kept; files are always read anew."""
        views, name = self._place(tableName)
        node = views[name][1]
        if isinstance(node, Cached):
            node.kept_rows.table = None

    def refreshByPath(self, path: str) -> None:
        """Nothing: files are always read anew."""

    def registerFunction(self, name: str, f: Any, returnType: Any = None) -> Any:
        """The older name of `spark.udf.register`."""
        return self._session.udf.register(name, f, returnType)

    def _place(self, name: str) -> tuple[dict[str, Any], str]:
        """Where a view is."""
        frames = self._session._frames
        parts = split_name(name)
        if len(parts) == 1 and parts[0].lower() in frames.views:
            return frames.views, parts[0].lower()
        if len(parts) == 2 and parts[0].lower() == "global_temp" and parts[1].lower() in frames.global_views:
            return frames.global_views, parts[1].lower()
        shown = ".".join(f"`{part}`" for part in parts)
        raise errors.analysis(
            "TABLE_OR_VIEW_NOT_FOUND",
            f"The table or view {shown} cannot be found. Verify the spelling and correctness of the schema and "
            "catalog. SQLSTATE: 42P01",
        )

    def __getattr__(self, name: str) -> Any:
        raise missing(self, refusedsql.CATALOG, name)


def _table(name: str, namespace: list[str]) -> Table:
    return Table(name, None, namespace, None, "TEMPORARY", True)


def _matches(pattern: str | None, name: str) -> bool:
    if pattern is None:
        return True
    options = (re.escape(each.strip()).replace(r"\*", ".*") for each in pattern.split("|"))
    return any(re.fullmatch(each, name, re.IGNORECASE) for each in options)
