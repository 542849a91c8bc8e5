# SPDX-License-Identifier: Apache-2.0
"""Functions that a Java program names: of a module, by source text, or pickled. Called from a command's pickle."""

from __future__ import annotations

import functools
import importlib
import linecache
import pickle
from collections.abc import Callable
from typing import Any

from sluice.errors import UnsupportedError


def steps(kind: str, form: str, what: Any, name: str | None) -> list[tuple[str, Callable[..., Any]]]:
    """Return a chain of one step over the function that ``what`` stands for."""
    return [(kind, find(form, what, name))]


def find(form: str, what: Any, name: str | None) -> Any:
    """Return the function: ``form`` is module, source or cloudpickle, and ``name`` that of a source text."""
    return _FORMS[form](what, name)


def _of_module(what: str, name: str | None) -> Any:
    module, _, attribute = what.partition(":")
    return functools.reduce(getattr, attribute.split("."), importlib.import_module(module))


@functools.lru_cache(maxsize=64)
def _of_source(text: str, name: str) -> Any:
    file = f"<source of {name}>"
    # Tracebacks then show the lines.
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": file}
    exec(compile(text, file, "exec"), names)
    if name not in names:
        raise NameError(f"the source text does not define {name!r}")
    return names[name]


def _of_cloudpickle(data: bytes, name: str | None) -> Any:
    try:
        import cloudpickle  # noqa: F401
    except ImportError as error:
        raise UnsupportedError(
            "a function pickled by cloudpickle needs cloudpickle in the worker",
            advice="install it for this interpreter, or name the function as module:attribute",
        ) from error
    return pickle.loads(data)


_FORMS: dict[str, Callable[..., Any]] = {
    "module": _of_module,
    "source": _of_source,
    "cloudpickle": _of_cloudpickle,
}
