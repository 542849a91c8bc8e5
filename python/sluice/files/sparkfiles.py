# SPDX-License-Identifier: Apache-2.0
"""Where files that were added are: the same in the driver and in tasks."""

from __future__ import annotations

import os
from typing import NoReturn

from sluice.errors import ContextError
from sluice.taskcontext import FILES_ROOT, TaskContext

__all__ = ["SparkFiles"]


class SparkFiles:
    """Finds what ``Context.addFile``, ``addArchive`` and ``addPyFile`` added. There are no objects of it."""

    def __init__(self) -> NoReturn:
        raise NotImplementedError("Do not construct SparkFiles objects")

    @classmethod
    def get(cls, filename: str) -> str:
        """Return the absolute path of an added file."""
        return os.path.abspath(os.path.join(cls.getRootDirectory(), filename))

    @classmethod
    def getRootDirectory(cls) -> str:
        """Return the directory that holds all that was added.

        Raises:
            ContextError: there is no context.
        """
        task = TaskContext.get()
        root = task.getLocalProperty(FILES_ROOT) if task is not None else _of_driver()
        if root is None:
            from sluice.pyspark import present

            raise present(ContextError("there are no added files without a context", advice="make one first"))
        return root


def _of_driver() -> str | None:
    from sluice.context import Context

    active = Context._active_spark_context
    return str(active._added.root) if active is not None else None
