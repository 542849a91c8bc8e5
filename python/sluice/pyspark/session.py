# SPDX-License-Identifier: Apache-2.0
"""`SparkSession` for RDD programs: a builder, the context, `read.text(...).rdd`. Frames are not here."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

from sluice.conf import Conf
from sluice.context import Context
from sluice.errors import UnsupportedError
from sluice.pyspark import present, refused
from sluice.pyspark.exceptions import PySparkRuntimeError
from sluice.pyspark.runtimeconf import RuntimeConfig, text_of

if TYPE_CHECKING:
    from sluice.frame.catalog import Catalog
    from sluice.frame.frame import DataFrame
    from sluice.frame.reading import DataFrameReader
    from sluice.frame.registration import UDFRegistration
    from sluice.frame.sessions import Frames

__all__ = ["SparkSession", "is_remote", "session_of"]


def is_remote() -> bool:
    """Whether this program is a client of Spark Connect: only where the environment says so."""
    return "SPARK_CONNECT_MODE_ENABLED" in os.environ


class Builder:
    """Collects settings and makes the session."""

    def __init__(self) -> None:
        self._options: dict[str, str] = {}

    def config(
        self,
        key: str | None = None,
        value: Any = None,
        conf: Conf | None = None,
        *,
        map: dict[str, Any] | None = None,
    ) -> Builder:
        """Set one key, several, or those of a configuration."""
        entries = dict(conf.getAll()) if conf is not None else dict(map or {})
        if key is not None:
            entries[key] = value
        for name, given in entries.items():
            text = text_of(given)
            Conf(False).set(name, text)
            self._options[name] = text
        return self

    def master(self, master: str) -> Builder:
        """Where jobs run."""
        return self.config("spark.master", master)

    def appName(self, name: str) -> Builder:
        """The program's name."""
        return self.config("spark.app.name", name)

    def enableHiveSupport(self) -> Builder:
        """Nothing: there are no tables."""
        return self.config("spark.sql.catalogImplementation", "hive")

    def getOrCreate(self) -> SparkSession:
        """Return the session of the active context, or make both."""
        with Context._lock:
            session = SparkSession.getActiveSession()
            if session is None:
                session = SparkSession(Context.getOrCreate(Conf().setAll(self._options.items())))
            session.conf._entries.update(self._options)
            return session

    create = getOrCreate

    def __getattr__(self, name: str) -> Any:
        raise refused.missing(self, refused.BUILDER, name)


class _NewBuilder:
    """Every look at `SparkSession.builder` begins anew."""

    def __get__(self, session: SparkSession | None, owner: type[SparkSession]) -> Builder:
        return owner.Builder()


class SparkSession:
    """The entry point that programs reach their context by."""

    Builder = Builder
    builder: ClassVar[Any] = _NewBuilder()
    _instantiatedSession: ClassVar[SparkSession | None] = None

    def __init__(self, sparkContext: Context, jsparkSession: Any = None, options: Any = None) -> None:
        self._context = self._sc = sparkContext
        self.conf = RuntimeConfig(sparkContext)
        self.conf._entries.update(options or {})
        self._made_frames: Frames | None = None
        if SparkSession.getActiveSession() is None:
            SparkSession._instantiatedSession = self

    @property
    def _frames(self) -> Frames:
        """What the session has for frames; nothing of it is loaded before it is asked for."""
        if self._made_frames is None:
            self._check_frames()
            from sluice.frame.sessions import Frames

            self._made_frames = Frames(self)
        return self._made_frames

    def _check_frames(self) -> None:
        """Refuse frames where their queries, which run in the driver, and tasks share no files."""
        if not self._context._shares_files:
            raise present(
                UnsupportedError(
                    "frames of Sluice do not run on Apache Spark",
                    master=self._context.master,
                    advice="use Spark's own DataFrames with PySpark itself, whose functions in Python are faster "
                    "with spark.python.daemon.module=sluice.spark.daemon: see docs/spark.md",
                )
            )

    def createDataFrame(
        self,
        data: Any,
        schema: Any = None,
        samplingRatio: float | None = None,
        verifySchema: bool = True,
    ) -> DataFrame:
        """Make a frame of rows, of pandas, NumPy, Arrow, or of an RDD."""
        return self._frames.create(data, schema, samplingRatio, verifySchema)

    def range(
        self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None
    ) -> DataFrame:
        """A frame with one column ``id`` of whole numbers."""
        return self._frames.range(start, end, step)

    def sql(self, sqlQuery: str, args: Any = None, **kwargs: Any) -> DataFrame:
        """A query in SQL; or a statement about views and settings, which is run at once.

        Args:
            args: values of `:name` as a dict, or of `?` as a list.
            kwargs: what `{name}` in the query stands for: frames, columns, values.
        """
        self._check_frames()
        from sluice.frame.sql import query

        return query(self, sqlQuery, args, kwargs)

    def table(self, tableName: str) -> DataFrame:
        """A view."""
        return self._frames.table(tableName)

    @property
    def catalog(self) -> Catalog:
        """The names of views and functions."""
        self._check_frames()
        from sluice.frame.catalog import Catalog

        return Catalog(self)

    @property
    def udf(self) -> UDFRegistration:
        """Gives functions names that SQL knows."""
        self._check_frames()
        from sluice.frame.registration import UDFRegistration

        return UDFRegistration(self)

    @classmethod
    def getActiveSession(cls) -> SparkSession | None:
        """Return the session of the context that runs; None if there is none."""
        session = SparkSession._instantiatedSession
        if session is None or Context._active_spark_context is not session._context:
            return None
        return session

    @classmethod
    def active(cls) -> SparkSession:
        """Return the session of the context that runs.

        Raises:
            PySparkRuntimeError: there is none.
        """
        session = cls.getActiveSession()
        if session is None:
            raise PySparkRuntimeError(
                "no active SparkSession; make one with SparkSession.builder.getOrCreate()",
                "NO_ACTIVE_OR_DEFAULT_SESSION",
                {},
            )
        return session

    @property
    def sparkContext(self) -> Context:
        """The context."""
        return self._context

    @property
    def read(self) -> DataFrameReader:
        """Reads files."""
        self._check_frames()
        from sluice.frame.reading import DataFrameReader

        return DataFrameReader(self)

    @property
    def version(self) -> str:
        """The version whose names and answers these are."""
        return self._context.version

    @property
    def _jvm(self) -> Any:
        return self._context._jvm

    @property
    def _jsc(self) -> Any:
        return self._context._jsc

    def newSession(self) -> SparkSession:
        """Return a session with settings of its own on the same context."""
        return SparkSession(self._context)

    def stop(self) -> None:
        """Stop the context."""
        self._context.stop()
        SparkSession._instantiatedSession = None

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.stop()

    def __getattr__(self, name: str) -> Any:
        raise refused.missing(self, refused.SESSION, name)


def session_of(context: Context) -> SparkSession:
    """The session of a context; a new one if it has none."""
    session = SparkSession.getActiveSession()
    return session if session is not None and session._context is context else SparkSession(context)
