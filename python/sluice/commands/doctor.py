# SPDX-License-Identifier: Apache-2.0
"""`sluice doctor`: looks at this machine and says what to do about what is amiss.

Nothing here needs a Java, the jars or a package that is not Python's own: those may be what is missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from sluice import install, jvm
from sluice.cluster import state
from sluice.errors import SluiceError
from sluice.spark import sparkhome

_GOOD, _NOTE, _BAD = "ok", "note", "bad"
_CLOUDPICKLE = "3.1"
_SHARED = "/dev/shm"
_LITTLE_SHARED = 256 << 20
_LITTLE_DISK = 1 << 30
_FEW_FILES = 1024
_FEW_PROCESSES = 512
#: As `state.LONGEST_BELOW`, for a program without a cluster.
_LONGEST_BELOW = len("/sluice-4294967294-4194304-ffff18446744073709551615/pool99/workers.sock")
_MEGABYTE = 1 << 20


class Finding(NamedTuple):
    """What was looked at, how it is, and what to do; the last is empty where nothing is to be done."""

    name: str
    grade: str
    found: str
    advice: str = ""


#: Packages that parts of Sluice use, the oldest version that they take, and what for.
_OPTIONAL = (
    ("numpy", "1.26", "arrays and frames"),
    ("pyarrow", "15", "frames and Arrow"),
    ("pandas", "2.1", "frames to and from pandas"),
    ("duckdb", "1.4", "frames and SQL"),
    ("sqlglot", "27", "SQL text"),
    ("zstandard", "0.25.0", "spilled data packed as zstd"),
    ("fsspec", "0", "files at addresses such as s3://"),
    ("psutil", "0", "memory of processes in the demo"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checks; 1 if something keeps programs from running."""
    parser = argparse.ArgumentParser(prog="sluice doctor", description="Check this machine.")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    found = list(examine())
    if options.json:
        print(json.dumps([finding._asdict() for finding in found], indent=1))
    else:
        width = max(len(finding.name) for finding in found)
        for finding in found:
            print(f"{finding.grade:<4}  {finding.name:<{width}}  {finding.found}")
            if finding.advice:
                print(f"{'':<4}  {'':<{width}}  -> {finding.advice}")
    bad = sum(finding.grade == _BAD for finding in found)
    if bad and not options.json:
        print(f"{bad} of {len(found)} checks failed")
    return 1 if bad else 0


def examine() -> Iterator[Finding]:
    """Make every check; one that fails by itself is a finding too."""
    for name, check in _CHECKS:
        try:
            yield from check()
        except (OSError, SluiceError, ValueError) as error:
            yield Finding(name, _BAD, f"cannot be told: {error}")


def _platform() -> Iterator[Finding]:
    try:
        install.check_platform()
    except SluiceError as error:
        yield Finding("platform", _BAD, str(error))
    else:
        system = os.uname()
        yield Finding("platform", _GOOD, f"{system.sysname} {system.release} {system.machine}")


def _java() -> Iterator[Finding]:
    try:
        path = install.java()
    except SluiceError as error:
        yield Finding("java", _BAD, error.what, error.advice or "")
        return
    yield Finding("java", _GOOD, f"{install.java_version(path)} at {path}")


def _jars() -> Iterator[Finding]:
    named = os.environ.get("SLUICE_CLASSPATH")
    if named:
        yield Finding(
            "jars", _NOTE, "SLUICE_CLASSPATH names them", "unset it to use those of this installation"
        )
        return
    try:
        jars = install.jars()
    except SluiceError as error:
        yield Finding("jars", _BAD, error.what, error.advice or "")
        return
    yield Finding("jars", _GOOD, f"{len(jars)} in {os.path.dirname(jars[0])}")


