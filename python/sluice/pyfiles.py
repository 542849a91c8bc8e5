# SPDX-License-Identifier: Apache-2.0
"""Modules that a program brings to its tasks, and the module search path that travels with each job."""

from __future__ import annotations

import functools
import importlib
import os
import shutil
import sys
from pathlib import Path

from sluice.errors import InputError

__all__ = ["PyFiles"]

_ARCHIVES = (".zip", ".egg", ".jar", ".whl")


class PyFiles:
    """Copies of added files, as they were then; each has a place of its own on ``sys.path``."""

    def __init__(self, run: Path) -> None:
        self._root = run / "pyfiles"
        self._entries: list[str] = []

    def add(self, path: str) -> None:
        """Copy a file or directory and put it on ``sys.path``."""
        source = Path(os.path.abspath(os.fspath(path).removeprefix("file://").removeprefix("file:")))
        if not source.exists():
            raise InputError("cannot add a file that is not there", path=source)
        if not source.is_dir() and source.suffix not in (".py", *_ARCHIVES):
            raise InputError(
                "only modules, archives and directories can be added",
                path=source,
                expected="py, zip, egg, whl",
            )
        place = self._root / str(len(self._entries))
        place.mkdir(mode=0o700, parents=True)
        copy = place / source.name
        if source.is_dir():
            shutil.copytree(source, copy)
            # A package is imported by its own name, from the directory above it.
            entry = place if (copy / "__init__.py").exists() else copy
        else:
            shutil.copyfile(source, copy)
            entry = copy if source.suffix in _ARCHIVES else place
        self._entries.append(str(entry))
        sys.path.insert(1, str(entry))
        importlib.invalidate_caches()

    @staticmethod
    def search_path() -> list[str]:
        """Return the driver's ``sys.path`` as it means the same to another process."""
        entries = (os.getcwd(), *(entry for entry in sys.path if isinstance(entry, str)))
        return list(_absolute(entries))

    def close(self) -> None:
        """Take the entries off ``sys.path`` and remove the copies."""
        for entry in self._entries:
            if entry in sys.path:
                sys.path.remove(entry)
            sys.path_importer_cache.pop(entry, None)
        self._entries.clear()
        shutil.rmtree(self._root, ignore_errors=True)


@functools.lru_cache(maxsize=8)
def _absolute(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Paths resolved against the first, which is the working directory; every job asks, and little changes."""
    directory, *path = entries
    return tuple(os.path.normpath(os.path.join(directory, entry)) for entry in path)
