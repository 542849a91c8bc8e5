# SPDX-License-Identifier: Apache-2.0
"""The command that starts the driver's JVM, and the class-data archive that makes it start fast.

The archive is made by a training run, ``python -m sluice.jvm``, before the first program that is run by the launcher
or from an installation. It is named by the Java and the jars that it was made with, so a stale one is never tried; the
JVM would ignore it without a word, so a new one is tried at once, and kept only if the JVM takes it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sluice import install
from sluice.errors import StartError

MAIN = "dev.sluice.driver.DriverMain"

#: When what has failed is tried again.
_AGAIN_SECONDS = 86_400.0

#: How many archives stay, of other Javas and other installations.
_KEPT = 6

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
    """Return the command line of the driver's JVM, or another of ours; nothing secret stands in it.

    Args:
        settings: the program's settings.
        train: where to write a class-data archive when the JVM exits; none is used then.
        main: the main class.

    Raises:
        StartError: there is no Java, or one too old, or the jars are not built.
    """
    install.check_platform()
    java, classpath = install.java(), class_path()
    heap = settings.get("sluice.memory.heap")
    command = [java, *_OPTIONS, *install.jvm_options()]
    if train:
        command.append(f"-XX:ArchiveClassesAtExit={train}")
    else:
        path = archive(java, classpath, main)
        if not path.exists() and install.packaged() and main == MAIN:
            ensure_archive(sys.executable, os.environ)
        if path.exists():
            command.append(f"-XX:SharedArchiveFile={path}")
    if heap:
        command.append(f"-Xmx{heap}")
    return [*command, *settings.get("sluice.driver.javaOptions", "").split(), "-cp", classpath, main]


def archive(java: str, classpath: str, main: str = MAIN) -> Path:
    """Return where the archive for a Java, a class path and a main class is, or would be."""
    name = _digest([os.path.realpath(java), *classpath.split(":")])
    # Another main class loads others, which a driver need not map.
    kind = "" if main == MAIN else main.rpartition(".")[2] + "-"
    return cache() / f"classes-{kind}{name}.jsa"


def class_path() -> str:
    """Return the class path of the driver's JVM.

    Raises:
        StartError: there are no jars.
    """
    named = os.environ.get("SLUICE_CLASSPATH")
    if named:
        return named
    jars = install.jars()
    if not _is_plain(os.path.dirname(jars[0])) and _is_plain(str(cache())):
        jars = _copied(jars)
    return ":".join(jars)


def _is_plain(path: str) -> bool:
    """Whether jars may be there: a colon would part a class path, and Java 17 ignores the archive of others."""
    return path.isascii() and all(letter.isalnum() or letter in "/._-+" for letter in path)


def _copied(jars: list[str]) -> list[str]:
    """Return copies of jars in the cache, made once; the jars themselves where that cannot be.

    A link would not do: Java follows it, and finds the path that it takes no class from an archive for.
    """
    place = cache() / f"lib-{_digest(jars)}"
    if not place.is_dir():
        if not _cache_is_writable():
            return jars
        unfinished = place.with_suffix(f".{os.getpid()}")
        try:
            unfinished.mkdir()
            for jar in jars:
                # With its time, which is a part of what the archive is named by.
                shutil.copy2(jar, unfinished)
            unfinished.rename(place)
        except OSError:
            # No room, or another process was faster.
            shutil.rmtree(unfinished, ignore_errors=True)
            if not place.is_dir():
                return jars
    return [str(place / os.path.basename(jar)) for jar in jars]


def _digest(paths: Iterable[str]) -> str:
    """A name for files as they are now."""
    digest = hashlib.blake2b(digest_size=10)
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def cache() -> Path:
    """Return the directory of archives and of what else can be made again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sluice"


def _cache_is_writable() -> bool:
    try:
        cache().mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(cache(), os.W_OK | os.X_OK)


def ensure_archive(
    python: str, variables: Mapping[str, str], main: str = MAIN, training: str = "sluice.jvm"
) -> None:
    """Make the archive in a process of its own, once. Without it everything works, a little later.

    What cannot be written is not tried, and what has failed is tried again after a day: a full disk or a machine
    without memory is no reason for slow starts for good.

    Args:
        python: the interpreter for the training run.
        variables: its environment.
        main: the main class that the archive is for.
        training: the module that makes it.
    """
    try:
        path = archive(install.java(), class_path(), main)
    except StartError:
        # A program that makes no context needs no jars; one that does says what is missing.
        return
    if path.exists() or has_failed(path) or not _cache_is_writable():
        return
    own = str(Path(__file__).parents[1])
    # A path with a colon is in PYTHONPATH by another name already.
    search = filter(None, [own if os.pathsep not in own else "", variables.get("PYTHONPATH")])
    try:
        done = subprocess.run(
            [python, "-P", "-m", training],
            env={**variables, "SLUICE_CONF": "", "PYTHONPATH": os.pathsep.join(search)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        # One that was stopped by a signal, Ctrl-C above all, has not failed.
        if done.returncode > 0 and not path.exists():
            _failure(path).touch()
    except OSError:
        # No process, or no room for a mark: the program starts without it, and the next one tries again.
        return


def _failure(path: Path) -> Path:
    return path.with_suffix(".failed")


def has_failed(path: Path) -> bool:
    """Whether an archive could not be made within the last day; `sluice doctor` says so."""
    try:
        return time.time() - _failure(path).stat().st_mtime < _AGAIN_SECONDS
    except OSError:
        return False


def train() -> Path:
    """Make the archive, unless it is there: run a small job in a JVM that notes which classes it loads.

    Raises:
        StartError: the JVM does not take what it wrote itself.
    """
    from sluice import gateway

    def work(unfinished: str) -> None:
        gateway.train_archive = unfinished
        run_jobs("local[2]")

    return make(MAIN, work)


def run_jobs(master: str) -> None:
    """What a training run does: jobs with and without a shuffle."""
    from sluice import gateway
    from sluice.context import Context

    ctx = Context(master, "training")
    pairs = ctx.parallelize([(n % 3, n) for n in range(100)], 4)
    pairs.map(lambda pair: pair).filter(bool).count()
    pairs.groupByKey().count()
    ctx.stop()
    gateway.shutdown()


def make(main: str, work: Callable[[str], None]) -> Path:
    """Make the archive of a main class, unless it is there; `work` runs it with the path to write to.

    Raises:
        StartError: the JVM does not take what it wrote itself.
    """
    java, classpath = install.java(), class_path()
    path = archive(java, classpath, main)
    if path.exists():
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget_old(path.parent)
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        work(str(unfinished))
        _check(java, classpath, unfinished, main)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _check(java: str, classpath: str, path: Path, main: str) -> None:
    """Refuse an archive that the JVM does not use; with no input its main class does nothing."""
    command = [java, *_OPTIONS, *install.jvm_options(), "-Xshare:on", f"-XX:SharedArchiveFile={path}"]
    command += ["-Xlog:class+load=info:stdout", "-cp", classpath, main]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if not any(main in line and "shared objects file (top)" in line for line in done.stdout.splitlines()):
        raise StartError("the class-data archive is not used", path=path, exit=done.returncode)


def _forget_old(directory: Path) -> None:
    """Keep those of the last few builds and Javas, and copies of jars: each is some 5 to 20 MB."""
    for pattern in ("classes-*.jsa", "lib-*"):
        found = sorted(directory.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in found[_KEPT - 1 :]:
            if old.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.unlink(missing_ok=True)


if __name__ == "__main__":
    print(train(), file=sys.stderr)
