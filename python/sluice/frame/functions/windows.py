# SPDX-License-Identifier: Apache-2.0
"""Functions that only make sense over a window."""

from __future__ import annotations

from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import WINDOW, template
from sluice.frame.types import IntegerType

_INT = IntegerType()

template("row_number", "CAST(row_number(){tail} AS INTEGER)", _INT, (), kind=WINDOW, nullable=False)

declare(
    """
    row_number()
    """
)
