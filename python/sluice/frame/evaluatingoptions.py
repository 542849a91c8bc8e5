# SPDX-License-Identifier: Apache-2.0
"""What the session's configuration says about functions in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluice.frame.taskfiles import Options

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["options_of", "setting"]


def setting(name: str, default: str, context: Context | None = None) -> str:
    """Return what the program has set of PySpark's settings."""
    from sluice.context import Context

    found = context or Context._active_spark_context
    value = None if found is None else found._conf.get(name, None)
    return default if value is None else value


def options_of(context: Context) -> Options:
    """Return how functions see their data, as a context's configuration says."""
    from sluice.settings import Setting

    def flag(name: str, default: str) -> bool:
        return setting(name, default, context).lower() == "true"

    size = setting("spark.sql.execution.arrow.maxBytesPerBatch", "64m", context)
    parse = Setting("bytes", "bytes", False, "", "a size", (), 0, 2**63 - 1, {}).parse
    return Options(
        rows=int(setting("spark.sql.execution.arrow.maxRecordsPerBatch", "10000", context)),
        bytes=parse(size if not size.isdecimal() else size + "b"),
        safe=flag("spark.sql.execution.pandas.convertToArrowArraySafely", "true"),
        int_to_decimal=flag("spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled", "false"),
        by_name=flag("spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName", "true"),
    )
