# SPDX-License-Identifier: Apache-2.0
"""Files, archives and modules that a program brings to its tasks, copied as they were then into one directory.

Driver and workers share that directory; on Apache Spark, where they do not, each of these is sent as well. It is on the
module search path, which travels with each job; so do its name and a number that changes with each addition, by which
workers know that they have to look again.
"""

from __future__ import annotations

import functools
import importlib
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sluice import fetching
from sluice.errors import InputError, SluiceError
from sluice.files.filesystems import is_url
from sluice.taskcontext import FILES_NUMBER, FILES_ROOT

__all__ = ["AddedFiles", "search_path"]

_PACKAGES = (".zip", ".egg", ".jar", ".whl")


class AddedFiles:
    """What was added to one context.

    Args:
        run: the run's private directory.
        ship: sends what was added to where tasks run, if that is another machine: called with ``addFile`` or
            ``addArchive``, and with the address of a file of this machine, with ``#`` and the directory's name.
    """

    def __init__(self, run: Path, ship: Callable[[str, str], None] | None = None) -> None:
        self._ship = ship
        #: Archives as they are sent: outside of the root, which is on the search path.
        self._sent = run / f"sent-{os.urandom(6).hex()}"
        self.root = run / f"files-{os.urandom(6).hex()}"
        self.root.mkdir(mode=0o700)
        self._lock = threading.Lock()
        self._files: list[str] = []
        self._archives: list[str] = []
        self._entries: list[str] = [str(self.root)]
        self._added = 0
        sys.path.insert(1, str(self.root))

    @property
    def files(self) -> list[str]:
        """The paths that were added, as PySpark writes them."""
        return list(self._files)

    @property
    def archives(self) -> list[str]:
        """The archives that were added."""
        return list(self._archives)

    def properties(self) -> dict[str, str]:
        """Return what a job tells its tasks."""
        return {FILES_ROOT: str(self.root), FILES_NUMBER: str(self._added)}

    def add(self, path: str, recursive: bool = False) -> str:
        """Copy a file, or a directory if ``recursive``; return its name below the root. Again is nothing.

        Raises:
            InputError: it is missing, is a directory, or another of this name and with other contents is there.
        """
        with self._lock, _presented(path):
            where, shown, name = fetching.located(path)
            if fetching.is_directory(where):
                if not recursive:
                    raise InputError(
                        "[UNSUPPORTED_ADD_FILE.DIRECTORY] Don't support add file. "
                        f"The file {shown}/ is a directory",
                        "org.apache.spark.SparkException",
                        advice="pass recursive=True to add it with all that is in it",
                    )
                shown += "/"
            if shown not in self._files:
                self._place(where, shown, name)
                if self._ship is not None:
                    self._send(self._ship, self.root / name, name)
                self._files.append(shown)
                self._changed()
            return name

    def add_archive(self, path: str) -> None:
        """Unpack an archive into a directory of its name, or of what stands behind ``#``. Again is nothing.

        A file that is no archive by its name is copied as it is.

        Raises:
            InputError: it is missing or cannot be unpacked; nothing of it is there then.
        """
        # Not at the top: most programs unpack nothing, and every program's start waits for its imports.
        from sluice.files import archives

        with self._lock, _presented(path):
            whole = "#" not in path or os.path.exists(path)
            plain, _, fragment = (path, "", "") if whole else path.rpartition("#")
            where, shown, own_name = fetching.located(plain)
            name = fragment or own_name
            fetching.check_name(name, path)
            shown += f"#{fragment}" if fragment else ""
            if shown in self._archives:
                return
            target = self.root / name
            if os.path.lexists(target):
                raise InputError(
                    f"{target} exists already", "org.apache.spark.SparkException", path=path, name=name
                )
            with self._staged() as staged, self._staged(own_name) as fetched:
                if is_url(where):
                    fetching.fetch(where, fetched)
                    where = str(fetched)
                # Environments hold links to the machine's own Python; nothing is written through them.
                archives.unpack(where, staged, any_link=self._ship is not None)
                if self._ship is not None:
                    self._send(
                        self._ship, staged if os.path.isdir(where) else Path(where), name, archive=True
                    )
                os.rename(staged, target)
            self._archives.append(shown)
            self._changed()

    def add_module(self, path: str) -> None:
        """Copy a module, a zip, egg or wheel, or a package's directory, and make it importable.

        Raises:
            InputError: what ``add`` raises.
        """
        name = self.add(path, recursive=True)
        copied = self.root / name
        modules = copied.is_dir() and not (copied / "__init__.py").exists()
        entry = str(copied)
        # A module or a package's directory is found in the root itself.
        if (modules or name.lower().endswith(_PACKAGES)) and entry not in self._entries:
            self._entries.append(entry)
            sys.path.insert(1, entry)
        importlib.invalidate_caches()

    def lend(self, package: str) -> None:
        """Send a package of this interpreter's for those that lack it: it is last on the search path."""
        from importlib.util import find_spec

        with self._lock:
            spec = find_spec(package)
            if self._ship is None or spec is None or not spec.submodule_search_locations:
                return
            above = Path(spec.submodule_search_locations[0]).parent
            packed = shutil.make_archive(str(self.root / f"sluice-{package}"), "zip", above, package)
            self._send(self._ship, Path(packed), "")
            self._entries.append(packed)
            sys.path.append(packed)
            self._changed()

    def close(self) -> None:
        """Take the entries off ``sys.path`` and remove the copies."""
        for entry in self._entries:
            if entry in sys.path:
                sys.path.remove(entry)
            sys.path_importer_cache.pop(entry, None)
        self._entries.clear()
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self._sent, ignore_errors=True)

    def _changed(self) -> None:
        self._added += 1
        importlib.invalidate_caches()

    def _send(
        self, ship: Callable[[str, str], None], path: Path, name: str, *, archive: bool = False
    ) -> None:
        """Send a copied file as it is, a directory packed, an archive as a copy: it may be fetched much later."""
        # Not at the top, for the sake of programs that add nothing.
        from urllib.parse import quote

        if not path.is_dir() and not archive:
            ship("addFile", path.as_uri())
            return
        self._sent.mkdir(mode=0o700, exist_ok=True)
        # Files that are served need names of their own; they are unpacked under another.
        kept = self._sent / f"{os.urandom(6).hex()}-{path.name.lstrip('.')}"
        if path.is_dir():
            kept = Path(shutil.make_archive(str(kept), "zip", path))
        else:
            shutil.copyfile(path, kept)
        ship("addArchive", f"{kept.as_uri()}#{quote(name)}")

    def _place(self, where: str, shown: str, name: str) -> None:
        target = self.root / name
        with self._staged() as staged:
            fetching.copy(where, staged)
            if not os.path.lexists(target):
                os.rename(staged, target)
            elif not _same(staged, target):
                raise InputError(
                    f"File {target} exists and does not match contents of {shown}",
                    "org.apache.spark.SparkException",
                    advice="give the other file another name",
                )

    @contextmanager
    def _staged(self, name: str = "") -> Iterator[Path]:
        """A path that is new, and at which there is nothing afterwards."""
        path = self.root / f".{os.urandom(16).hex()}{name}"
        try:
            yield path
        finally:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def search_path() -> tuple[str, ...]:
    """Return the driver's ``sys.path`` as it means the same to another process."""
    return _absolute((os.getcwd(), *(entry for entry in sys.path if isinstance(entry, str))))


@functools.lru_cache(maxsize=8)
def _absolute(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Paths resolved against the first, which is the working directory; every job asks, and little changes."""
    directory, *path = entries
    return tuple(os.path.normpath(os.path.join(directory, entry)) for entry in path)


@contextmanager
def _presented(path: str) -> Iterator[None]:
    """What goes wrong with a path as the error that programs catch."""
    from sluice.pyspark import present

    try:
        yield
    except SluiceError as error:
        raise present(error) from error.__cause__
    except FileNotFoundError:
        shown = fetching.located(path)[1]
        raise present(InputError(f"File {shown} does not exist", fetching.MISSING)) from None
    except (OSError, ValueError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise present(InputError(f"cannot add {path}", "java.io.IOException", reason=reason)) from error


def _same(one: Path, other: Path) -> bool:
    if one.is_dir() or other.is_dir():
        if not (one.is_dir() and other.is_dir()) or sorted(os.listdir(one)) != sorted(os.listdir(other)):
            return False
        return all(_same(one / name, other / name) for name in os.listdir(one))
    import filecmp

    return filecmp.cmp(one, other, shallow=False)
