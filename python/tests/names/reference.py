# SPDX-License-Identifier: Apache-2.0
"""Writes docs/api.md and api-sql.md, the tables of PySpark's names: `python -m tests.names.reference`, in python/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from sluice.pyspark.names import PYSPARK_VERSION
from sluice.pyspark.refused import MODULES
from tests.names.registry import BOOKS, Entry, Status, entries, status, taken

DOCS = Path(__file__).resolve().parents[3] / "docs"
#: Page -> its title, which modules it lists, and where the others are.
_TITLES = {
    "api.md": (
        "Names of PySpark",
        "for RDD programs",
        "The modules of frames are in [api-sql.md](api-sql.md).",
    ),
    "api-sql.md": ("Names of pyspark.sql", "for frames", "All other modules are in [api.md](api.md)."),
}
_HEAD = """\
# {title}

<!-- Generated; do not edit. To regenerate, in python/: python -m tests.names.reference -->

Every public name that the modules of PySpark {version} {which} define, and what it is under
`sluice run --pyspark`. {others}

- **works**: it has PySpark's signature and meaning. Where a whole answer or cost differs on purpose,
  [differences.md](differences.md) says so.
- **works, differs**: with the difference beside it.
- **refused**: it is not there, and the reason is beside it. `hasattr` is false; an attribute raises `AttributeError`,
  an import `ImportError`, with that reason where it is a name of a module, an RDD, a context, a session or a frame.
  An *argument* that is refused raises `NotImplementedError`.

{counts}

Recorded from PySpark by `benchmarks/record_names.py`; `python/tests/names` looks every name up here, compares
signatures, and asks for a test that uses it.
"""
_ROW = "| name | here |\n|---|---|\n"


def document(page: str) -> str:
    """The whole text of a page."""
    listed = [(entry, status(entry)) for entry in entries() if entry.module in BOOKS[page]]
    counts = Counter(found.kind for _, found in listed)
    total = ", ".join(f"{counts[kind]} {said}" for kind, said in _KINDS.items())
    title, which, others = _TITLES[page]
    said = f"{sum(counts.values())} names: {total}."
    parts = [_HEAD.format(version=PYSPARK_VERSION, title=title, which=which, others=others, counts=said)]
    for module, group in groupby(listed, lambda pair: pair[0].module):
        parts.append(f"\n## `{module}`\n" + "".join(_sections(list(group))))
    parts.append(_elsewhere(page))
    parts.append(_whole_modules(page))
    return "".join(parts)


_KINDS = {"works": "work", "differs": "work with a difference", "refused": "are refused"}


def _sections(group: list[tuple[Entry, Status]]) -> Iterator[str]:
    """A table of the module's own names, then one for each class that is here."""
    own = [(entry, found) for entry, found in group if not entry.member]
    yield "\n" + _ROW + "".join(_line(entry, found) for entry, found in own)
    for name, members in groupby([pair for pair in group if pair[0].member], lambda pair: pair[0].name):
        rows = list(members)
        if any(entry.name == name and found.kind == "refused" for entry, found in own):
            continue
        yield f"\n### `{group[0][0].module}.{name}`\n\n" + _ROW + "".join(_line(*row) for row in rows)


def _line(entry: Entry, found: Status) -> str:
    shown = entry.member or entry.name
    if entry.recorded["kind"] in ("function", "method", "classmethod", "staticmethod"):
        shown += f"({_parameters(entry.recorded['signature'])})"
    words = {
        "works": "works",
        "differs": f"works, differs: {found.text}",
        "refused": f"refused: {found.text}",
    }
    text = words[found.kind].replace("|", "\\|")
    return f"| `{shown}` | {text} |\n"


def _parameters(signature: list[list[Any]] | None) -> str:
    stars = {"var_positional": "*", "var_keyword": "**"}
    return ", ".join(stars.get(kind, "") + name for name, kind, *_ in signature or ())


def _elsewhere(page: str) -> str:
    """Names under further addresses: the modules that are one module, and what modules take from each other."""
    text = "\n## The same under other addresses\n\n| module | has |\n|---|---|\n"
    for module, recorded in BOOKS[page].items():
        if "is" in recorded:
            text += f"| `{module}` | all of `{recorded['is']}` |\n"
    by_module: dict[str, list[str]] = {}
    for module, name, _ in taken():
        if "is" not in BOOKS[page].get(module, {"is": ""}):
            by_module.setdefault(module, []).append(name)
    for module, names in by_module.items():
        text += f"| `{module}` | {', '.join(f'`{name}`' for name in names)} |\n"
    return text + "\nA name that is refused at its home is refused here as well.\n"


def _whole_modules(page: str) -> str:
    text = (
        "\n## Modules that are refused\n\n| module, and all below it that is not above | why |\n|---|---|\n"
    )
    of_frames = page == "api-sql.md"
    rows = [row for row in sorted(MODULES.items()) if row[0].startswith("pyspark.sql") is of_frames]
    return text + "".join(f"| `{module}` | {why} |\n" for module, why in rows)


if __name__ == "__main__":
    for each in BOOKS:
        (DOCS / each).write_text(document(each), encoding="utf-8")
