# SPDX-License-Identifier: Apache-2.0
"""Functions about nulls and choices."""

from __future__ import annotations

from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import template
from sluice.frame.types import BooleanType

_BOOLEAN = BooleanType()

template(
    "isnull", "({0} IS NULL)", _BOOLEAN, (None,), nullable=False, shown=lambda inner: f"({inner[0]} IS NULL)"
)
template(
    "isnotnull",
    "({0} IS NOT NULL)",
    _BOOLEAN,
    (None,),
    nullable=False,
    shown=lambda inner: f"({inner[0]} IS NOT NULL)",
)

declare(
    """
    isnull(col:c)
    isnotnull(col:c)
    """
)
