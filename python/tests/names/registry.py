# SPDX-License-Identifier: Apache-2.0
"""PySpark's public names as they were recorded, and what each of them is here.

A name that resolves works, with the difference that `differences.py` states if there is one. A name that does not is
refused with the reason of its error. There is no list of what works: it is looked up.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import json
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from sluice import absent
from sluice.pyspark import refused, refusedsql
from sluice.pyspark.aliases import spec
from sluice.pyspark.names import TABLE
from tests.names.differences import DIFFERENT


def _recorded(book: str) -> dict[str, Any]:
    """The modules of a file that benchmarks/record_names.py wrote."""
    modules: dict[str, Any] = json.loads((Path(__file__).parent / book).read_text())["modules"]
    return modules


#: Modules for RDD programs, and those of frames.
BOOKS = {"api.md": _recorded("recorded.json"), "api-sql.md": _recorded("sql.json")}
RECORDED: dict[str, Any] = {name: module for book in BOOKS.values() for name, module in book.items()}
#: Members that a class's error names when they are missing: class -> reasons.
REASONS = {
    "PipelinedRDD": absent.RDD,
    "RDD": absent.RDD,
    "SparkContext": absent.CONTEXT,
    "Catalog": refusedsql.CATALOG,
    "Column": refusedsql.COLUMN,
    "DataFrame": refusedsql.FRAME,
    "DataFrameReader": refused.READER,
    "DataFrameWriter": refusedsql.WRITER,
    "GroupedData": refusedsql.GROUPED,
    "SparkSession": refused.SESSION,
    "SQLContext": refusedsql.SQL_CONTEXT,
    "StringType": refusedsql.TYPES["StringType"],
    "StructField": refusedsql.TYPES["StructField"],
    "UDFRegistration": refusedsql.REGISTRATION,
    "UserDefinedFunction": refusedsql.FUNCTION,
    "Builder": refused.BUILDER,
    "ArrowUDFType": refusedsql.FORMS,
    "PandasUDFType": refusedsql.FORMS,
    "BarrierTaskContext": refused.TASK,
    "ExternalGroupBy": refused.MERGER,
    "ExternalMerger": refused.MERGER,
    "TaskContext": refused.TASK,
}
#: What every object answers; a class need not say so itself.
_ANY_OBJECT = ("__eq__", "__hash__", "__ne__", "__repr__", "__str__", "__new__", "__reduce__", "__setattr__")
_MISSING: Any = object()


class Entry(NamedTuple):
    """A name of a module, or with `member` one of a class in it."""

    module: str
    name: str
    member: str
    recorded: dict[str, Any]

    @property
    def path(self) -> str:
        """As programs write it."""
        return ".".join(filter(None, self[:3]))


class Status(NamedTuple):
    """`works`, `differs` or `refused`; what differs or why it is refused."""

    kind: str
    text: str = ""


def entries() -> Iterator[Entry]:
    """Every name that PySpark defines."""
    for module, recorded in RECORDED.items():
        for name, described in recorded.get("names", {}).items():
            yield Entry(module, name, "", described)
            for member, inner in described.get("members", {}).items():
                yield Entry(module, name, member, inner)
                if "members" in inner:
                    for each, deepest in inner["members"].items():
                        yield Entry(module, f"{name}.{member}", each, deepest)


def taken() -> Iterator[tuple[str, str, str]]:
    """Module, name and home of what a module has from another."""
    for module, recorded in RECORDED.items():
        source = RECORDED[recorded["is"]] if "is" in recorded else recorded
        for name, home in source["taken"].items():
            yield module, name, home


@cache
def loaded(module: str) -> ModuleType | None:
    """Our module of this name, made without installing it; None if it is refused."""
    if module not in TABLE:
        return None
    made = spec(module)
    assert made.loader is not None
    found = importlib.util.module_from_spec(made)
    made.loader.exec_module(found)
    return found


@cache
def resolve(module: str, name: str) -> Any:
    """What a name of a module is here, or `MISSING`."""
    found: Any = loaded(module)
    for part in name.split("."):
        found = _MISSING if found is None or found is _MISSING else getattr(found, part, _MISSING)
    return found


MISSING = _MISSING


def value_of(entry: Entry) -> Any:
    """What an entry is here: an object, `Ellipsis` for an attribute that only instances have, or `MISSING`."""
    holder = resolve(entry.module, entry.name)
    if not entry.member or holder is MISSING:
        return holder
    found = inspect.getattr_static(holder, entry.member, MISSING)
    if found is MISSING and entry.member in _instance_attributes(holder):
        return ...
    if entry.member in _ANY_OBJECT:
        return found
    owners = (cls for cls in inspect.getmro(holder) if entry.member in vars(cls))
    return MISSING if next(owners, object) is object and found is not ... else getattr(holder, entry.member)


def _class_in_its_file(cls: type) -> ast.AST:
    """The definition of a class, found by the file of one of its methods; an empty module if it has none."""
    for value in vars(cls).values():
        code = getattr(value, "__code__", None)
        if code is not None and Path(code.co_filename).is_file():
            for node in ast.walk(ast.parse(Path(code.co_filename).read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
                    return node
    return ast.parse("")


@cache
def _instance_attributes(cls: type) -> frozenset[str]:
    """Attributes that the methods of a class and its bases set on `self`, and its annotations."""
    found: set[str] = set()
    for base in inspect.getmro(cls):
        found |= set(vars(base).get("__annotations__", ()))
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        except (OSError, TypeError):
            # The class says that it is in a module of PySpark's, which another test had installed.
            tree = _class_in_its_file(base)
        stored = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
        found |= {
            node.attr
            for node in stored
            if isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        }
    return frozenset(found)


def status(entry: Entry) -> Status:
    """What stands in the table for a name."""
    why = _raises(entry)
    if why:
        return Status("refused", why)
    if value_of(entry) is not MISSING:
        what = DIFFERENT.get(entry.path, "")
        return Status("differs" if what else "works", what)
    return Status("refused", reason(entry))


def _raises(entry: Entry) -> str:
    """Why what has this name can be imported and raises when it is called; empty if it does not."""
    for found in (value_of(entry), resolve(entry.module, entry.name)):
        why = getattr(found, "refused", "")
        if isinstance(why, str) and why:
            return why
    return ""


def reason(entry: Entry) -> str:
    """Why a missing name is refused, as its error says."""
    if _raises(entry):
        return _raises(entry)
    if not entry.member or resolve(entry.module, entry.name) is MISSING:
        return refused.reason(f"{entry.module}.{entry.name.partition('.')[0]}")
    return REASONS.get(entry.name.rpartition(".")[2], {}).get(entry.member, "")


def incompatible(entry: Entry) -> str:
    """In what a callable here would not take a call that PySpark's takes; empty if in nothing."""
    theirs, found = entry.recorded.get("signature"), value_of(entry)
    if theirs is None or entry.member.startswith("__") or found in (MISSING, ...) or not callable(found):
        return ""
    try:
        parameters = list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError):
        return ""
    bound = entry.recorded["kind"] in ("method", "function", "class", "exception")
    if bound and parameters and parameters[0].name in ("self", "cls"):
        parameters = parameters[1:]
    return _compare(theirs, parameters)


