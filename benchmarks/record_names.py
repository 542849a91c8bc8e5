# SPDX-License-Identifier: Apache-2.0
"""Records the public names of PySpark 4.3's modules, with their signatures.

    python benchmarks/record_names.py [--check]

Run it with an interpreter that has PySpark 4.3, pandas and pyarrow. It writes recorded.json (modules for RDD programs)
and sql.json (those of frames) in python/tests/names, or with --check says whether these are still what PySpark has
(exit code 1 if they are not). A module's own names are those that it defines
or lists in `__all__`; what it takes from other modules of PySpark is listed under `taken`, since programs import
names from there too.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

RECORDED = Path(__file__).resolve().parents[1] / "python" / "tests" / "names" / "recorded.json"
SQL = RECORDED.with_name("sql.json")

MODULES = """
    pyspark pyspark.accumulators pyspark.broadcast pyspark.cloudpickle pyspark.conf pyspark.context pyspark.core
    pyspark.core.broadcast pyspark.core.context pyspark.core.files pyspark.core.rdd pyspark.core.status
    pyspark.daemon pyspark.errors pyspark.errors.exceptions pyspark.errors.exceptions.base
    pyspark.errors.exceptions.captured pyspark.errors.utils pyspark.files pyspark.find_spark_home
    pyspark.java_gateway pyspark.join pyspark.logger pyspark.logger.logger pyspark.loose_version pyspark.profiler
    pyspark.rdd pyspark.rddsampler pyspark.resource pyspark.resource.information pyspark.resource.profile
    pyspark.resource.requests pyspark.resultiterable pyspark.serializers pyspark.shuffle pyspark.statcounter
    pyspark.status pyspark.storagelevel
    pyspark.taskcontext pyspark.testing pyspark.testing.utils pyspark.traceback_utils pyspark.util
    pyspark.version pyspark.worker
""".split()  # noqa: SIM905

#: Modules of frames; `functions` and `session` show what their packages take from inner modules.
SQL_MODULES = """
    pyspark.sql pyspark.sql.catalog pyspark.sql.column pyspark.sql.conf pyspark.sql.dataframe pyspark.sql.functions
    pyspark.sql.group pyspark.sql.pandas.functions pyspark.sql.readwriter pyspark.sql.session pyspark.sql.types
    pyspark.sql.udf pyspark.sql.utils pyspark.sql.window
""".split()  # noqa: SIM905
#: Names that modules of frames do not list, and programs use.
_UNLISTED = {
    "pyspark.sql.catalog": "Catalog CatalogMetadata Column Database Function Table",
    "pyspark.sql.conf": "RuntimeConfig",
    "pyspark.sql.functions": "approxCountDistinct bitwiseNOT chr countDistinct shiftLeft shiftRight "
    "shiftRightUnsigned sumDistinct toDegrees toRadians",
    "pyspark.sql.pandas.functions": "ArrowUDFType PandasUDFType arrow_udf pandas_udf",
    "pyspark.sql.types": "AtomicType FractionalType IntegralType NumericType UserDefinedType",
    "pyspark.sql.udf": "UserDefinedFunction",
    "pyspark.sql.utils": "AnalysisException IllegalArgumentException ParseException PythonException "
    "QueryExecutionException is_remote",
}
#: What RDD programs take from modules of frames.
_OF_FRAMES = {"HiveContext", "Row", "SQLContext", "SparkSession", "is_remote"}
#: Modules of the worker's inside: of them only what RDD programs reach for.
ONLY = {
    "pyspark.daemon": {"manager", "worker"},
    "pyspark.worker": {"main"},
}
#: Python's own machinery in a class body, also that of pickling: nobody's API.
_MACHINERY = set(
    """__abstractmethods__ __annotations__ __class_getitem__ __del__ __dict__ __doc__ __firstlineno__ __getnewargs__
    __getstate__ __init_subclass__ __match_args__ __module__ __new__ __orig_bases__ __parameters__ __reduce__
    __setstate__ __slots__ __static_attributes__ __subclasshook__ __weakref__""".split()  # noqa: SIM905
)


def main() -> int:
    """Records, or checks."""
    import pyspark

    different = 0
    books = {
        RECORDED: {name: module(name) for name in MODULES},
        SQL: {name: sql_module(name) for name in SQL_MODULES},
    }
    for path, modules in books.items():
        text = pretty({"pyspark": pyspark.__version__, "modules": modules})
        if "--check" in sys.argv[1:]:
            same = path.exists() and path.read_text() == text
            print("the same" if same else f"{path} differs")
            different += not same
        else:
            path.write_text(text)
            print(path.name, sum(len(entry.get("names", ())) for entry in modules.values()), "names")
    return 1 if different else 0


def pretty(value: Any, depth: int = 0) -> str:
    """JSON with a line for each name and each member, so that a difference is a line."""
    if depth == 6 or not isinstance(value, dict) or not value:
        return json.dumps(value, sort_keys=True)
    if depth == 4 and "members" not in value:
        return json.dumps(value, sort_keys=True)
    indent = " " * depth
    entries = (f"{indent} {json.dumps(key)}: {pretty(value[key], depth + 1)}" for key in sorted(value))
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}" + ("" if depth else "\n")


def module(name: str) -> dict[str, Any]:
    """What a module defines, and what it takes from the rest of PySpark."""
    loaded = importlib.import_module(name)
    if loaded.__name__ != name:
        # `pyspark.rdd` is `pyspark.core.rdd` itself.
        return {"is": loaded.__name__}
    listed = list(getattr(loaded, "__all__", ()))
    assigned = _assigned(loaded)
    names: dict[str, Any] = {}
    taken: dict[str, str] = {}
    for key, value in sorted(vars(loaded).items()):
        wanted = key in listed or key == "__version__" or not key.startswith("_")
        if not wanted or isinstance(value, ModuleType) or type(value).__module__ == "typing":
            continue
        if name in ONLY and key not in ONLY[name]:
            continue
        home = getattr(value, "__module__", None)
        if home == name or key in assigned:
            names[key] = described(value)
        elif _is_taken(value, key, home, key in listed):
            taken[key] = home
        elif key in listed:
            names[key] = described(value)
    return {"all": sorted(listed), "names": names, "taken": taken}


def sql_module(name: str) -> dict[str, Any]:
    """What a module of frames lists or defines; what `pyspark.sql` lists has its home elsewhere."""
    loaded = importlib.import_module(name)
    listed = list(getattr(loaded, "__all__", ()))
    names: dict[str, Any] = {}
    taken: dict[str, str] = {}
    unlisted = _UNLISTED.get(name, "").split()
    for key in sorted({*listed, *unlisted}):
        value = getattr(loaded, key)
        home = str(getattr(value, "__module__", None))
        elsewhere = home != name and (home in SQL_MODULES or home.startswith("pyspark.errors."))
        if elsewhere and not (name == "pyspark.sql.functions" and home != "pyspark.sql.pandas.functions"):
            taken[key] = home
        else:
            names[key] = described(value)
    return {"all": sorted(listed), "names": names, "taken": taken}


def _is_taken(value: Any, key: str, home: Any, listed: bool) -> bool:
    """Whether a name is one of another module of PySpark's for RDD programs."""
    if not isinstance(home, str) or home.partition(".")[0] != "pyspark":
        return False
    if value.__name__ != key and not listed:
        # Renamed by its import: nobody else's name.
        return False
    return not home.startswith("pyspark.sql.") or key in _OF_FRAMES


