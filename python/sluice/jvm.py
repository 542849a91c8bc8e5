# SPDX-License-Identifier: Apache-2.0
"""The command that starts the driver's JVM, and the class-data archive that makes it start fast.

The archive is made by a training run, ``python -m sluice.jvm``, which the launcher does after a build. It is named by
the Java and the jars that it was made with, so a stale one is never tried.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from sluice import install

MAIN = "dev.sluice.driver.DriverMain"

#: A driver's JVM lives for seconds or minutes on a small machine: one collector thread, little code compiled twice.
#: What the JVM logs by itself must not stand on standard output, which carries its answers.
_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    # What carries tasks is compiled after a few of them, not after two hundred; the rest of the JDK as ever, since
    # compiling that early as well would cost the start 0.1 s.
    "-XX:CompileCommand=quiet",
    "-XX:CompileCommand=CompileThresholdScaling,dev.sluice.*::*,0.05",
    "-XX:CompileCommand=CompileThresholdScaling,sun.nio.ch.*::*,0.05",
    "-XX:CompileCommand=CompileThresholdScaling,java.nio.*::*,0.05",
    "-XX:CompileCommand=CompileThresholdScaling,java.util.concurrent.*::*,0.1",
    "-Xlog:disable",
    "-Xlog:all=error,cds*=off:stderr",
    # Of others than ours, which are laid out alike.
    "-Djava.util.logging.SimpleFormatter.format=%1$tT %4$s %5$s%6$s%n",
)


def driver_command(settings: dict[str, str], train: str | None = None, main: str = MAIN) -> list[str]:
    """Return the command line of a driver's JVM, or another of ours; nothing secret stands in it.

    Args:
        settings: the program's settings.
        train: where to write a class-data archive when the JVM exits; none is used then.
        main: the main class.

    Raises:
        StartError: there is no Java, or one too old, or the jars are not built.
    """
    install.check_platform()
    java = install.java()
    classpath = os.environ.get("SLUICE_CLASSPATH") or ":".join(install.jars())
    heap = settings.get("sluice.memory.heap")
    command = [java, *_OPTIONS, *install.jvm_options()]
    if train:
        command.append(f"-XX:ArchiveClassesAtExit={train}")
    else:
        path = archive(java, classpath, main)
        if path.exists():
            command.append(f"-XX:SharedArchiveFile={path}")
    if heap:
        command.append(f"-Xmx{heap}")
    return [*command, *settings.get("sluice.driver.javaOptions", "").split(), "-cp", classpath, main]


def archive(java: str, classpath: str, main: str = MAIN) -> Path:
    """Return where the archive for a Java, a class path and a main class is, or would be."""
    digest = hashlib.blake2b(digest_size=10)
    if main != MAIN:
        digest.update(main.encode())
    for path in (os.path.realpath(java), *classpath.split(":")):
        try:
            status = os.stat(path)
        except OSError:
            continue
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sluice"
    return cache / f"classes-{digest.hexdigest()}.jsa"


def train() -> Path:
    """Make the archive, unless it is there: run a small job in a JVM that notes which classes it loads."""
    from sluice import gateway
    from sluice.context import Context

    java, classpath = install.java(), os.environ.get("SLUICE_CLASSPATH") or ":".join(install.jars())
    path = archive(java, classpath)
    if path.exists():
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in path.parent.glob("classes-*.jsa"):
        old.unlink(missing_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    gateway.train_archive = str(unfinished)
    ctx = Context("local[2]", "training")
    pairs = ctx.parallelize([(n % 3, n) for n in range(100)], 4)
    pairs.map(lambda pair: pair).filter(bool).count()
    grouped = getattr(pairs, "groupByKey", None)
    if grouped is not None:
        grouped().count()
    ctx.stop()
    gateway.shutdown()
    if unfinished.exists():
        unfinished.rename(path)
    return path


if __name__ == "__main__":
    print(train(), file=sys.stderr)
