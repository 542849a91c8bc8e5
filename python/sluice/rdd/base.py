# SPDX-License-Identifier: Apache-2.0
"""What an RDD is: a node of the plan, and the steps that were added since, which run fused.

**When things freeze.** Steps are pickled when the RDD is first the target of a job, or when an operation needs its node
(union, zip, persist, a shuffle); each derived RDD pickles the chain afresh, so that it sees its functions' variables as
they are then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sluice.closure import collect_references, dumps_function
from sluice.errors import ContextError
from sluice.plan import Node

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)

Step = tuple[str, Any]
#: A function above this many pickled bytes travels as a broadcast.
_LARGE_COMMAND = 1 << 20


class RDDBase(Generic[T_co]):
    """The machinery under the operations; see ``RDD`` for those."""

    def __init__(
        self,
        ctx: Context,
        source: Node | Callable[[], Node],
        steps: tuple[Step, ...] = (),
        partitioner: Any = None,
    ) -> None:
        self.ctx = ctx
        #: Numbers RDDs in the order in which they are made.
        self._id = ctx._next_rdd_id()
        self._source = source
        self._steps = steps
        self._frozen: Node | None = None
        self.partitioner = partitioner
        self._name: str | None = None
        self._cached: Node | None = None
        self._persisted: Any = None

    def _base(self) -> Node:
        """Return the node that the steps are added to; a source is described when it is first needed."""
        if not isinstance(self._source, Node):
            self._source = self._source()
        return self._source

    def _derive(self, kind: str, function: Any, preserves_partitioning: bool = False) -> RDD[Any]:
        """Return an RDD with one more step over this one."""
        partitioner = self.partitioner if preserves_partitioning else None
        if self._cached is not None:
            return self._new(self._cached, ((kind, function),), partitioner)
        if self._steps:
            return self._new(self._source, (*self._steps, (kind, function)), partitioner)
        return self._new(self._source if isinstance(self._source, Node) else self._base, ((kind, function),), partitioner)

    def _new(
        self, source: Node | Callable[[], Node], steps: tuple[Step, ...] = (), partitioner: Any = None
    ) -> RDD[Any]:
        from sluice.rdd import RDD

        return RDD(self.ctx, source, steps, partitioner)

    def _node(self) -> Node:
        """Freeze: pickle the steps, once, and return the plan node."""
        if self._cached is not None:
            return self._cached
        if self._frozen is None:
            base = self._base()
            self._frozen = self._stage([base], self._steps, base.partitions) if self._steps else base
        return self._frozen

    def _stage(self, inputs: Sequence[Node], steps: tuple[Step, ...], partitions: int) -> Node:
        """Return a Python stage over some inputs."""
        blob, broadcasts = self._pickle(steps)
        attributes = {
            "digest": hashlib.blake2b(blob, digest_size=16).hexdigest(),
            "size": len(blob),
            "broadcasts": [broadcast.id for broadcast in broadcasts],
        }
        return Node("python", inputs, partitions, attributes, (blob,), broadcasts)

    def _pickle(self, steps: tuple[Step, ...]) -> tuple[bytes, list[Any]]:
        with collect_references() as broadcasts:
            blob = dumps_function(list(steps))
        if len(blob) > _LARGE_COMMAND:
            carrier = self.ctx._broadcast_bytes(blob)
            with collect_references() as more:
                blob = dumps_function([("command", carrier)])
            broadcasts = [*broadcasts, *more]
        return blob, broadcasts

    def _shuffle(self, num_partitions: int, writer: Any, partitioner: Any = None) -> RDD[Any]:
        """Return an RDD over what ``writer.write(items, split, out)`` emits for each of ``num_partitions``."""
        base = self._cached if self._cached is not None else self._base()
        steps = () if self._cached is not None else self._steps
        stage = self._stage([base], (*steps, ("write", writer)), base.partitions)
        return self._new(Node("shuffle", [stage], num_partitions), (), partitioner)

    def _multi(self, others: Iterable[Node], kind: str, partitions: int, function: Callable[..., Any]) -> RDD[Any]:
        """Return an RDD of ``function(split, iterator, ...)`` over several inputs side by side."""
        inputs = Node(kind, list(others), partitions)
        return self._new(inputs, (("multi", function),))

    def getNumPartitions(self) -> int:
        """Return the number of partitions."""
        return self._base().partitions

    def id(self) -> int:
        """Return the number that names this RDD in its context."""
        return self._id

    def __getnewargs__(self) -> Any:
        raise ContextError(
            "an RDD cannot be used inside a function of another RDD",
            rdd=self._id,
            advice="join the two, or collect one and broadcast it (SPARK-5063 is the same rule)",
        )

    def __reduce__(self) -> Any:
        return self.__getnewargs__()
