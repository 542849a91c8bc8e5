# SPDX-License-Identifier: Apache-2.0
"""Operations that cut off how an RDD is computed."""

from __future__ import annotations

from typing import TypeVar

from sluice.files.checkpoints import Checkpoint
from sluice.rdd.base import RDDBase

T_co = TypeVar("T_co", covariant=True)


class Checkpointed(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def checkpoint(self) -> None:
        """Write the partitions to the checkpoint directory after the next job that computes this RDD.

        Later jobs read the files, which stay when the program ends. The partitions are computed a second time to be
        written, unless they are persisted. The functions above are pickled now.

        Raises:
            JobError: ``setCheckpointDir`` was not called.
        """
        self._ask(local=False)

    def localCheckpoint(self) -> None:
        """Keep the partitions, in memory and on disk, after the next job, and forget how they were computed.

        They end with the context, or by ``unpersist``, and then cannot be computed again.
        """
        self._ask(local=True)

    def isCheckpointed(self) -> bool:
        """Return whether later jobs read what was written, or kept."""
        return self._checkpoint is not None and self._checkpoint.done

    @property
    def is_checkpointed(self) -> bool:
        """Whether ``checkpoint`` was called."""
        return self._checkpoint is not None and not self._checkpoint.local

    def isLocallyCheckpointed(self) -> bool:
        """Return whether ``localCheckpoint`` was called."""
        return self._checkpoint is not None and self._checkpoint.local

    def getCheckpointFile(self) -> str | None:
        """Return the directory that was written; ``None`` before, and for a local checkpoint."""
        return self._checkpoint.file if self._checkpoint is not None else None

    @property
    def _checkpoint(self) -> Checkpoint | None:
        return None if self._steps else self._source.checkpoint

    def _ask(self, local: bool) -> None:
        source = self._freeze()
        self.ctx._checkpoints.ask(source, self.id(), local)
        # What is derived from now on starts here, and so does this RDD itself.
        self._source, self._steps = source, ()
        if local:
            self.ctx._persisted[self.id()] = self._self
