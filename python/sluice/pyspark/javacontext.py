# SPDX-License-Identifier: Apache-2.0
"""`sc._jsc` and `sc._jsc.sc()`: what programs ask Spark's Java and Scala contexts for, answered in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.files.hadoop import HadoopConfiguration

if TYPE_CHECKING:
    from sluice.conf import Conf
    from sluice.context import Context
    from sluice.rdd import RDD

__all__ = ["JavaContext"]


class _Partial:
    """An object of which only the methods are there that programs were seen to call."""

    _java_class = ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(f"{self._java_class} has no {name!r} here: sluice does not have it")

    def toString(self) -> str:
        """As Java prints it."""
        return repr(self)


class Option(_Partial):
    """Scala's `Option`."""

    _java_class = "scala.Option"

    def __init__(self, value: Any) -> None:
        self._value = value

    def isDefined(self) -> bool:
        """Whether there is a value."""
        return self._value is not None

    def isEmpty(self) -> bool:
        """Whether there is none."""
        return self._value is None

    def get(self) -> Any:
        """The value.

        Raises:
            LookupError: there is none.
        """
        if self._value is None:
            raise LookupError("NoSuchElementException: None.get")
        return self._value

    def getOrElse(self, default: Any) -> Any:
        """The value, or the default."""
        return default if self._value is None else self._value

    def __repr__(self) -> str:
        return "None" if self._value is None else f"Some({self._value})"

    toString = __repr__


class JavaConf(_Partial):
    """`org.apache.spark.SparkConf`: changes reach this object only, as they do in Spark."""

    _java_class = "org.apache.spark.SparkConf"

    def __init__(self, conf: Conf) -> None:
        self._conf = conf

    def get(self, key: str, defaultValue: str | None = None) -> str:
        """The text of a key, or the default.

        Raises:
            KeyError: there is neither.
        """
        found = self._conf.get(key, defaultValue)
        if found is None:
            raise KeyError(f"NoSuchElementException: {key}")
        return found

    def getOption(self, key: str) -> Option:
        """The text of a key, if it was set."""
        return Option(self._conf.get(key))

    def set(self, key: str, value: str) -> JavaConf:
        """Set a key; returns this object."""
        self._conf.set(key, value)
        return self

    def setExecutorEnv(self, variable: str, value: str) -> JavaConf:
        """Set a variable in the environment of workers; returns this object."""
        self._conf.setExecutorEnv(variable, value)
        return self

    def contains(self, key: str) -> bool:
        """Whether a key was set."""
        return self._conf.contains(key)

    def toDebugString(self) -> str:
        """A line for each key."""
        return self._conf.toDebugString()


class Executors(_Partial):
    """The map of executors that programs count: the driver is the only one."""

    _java_class = "scala.collection.Map"

    def size(self) -> int:
        """How many executors there are, the driver among them."""
        return 1


class JavaContext(_Partial):
    """Spark's context as Java and as Scala see it; both are this one object."""

    _java_class = "org.apache.spark.SparkContext"

    def __init__(self, context: Context) -> None:
        self._context = context

    def sc(self) -> JavaContext:
        """The Scala context."""
        return self

    def hadoopConfiguration(self) -> HadoopConfiguration:
        """The settings of Hadoop, to read and to change."""
        return self._context._hadoop

    def getConf(self) -> JavaConf:
        """A copy of the configuration."""
        return JavaConf(self._context.getConf())

    def conf(self) -> JavaConf:
        """The configuration itself."""
        return JavaConf(self._context._conf)

    def setLocalProperty(self, key: str, value: str | None) -> None:
        """Set a property for jobs of the calling thread."""
        self._context.setLocalProperty(key, value)

    def getLocalProperty(self, key: str) -> str | None:
        """Return a property of the calling thread."""
        return self._context.getLocalProperty(key)

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Put the calling thread's jobs into a group."""
        self._context.setJobGroup(groupId, description, interruptOnCancel)

    def clearJobGroup(self) -> None:
        """Take the calling thread's jobs out of their group."""
        from sluice.jobs import DESCRIPTION, GROUP, INTERRUPT

        for key in (GROUP, DESCRIPTION, INTERRUPT):
            self._context.setLocalProperty(key, None)

    def setCallSite(self, callSite: str | None) -> None:
        """Say where in the program the calling thread's jobs were begun."""
        self._context.setLocalProperty("callSite.short", callSite)

    def setJobDescription(self, value: str | None) -> None:
        """Describe the calling thread's jobs."""
        self._context.setJobDescription(value)

    def cancelAllJobs(self) -> None:
        """Cancel every job that runs now."""
        self._context.cancelAllJobs()

    def cancelJobGroup(self, groupId: str) -> None:
        """Cancel the jobs of a group."""
        self._context.cancelJobGroup(groupId)

    def setLogLevel(self, logLevel: str) -> None:
        """Set the least severe messages that are logged."""
        self._context.setLogLevel(logLevel)

    def setCheckpointDir(self, directory: str) -> None:
        """Keep the name of a directory for checkpoints."""
        self._context.setCheckpointDir(directory)

    def getPersistentRDDs(self) -> dict[int, RDD[Any]]:
        """The RDDs that are kept, by id."""
        return dict(sorted(self._context._persisted.items()))

    def getExecutorMemoryStatus(self) -> Executors:
        """A map with an entry for each executor."""
        return Executors()

    def uiWebUrl(self) -> Option:
        """Where the web pages are, if there are any."""
        return Option(self._context.uiWebUrl)

    def applicationId(self) -> str:
        """The id of this run."""
        return self._context.applicationId

    def applicationAttemptId(self) -> Option:
        """None: a local program is not attempted again."""
        return Option(None)

    def appName(self) -> str:
        """The program's name."""
        return self._context.appName

    def master(self) -> str:
        """Where jobs run."""
        return self._context.master

    def isLocal(self) -> bool:
        """Whether jobs run on this machine: always."""
        return True

    def isStopped(self) -> bool:
        """Whether the context was stopped."""
        return type(self._context)._active_spark_context is not self._context

    def version(self) -> str:
        """The version whose names and answers these are."""
        return self._context.version

    def startTime(self) -> int:
        """When the context was made, in ms since 1970."""
        return self._context.startTime

    def sparkUser(self) -> str:
        """Who runs this program."""
        return self._context.sparkUser()

    def defaultParallelism(self) -> int:
        """The number of partitions where none is given."""
        return self._context.defaultParallelism

    def defaultMinPartitions(self) -> int:
        """The least number of partitions of a file where none is given."""
        return self._context.defaultMinPartitions

    def stop(self) -> None:
        """Stop the context."""
        self._context.stop()

    close = stop

    def __repr__(self) -> str:
        return f"{self._java_class}({self._context.appName})"

    toString = __repr__
