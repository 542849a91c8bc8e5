# SPDX-License-Identifier: Apache-2.0
"""Where things are on this machine: our jars, a Java that is new enough, and the options it gets.

Nothing here starts a process unless a Java does not say its version in a file, and nothing but `os` is
imported: this runs before the first job of every program.
"""

from __future__ import annotations

import os

from sluice.errors import StartError

__all__ = [
    "OLDEST_JAVA",
    "check_platform",
    "home",
    "jars",
    "java",
    "java_version",
    "jvm_options",
    "packaged",
    "spark_jar",
    "versions",
]

OLDEST_JAVA = 17

_MACHINES = ("x86_64", "aarch64")

# One option string for 17 and 25: the first option makes the older one ignore what it does not know.
_OPTIONS = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)


def jvm_options() -> list[str]:
    """The options that every JVM of ours gets, on every supported version."""
    return list(_OPTIONS)


def check_platform() -> None:
    """Refuse what is not Linux with glibc on x86-64 or aarch64, in one line.

    :raises StartError: naming what was found
    """
    system, machine = os.uname().sysname, os.uname().machine
    libc = _libc()
    if system != "Linux" or machine not in _MACHINES or not libc.startswith("glibc"):
        raise StartError(
            "sluice runs on linux with glibc, on x86-64 and aarch64",
            system=system,
            machine=machine,
            libc=libc,
        )


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or "unknown"
    except (AttributeError, ValueError, OSError):
        return "unknown"


def home() -> str | None:
    """The root of the checkout or distribution: SLUICE_HOME, else the one around this package, else none."""
    named = os.environ.get("SLUICE_HOME")
    if named:
        return os.path.abspath(named)
    python = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    above = os.path.dirname(python)
    marked = any(os.path.exists(os.path.join(above, name)) for name in ("pom.xml", "lib"))
    return above if marked and os.path.basename(python) == "python" else None


def packaged() -> bool:
    """Whether this is an unpacked archive or an installed wheel, and no checkout, whose jars change."""
    root = home()
    if root is not None:
        return not os.path.exists(os.path.join(root, "pom.xml"))
    return os.path.isdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "jars"))


def jars() -> list[str]:
    """Every jar of the driver's class path: from the distribution, the checkout's build, or this package.

    :raises StartError: naming the directories that were looked at
    """
    root = home()
    places = [os.path.join(root, "lib"), os.path.join(root, "distribution", "target", "lib")] if root else []
    places.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "jars"))
    for place in places:
        try:
            found = sorted(name for name in os.listdir(place) if name.endswith(".jar"))
        except OSError:
            continue
        if any(name.startswith("sluice-driver") for name in found):
            return [os.path.join(place, name) for name in found]
    raise StartError(
        "no jars of sluice",
        tried=", ".join(places),
        advice="start the program with ./sluice run, or build them: mvn -DskipTests package",
    )


def spark_jar() -> str:
    """The jar that Apache Spark runs: SLUICE_SPARK_JAR's, else of the distribution, the checkout's build, this package.

    :raises StartError: naming the directories that were looked at
    """
    named = os.environ.get("SLUICE_SPARK_JAR")
    if named:
        if not os.path.isfile(named):
            raise StartError("no such jar", path=named, looked_in="SLUICE_SPARK_JAR")
        return os.path.abspath(named)
    root = home()
    places = [os.path.join(root, "lib", "spark"), os.path.join(root, "spark", "target")] if root else []
    places.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "jars", "spark"))
    for place in places:
        try:
            found = sorted(name for name in os.listdir(place) if _is_spark_jar(name))
        except OSError:
            continue
        if found:
            return os.path.join(place, found[-1])
    raise StartError(
        "no jar of sluice for apache spark",
        tried=", ".join(places),
        advice="start the program with ./sluice run, or build it: mvn -DskipTests package",
    )


def _is_spark_jar(name: str) -> bool:
    """Whether it is the whole jar, and not what the build makes beside it."""
    others = ("-sources.jar", "-javadoc.jar", "-tests.jar")
    return name.startswith("sluice-spark-") and name.endswith(".jar") and not name.endswith(others)


def java() -> str:
    """A Java of version 17 or newer: JAVA_HOME's, else the first on PATH. JAVA_HOME decides when it is set.

    :raises StartError: if there is none, or it is too old
    """
    java_home = os.environ.get("JAVA_HOME")
    if java_home:
        origin, found = f"JAVA_HOME={java_home}", _executable(os.path.join(java_home, "bin", "java"))
    else:
        origin = "PATH"
        paths = (os.path.join(place, "java") for place in os.get_exec_path())
        found = next((path for path in map(_executable, paths) if path), None)
    if found is None:
        raise StartError(
            "no java",
            looked_in=origin,
            needed=f"{OLDEST_JAVA} or newer",
            advice="install one, such as the Debian package openjdk-17-jdk, or set JAVA_HOME",
        )
    version = java_version(found)
    if version < OLDEST_JAVA:
        raise StartError(
            "java is too old",
            version=version,
            needed=OLDEST_JAVA,
            path=found,
            looked_in=origin,
            advice="set JAVA_HOME to a newer one",
        )
    return found


def _executable(path: str) -> str | None:
    return path if os.path.isfile(path) and os.access(path, os.X_OK) else None


def java_version(path: str) -> int:
    """The feature version of a Java: from the `release` file beside it, which is cheap, else by asking it.

    :raises StartError: if it does not tell
    """
    release = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(path))), "release")
    try:
        with open(release, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("JAVA_VERSION="):
                    return _feature(line.partition("=")[2], path)
    except OSError:
        pass
    return _feature(_ask(path), path)


def _ask(path: str) -> str:
    import subprocess

    try:
        done = subprocess.run(
            [path, "-version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise StartError("java does not start", path=path, reason=str(error)) from None
    before, quote, after = done.stderr.partition('"')
    if not quote:
        raise StartError(
            "java does not tell its version", path=path, exit=done.returncode, said=before.strip()
        )
    return after


def versions() -> dict[str, str]:
    """What this process pickles with: its Python and its cloudpickle, which is not imported for that."""
    import sys

    return {"python": "{}.{}.{}".format(*sys.version_info[:3]), "cloudpickle": _cloudpickle()}


def _cloudpickle() -> str:
    from importlib.util import find_spec

    spec = find_spec("cloudpickle")
    try:
        with open((spec and spec.origin) or "", encoding="utf-8") as lines:
            found = [line.split('"')[1] for line in lines if line.startswith('__version__ = "')]
    except (OSError, IndexError):
        found = []
    return found[0] if found else "none"


def _feature(text: str, path: str) -> int:
    """17 of `17.0.15`, 8 of `1.8.0_402`, 25 of `25-ea`."""
    parts = text.strip().strip('"').replace("-", ".").replace('"', ".").split(".")
    number = parts[1] if parts[0] == "1" and len(parts) > 1 else parts[0]
    if not number.isdecimal():
        raise StartError("java's version is not understood", version=text.strip(), path=path)
    return int(number)
