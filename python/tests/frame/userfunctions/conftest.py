# SPDX-License-Identifier: Apache-2.0
"""Short forms of what the tests do all the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sluice import Context
from sluice.frame import transport
from sluice.frame.transport import Call, Options


@pytest.fixture
def made(sc: Context) -> Callable[..., Any]:
    """Evaluates one function over columns; returns the values."""

    def evaluate(table: Any, function: Any, *places: Any, zone: str = "UTC", **more: Any) -> Any:
        options = Options(**more) if more else None
        return (
            transport.evaluate(sc, table, [Call(function, list(places))], zone, options).column(0).to_pylist()
        )

    return evaluate
