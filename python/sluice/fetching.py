# SPDX-License-Identifier: Apache-2.0
"""Copies what a program adds to its tasks from wherever it is: a path, a web address, or what fsspec opens."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sluice.errors import InputError
from sluice.files.filesystems import filesystem, is_url, local_or_url

__all__ = ["MISSING", "copy", "fetch", "is_directory", "located"]

MISSING = "java.io.FileNotFoundException"
#: What Python itself fetches, as PySpark does without a file system for it.
_WEB = ("http://", "https://", "ftp://")


def located(path: str) -> tuple[str, str, str]:
    """Return where something is, how PySpark shows that, which is as a URI, and its name.

    Raises:
        InputError: nothing here opens that scheme, or the path ends without a name.
    """
    from urllib.parse import quote, urlsplit

    if path.startswith(_WEB):
        where, shown, name = path, path, os.path.basename(urlsplit(path).path)
    else:
        where = local_or_url(path)
        by_name = is_url(where) or path.startswith("file:")
        shown = path.rstrip("/") if by_name else "file:" + quote(where, safe="/;$()!&'*+,:=@~")
        name = os.path.basename(where.partition("::")[0].rstrip("/"))
    check_name(name, path)
    return where, shown, name


def check_name(name: str, path: str) -> None:
    """Refuse a name that is not one of an entry of a directory.

    Raises:
        InputError: it is none.
    """
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise InputError("what is added cannot have this name", path=path, name=name)


def is_directory(where: str) -> bool:
    """Whether it is one, as far as can be told."""
    if where.startswith(_WEB):
        return False
    if is_url(where):
        fs, inside = filesystem(where)
        found: bool = fs.isdir(inside)
        return found
    return os.path.isdir(where)


def copy(where: str, target: Path) -> None:
    """Copy a file or directory to a new place.

    Raises:
        InputError: it is not there.
        OSError: it cannot be read, or the place not be written.
    """
    if is_url(where):
        fetch(where, target)
    elif os.path.isdir(where):
        shutil.copytree(where, target)
    else:
        shutil.copyfile(where, target)
        shutil.copymode(where, target)


def fetch(url: str, target: Path) -> None:
    """Copy what is behind a URL; raises what ``copy`` does."""
    if url.startswith(_WEB):
        from urllib.request import urlopen

        # Only these three schemes come here: `file` and others of urllib's do not.
        with urlopen(url) as source, open(target, "xb") as file:
            shutil.copyfileobj(source, file)
            announced = source.headers.get("Content-Length")
            if announced is not None and int(announced) != file.tell():
                raise OSError(f"the answer ended too early: bytes={file.tell()} announced={announced}")
        return
    fs, inside = filesystem(url)
    if not fs.exists(inside):
        raise InputError(f"File {url} does not exist", MISSING)
    fs.get(inside, str(target), recursive=fs.isdir(inside))
