# SPDX-License-Identifier: Apache-2.0
"""The context: where a driver program begins, makes its RDDs and broadcasts, and ends."""

from __future__ import annotations

import importlib
import itertools
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from weakref import WeakValueDictionary

from sluice import (
    absent,
    accumulators,
    callsite,
    contextconf,
    gateway,
    localdirs,
    pyspark,
    results,
    settings,
    taskcontext,
)
from sluice import master as masters
from sluice.cleaner import Cleaner
from sluice.conf import Conf
from sluice.contextdata import ContextData
from sluice.contextfiles import ContextFiles
from sluice.contextjava import ContextJava
from sluice.contextjobs import ContextJobs
from sluice.contextprofiles import ContextProfiles
from sluice.contextvalues import ContextValues
from sluice.errors import (
    ActiveContextError,
    ConfigError,
    ContextError,
    JobError,
    SluiceError,
    UnsupportedError,
)
from sluice.files.added import AddedFiles, search_path
from sluice.files.checkpoints import Checkpoints
from sluice.files.hadoop import HadoopConfiguration
from sluice.jobs import RunningJob
from sluice.plan import Node, Plan
from sluice.pyspark import present
from sluice.shared import SharedFiles
from sluice.version import VERSION

if TYPE_CHECKING:
    from sluice.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")

_PYTHON = "{}.{}".format(*sys.version_info[:2])


