# SPDX-License-Identifier: Apache-2.0
"""Builds the jars of a checkout with Maven when they are missing or older than their sources."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys

from sluice.errors import StartError

__all__ = ["ensure_jars", "stale"]

_COMMAND = [
    "mvn",
    "-q",
    "-B",
    "-DskipTests",
    "-Dspotless.check.skip=true",
    "-Dsluice.jars.only=true",
    "-Dstyle.color=never",
    "-pl",
    "distribution",
    "-am",
    "package",
]
_STAMP = "built"


def ensure_jars(home: str) -> None:
    """Build what is missing or stale; a distribution, which has no pom.xml, is left alone.

    :raises StartError: if Maven is missing or fails
    """
    if not os.path.exists(os.path.join(home, "pom.xml")) or not stale(home):
        return
    target = os.path.join(home, "distribution", "target")
    try:
        os.makedirs(target, exist_ok=True)
        lock = open(os.path.join(target, "build.lock"), "w")  # noqa: SIM115
    except OSError as error:
        raise StartError("cannot build the jars", path=target, reason=error.strerror) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stale(home):  # Another launcher may have built them while this one waited.
            _build(home, target)


def stale(home: str) -> bool:
    """Whether a source of the jars changed after the last build by this launcher began."""
    target = os.path.join(home, "distribution", "target")
    try:
        built = os.stat(os.path.join(target, _STAMP)).st_mtime_ns
        jars = os.listdir(os.path.join(target, "lib"))
    except OSError:
        return True
    return not any(name.endswith(".jar") for name in jars) or _newer(home, built)


def _newer(home: str, built: int) -> bool:
    """A directory counts as well: a file that was taken away changes only that."""
    poms = [os.path.join(home, "pom.xml")]
    trees = [os.path.join(home, "python", "sluice")]
    for name in os.listdir(home):
        pom = os.path.join(home, name, "pom.xml")
        if os.path.exists(pom):
            poms.append(pom)
            trees.append(os.path.join(home, name, "src", "main"))
    if any(os.stat(path).st_mtime_ns > built for path in poms):
        return True
    for tree in trees:
        for directory, below, files in os.walk(tree):
            below[:] = [name for name in below if name != "__pycache__"]
            changed = [os.path.join(directory, name) for name in files]
            if tree != trees[0]:
                changed.append(directory)
            if any(os.stat(path).st_mtime_ns > built for path in changed):
                return True
    return False


def _build(home: str, target: str) -> None:
    if shutil.which("mvn") is None:
        raise StartError(
            "no maven to build the jars with",
            command="mvn",
            advice="install the Debian package maven (3.8 or newer)",
        )
    print(
        "sluice: building the jars (minutes on an empty local Maven repository)", file=sys.stderr, flush=True
    )
    started = os.path.join(target, _STAMP + ".new")
    with open(started, "w"):
        pass
    shutil.rmtree(os.path.join(target, "lib"), ignore_errors=True)
    done = subprocess.run(
        _COMMAND, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        # When all is well it says nothing but escape codes.
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        raise StartError("maven could not build the jars; its own words are above", exit=done.returncode)
    # The stamp is as old as the start of the build: what was edited meanwhile is built next time.
    os.replace(started, os.path.join(target, _STAMP))
