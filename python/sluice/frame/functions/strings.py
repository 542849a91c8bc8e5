# SPDX-License-Identifier: Apache-2.0
"""Functions of texts."""

from __future__ import annotations

from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import template
from sluice.frame.types import StringType

_STRING = StringType()

template("upper", "upper({0})", _STRING, (_STRING,), "ucase")
template("lower", "lower({0})", _STRING, (_STRING,), "lcase")

declare(
    """
    upper(col:c)
    ucase(str:c) -> upper
    lower(col:c)
    lcase(str:c) -> lower
    """
)