def _assigned(loaded: ModuleType) -> set[str]:
    """Names that a module's own top level binds by an assignment, also inside `if` and `try`."""
    found: set[str] = set()
    bodies = list(ast.parse(inspect.getsource(loaded)).body)
    while bodies:
        node = bodies.pop()
        if isinstance(node, ast.If | ast.Try):
            bodies += [*node.body, *node.orelse]
            bodies += [inner for handler in getattr(node, "handlers", ()) for inner in handler.body]
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def described(value: Any) -> dict[str, Any]:
    """Kind and signature of a name; the members of a class."""
    if inspect.isclass(value):
        return {
            "kind": "exception" if issubclass(value, BaseException) else "class",
            "bases": [base.__name__ for base in value.__bases__ if base.__module__ != "typing"],
            "signature": signature(value),
            "members": members(value),
        }
    if callable(value):
        return {"kind": "function", "signature": signature(value)}
    return {"kind": "value", "type": type(value).__name__, **constant(value)}


def constant(value: Any) -> dict[str, Any]:
    """The value itself, where it is a plain one that is the same on every machine."""
    return {"value": value} if type(value) in (int, bool) else {}


def members(cls: type) -> dict[str, Any]:
    """What the body of a class has that is public, and what its methods set on `self`."""
    found: dict[str, Any] = {}
    for key, raw in sorted(_contents(cls).items()):
        special = key.startswith("__") and key.endswith("__") and key not in _MACHINERY
        if (key.startswith("_") and not special) or key == "__init__":
            continue
        if (
            isinstance(raw, property)
            or inspect.isdatadescriptor(raw)
            or type(raw).__name__ == "classproperty"
        ):
            found[key] = {"kind": "property"}
        elif isinstance(raw, classmethod | staticmethod):
            found[key] = {"kind": type(raw).__name__, "signature": signature(getattr(cls, key))}
        elif inspect.isclass(raw):
            found[key] = {"kind": "class", "signature": signature(raw), "members": members(raw)}
        elif callable(raw):
            found[key] = {"kind": "method", "signature": signature(raw)}
        else:
            found[key] = {"kind": "value", "type": type(raw).__name__, **constant(raw)}
    for key in _instance_attributes(cls):
        found.setdefault(key, {"kind": "attribute"})
    return found


def _contents(cls: type) -> dict[str, Any]:
    """The body of a class, and those of the mixins that PySpark keeps its methods for pandas in."""
    mixins = [base for base in inspect.getmro(cls)[1:] if base.__name__.endswith(("Mixin", "Like"))]
    return {key: raw for found in (*reversed(mixins), cls) for key, raw in vars(found).items()}


def _instance_attributes(cls: type) -> list[str]:
    """Public attributes that a class's own methods set on `self`."""
    try:
        tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return []
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    stored = {
        node.attr
        for node in nodes
        if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    return sorted(name for name in stored if not name.startswith("_"))


def signature(value: Any) -> list[list[Any]] | None:
    """`[name, kind, default]` of each parameter but `self`; None where Python cannot tell."""
    try:
        parameters = list(inspect.signature(value).parameters.values())
    except (TypeError, ValueError):
        return None
    if parameters and parameters[0].name in ("self", "cls"):
        parameters = parameters[1:]
    shown: list[list[Any]] = []
    for parameter in parameters:
        entry = [parameter.name, parameter.kind.name.lower()]
        if parameter.default is not parameter.empty:
            plain = parameter.default is None or type(parameter.default) in (bool, int, float, str, bytes)
            entry.append(repr(parameter.default) if plain else "...")
        shown.append(entry)
    return shown


if __name__ == "__main__":
    sys.exit(main())
