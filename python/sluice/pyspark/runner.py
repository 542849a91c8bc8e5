# SPDX-License-Identifier: Apache-2.0
"""`python -m sluice.pyspark [OPTIONS] SCRIPT [ARGUMENTS]` or `-m MODULE`: a PySpark program on Sluice, unchanged.

The options are spark-submit's.

The program runs in the real `__main__` module, as it would by itself, so that functions defined in it are
pickled by value and what runs at exit still finds its globals.
"""

from __future__ import annotations

import importlib.util
import io
import os
import sys
from types import CodeType, TracebackType
from typing import Any

import sluice.pyspark
from sluice import tuning
from sluice.errors import SluiceError, StartError
from sluice.pyspark import submit

_SEED = "PYTHONHASHSEED"
_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def main() -> None:
    """Run the command line."""
    try:
        code, found = _program()
    except SluiceError as error:
        print(f"sluice: {error}", file=sys.stderr)
        sys.exit(2)
    _become(code, found)


def _program() -> tuple[CodeType, dict[str, Any]]:
    """What to run and the globals to run it with; the process's argv and path are then the program's."""
    _share_hash_seed()
    arguments = submit.take_options(sys.argv[1:])
    if not arguments or arguments == ["-m"]:
        raise StartError(
            "usage: python -m sluice.pyspark [OPTIONS] SCRIPT|-m MODULE [ARGUMENTS]",
            got=" ".join(sys.argv[1:]),
        )
    sluice.pyspark.install()
    sys.excepthook = _excepthook
    if arguments[0] == "-m":
        return _module(arguments[1], arguments[2:])
    return _script(arguments[0], arguments[1:])


def _share_hash_seed() -> None:
    """All processes of a program need one hash seed, and Python reads it at its start: so start once more."""
    if os.environ.get(_SEED, "random") == "random":
        sys.stdout.flush()
        sys.stderr.flush()
        variables = {**os.environ, _SEED: "0"}
        tuning.tune(variables)
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], variables)


def _script(path: str, arguments: list[str]) -> tuple[CodeType, dict[str, Any]]:
    try:
        with io.open_code(os.path.abspath(path)) as file:
            source = file.read()
    except OSError as error:
        raise StartError(
            "cannot read the script", path=os.path.abspath(path), reason=error.strerror
        ) from None
    sys.argv = [path, *arguments]
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    return compile(source, path, "exec", dont_inherit=True), {"__file__": path, "__spec__": None}


def _module(name: str, arguments: list[str]) -> tuple[CodeType, dict[str, Any]]:
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(name + ".__main__")
    except ModuleNotFoundError as error:
        raise StartError("no such module", module=name, reason=str(error)) from None
    code = getattr(spec.loader, "get_code", _no_code)(spec.name) if spec else None
    if spec is None or code is None:
        raise StartError("no such module, or none that can be run", module=name)
    sys.argv = [spec.origin or name, *arguments]
    found = {"__file__": spec.origin, "__spec__": spec, "__package__": spec.parent, "__loader__": spec.loader}
    return code, found


def _no_code(name: str) -> None:
    """What a loader without code, such as that of an extension module, has for a name."""


def _excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show the program's frames only, from its own first line on."""
    at = trace
    while at is not None and _is_ours(at.tb_frame.f_code.co_filename):
        at = at.tb_next
    if at is None and not isinstance(error, SyntaxError):
        at = trace  # Raised by ourselves: then all of it is news. A syntax error of the script has no frame.
    sys.__excepthook__(kind, error.with_traceback(at), at)


def _is_ours(file: str) -> bool:
    return file == "<frozen runpy>" or file.startswith(_HERE)


def _become(code: CodeType, found: dict[str, Any]) -> None:
    """Run the program in the main module's namespace, emptied of all that is not a program's own."""
    namespace = sys.modules["__main__"].__dict__
    builtins = namespace["__builtins__"]
    namespace.clear()
    namespace.update(
        __name__="__main__", __builtins__=builtins, __doc__=None, __package__=None, __loader__=None
    )
    namespace.update(found)
    exec(code, namespace)