def _archive() -> Iterator[Finding]:
    try:
        path = jvm.archive(install.java(), jvm.class_path())
    except SluiceError:
        # Java or the jars are missing, which is said above.
        return
    name = "class archive"
    if path.exists():
        yield Finding(name, _GOOD, str(path))
    elif jvm.has_failed(path):
        found = "could not be made, so each start takes longer; it is tried again after a day"
        yield Finding(name, _NOTE, found, f"see why: {_trains()}")
    else:
        yield Finding(name, _GOOD, "none yet, the next start makes it")


def _trains() -> str:
    return f"PYTHONPATH={Path(__file__).parents[2]} {sys.executable} -P -m sluice.jvm"


def _python() -> Iterator[Finding]:
    version = sys.version.split()[0]
    grade = _GOOD if sys.version_info >= (3, 11) else _BAD
    yield Finding(
        "python", grade, f"{version} at {sys.executable}", "" if grade == _GOOD else "use 3.11 or newer"
    )
    found = _version("cloudpickle")
    if _numbers(found) < _numbers(_CLOUDPICKLE):
        own = "VIRTUAL_ENV" in os.environ or "SLUICE_PYTHON" in os.environ
        yield Finding(
            "cloudpickle",
            _BAD if own else _NOTE,
            "not in this python" if found == "0" else f"{found} is too old",
            f"pip install 'cloudpickle>={_CLOUDPICKLE}'"
            + ("" if own else "; without it, `sluice` makes an environment of its own"),
        )
    else:
        yield Finding("cloudpickle", _GOOD, found)


def _packages() -> Iterator[Finding]:
    for name, oldest, purpose in _OPTIONAL:
        if importlib.util.find_spec(name) is None:
            yield Finding(
                name, _NOTE, f"not there; needed for {purpose}", f"pip install {_wanted(name, oldest)}"
            )
        elif _numbers(_version(name)) < _numbers(oldest):
            found = f"{_version(name)} is too old for {purpose}"
            yield Finding(name, _NOTE, found, f"pip install --upgrade {_wanted(name, oldest)}")
        else:
            yield Finding(name, _GOOD, _version(name))


def _wanted(name: str, oldest: str) -> str:
    return name if oldest == "0" else f"'{name}>={oldest}'"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "0"


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:3] if part.isdecimal()]


def _shared_memory() -> Iterator[Finding]:
    name = "shared memory"
    if not os.access(_SHARED, os.W_OK):
        yield Finding(
            name,
            _NOTE,
            f"{_SHARED} cannot be written",
            "broadcasts go to TMPDIR, which is slower; mount a tmpfs there",
        )
        return
    usage = shutil.disk_usage(_SHARED)
    found = f"{usage.free // _MEGABYTE} MiB free of {usage.total // _MEGABYTE} in {_SHARED}"
    if usage.free < _LITTLE_SHARED:
        yield Finding(
            name,
            _NOTE,
            found,
            "large broadcasts go to TMPDIR, which is slower; in a container give it more: --shm-size=2g",
        )
    else:
        yield Finding(name, _GOOD, found)


def _directories() -> Iterator[Finding]:
    temporary = tempfile.gettempdir()
    with tempfile.TemporaryDirectory(prefix="sluice-doctor-"):
        pass
    free = shutil.disk_usage(temporary).free
    found = f"{free // _MEGABYTE} MiB free in {temporary}"
    if free < _LITTLE_DISK:
        yield Finding("temporary", _NOTE, found, "spilled data may not fit; set TMPDIR or sluice.local.dirs")
    else:
        yield Finding("temporary", _GOOD, found)
    for name, place in (("state", state.root()), ("cache", jvm.cache())):
        above = place
        while not above.exists() and above != above.parent:
            above = above.parent
        if os.access(above, os.W_OK):
            yield Finding(name, _GOOD, str(place))
        else:
            variable = "SLUICE_STATE" if name == "state" else "XDG_CACHE_HOME"
            yield Finding(name, _NOTE, f"{place} cannot be written", f"name another place with {variable}")


