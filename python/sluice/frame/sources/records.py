# SPDX-License-Identifier: Apache-2.0
"""What becomes of records that are not what they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluice.frame.names import sql_text
from sluice.frame.sqltext import failing

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options
    from sluice.pyspark.session import SparkSession

__all__ = ["MODES", "corrupt_name", "failing_row", "malformed"]

MODES = ("PERMISSIVE", "DROPMALFORMED", "FAILFAST")


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


def corrupt_name(session: SparkSession, options: Options) -> str:
    """The column that has records as they stand in the file where they are malformed, if a schema asks for it."""
    known = session.conf.get("spark.sql.columnNameOfCorruptRecord", "_corrupt_record")
    return options.text("columnNameOfCorruptRecord", str(known))


def failing_row(bad: str, record: str) -> str:
    """A condition that holds for every record, and raises for a malformed one."""
    message = f"{sql_text(_BEFORE)} || {record} || {sql_text(_AFTER)}"
    return f"(CASE WHEN {bad} THEN {failing(message, 'BOOLEAN')} ELSE TRUE END)"
