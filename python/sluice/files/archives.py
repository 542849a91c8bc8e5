# SPDX-License-Identifier: Apache-2.0
"""Unpacks archives that users name: files, directories and links that stay inside, and nothing else."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path
from typing import IO, Any

from sluice.errors import InputError

__all__ = ["unpack"]

_ZIPS = (".zip", ".jar")
_TARS = (".tar", ".tar.gz", ".tgz")


def unpack(path: str, target: Path, any_link: bool = False) -> None:
    """Unpack an archive into a new directory; copy what is none by its name, or is a directory, as it is.

    Args:
        path: the archive.
        target: the new directory.
        any_link: whether links may lead out of it; no member is written through them in any case.

    Raises:
        InputError: a member would lie outside, or is a device or a pipe.
        OSError: the archive cannot be read, or the directory not written.
        ValueError: it is damaged in a way that its reader tells so.
    """
    name = path.lower()
    if name.endswith(_ZIPS) and os.path.isfile(path):
        target.mkdir()
        _unzip(path, target, any_link)
    elif name.endswith(_TARS) and os.path.isfile(path):
        target.mkdir()
        _untar(path, target, any_link)
    elif os.path.isdir(path):
        shutil.copytree(path, target, symlinks=False)
    else:
        shutil.copyfile(path, target)


def _unzip(path: str, target: Path, any_link: bool) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                mode = member.external_attr >> 16
                place = _place(target, member.filename, path)
                if member.is_dir():
                    place.mkdir(parents=True, exist_ok=True)
                elif stat.S_ISLNK(mode):
                    _link(target, place, os.fsdecode(archive.read(member)), path, any_link)
                else:
                    with archive.open(member) as source:
                        _copy(source, place, mode)
    except InputError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(
            f"Error reading Zip content from {path}", "java.io.IOException", reason=str(error)
        ) from error


def _untar(path: str, target: Path, any_link: bool) -> None:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isdir() and os.path.normpath(member.name) == ".":
                    # What `tar -C DIRECTORY .` begins with.
                    continue
                place = _place(target, member.name, path)
                if member.isdir():
                    place.mkdir(parents=True, exist_ok=True)
                elif member.issym():
                    _link(target, place, member.linkname, path, any_link)
                elif member.islnk():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    os.link(_place(target, member.linkname, path), place, follow_symlinks=False)
                elif member.isfile():
                    source = archive.extractfile(member)
                    assert source is not None
                    with source:
                        _copy(source, place, member.mode)
                else:
                    raise InputError("an archive holds a device or a pipe", path=path, member=member.name)
            # What was cut between two members reads like an end, but for the zeros that stand there.
            file: Any = archive.fileobj
            file.seek(archive.offset)
            if file.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
                raise tarfile.ReadError(f"no mark of the end at offset {archive.offset}")
    except tarfile.TarError as error:
        raise InputError(
            f"Error reading Tar content from {path}", "java.io.IOException", reason=str(error)
        ) from error


def _copy(source: IO[bytes], place: Path, mode: int) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place, "xb") as file:
        shutil.copyfileobj(source, file)
    # Who may run it is kept; who may read it is the run's own business.
    place.chmod(0o700 if mode & 0o100 else 0o600)


def _link(target: Path, place: Path, leads: str, path: str, any_link: bool) -> None:
    found = os.path.realpath(place.parent / leads)
    if not any_link and (os.path.isabs(leads) or not _below(target, found)):
        raise InputError(
            "an archive holds a link that leads out of it", path=path, member=place.name, link=leads
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(leads)


def _place(target: Path, name: str, path: str) -> Path:
    """Return where a member goes. Links that were unpacked before are followed: none of them may lead out either."""
    place = target / name
    if (
        "\0" in name
        or os.path.isabs(name)
        or not _below(target, os.path.realpath(place.parent))
        or (place.name == ".." or not _below(target, os.path.normpath(place)))
    ):
        raise InputError(
            f"expanding {name} would create file outside of its directory", "java.io.IOException", path=path
        )
    return place


def _below(target: Path, found: str) -> bool:
    top = os.path.realpath(target)
    return found == top or found.startswith(top + os.sep)
