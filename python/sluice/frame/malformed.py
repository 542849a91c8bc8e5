# SPDX-License-Identifier: Apache-2.0
"""The error for a record of CSV or JSON that does not fit, in Python and in SQL."""

from __future__ import annotations

from sluice.frame.names import sql_text
from sluice.frame.sqltext import failing

__all__ = ["failing_row", "malformed"]

_BEFORE = (
    "[MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION] Malformed records are detected in record parsing: "
)
_AFTER = (
    ". Parse Mode: FAILFAST. To process malformed records as null result, try setting the option mode as PERMISSIVE. "
    "SQLSTATE: 22023"
)


def malformed(record: str) -> str:
    """The message for a record that is malformed."""
    return f"{_BEFORE}{record}{_AFTER}"


def failing_row(bad: str, record: str) -> str:
    """A condition that holds for every record, and raises for a malformed one."""
    message = f"{sql_text(_BEFORE)} || {record} || {sql_text(_AFTER)}"
    return f"(CASE WHEN {bad} THEN {failing(message, 'BOOLEAN')} ELSE TRUE END)"
