# SPDX-License-Identifier: Apache-2.0
"""`SQLContext`: the older entry point of programs; everything is its session's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.absent import missing
from sluice.pyspark.session import SparkSession, session_of

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.frame.frame import DataFrame
    from sluice.frame.reading import DataFrameReader
    from sluice.frame.registration import UDFRegistration

__all__ = ["SQLContext"]


class SQLContext:
    """A session under the names that it had before there were sessions."""

    def __init__(
        self, sparkContext: Context, sparkSession: SparkSession | None = None, jsqlContext: Any = None
    ) -> None:
        self._sc = sparkContext
        self.sparkSession = sparkSession or session_of(sparkContext)

    @classmethod
    def getOrCreate(cls, sc: Context) -> SQLContext:
        """A context over the session of `sc`."""
        return cls(sc)

    def newSession(self) -> SQLContext:
        """A context over a session of its own."""
        return SQLContext(self._sc, self.sparkSession.newSession())

    def setConf(self, key: str, value: str | int | bool) -> None:
        """Set a key of the session."""
        self.sparkSession.conf.set(key, value)

    def getConf(self, key: str, *defaultValue: Any) -> str | None:
        """A setting of the session, or the default."""
        return self.sparkSession.conf.get(key, *defaultValue)

    @property
    def udf(self) -> UDFRegistration:
        """Gives functions names that SQL knows."""
        return self.sparkSession.udf

    @property
    def read(self) -> DataFrameReader:
        """Reads files."""
        return self.sparkSession.read

    def range(
        self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None
    ) -> DataFrame:
        """A frame with one column ``id`` of whole numbers."""
        return self.sparkSession.range(start, end, step, numPartitions)

    def registerFunction(self, name: str, f: Any, returnType: Any = None) -> Any:
        """The older name of `udf.register`."""
        return self.sparkSession.udf.register(name, f, returnType)

    def createDataFrame(
        self, data: Any, schema: Any = None, samplingRatio: float | None = None, verifySchema: bool = True
    ) -> DataFrame:
        """Make a frame of rows, of pandas, NumPy, Arrow, or of an RDD."""
        return self.sparkSession.createDataFrame(data, schema, samplingRatio, verifySchema)

    def registerDataFrameAsTable(self, df: DataFrame, tableName: str) -> None:
        """Give a frame a name."""
        df.createOrReplaceTempView(tableName)

    def dropTempTable(self, tableName: str) -> None:
        """Drop a view."""
        self.sparkSession.catalog.dropTempView(tableName)

    def sql(self, sqlQuery: str) -> DataFrame:
        """A query in SQL."""
        return self.sparkSession.sql(sqlQuery)

    def table(self, tableName: str) -> DataFrame:
        """A view."""
        return self.sparkSession.table(tableName)

    def tables(self, dbName: str | None = None) -> DataFrame:
        """The views, as a frame."""
        return self.sparkSession.sql("SHOW TABLES" if dbName is None else f"SHOW TABLES IN `{dbName}`")

    def tableNames(self, dbName: str | None = None) -> list[str]:
        """The names of the views."""
        return [each.name for each in self.sparkSession.catalog.listTables(dbName)]

    def cacheTable(self, tableName: str) -> None:
        """Keep a view's rows once they are computed."""
        self.sparkSession.catalog.cacheTable(tableName)

    def uncacheTable(self, tableName: str) -> None:
        """Let a view's rows go."""
        self.sparkSession.catalog.uncacheTable(tableName)

    def clearCache(self) -> None:
        """Let the rows of all views go."""
        self.sparkSession.catalog.clearCache()

    def __getattr__(self, name: str) -> Any:
        raise missing(self, {}, name)
