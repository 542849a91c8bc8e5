# SPDX-License-Identifier: Apache-2.0
"""What becomes of records that are not what they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluice.frame.sqltext import failing

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options
    from sluice.pyspark.session import SparkSession

__all__ = ["MODES", "corrupt_name", "failing_row"]

MODES = ("PERMISSIVE", "DROPMALFORMED", "FAILFAST")


def corrupt_name(session: SparkSession, options: Options) -> str:
    """The column that has records as they stand in the file where they are malformed, if a schema asks for it."""
    known = session.conf.get("spark.sql.columnNameOfCorruptRecord", "_corrupt_record")
    return options.text("columnNameOfCorruptRecord", str(known))


def failing_row(bad: str, record: str) -> str:
    """A condition that holds for every record, and raises for a malformed one."""
    message = (
        "'[MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION] Malformed records are detected in record parsing: ' || "
        f"{record} || '. Parse Mode: FAILFAST. To process malformed records as null result, try setting the option "
        "mode as PERMISSIVE. SQLSTATE: 22023'"
    )
    return f"(CASE WHEN {bad} THEN {failing(message, 'BOOLEAN')} ELSE TRUE END)"
