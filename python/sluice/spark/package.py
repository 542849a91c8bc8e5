# SPDX-License-Identifier: Apache-2.0
"""One file for ``--py-files`` with all that an executor needs: ``python -m sluice.spark.package [FILE]``.

Spark puts the files of ``--py-files`` into the executor's working directory and, except on YARN, on no path that its
daemon would see: of what is there, ``python -m`` finds modules, and neither what a zip holds. So the file is a module
that has this package's modules in it. Its name has to stay ``sluice.py``.
"""

from __future__ import annotations

import os
import sys

#: What an executor needs.
MODULES = tuple(
    f"sluice.spark{leaf}"
    for leaf in (
        "",
        ".log",
        ".prompt",
        ".collecting",
        ".header",
        ".values",
        ".nursery",
        ".sharing",
        ".daemon",
    )
)
NAME = "sluice.py"

_HEAD = '''# SPDX-License-Identifier: Apache-2.0
"""Modules for the executors of Apache Spark in one file, made by `python -m sluice.spark.package`."""

import importlib.abc
import importlib.util
import sys

__path__ = []


class _Modules(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self, origin=__file__) if name in _SOURCES else None

    def is_package(self, name):
        return any(other.startswith(name + ".") for other in _SOURCES)

    def get_source(self, name):
        return _SOURCES[name]


'''


def source() -> str:
    """The text of the file."""
    here = os.path.dirname(os.path.abspath(__file__))
    sources = []
    for name in MODULES:
        leaf = name[len("sluice.spark") :].lstrip(".") or "__init__"
        with open(os.path.join(here, f"{leaf}.py"), encoding="utf-8") as file:
            sources.append(f"    {name!r}: {file.read()!r},\n")
    return _HEAD + "_SOURCES = {\n" + "".join(sources) + "}\nsys.meta_path.append(_Modules())\n"


def write(path: str) -> str:
    """Write the file to a path, or into a directory under its own name, and return its path."""
    if os.path.isdir(path):
        path = os.path.join(path, NAME)
    if os.path.basename(path) != NAME:
        raise ValueError(f"the file is imported by its name: path={path}, needed={NAME}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source())
    return path


def main() -> None:
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        sys.exit(f"usage: python -m sluice.spark.package [DIRECTORY or {NAME}]")
    try:
        print(write(sys.argv[1] if len(sys.argv) == 2 else os.getcwd()))
    except (OSError, ValueError) as error:
        sys.exit(f"sluice: {error}")


if __name__ == "__main__":
    main()
