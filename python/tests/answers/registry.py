# SPDX-License-Identifier: Apache-2.0
"""What a case is, where cases are found, and the few helpers that cases use on the driver's side."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .encoding import Raised, encode, render

__all__ = ["MASTER", "RECORDED", "Case", "cases", "core", "encode", "families", "parts", "raised", "render"]
__all__ += ["sorted_parts", "tree", "wide"]

RECORDED = Path(__file__).parent / "recorded"
MASTER = "local[2]"
"""The master of every case, except of those that are alone and make a context of their own."""


@dataclass(frozen=True)
class Case:
    """A small program: gets a context (None if alone) and a scratch directory, returns a value."""

    family: str
    name: str
    tag: str
    alone: bool
    run: Callable[[Any, Path], Any]


def core(function: Callable[..., Any] | None = None, *, alone: bool = False) -> Any:
    """Marks a case over the operations of the first issue; ``alone`` means that it makes its own context."""
    return _mark("core", function, alone)


def wide(function: Callable[..., Any] | None = None, *, alone: bool = False) -> Any:
    """Marks a case over operations that come with the second issue."""
    return _mark("wide", function, alone)


def _mark(tag: str, function: Callable[..., Any] | None, alone: bool) -> Any:
    def apply(function: Any) -> Any:
        function.case_mark = (tag, alone)
        return function

    return apply if function is None else apply(function)


def families() -> list[str]:
    """The names of all families, sorted."""
    return sorted(info.name for info in pkgutil.iter_modules([str(Path(__file__).parent / "cases")]))


def cases(family: str) -> Iterator[Case]:
    """The cases of one family, in the order in which its file defines them."""
    module = importlib.import_module(f"{__package__}.cases.{family}")
    for name, function in list(vars(module).items()):
        mark = getattr(function, "case_mark", None)
        if mark is not None:
            yield Case(family, name, mark[0], mark[1], function)


def raised(action: Callable[[], Any], *phrases: str) -> Any:
    """What ``action`` raises, with which of the phrases its text holds; its value if it raises nothing."""
    try:
        return ["raised nothing", action()]
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return Raised(error, phrases)


def counted(sc: Any) -> tuple[Any, Callable[[Any], Any]]:
    """An accumulator, and a function that returns its argument and adds one to it."""
    acc = sc.accumulator(0)

    def note(x: Any) -> Any:
        acc.add(1)
        return x

    return acc, note


def file_of(tmp: Path, content: bytes, name: str = "in.txt") -> str:
    """The path of a new file in a scratch directory."""
    path = tmp / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


def with_hadoop(sc: Any, settings: dict[str, str], run: Callable[[], Any]) -> Any:
    """What ``run`` returns while these settings of Hadoop hold."""
    conf = sc._jsc.hadoopConfiguration()
    for key, value in settings.items():
        conf.set(key, value)
    try:
        return run()
    finally:
        for key in settings:
            conf.unset(key)


def parts(rdd: Any) -> Any:
    """The contents of each partition."""
    return rdd.glom().collect()


def sorted_parts(rdd: Any) -> Any:
    """The contents of each partition, each sorted by type and text: for orders that PySpark leaves open."""
    return [sorted(part, key=lambda v: (type(v).__name__, repr(v))) for part in parts(rdd)]


def tree(root: Any, hidden: bool = False) -> dict[str, bytes]:
    """Files below ``root`` with their contents; Hadoop's hidden checksum files only if asked for."""
    base = Path(root)
    files = [p for p in base.rglob("*") if p.is_file() and (hidden or not p.name.startswith("."))]
    return {str(p.relative_to(base)): p.read_bytes() for p in files}
