# SPDX-License-Identifier: Apache-2.0
"""The part of the context about files that tasks find, and about checkpoints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from sluice.files.added import AddedFiles
from sluice.files.checkpoints import Checkpoints
from sluice.files.filesystems import display

if TYPE_CHECKING:
    from sluice.conf import Conf
    from sluice.context import Context
    from sluice.rdd import RDD


class ContextFiles:
    """Mixed into ``Context``."""

    _added: AddedFiles
    _checkpoints: Checkpoints
    #: Whether tasks find files that the driver has made for them.
    _shares_files: bool

    def addFile(self, path: str, recursive: bool = False) -> None:
        """Copy a file for tasks, which find it by ``SparkFiles.get(name)``; adding it again is nothing.

        Args:
            path: a file of this machine, or a URL that fsspec opens.
            recursive: whether it may be a directory, added with all that is in it.

        Raises:
            InputError: it is missing, is a directory, or another of its name with other contents was added.
        """
        self._added.add(path, recursive)

    @property
    def listFiles(self) -> list[str]:
        """The paths of all that was added by ``addFile`` and ``addPyFile``."""
        return self._added.files

    def addArchive(self, path: str) -> None:
        """Unpack an archive for tasks, which find its directory by ``SparkFiles.get(name)``.

        Args:
            path: a zip, jar, tar, tar.gz or tgz; the directory has its name, or what stands behind a ``#``.

        Raises:
            InputError: it is missing or damaged, or something in it would lie outside.
        """
        self._added.add_archive(path)

    @property
    def listArchives(self) -> list[str]:
        """The paths of all that was added by ``addArchive``."""
        return self._added.archives

    def addPyFile(self, path: str) -> None:
        """Make a module, a zip, egg or wheel, or a package's directory importable here and in tasks from now on.

        Raises:
            InputError: there is no such file.
        """
        self._added.add_module(path)

    def setCheckpointDir(self, dirName: str) -> None:
        """Write checkpoints into a new directory below this one, which stays when the program ends.

        Raises:
            InputError: it cannot be made.
        """
        self._checkpoints.use(dirName)

    def getCheckpointDir(self) -> str | None:
        """Return the directory of this context's checkpoints, if there is one."""
        directory = self._checkpoints.directory
        return None if directory is None else display(directory)

    def _checkpointFile(self, name: str, input_deserializer: Any = None) -> RDD[Any]:
        return self._checkpoints.recover(name)

    def _ship(self, method: str, path: str) -> None:
        """Have a copied file sent to where tasks run."""
        cast("Context", self)._engine().call(method, path=path)

    def _add_configured(self, conf: Conf, modules: Iterable[str]) -> None:
        """Add what the constructor, the configuration and spark-submit's options name."""
        for path in _listed(conf, "spark.files"):
            self.addFile(path, True)
        for path in _listed(conf, "spark.archives"):
            self.addArchive(path)
        for path in (*modules, *_listed(conf, "spark.submit.pyFiles")):
            self.addPyFile(path)


def _listed(conf: Conf, key: str) -> list[str]:
    return [part.strip() for part in (conf.get(key) or "").split(",") if part.strip()]
