# SPDX-License-Identifier: Apache-2.0
"""The graph behind RDDs, as messages to the JVM: a node is sent once, in the job that first needs it."""

from __future__ import annotations

import itertools
import json
import struct
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluice.cleaner import Cleaner
    from sluice.files.checkpoints import Checkpoint
    from sluice.storagelevel import StorageLevel

_U32 = struct.Struct(">I")
_ids = itertools.count()
#: Nothing in a message can hold itself, so nobody need look for that.
_json = json.JSONEncoder(check_circular=False).encode
#: Nodes for which the JVM keeps files and memory.
_WITH_DATA = {"cached", "shuffle"}


class Node:
    """One node of the plan. ``attributes`` go as JSON, ``blobs`` behind it; only ``Plan.redefine`` changes it."""

    __slots__ = (
        "__weakref__",
        "attributes",
        "blobs",
        "broadcasts",
        "id",
        "inputs",
        "on_end",
        "partitions",
        "sent",
        "type",
        "version",
    )

    def __init__(
        self,
        type_: str,
        inputs: Sequence[Node],
        partitions: int,
        attributes: dict[str, Any] | None = None,
        blobs: Sequence[bytes] = (),
        broadcasts: Sequence[Any] = (),
    ) -> None:
        #: Told the id of a node that the JVM knows, once the program has let go of it.
        self.on_end: Callable[[int], None] | None = None
        self.id = next(_ids)
        self.type = type_
        self.inputs = tuple(inputs)
        self.partitions = partitions
        self.attributes = attributes or {}
        self.blobs = tuple(blobs)
        #: The broadcasts that functions of this node read; kept alive with it.
        self.broadcasts = tuple(broadcasts)
        self.sent = False
        #: Counts how often what is to be sent of it has changed.
        self.version = 0

    def __del__(self) -> None:
        # A finalizer of weakref does the same, but making one for each node costs a small job 20 µs.
        if self.on_end is not None:
            self.on_end(self.id)

    def describe(self) -> dict[str, Any]:
        """Return the node's JSON; what is missing in it is empty."""
        described = {"id": self.id, "type": self.type, "partitions": self.partitions, **self.attributes}
        if self.inputs:
            described["inputs"] = [node.id for node in self.inputs]
        return described


class Source:
    """Where an RDD's steps start: a node, or how to make it once it is needed.

    All RDDs that add steps to the same RDD share it, so that what is cached is cached for them all.
    """

    __slots__ = ("__weakref__", "_kept", "_lock", "_make", "_node", "checkpoint", "level")

    def __init__(self, node: Node | Callable[[], Node]) -> None:
        self._node = node if isinstance(node, Node) else None
        self._make = None if isinstance(node, Node) else node
        self._kept: Node | None = None
        self._lock = threading.RLock()
        #: How the engine is to keep the partitions; ``None`` if it is not.
        self.level: StorageLevel | None = None
        #: What is to become, or became, of the lineage.
        self.checkpoint: Checkpoint | None = None

    def made(self) -> set[Node]:
        """Return the nodes that jobs so far may have read from."""
        return {node for node in (self._node, self._kept) if node is not None}

    def plain(self) -> Node:
        """Return the node itself, whether or not it is kept."""
        if self._node is None:
            with self._lock:
                if self._node is None:
                    assert self._make is not None
                    self._node, self._make = self._make(), None
        return self._node

    def node(self) -> Node:
        """Return the node to read from."""
        plain = self.plain()
        if self.level is None or not self.level._kept:
            return plain
        if self._kept is None:
            with self._lock:
                if self._kept is None:
                    self._kept = Node("cached", [plain], plain.partitions, {"keep": self.level._keep})
        return self._kept

    def release(self) -> Node | None:
        """Stop keeping; return the node whose partitions the engine is to forget.

        Nodes that read from it know it by its id, so it stays in the plan, as one that passes through.
        """
        self.level = None
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.type = "union"
            kept.sent = False
        return kept


class Plan:
    """What the JVM has been told of the graph, and what it may forget."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner
        self._lock = threading.Lock()
        #: All that was ever in a message.
        self._known: weakref.WeakSet[Node] = weakref.WeakSet()
        #: The module search path of the last job, which hardly ever changes, as a node: it is sent once.
        self._path = Node("path", [], 0, {"entries": ()})

    def message(
        self,
        target: Node,
        partitions: Iterable[int] | None,
        path: tuple[str, ...],
        properties: dict[str, str],
        ordered: bool = True,
    ) -> tuple[bytes, list[tuple[Node, int]]]:
        """Return a SUBMIT payload and the nodes in it, which are to be marked as sent once the JVM has answered.

        Until then another thread sends them again, which does no harm; the other order would. They are to be held as
        long as the job runs: the path's may have no other owner.
        """
        with self._lock:
            if path != self._path.attributes["entries"]:
                self._path = Node("path", [], 0, {"entries": path})
            nodes = [self._path, *self._unsent(target)]
            sent = [(node, node.version) for node in nodes]
            told = [node for node in nodes if not node.sent]
            described = [node.describe() for node in told]
            blobs = [blob for node in told for blob in node.blobs]
            self._known.update(told)
        body: dict[str, Any] = {
            "nodes": described,
            "target": target.id,
            "path": nodes[0].id,
            "properties": properties,
        }
        if dropped := self._cleaner.take():
            body["drop"] = dropped
        if partitions is not None:
            body["partitions"] = list(partitions)
        if not ordered:
            body["unordered"] = True
        encoded = _json(body).encode()
        return b"".join([_U32.pack(len(encoded)), encoded, *blobs]), sent

    def redefine(self, node: Node, other: Node) -> None:
        """Make a node what another is; the JVM is told before it, or what reads from it, is used again."""
        with self._lock:
            node.type, node.inputs, node.attributes = other.type, other.inputs, other.attributes
            node.blobs, node.broadcasts = other.blobs, other.broadcasts
            changed = {node}
            while found := {
                reader
                for reader in self._known
                if reader not in changed and changed.intersection(reader.inputs)
            }:
                changed |= found
            for each in changed:
                each.version += 1
                each.sent = False

    def mark(self, nodes: list[tuple[Node, int]]) -> None:
        """Note that the JVM knows these nodes as they were; from now on their end is reported."""
        with self._lock:
            for node, version in nodes:
                if not node.sent and node.version == version:
                    node.sent = True
                    if node.type in _WITH_DATA:
                        node.on_end = self._cleaner.gone_with_data
                        self._cleaner.start()
                    elif node.on_end is None:
                        node.on_end = self._cleaner.gone

    @staticmethod
    def _unsent(target: Node) -> list[Node]:
        found: dict[int, Node] = {}
        stack = [(target, False)]
        while stack:
            node, inputs_done = stack.pop()
            if node.sent or node.id in found:
                continue
            if inputs_done:
                found[node.id] = node
            else:
                stack.append((node, True))
                stack.extend((child, False) for child in node.inputs)
        return list(found.values())