def _limits() -> Iterator[Finding]:
    for name, which, least, option in (
        ("open files", resource.RLIMIT_NOFILE, _FEW_FILES, "-n"),
        ("processes", resource.RLIMIT_NPROC, _FEW_PROCESSES, "-u"),
    ):
        soft, _ = resource.getrlimit(which)
        if soft != resource.RLIM_INFINITY and soft < least:
            yield Finding(name, _NOTE, f"limit {soft}", f"raise it: ulimit {option} {least * 4}")
        else:
            yield Finding(name, _GOOD, "no limit" if soft == resource.RLIM_INFINITY else f"limit {soft}")
    memory = Path("/sys/fs/cgroup/memory.max")
    if memory.exists() and (text := memory.read_text().strip()).isdecimal():
        yield Finding("memory", _GOOD, f"this container may use {int(text) // _MEGABYTE} MiB")
    else:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield Finding("memory", _GOOD, f"{total // _MEGABYTE} MiB")


def _sockets() -> Iterator[Finding]:
    above = len(os.fsencode(tempfile.gettempdir()))
    if above + state.LONGEST_BELOW > state.SOCKET_PATH:
        alone = above + _LONGEST_BELOW <= state.SOCKET_PATH
        yield Finding(
            "socket paths",
            _NOTE if alone else _BAD,
            f"{tempfile.gettempdir()} is too long" + (" for a cluster" if alone else ""),
            f"set TMPDIR to a path of at most {state.SOCKET_PATH - state.LONGEST_BELOW} bytes",
        )
    if above + _LONGEST_BELOW > state.SOCKET_PATH:
        return
    with tempfile.TemporaryDirectory(prefix="sluice-doctor-") as place:
        _talk(socket.AF_UNIX, os.path.join(place, "socket"))
    yield Finding("unix sockets", _GOOD, f"{tempfile.gettempdir()} takes them")
    _talk(socket.AF_INET, ("127.0.0.1", 0))
    yield Finding("loopback", _GOOD, "127.0.0.1 can be listened on")


def _talk(family: int, address: str | tuple[str, int]) -> None:
    """Connect to ourselves."""
    with socket.socket(family) as server, socket.socket(family) as client:
        server.bind(address)
        server.listen(1)
        client.settimeout(5)
        client.connect(server.getsockname())
        server.accept()[0].close()


def _processes() -> Iterator[Finding]:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        yield Finding(
            "pidfd",
            _NOTE,
            f"the kernel has none: {error.strerror}",
            "ends of processes are learnt by polling",
        )
    else:
        yield Finding("pidfd", _GOOD, "ends of processes are learnt at once")


def _spark() -> Iterator[Finding]:
    """Only a note where there is none: most programs need none."""
    name = "apache spark"
    try:
        found = sparkhome.find()
        jar = install.spark_jar()
    except SluiceError as error:
        if isinstance(error, sparkhome.NoSparkError):
            yield Finding(
                name, _NOTE, "not there; needed for masters such as spark://HOST:PORT", error.advice or ""
            )
        else:
            yield Finding(name, _NOTE, str(error))
        return
    yield Finding(name, _GOOD, f"{found.version} at {found.home}, found by {found.origin}; ours: {jar}")


def _clusters() -> Iterator[Finding]:
    for found in state.known():
        name = f"cluster {found.port}"
        if found.alive:
            yield Finding(name, _GOOD, f"runs, pid={found.pid}")
        else:
            advice = f"sluice cluster stop --port {found.port} removes what it left"
            yield Finding(name, _NOTE, f"has died, pid={found.pid} is gone or another's", advice)


_CHECKS: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
    ("platform", _platform),
    ("python", _python),
    ("java", _java),
    ("jars", _jars),
    ("class archive", _archive),
    ("shared memory", _shared_memory),
    ("directories", _directories),
    ("limits", _limits),
    ("sockets", _sockets),
    ("processes", _processes),
    ("clusters", _clusters),
    ("apache spark", _spark),
    ("packages", _packages),
)

if __name__ == "__main__":
    sys.exit(main())
