# SPDX-License-Identifier: Apache-2.0
"""`pyspark.since` and `pyspark.keyword_only`, which libraries on top of PySpark decorate their own methods with."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_INDENTED = re.compile(r"\n( +)")


def since(version: str | float) -> Callable[[F], F]:
    """Return a decorator that notes in the docstring since which version a function is there."""

    def note(f: F) -> F:
        assert f.__doc__ is not None, f"a function without a docstring: {f!r}"
        least = min(map(len, _INDENTED.findall(f.__doc__)), default=0)
        f.__doc__ = f"{f.__doc__.rstrip()}\n\n{' ' * least}.. versionadded:: {version}"
        return f

    return note


def keyword_only(func: F) -> F:
    """Decorate a method so that it takes keywords only, and keeps them as `self._input_kwargs`."""

    @functools.wraps(func)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args:
            raise TypeError(f"Method {func.__name__} forces keyword arguments.")
        self._input_kwargs = kwargs
        return func(self, **kwargs)

    return checked  # type: ignore[return-value]
