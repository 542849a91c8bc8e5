# SPDX-License-Identifier: Apache-2.0
"""Makes a virtual environment that holds a requirements file, once; imports the standard library only."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sluice.errors import StartError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ensure", "python_of"]

_STAMP = "sluice-requirements"


def python_of(environment: str) -> str:
    """The interpreter of a virtual environment."""
    return os.path.join(environment, "bin", "python")


def ensure(environment: str, requirements: str, *, announce: bool = True) -> str:
    """Make `environment` hold what `requirements` lists and return its Python, a child of the running one.

    An environment that is there and was made from the same list by the same interpreter is used as it is. Two
    processes may ask at once: one makes it, the other waits.

    :raises StartError: if the interpreter has no venv, the directory cannot be written, or pip fails
    """
    environment = os.path.abspath(environment)
    wanted = _fingerprint(requirements)
    if _stamp(environment) == wanted:
        return python_of(environment)
    with _locked(environment + ".lock"):
        if _stamp(environment) != wanted:
            if announce:
                print(f"sluice: making a virtual environment in {environment}", file=sys.stderr, flush=True)
            _make(environment)
            _install(environment, requirements)
            with open(os.path.join(environment, _STAMP), "w", encoding="ascii") as stamp:
                stamp.write(wanted)
    return python_of(environment)


def _fingerprint(requirements: str) -> str:
    digest = hashlib.sha256(f"{sys.version}\0{sys.base_prefix}".encode())
    for path in _files(requirements):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def _files(requirements: str) -> Iterator[str]:
    """The file and those that it includes."""
    yield requirements
    with open(requirements, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("-r "):
                yield from _files(os.path.join(os.path.dirname(requirements), line[3:].strip()))


def _stamp(environment: str) -> str | None:
    try:
        with open(os.path.join(environment, _STAMP), encoding="ascii") as stamp:
            found = stamp.read()
    except (OSError, UnicodeDecodeError):
        return None
    return found if os.access(python_of(environment), os.X_OK) else None


@contextmanager
def _locked(path: str) -> Iterator[None]:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartError(
            "no place for a virtual environment",
            path=path,
            reason=error.strerror,
            advice="set SLUICE_PYTHON to an interpreter to use as it is",
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(environment: str) -> None:
    try:
        import ensurepip  # noqa: F401  (Debian ships venv without it, and venv then fails half-way)
        import venv
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise StartError(
            "this python cannot make a virtual environment",
            python=sys.executable,
            missing="venv",
            advice=f"install the Debian package python{version}-venv, or set SLUICE_PYTHON to another python",
        ) from None
    try:
        venv.create(environment, clear=True, symlinks=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StartError("cannot make a virtual environment", path=environment, reason=str(error)) from None


def _install(environment: str, requirements: str) -> None:
    command = [python_of(environment), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--requirement", requirements]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        raise StartError(
            "pip could not install what is needed",
            requirements=requirements,
            exit=done.returncode,
            advice="its own words are above; it needs a package index that it can reach",
        )
