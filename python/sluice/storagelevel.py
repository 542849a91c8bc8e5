# SPDX-License-Identifier: Apache-2.0
"""Where a persisted data set is kept."""

from __future__ import annotations

from typing import ClassVar

__all__ = ["StorageLevel"]

_COPIES = 40


class StorageLevel:
    """Flags: disk, memory, outside the heap, as live objects, and how many copies.

    Disk and memory decide where partitions are kept. On one machine there is one copy, whatever the number; it is bytes
    in any case, and never outside the heap.
    """

    NONE: ClassVar[StorageLevel]
    DISK_ONLY: ClassVar[StorageLevel]
    DISK_ONLY_2: ClassVar[StorageLevel]
    DISK_ONLY_3: ClassVar[StorageLevel]
    MEMORY_ONLY: ClassVar[StorageLevel]
    MEMORY_ONLY_2: ClassVar[StorageLevel]
    MEMORY_AND_DISK: ClassVar[StorageLevel]
    MEMORY_AND_DISK_2: ClassVar[StorageLevel]
    MEMORY_AND_DISK_DESER: ClassVar[StorageLevel]
    OFF_HEAP: ClassVar[StorageLevel]

    def __init__(
        self, useDisk: bool, useMemory: bool, useOffHeap: bool, deserialized: bool, replication: int = 1
    ) -> None:
        self.useDisk = useDisk
        self.useMemory = useMemory
        self.useOffHeap = useOffHeap
        self.deserialized = deserialized
        self.replication = replication

    @property
    def _kept(self) -> bool:
        return bool(self.useDisk or self.useMemory)

    @property
    def _keep(self) -> str:
        """What the engine calls it."""
        if self.useMemory:
            return "MEMORY_AND_DISK" if self.useDisk else "MEMORY"
        return "DISK"

    def _flaw(self) -> str | None:
        """Why nothing can be kept so, or ``None``."""
        if not 1 <= self.replication < _COPIES:
            return f"a number of copies from 1 to {_COPIES - 1}"
        if not self._kept and self != StorageLevel.NONE:
            return "disk or memory"
        return None

    def _key(self) -> tuple[bool, bool, bool, bool, int]:
        return (self.useDisk, self.useMemory, self.useOffHeap, self.deserialized, self.replication)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StorageLevel) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"StorageLevel({', '.join(map(str, self._key()))})"

    def __str__(self) -> str:
        words = [
            name
            for name, used in (
                ("Disk", self.useDisk),
                ("Memory", self.useMemory),
                ("OffHeap", self.useOffHeap),
                ("Deserialized" if self.deserialized else "Serialized", True),
            )
            if used
        ]
        return f"{' '.join(words)} {self.replication}x Replicated"


StorageLevel.NONE = StorageLevel(False, False, False, False)
StorageLevel.DISK_ONLY = StorageLevel(True, False, False, False)
StorageLevel.DISK_ONLY_2 = StorageLevel(True, False, False, False, 2)
StorageLevel.DISK_ONLY_3 = StorageLevel(True, False, False, False, 3)
StorageLevel.MEMORY_ONLY = StorageLevel(False, True, False, False)
StorageLevel.MEMORY_ONLY_2 = StorageLevel(False, True, False, False, 2)
StorageLevel.MEMORY_AND_DISK = StorageLevel(True, True, False, False)
StorageLevel.MEMORY_AND_DISK_2 = StorageLevel(True, True, False, False, 2)
StorageLevel.MEMORY_AND_DISK_DESER = StorageLevel(True, True, False, True)
StorageLevel.OFF_HEAP = StorageLevel(True, True, True, False, 1)
