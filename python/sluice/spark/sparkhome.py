# SPDX-License-Identifier: Apache-2.0
"""Finds the Apache Spark that a program runs on: the one at `SPARK_HOME`, else PyPI's `pyspark` of this Python."""

from __future__ import annotations

import os
import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, NamedTuple

from sluice import install
from sluice.errors import StartError

__all__ = ["OLDEST", "SCALA", "NoSparkError", "Spark", "find"]

VARIABLE = "SPARK_HOME"
#: The oldest Spark that takes our jar, and the first that may not.
OLDEST, TOO_NEW = (3, 5), (5,)
#: What its jars and ours are built for.
SCALA = "2.13"
_CORE = re.compile(
    r"spark-core_(?P<scala>[0-9.]+)-(?P<version>[0-9]+(?:\.[0-9]+)*)(?P<rest>.*)\.jar", re.ASCII
)
_GET_ONE = "pip install 'pyspark>=4' for this Python, or set SPARK_HOME to a Spark for Scala " + SCALA


class NoSparkError(StartError):
    """There is none at all."""


class Spark(NamedTuple):
    """A Spark that can be used."""

    home: Path
    version: str
    #: What named it.
    origin: str


def find() -> Spark:
    """Return the Spark of this process, looked at closely enough that its scripts will run our jar.

    Raises:
        StartError: there is none, or it is of a version or a Scala that our jar is not for, or Java is too old.
    """
    named = os.environ.get(VARIABLE)
    if named:
        home, origin = Path(named).absolute(), VARIABLE
    else:
        home, origin = _packaged(), f"pyspark of {sys.executable}"
    core = _core(home, origin)
    facts: dict[str, Any] = {"home": home, "found_by": origin}
    version = core["version"]
    if core["scala"] != SCALA:
        raise StartError(
            "this Spark is built for another Scala",
            scala=core["scala"],
            needed=SCALA,
            version=version,
            **facts,
            advice="take a build of it for Scala 2.13; PyPI's pyspark is one from 4.0 on",
        )
    number = tuple(map(int, version.split(".")))
    if not OLDEST <= number < TOO_NEW:
        raise StartError(
            "this Spark is too old" if number < OLDEST else "this Spark is too new",
            version=version + core["rest"],
            needed="3.5 or newer, below 5",
            **facts,
            advice=_GET_ONE,
        )
    # Its scripts take the same one.
    install.java()
    return Spark(home, version + core["rest"], origin)


def _packaged() -> Path:
    """The directory of PyPI's package; programs under PySpark's names see ours in its place, so no import finds it."""
    spec = PathFinder.find_spec("pyspark", [entry or os.getcwd() for entry in sys.path])
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not places:
        raise NoSparkError("no Apache Spark", looked_in=f"{VARIABLE}, {sys.executable}", advice=_GET_ONE)
    return Path(places[0]).absolute()


def _core(home: Path, origin: str) -> dict[str, str]:
    try:
        names = os.listdir(home / "jars")
    except OSError as error:
        raise StartError(
            "no Apache Spark there",
            path=home / "jars",
            found_by=origin,
            reason=error.strerror,
            # Such as the client for Spark Connect.
            advice=_GET_ONE,
        ) from None
    found = [match for match in map(_CORE.fullmatch, sorted(names)) if match is not None]
    script = home / "bin" / "spark-submit"
    if not found or not script.is_file():
        raise StartError(
            "this Spark is not whole",
            missing=script if found else home / "jars" / f"spark-core_{SCALA}-VERSION.jar",
            found_by=origin,
            advice=_GET_ONE,
        )
    return found[-1].groupdict()