def _compare(theirs: list[list[Any]], ours: list[inspect.Parameter]) -> str:
    names = {parameter.name: parameter for parameter in ours}
    open_ended = {parameter.kind.name.lower() for parameter in ours} & {"var_positional", "var_keyword"}
    for index, (name, kind, *default) in enumerate(theirs):
        if kind.startswith("var_"):
            if kind not in open_ended:
                return f"takes no {kind}"
            continue
        if name not in names:
            if {"var_positional", "var_keyword"} <= open_ended:
                # It takes them by a table of their names.
                continue
            return f"no parameter {name!r}"
        parameter = names[name]
        if kind == "positional_or_keyword" and (index >= len(ours) or ours[index].name != name):
            return f"{name!r} is not parameter {index}"
        if kind == "positional_or_keyword" and parameter.kind.name.lower() != kind:
            return f"{name!r} is {parameter.kind.name.lower()}"
        if bool(default) and parameter.default is parameter.empty:
            return f"{name!r} has no default"
        if default and default[0] != "..." and repr(parameter.default) != default[0]:
            return f"default of {name!r} is {parameter.default!r}, not {default[0]}"
    known = {name for name, *_ in theirs}
    for parameter in ours:
        required = parameter.default is parameter.empty and not parameter.kind.name.startswith("VAR_")
        if parameter.name not in known and required:
            return f"{parameter.name!r} is required"
    return ""
