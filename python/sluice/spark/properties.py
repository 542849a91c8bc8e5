# SPDX-License-Identifier: Apache-2.0
"""A program's settings as Spark reads them: in a file that only this user can read, since some are secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from sluice import settings

__all__ = ["for_spark", "text"]

#: What the command line or Sluice itself says, or is of the driver's process alone.
_OWN = frozenset(
    (
        "spark.app.id",
        "spark.app.name",
        "spark.archives",
        "spark.files",
        "spark.home",
        "spark.master",
        "spark.submit.deployMode",
        "spark.submit.pyFiles",
    )
)
#: What a setting of ours may say that Spark has no word for; its own default is as good.
_NO_WORD = "auto"
_PREFIX = "spark."
#: The quick compiler alone, after a fifth of the usual number of calls. It would have room for 48 MB of code, of which
#: a small program fills a third.
_QUICK = "-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.2 -XX:ReservedCodeCacheSize=120m"
#: What a program's JVMs begin with unless somebody says otherwise. They plan and pass bytes on, Python does the work:
#: the quick compiler serves them as it serves ours (docs/decisions/004), while the other takes most of two cores for
#: the first minute. These come before the options that users set, which can undo them.
_JVM = {
    "spark.driver.defaultJavaOptions": _QUICK,
    "spark.executor.defaultJavaOptions": _QUICK,
}
#: Only the slower compiler uses the processor's own instructions for AES.
_ENCRYPTED = re.compile(
    r"^\s*spark\.\S*(crypto|encryption|ssl)\S*\s*[=: ]\s*true\s*$", re.IGNORECASE | re.MULTILINE
)


def for_spark(entries: Mapping[str, str]) -> dict[str, str]:
    """Return Spark's settings among a program's, with those of ours that Spark has a name for under that name."""
    found = {key: value for key, value in entries.items() if key.startswith(_PREFIX)}
    for key, value in entries.items():
        for name in () if key in found else settings.names_of(key):
            if name.startswith(_PREFIX):
                found.setdefault(name, value)
    return {key: value for key, value in found.items() if key not in _OWN and value != _NO_WORD}


def text(entries: Mapping[str, str], defaults: Path | None = None) -> str:
    """Return the file's text: our defaults, the user's as they are, then the program's settings, which so count most.

    Spark reads one file only, and would pass over its `spark-defaults.conf` for this one.
    """
    # An empty line ends what a last backslash would go on with.
    before = "" if defaults is None else defaults.read_text("utf-8") + "\n\n"
    told = before + "".join(_lines(entries))
    return told if _ENCRYPTED.search(told) else "".join(_lines(_JVM)) + told


def _lines(entries: Mapping[str, str]) -> Iterable[str]:
    return (f"{_escaped(key, True)}={_escaped(value)}\n" for key, value in entries.items())


def _escaped(part: str, key: bool = False) -> str:
    """A key or value as Java's properties have it."""
    out = part.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    if key:
        for letter in "=: #!":
            out = out.replace(letter, "\\" + letter)
    elif out.startswith(" "):
        out = "\\" + out
    return out


def defaults_file(home: Path) -> Path | None:
    """Return the `spark-defaults.conf` of the configuration that Spark's scripts would take, if there is one."""
    found = configuration(home) / "spark-defaults.conf"
    return found if found.is_file() else None


def configuration(home: Path) -> Path:
    """Return the directory of Spark's configuration."""
    named = os.environ.get("SPARK_CONF_DIR")
    return Path(named).absolute() if named else home / "conf"
