# SPDX-License-Identifier: Apache-2.0
"""Settings in files: those of an installation, of a user, or the one that `SLUICE_CONF` names.

A line is a name and a value, with a space or `=` between them, as in Spark's `spark-defaults.conf`; one that begins
with `#` is a comment. What a program sets comes first, then what it is submitted with, then these files.
"""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path
from typing import Any

from sluice import install, settings
from sluice.errors import ConfigError

__all__ = ["VARIABLE", "defaults", "files", "read", "render"]

#: Names the one file to read; empty: none is read.
VARIABLE = "SLUICE_CONF"

_HEAD = """\
# Settings of all programs that are run with this installation.
#
# A line is a name and a value. To change a default, take the # away and write another value. What a program sets
# itself, or is submitted with, comes before this file; so does ~/.config/sluice/sluice.conf of the user who runs it.
# SLUICE_CONF names another file to read instead. A name of ours that does not exist is an error. Names of Spark's are
# taken too. The same settings with more words: docs/settings.md
"""


def files() -> list[str]:
    """The files that are there, the one that counts most first.

    Raises:
        ConfigError: the file that `SLUICE_CONF` names is not there.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        if named and not os.path.isfile(named):
            raise ConfigError("no such file of settings", path=named, variable=VARIABLE)
        return [named] if named else []
    own = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    places = [os.path.join(own, "sluice", "sluice.conf")]
    if (home := install.home()) is not None:
        places.append(os.path.join(home, "conf", "sluice.conf"))
    return [place for place in places if os.path.isfile(place)]


def defaults() -> dict[str, str]:
    """What the files say, each name once."""
    found: dict[str, str] = {}
    for path in files():
        for name, value in read(path).items():
            if not any(other in found for other in settings.names_of(name)):
                found[name] = value
    return found


def read(path: str) -> dict[str, str]:
    """The settings of one file, checked.

    Raises:
        ConfigError: with the file and the line: a name of ours that does not exist, a value of the wrong form, a
            name without a value or one that was set before; or the file cannot be read.
    """
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("cannot read settings", path=path, reason=str(error)) from None
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, value = _parted(line.strip())
        where = f"{path}:{number}"
        if not value:
            raise ConfigError("a setting has no value", name=name, where=where)
        if any(other in found for other in settings.names_of(name)):
            raise ConfigError("a setting is there twice", name=name, where=where)
        try:
            settings.check(name, value)
        except ConfigError as error:
            raise ConfigError(error.what, advice=error.advice, **error.values, where=where) from None
        found[name] = value
    return found


def _parted(line: str) -> tuple[str, str]:
    end = next((at for at, letter in enumerate(line) if letter.isspace() or letter == "="), len(line))
    return line[:end], line[end:].lstrip().removeprefix("=").strip()


def render() -> str:
    """The file that an installation comes with: every setting with its default, as comments."""
    table = json.loads((Path(settings.__file__).parent / "settings.json").read_text("utf-8"))["settings"]
    return "\n".join([_HEAD, *map(_entry, table)])


def _entry(setting: dict[str, Any]) -> str:
    facts = [setting["expected"]]
    facts += [f"Spark's name: {alias['name']}" for alias in setting["aliases"]]
    text = f"{setting['doc']} ({'; '.join(facts)})"
    name, value = setting["name"].replace(".*", ".NAME"), setting["default"]
    lines = [*textwrap.wrap(text, 116), f"{name} {value}".rstrip()]
    # What has no default is shown without a value.
    return "".join(f"# {line}\n" for line in lines[:-1]) + f"#{lines[-1]}\n"
