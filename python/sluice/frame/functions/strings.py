# SPDX-License-Identifier: Apache-2.0
"""Functions of texts."""

from __future__ import annotations

from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import template
from sluice.frame.rowwise import scalar
from sluice.frame.types import StringType

_STRING = StringType()

for _name, _alias in (("upper", "ucase"), ("lower", "lcase")):
    # Of other than ASCII, one letter may become two.
    template(
        _name,
        f"(CASE WHEN strlen({{0}}) = length({{0}}) THEN {_name}({{0}}) ELSE {scalar(_name, '{0}')} END)",
        _STRING,
        (_STRING,),
        _alias,
    )

declare(
    """
    upper(col:c)
    ucase(str:c) -> upper
    lower(col:c)
    lcase(str:c) -> lower
    """
)