class Context(ContextData, ContextFiles, ContextJobs, ContextProfiles, ContextValues, ContextJava):
    """The entry point of a program; one may be active in a process at a time.

    Args:
        master: where jobs run: ``local``, ``local[N]``, ``local[*]``, ``local[N,F]``, or
            ``sluice://localhost:PORT`` for a cluster on this machine, or where Apache Spark is asked:
            ``spark://HOST:PORT``, ``yarn``, ``k8s://ADDRESS``.
        appName: the program's name.
        sparkHome: kept in the configuration; nothing reads it, the variable ``SPARK_HOME`` names a Spark.
        pyFiles: modules for tasks, as for ``addPyFile``.
        environment: variables in the environment of workers.
        batchSize: how many items of ``parallelize`` stay together; 0 for the default.
        serializer: kept for programs that pass one; data between tasks is written as Sluice does.
        conf: settings; the arguments before it win over what it holds.
        profiler_cls: makes the profilers of RDDs, if ``sluice.profile`` is set; else ``BasicProfiler`` does.
        udf_profiler_cls: kept for programs that pass one, as is the next; there are no functions on frames.

    Raises:
        ConfigError: the master or a setting is not understood.
        ActiveContextError: a context is active; it names that one. It is a ``ValueError``.
        StartError: the JVM cannot be started; says why.
    """

    _active_spark_context: ClassVar[Context | None] = None
    _lock: ClassVar[threading.RLock] = threading.RLock()

    def __init__(
        self,
        master: str | None = None,
        appName: str | None = None,
        sparkHome: str | None = None,
        pyFiles: Sequence[str] | None = None,
        environment: dict[str, Any] | None = None,
        batchSize: int = 0,
        serializer: Any = None,
        conf: Conf | None = None,
        gateway: Any = None,
        jsc: Any = None,
        profiler_cls: Any = None,
        udf_profiler_cls: Any = None,
        memory_profiler_cls: Any = None,
    ) -> None:
        super().__init__()
        if gateway is not None or jsc is not None:
            _refuse(gateway)
        if taskcontext.TaskContext.get() is not None:
            raise present(
                ContextError("a context was made inside a task", advice="make it in the driver only"),
                "CONTEXT_ONLY_VALID_ON_DRIVER",
            )
        self._conf = contextconf.configured(conf, master, appName, sparkHome, environment)
        self.environment = contextconf.environment(self._conf)
        self._unbatched = serializer
        self._collect_profiles(profiler_cls, udf_profiler_cls, memory_profiler_cls)
        self._batchSize = batchSize
        #: The Python of driver and workers, as ``major.minor``.
        self.pythonVer = _PYTHON
        with Context._lock:
            self._check_alone()
            self._begin()
            Context._active_spark_context = self
        try:
            # An interpreter with PySpark has one of PySpark's own only.
            self._added.lend("cloudpickle")
            self._add_configured(self._conf, [*(pyFiles or ()), *contextconf.submitted().py_files])
        except BaseException:
            self.stop()
            raise

    def _begin(self) -> None:
        try:
            chosen = masters.parse(self._conf.value_of("sluice.master"))
        except ConfigError as error:
            raise present(error) from None
        self.master = chosen.url
        self.appName = str(self._conf.value_of("sluice.app.name"))
        self._log_level = self._conf.value_of("sluice.log.level")
        self._sums_up = bool(self._conf.value_of("sluice.ui.summary"))
        own = {key: value for key, value in self._conf.getAll() if settings.lookup(key)}
        self._start = {
            "settings": own if chosen.spark else localdirs.named(own),
            # Names that were installed after the zygote began reach its workers by this.
            "environment": self.environment | ({pyspark.VARIABLE: "1"} if pyspark.installed() else {}),
            "slots": chosen.slots,
            "maxFailures": chosen.max_failures or self._conf.value_of("sluice.task.maxFailures"),
        }
        self._jvm_handle = gateway.get(self._start, chosen, dict(self._conf.getAll()))
        # While the JVM starts.
        importlib.import_module("sluice.rdd")
        self._asked_slots = chosen.slots
        self.startTime = int(time.time() * 1000)
        # Spark's context has started once it has one.
        self.applicationId = self._jvm_handle.application or f"local-{self.startTime}"
        self._conf.set("spark.app.id", self.applicationId)
        self._shares_files = self._jvm_handle.shares_files
        self._started = False
        self._rdd_ids = itertools.count()
        self._cleaner = Cleaner(lambda ids: self._jvm_handle.call("forget", ids=ids))
        self._plan = Plan(self._cleaner)
        self._files = SharedFiles(self._jvm_handle.directory, self._conf.value_of("sluice.broadcast.dir"))
        self._added = AddedFiles(self._jvm_handle.directory, None if self._shares_files else self._ship)
        #: What sessions keep here, such as the database of frames; what has `close` is closed with the context.
        self._kept: dict[str, Any] = {}
        self._checkpoints = Checkpoints(self)
        self._broadcast_paths = {}
        self._hadoop = HadoopConfiguration(self._conf.getAll())
        #: RDDs that are kept, by id, as long as the program holds them.
        self._persisted: WeakValueDictionary[int, RDD[Any]] = WeakValueDictionary()
        self._callsite = _callsite()

    @classmethod
    def _check_alone(cls) -> None:
        active = Context._active_spark_context
        if active is not None:
            # Programs for PySpark compare the name that the traceback ends with.
            raise (ValueError if pyspark.installed() else ActiveContextError)(
                f"Cannot run multiple SparkContexts at once; existing SparkContext: app={active.appName} "
                f"master={active.master} created at {active._callsite}; stop it first"
            )

    @classmethod
    def getOrCreate(cls, conf: Conf | None = None) -> Context:
        """Return the active context, or a new one with this configuration."""
        with Context._lock:
            return Context._active_spark_context or cls(conf=conf)

    def _engine(self) -> gateway.Gateway:
        """Return the JVM with this context's engine started in it."""
        if not self._started or Context._active_spark_context is not self:
            with Context._lock:
                if Context._active_spark_context is not self:
                    raise ContextError("the context was stopped", advice="make a new one")
                if not self._started:
                    self._jvm_handle.start(self._start)
                    self._started = True
                    # Programs like to set it first of all, when the JVM is on its way with the one before.
                    self._tell_log_level()
                    if self._conf.value_of("sluice.ui.enabled") == "true":
                        self._show_pages()
        return self._jvm_handle

    def _show_pages(self) -> None:
        """Say where the pages are; a program runs without them too."""
        try:
            said = f"web pages at {self.uiWebUrl}"
        except SluiceError as error:
            said = f"there are no web pages: {error}"
        print(f"sluice: {said}", file=sys.stderr, flush=True)

    def _next_rdd_id(self) -> int:
        return next(self._rdd_ids)

    def getConf(self) -> Conf:
        """Return a copy of the configuration."""
        return self._conf.copy()

    @property
    def version(self) -> str:
        """The version; under PySpark's names, that of the PySpark whose answers these are."""
        if pyspark.installed():
            from sluice.pyspark.names import PYSPARK_VERSION

            return PYSPARK_VERSION
        return VERSION

    @cached_property
    def serializer(self) -> Any:
        """What PySpark would write data between tasks with; nothing here reads it."""
        from sluice.serializers import AutoBatchedSerializer, BatchedSerializer, CPickleSerializer

        unbatched = self._unbatched or CPickleSerializer()
        return (
            BatchedSerializer(unbatched, self._batchSize)
            if self._batchSize
            else AutoBatchedSerializer(unbatched)
        )

    @property
    def uiWebUrl(self) -> str | None:
        """Where the web pages are, with the token that they ask for; ``None`` if the settings forbid them.

        They start when this is first asked for.
        """
        if self._conf.value_of("sluice.ui.enabled") == "false":
            return None
        return self._engine().pages(self._conf.value_of("sluice.ui.port"))

    @property
    def resources(self) -> dict[str, Any]:
        """Resources that the driver was given besides cores and memory, by name: none."""
        return {}

    @property
    def defaultParallelism(self) -> int:
        """The number of partitions where none is given."""
        return self._conf.value_of("sluice.default.parallelism") or self._jvm_handle.slots(self._asked_slots)

    @property
    def defaultMinPartitions(self) -> int:
        """The least number of partitions of a file where none is given."""
        return min(self.defaultParallelism, 2)

    def sparkUser(self) -> str:
        """Return the name of the user who runs this program."""
        import getpass

        return getpass.getuser()

    def setLogLevel(self, logLevel: str) -> None:
        """Set the least severe messages that are logged.

        Raises:
            ConfigError: there is no such level.
        """
        try:
            self._conf.set("sluice.log.level", logLevel)
        except ConfigError as error:
            raise present(error) from None
        if self._started:
            self._tell_log_level()

    def _tell_log_level(self) -> None:
        level = self._conf.value_of("sluice.log.level")
        if level != self._log_level:
            self._jvm_handle.call("logLevel", level=level)
            self._log_level = level

    def runJob(
        self,
        rdd: RDD[T],
        partitionFunc: Any,
        partitions: Sequence[int] | None = None,
        allowLocal: bool = False,
    ) -> list[Any]:
        """Return the items of ``partitionFunc(iterator)`` for some partitions, in the order of these."""
        mapped = rdd._derive("mapPartitions", partitionFunc)
        return list(itertools.chain.from_iterable(self._collect_partitions(mapped, partitions)))

    def _forget(self, node: Node) -> None:
        """Let the engine free what it keeps of a node."""
        if self._started and Context._active_spark_context is self:
            self._engine().call("forget", ids=[node.id])

    def _free(self, ids: list[int]) -> None:
        """Let the engine free what it keeps of nodes that it will compute again when they are needed."""
        if self._started and Context._active_spark_context is self:
            self._engine().call("free", ids=ids)

    def _collect_partitions(
        self,
        rdd: RDD[Any],
        partitions: Iterable[int] | None = None,
        seconds: float | None = None,
        eager: bool = False,
    ) -> Iterator[list[Any]]:
        """Run a job and yield each partition's items; closing the iterator cancels the job.

        Args:
            seconds: cancel the job after so long, and end with what came; partitions then come as they are done.
            eager: take what tasks make beside them, of all partitions at once, since all are to be held anyway.
        """
        if self.pythonVer != _PYTHON:
            raise present(
                JobError("driver and workers have different Pythons", driver=self.pythonVer, workers=_PYTHON)
            )
        properties = {**self._properties.entries, **self._added.properties()}
        properties.setdefault(callsite.PROPERTY, callsite.call_site())
        node = rdd._node()
        for used in node.broadcasts:
            used.check()
        jvm = self._engine()
        payload, nodes = self._plan.message(
            node, partitions, search_path(), properties, ordered=seconds is None and not eager
        )
        job = RunningJob(properties)
        self._running.add(job)
        parts = results.run(jvm, payload, lambda: self._plan.mark(nodes), _merge, job, eager)
        try:
            if seconds is None:
                yield from parts
            else:
                with job.limited(seconds):
                    yield from parts
        finally:
            self._job_ended(job)
        self._checkpoints.after_job(node)

    def stop(self) -> None:
        """End this context: its jobs, workers, files and broadcasts. May be called again."""
        with Context._lock:
            if Context._active_spark_context is not self:
                return
            Context._active_spark_context = None
            if not self._jvm_handle.owned:
                # A process that the driver forked has nothing of its own here.
                return
            try:
                self._cleaner.stop()
                self._close_door()
                if self._jvm_handle.alive:
                    self._jvm_handle.stop()
            finally:
                for kept in self._kept.values():
                    if hasattr(kept, "close"):
                        kept.close()
                self._kept.clear()
                self._broadcast_paths.clear()
                self._added.close()
                self._files.close()

    def __getattr__(self, name: str) -> Any:
        raise absent.missing(self, absent.CONTEXT, name)

    def __enter__(self) -> Context:
        return self

    def __exit__(
        self, type: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __reduce__(self) -> Any:
        raise present(
            ContextError(
                "it appears that you are attempting to use SparkContext in a function or a broadcast",
                advice="it works in the driver only; pass what the function needs as values or broadcasts "
                "(SPARK-5063 is the same rule)",
            ),
            "CONTEXT_ONLY_VALID_ON_DRIVER",
        )

    def __repr__(self) -> str:
        name = "SparkContext" if pyspark.installed() else "Context"
        return f"<{name} master={self.master} appName={self.appName}>"


def _merge(updates: list[bytes]) -> None:
    for update in updates:
        accumulators.merge_updates(accumulators.load_updates(update))


def _refuse(gateway: Any) -> None:
    if gateway is not None and gateway.gateway_parameters.auth_token is None:
        raise ValueError("insecure Py4j gateway, one without a token, is not taken: anyone could use it")
    raise UnsupportedError("another JVM's gateway or context cannot be used; leave out gateway and jsc")


def _callsite() -> str:
    own = os.path.dirname(os.path.abspath(__file__)) + os.sep
    for frame in reversed(traceback.extract_stack()):
        if not frame.filename.startswith(own):
            return f"{frame.filename}:{frame.lineno}"
    return "an unknown place"
