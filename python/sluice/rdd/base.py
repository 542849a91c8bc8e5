# SPDX-License-Identifier: Apache-2.0
"""What an RDD is: a node of the plan, and the steps that were added since, which run fused.

**When things freeze.** Steps are pickled when the RDD is first the target of a job, or when an operation needs its node
(union, zip, persist, a shuffle); each derived RDD pickles the chain afresh, so that it sees its functions' variables as
they are then. A source that reads files looks at them when its node is needed, which may be later than that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sluice import absent
from sluice.closure import collect_references, dumps_function
from sluice.errors import ContextError, UnsupportedError
from sluice.plan import Node, Source
from sluice.storagelevel import StorageLevel
from sluice.unpicklable import explain

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)

Step = tuple[str, Any]
#: A function above this many pickled bytes travels as a broadcast.
_LARGE_COMMAND = 1 << 20
#: Steps that a label tells of.
_LABELLED = 6


def _label(steps: tuple[Step, ...]) -> str:
    """Return what people are shown of steps: their kinds, with the names of functions that have one of their own."""
    words = []
    for kind, function in steps[-_LABELLED:]:
        name = getattr(function, "__name__", "_")
        words.append(kind if name.startswith(("_", "<")) else f"{kind} {name[:40]}")
    return " → ".join(words)


class RDDBase(Generic[T_co]):
    """The machinery under the operations; see ``RDD`` for those."""

    #: Resource profiles are not here; libraries on top of PySpark ask.
    has_resource_profile = False

    def __init__(
        self,
        ctx: Context,
        source: Source | Node | Callable[[], Node],
        steps: tuple[Step, ...] = (),
        partitioner: Any = None,
    ) -> None:
        self.ctx = ctx
        self._number: int | None = None
        self._source = source if isinstance(source, Source) else Source(source)
        self._steps = steps
        self._frozen: Source | None = None
        self.partitioner = partitioner
        self._name: str | None = None
        #: Whether the steps run in tasks that run all at once.
        self._barrier = False
        if not steps:
            self.id()

    @property
    def context(self) -> Context:
        """The context that this RDD was made on."""
        return self.ctx

    def _derive(self, kind: str, function: Any, preserves_partitioning: bool = False) -> RDD[Any]:
        """Return an RDD with one more step over this one."""
        partitioner = self.partitioner if preserves_partitioning else None
        derived = self._new(self._source, (*self._steps, (kind, function)), partitioner)
        derived._barrier = self._barrier
        return derived

    def _new(
        self,
        source: Source | Node | Callable[[], Node],
        steps: tuple[Step, ...] = (),
        partitioner: Any = None,
    ) -> RDD[Any]:
        from sluice.rdd import RDD, PipelinedRDD

        return (PipelinedRDD if steps else RDD)(self.ctx, source, steps, partitioner)

    def _base(self) -> Node:
        """Return the node that the steps are added to."""
        return self._source.node()

    def _freeze(self) -> Source:
        """Pickle the steps, once."""
        if not self._steps:
            return self._source
        if self._frozen is None:
            below, command = self._source, self._pickle(self._profiled(self._steps, self.id))
            barrier, label = self._barrier, _label(self._steps)
            self._frozen = Source(lambda: self._stage([below.node()], command, label, barrier))
        return self._frozen

    def _node(self) -> Node:
        """Freeze and return the plan node."""
        return self._freeze().plain() if self._steps else self._base()

    @staticmethod
    def _stage(
        inputs: Sequence[Node], command: tuple[bytes, list[Any]], label: str, barrier: bool = False
    ) -> Node:
        """Return a Python stage over some inputs; with ``barrier`` its tasks run all at once."""
        blob, broadcasts = command
        attributes: dict[str, Any] = {
            "label": label,
            "digest": hashlib.blake2b(blob, digest_size=16).hexdigest(),
            "size": len(blob),
        }
        if broadcasts:
            attributes["broadcasts"] = [broadcast.id for broadcast in broadcasts]
        if barrier:
            attributes["barrier"] = True
        return Node("python", inputs, inputs[0].partitions, attributes, (blob,), broadcasts)

    def _profiled(self, steps: tuple[Step, ...], number: Callable[[], int]) -> tuple[Step, ...]:
        """Return the steps with a profiler before them, if the context asks for that."""
        if self.ctx.profiler_collector is None:
            return steps
        profiler = self.ctx._profiler_of(number())
        return steps if profiler is None else (("profile", profiler), *steps)

    def _pickle(self, steps: tuple[Step, ...]) -> tuple[bytes, list[Any]]:
        try:
            with collect_references() as broadcasts:
                blob = dumps_function(list(steps))
        except ContextError as error:
            # A context or an RDD in it: PySpark's programs catch a pickling error.
            raise explain(list(steps), "function", error) from error
        if len(blob) > _LARGE_COMMAND:
            carrier = self.ctx._broadcast_bytes(blob)
            with collect_references() as more:
                blob = dumps_function([("command", carrier)])
            broadcasts = [*broadcasts, *more]
        return blob, broadcasts

    def _shuffle(self, num_partitions: int, writer: Any, partitioner: Any = None) -> RDD[Any]:
        """Return an RDD over what ``writer.write(items, split, out)`` emits for each of ``num_partitions``.

        The steps are pickled now; the files below, if there are any, are looked at when the shuffle is needed.
        """
        if not num_partitions:
            return self._new(Node("source", [], 0, {"sizes": []}), (), partitioner)
        # What writes the shuffle counts as an RDD of its own.
        steps = self._profiled((*self._steps, ("write", writer)), self.ctx._next_rdd_id)
        below, command, barrier = self._source, self._pickle(steps), self._barrier
        label = _label(self._steps)

        def make() -> Node:
            return Node("shuffle", [self._stage([below.node()], command, label, barrier)], num_partitions)

        return self._new(make, (), partitioner)

    def _multi(
        self, kind: str, inputs: Sequence[Node], function: Callable[..., Any], partitioner: Any = None
    ) -> RDD[Any]:
        """Return an RDD of ``function(split, iterator, ...)`` over several inputs side by side."""
        count = inputs[0].partitions
        if kind == "cartesian":
            count *= inputs[1].partitions
        return self._new(Node(kind, list(inputs), count), (("multi", function),), partitioner)

    def getNumPartitions(self) -> int:
        """Return the number of partitions."""
        return self._source.plain().partitions

    def id(self) -> int:
        """Return the number that names this RDD in its context; one with steps is numbered when it is asked."""
        if self._number is None:
            self._number = self.ctx._next_rdd_id()
        return self._number

    def name(self) -> str | None:
        """Return the name that was given to this RDD; the path where it reads files."""
        return self._name

    def setName(self, name: str) -> RDD[T_co]:
        """Name this RDD; return itself."""
        self._name = name
        return self._self

    def toDebugString(self) -> bytes:
        """Return a text about this RDD and what it is made of, as UTF-8. The functions are pickled now."""
        from sluice.rdd.lineage import describe

        return describe(self._self).encode()

    @property
    def is_cached(self) -> bool:
        """Whether its partitions are kept once they were computed."""
        return not self._steps and self._source.level is not None

    def cache(self) -> RDD[T_co]:
        """Keep the partitions once they are computed; return itself."""
        return self.persist()

    def persist(self, storageLevel: StorageLevel = StorageLevel.MEMORY_ONLY) -> RDD[T_co]:
        """Keep the partitions once they are computed; return itself. The functions above are pickled now.

        Where there is no room in memory, a partition goes to disk; with a level that does not use the disk it is not
        kept, and computed each time.

        Raises:
            TypeError: not a storage level.
            UnsupportedError: the RDD is kept with another level, or nothing can be kept with this one.
        """
        self._check_level(storageLevel)
        if self.getStorageLevel() not in (StorageLevel.NONE, storageLevel):
            from sluice.pyspark import present

            raise present(
                UnsupportedError(
                    "Cannot change storage level of an RDD after it was already assigned a level",
                    rdd=self.id(),
                    level=self.getStorageLevel(),
                    advice="call unpersist first",
                )
            )
        # What is derived from now on starts here, and so does this RDD itself.
        self._source, self._steps = self._freeze(), ()
        self._source.level = storageLevel
        if self.is_cached:
            self.ctx._persisted[self.id()] = self._self
        return self._self

    def _check_level(self, level: StorageLevel) -> None:
        if not isinstance(level, StorageLevel):
            raise TypeError(
                f"storageLevel must be a StorageLevel: got={type(level).__name__}, advice=take one of its "
                "constants, such as StorageLevel.MEMORY_AND_DISK"
            )
        flaw = level._flaw()
        if flaw:
            from sluice.pyspark import present

            raise present(UnsupportedError(f"a storage level needs {flaw}", rdd=self.id(), level=level))

    def unpersist(self, blocking: bool = False) -> RDD[T_co]:
        """Free the kept partitions and keep none from now on; return itself."""
        self.ctx._persisted.pop(self.id(), None)
        released = None if self._steps else self._source.release()
        if released is not None:
            self.ctx._forget(released)
        return self._self

    def cleanShuffleDependencies(self, blocking: bool = False) -> None:
        """Free the files of the shuffles that this RDD is computed from, up to what is kept by ``persist``.

        A job that needs them later runs their first halves again.
        """
        shuffles, above = set(), list(self._source.made())
        while above:
            node = above.pop()
            if node.type == "shuffle":
                shuffles.add(node.id)
            if node.type != "cached":
                above.extend(node.inputs)
        self.ctx._free(sorted(shuffles))

    def getResourceProfile(self) -> Any:
        """Return what this RDD's tasks need besides a core; always ``None``, there are no resource profiles."""
        return None

    def getStorageLevel(self) -> StorageLevel:
        """Return how partitions are kept; ``StorageLevel.NONE`` if they are not."""
        return (None if self._steps else self._source.level) or StorageLevel.NONE

    @property
    def _self(self) -> RDD[T_co]:
        from sluice.rdd import RDD

        assert isinstance(self, RDD)
        return self

    def __getattr__(self, name: str) -> Any:
        raise absent.missing(self, absent.RDD, name)

    def __getnewargs__(self) -> Any:
        from sluice.pyspark import present

        raise present(
            ContextError(
                "it appears that you are attempting to broadcast an RDD, or to use one inside a function of another",
                rdd=self.id(),
                advice="join the two, or collect one and broadcast the values (SPARK-5063 is the same rule)",
            ),
            "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER",
        )

    def __reduce__(self) -> Any:
        return self.__getnewargs__()

    def __repr__(self) -> str:
        return f"{self._name or 'RDD'}[{self.id()}]"
