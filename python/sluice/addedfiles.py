# SPDX-License-Identifier: Apache-2.0
"""Files, archives and modules that a program brings to its tasks, copied as they were then into one directory.

Driver and workers share that directory. It is on the module search path, which travels with each job; so do its name
and a number that changes with each addition, by which workers know that they have to look again.
"""

from __future__ import annotations

import functools
import importlib
import os
import shutil
import sys
import threading
import uuid
from pathlib import Path

from sluice.errors import InputError, SluiceError
from sluice.filesystems import filesystem, is_url, local_or_url
from sluice.taskcontext import FILES_NUMBER, FILES_ROOT

__all__ = ["AddedFiles", "search_path"]

_PACKAGES = (".zip", ".egg", ".jar", ".whl")
_MISSING = "java.io.FileNotFoundException"


class AddedFiles:
    """What was added to one context.

    Args:
        run: the run's private directory.
    """

    def __init__(self, run: Path) -> None:
        self.root = run / f"files-{uuid.uuid4().hex[:12]}"
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
        with self._lock:
            where, shown = _named(path)
            if _is_directory(where):
                if not recursive:
                    raise _present(
                        InputError(
                            "[UNSUPPORTED_ADD_FILE.DIRECTORY] Don't support add file. "
                            f"The file {shown}/ is a directory",
                            "org.apache.spark.SparkException",
                            advice="pass recursive=True to add it with all that is in it",
                        )
                    )
                shown += "/"
            name = os.path.basename(where.rstrip("/"))
            if shown not in self._files:
                self._place(where, shown, name)
                self._files.append(shown)
                self._changed()
            return name

    def add_archive(self, path: str) -> None:
        """Unpack an archive into a directory of its name, or of what stands behind ``#``. Again is nothing.

        A file that is no archive by its name is copied as it is.

        Raises:
            InputError: it is missing or cannot be unpacked; nothing of it is there then.
        """
        with self._lock:
            plain, _, fragment = (
                path.rpartition("#") if "#" in path and not os.path.exists(path) else (path, "", "")
            )
            where, shown = _named(plain)
            name = fragment or os.path.basename(where.rstrip("/"))
            if name in (".", "..") or "/" in name or "\0" in name:
                raise _present(InputError("an archive cannot have this name", path=path, name=name))
            shown += f"#{fragment}" if fragment else ""
            if shown in self._archives:
                return
            target = self.root / name
            if os.path.lexists(target):
                raise _present(
                    InputError(
                        f"{target} exists already", "org.apache.spark.SparkException", path=path, name=name
                    )
                )
            # Not at the top: most programs unpack nothing, and every program's start waits for its imports.
            from sluice import archives

            staged = self.root / f".{uuid.uuid4().hex}"
            fetched = self.root / f"{staged.name}.{os.path.basename(where)}"
            try:
                local = where if not is_url(where) else self._fetched(where, shown, fetched)
                archives.unpack(local, staged)
                os.rename(staged, target)
            except SluiceError as error:
                raise _present(error) from error
            except (OSError, ValueError, EOFError) as error:
                raise _present(
                    InputError(
                        f"cannot unpack {shown}",
                        _MISSING if isinstance(error, FileNotFoundError) else "java.io.IOException",
                        reason=str(error),
                    )
                ) from error
            finally:
                _remove(staged)
                _remove(fetched)
            self._archives.append(shown)
            self._changed()

    def add_module(self, path: str) -> None:
        """Copy a module, a zip, egg or wheel, or a package's directory, and make it importable.

        Raises:
            InputError: what ``add`` raises.
        """
        where, _ = _named(path)
        name = self.add(path, recursive=True)
        modules = os.path.isdir(where) and not os.path.exists(os.path.join(where, "__init__.py"))
        entry = str(self.root / name)
        # A module or a package's directory is found in the root itself.
        if (modules or name.lower().endswith(_PACKAGES)) and entry not in self._entries:
            self._entries.append(entry)
            sys.path.insert(1, entry)
        importlib.invalidate_caches()

    def close(self) -> None:
        """Take the entries off ``sys.path`` and remove the copies."""
        for entry in self._entries:
            if entry in sys.path:
                sys.path.remove(entry)
            sys.path_importer_cache.pop(entry, None)
        self._entries.clear()
        shutil.rmtree(self.root, ignore_errors=True)

    def _changed(self) -> None:
        self._added += 1
        importlib.invalidate_caches()

    def _place(self, where: str, shown: str, name: str) -> None:
        target = self.root / name
        staged = self.root / f".{uuid.uuid4().hex}"
        try:
            if is_url(where):
                self._fetched(where, shown, staged)
            elif os.path.isdir(where):
                shutil.copytree(where, staged)
            else:
                shutil.copyfile(where, staged)
                shutil.copymode(where, staged)
            if os.path.lexists(target):
                if not _same(staged, target):
                    raise InputError(
                        f"File {target} exists and does not match contents of {shown}",
                        "org.apache.spark.SparkException",
                        advice="give the other file another name",
                    )
                return
            os.rename(staged, target)
        except FileNotFoundError as error:
            if isinstance(error, SluiceError):
                raise _present(error) from None
            raise _present(InputError(f"File {shown} does not exist", _MISSING)) from None
        except OSError as error:
            raise _present(
                InputError(f"cannot add {shown}", "java.io.IOException", reason=error.strerror or str(error))
            ) from error
        finally:
            _remove(staged)

    @staticmethod
    def _fetched(url: str, shown: str, staged: Path) -> str:
        fs, inside = filesystem(url)
        if not fs.exists(inside):
            raise InputError(f"File {shown} does not exist", _MISSING)
        fs.get(inside, str(staged), recursive=fs.isdir(inside))
        return str(staged)


def search_path() -> list[str]:
    """Return the driver's ``sys.path`` as it means the same to another process."""
    entries = (os.getcwd(), *(entry for entry in sys.path if isinstance(entry, str)))
    return list(_absolute(entries))


@functools.lru_cache(maxsize=8)
def _absolute(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Paths resolved against the first, which is the working directory; every job asks, and little changes."""
    directory, *path = entries
    return tuple(os.path.normpath(os.path.join(directory, entry)) for entry in path)


def _named(path: str) -> tuple[str, str]:
    """Return where a path is, and how PySpark shows it: as a URI."""
    where = local_or_url(path)
    if is_url(where) or path.startswith("file:"):
        return where, os.fspath(path).rstrip("/")
    from urllib.parse import quote

    return where, "file:" + quote(where, safe="/;$()!&'*+,:=@~")


def _is_directory(where: str) -> bool:
    if is_url(where):
        fs, inside = filesystem(where)
        found: bool = fs.isdir(inside)
        return found
    return os.path.isdir(where)


def _same(one: Path, other: Path) -> bool:
    if one.is_dir() or other.is_dir():
        if not (one.is_dir() and other.is_dir()) or sorted(os.listdir(one)) != sorted(os.listdir(other)):
            return False
        return all(_same(one / name, other / name) for name in os.listdir(one))
    import filecmp

    return filecmp.cmp(one, other, shallow=False)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _present(error: Exception) -> Exception:
    from sluice.pyspark import present

    return present(error)
