# SPDX-License-Identifier: Apache-2.0
"""`SparkSession` for RDD programs: a builder, the context, `read.text(...).rdd`. Frames are not here."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

from sluice.conf import Conf
from sluice.context import Context

if TYPE_CHECKING:
    from sluice.rdd import RDD

__all__ = ["SparkSession"]


class _Partial:
    def __getattr__(self, name: str) -> Any:
        # Not for names that Python itself tries, such as those of pickling.
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(
            f"{type(self).__name__!r} object has no attribute {name!r}: sluice has no frames here, only RDDs"
        )


class Builder(_Partial):
    """Collects settings and makes the session."""

    def __init__(self) -> None:
        self._settings: dict[str, str] = {}

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
            text = str(given).lower() if isinstance(given, bool) else str(given)
            Conf(False).set(name, text)
            self._settings[name] = text
        return self

    def master(self, master: str) -> Builder:
        """Where jobs run."""
        return self.config("spark.master", master)

    def appName(self, name: str) -> Builder:
        """The program's name."""
        return self.config("spark.app.name", name)

    def enableHiveSupport(self) -> Builder:
        """Nothing: there are no tables."""
        return self

    def getOrCreate(self) -> SparkSession:
        """Return the session of the active context, or make both."""
        session = SparkSession.getActiveSession()
        if session is None:
            context = Context.getOrCreate(Conf().setAll(self._settings.items()))
            session = SparkSession(context)
        for key, value in self._settings.items():
            session.conf.set(key, value)
        return session

    create = getOrCreate


class _NewBuilder:
    """Every look at `SparkSession.builder` begins anew."""

    def __get__(self, session: SparkSession | None, owner: type[SparkSession]) -> Builder:
        return Builder()


class RuntimeConfig(_Partial):
    """The settings of a session."""

    def __init__(self, context: Context) -> None:
        self._entries = dict(context._conf.getAll())

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return a setting, or the default."""
        return self._entries.get(key, default)

    def set(self, key: str, value: str | int | bool) -> None:
        """Set a key for this session."""
        self._entries[key] = str(value).lower() if isinstance(value, bool) else str(value)

    def unset(self, key: str) -> None:
        """Remove a key."""
        self._entries.pop(key, None)


class Reader(_Partial):
    """`spark.read`, for text files."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def text(self, paths: str | list[str]) -> Lines:
        """Return what has the lines of text files as its `rdd`."""
        names = [paths] if isinstance(paths, str) else paths
        return Lines(self._context.textFile(",".join(names), 1))


class Lines(_Partial):
    """The lines of text files: rows of one value."""

    def __init__(self, lines: RDD[str]) -> None:
        self._lines = lines

    @property
    def rdd(self) -> RDD[Any]:
        """An RDD of `Row(value=line)`."""
        return self._lines.map(_row)


def _row(line: str) -> Any:
    from sluice.pyspark.row import Row

    return Row(value=line)


class SparkSession(_Partial):
    """The entry point that programs reach their context by."""

    Builder = Builder
    builder: ClassVar[Any] = _NewBuilder()
    _session: ClassVar[SparkSession | None] = None

    def __init__(self, sparkContext: Context, jsparkSession: Any = None, options: Any = None) -> None:
        self._context = self._sc = sparkContext
        self.conf = RuntimeConfig(sparkContext)
        SparkSession._session = self

    @classmethod
    def getActiveSession(cls) -> SparkSession | None:
        """Return the session of the context that runs; None if there is none."""
        session = cls._session
        if session is None or Context._active_spark_context is not session._context:
            return None
        return session

    @classmethod
    def active(cls) -> SparkSession:
        """Return the session of the context that runs.

        Raises:
            RuntimeError: there is none.
        """
        session = cls.getActiveSession()
        if session is None:
            raise RuntimeError("no active SparkSession; make one with SparkSession.builder.getOrCreate()")
        return session

    @property
    def sparkContext(self) -> Context:
        """The context."""
        return self._context

    @property
    def read(self) -> Reader:
        """Reads text files."""
        return Reader(self._context)

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

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
