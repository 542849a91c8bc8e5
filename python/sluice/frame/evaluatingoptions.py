# SPDX-License-Identifier: Apache-2.0
"""What the session's configuration says about functions in Python."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from sluice.frame.taskfiles import Options

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["options_of", "setting"]

_ARROW = "spark.sql.execution.arrow."
_PANDAS = "spark.sql.execution.pandas."
_UDF = "spark.sql.execution.pythonUDF."


def setting(name: str, default: str, context: Context | None = None, conf: Any = None) -> str:
    """Return what a session's settings say, by default those of the active session, without one the context's."""
    from sluice.context import Context

    if conf is None:
        # Who uses no session has not imported its module.
        module = sys.modules.get("sluice.pyspark.session")
        session = None if module is None else module.SparkSession.getActiveSession()
        if session is not None and context in (None, session.sparkContext):
            conf = session.conf
        else:
            known = context or Context._active_spark_context
            conf = None if known is None else known._conf
    found = None if conf is None else conf.get(name, None)
    return default if found is None else str(found)


def options_of(context: Context, conf: Any = None) -> Options:
    """Return how functions see their data, as a session's settings say, or a context's."""
    from sluice.settings import Setting

    def flag(name: str, default: str) -> bool:
        return setting(name, default, context, conf).lower() == "true"

    name = f"{_ARROW}maxBytesPerBatch"
    size = setting(name, "64m", context, conf)
    parsed = Setting(name, "bytes", False, "", "a size such as 64m", (), 0, 2**63 - 1, {})
    return Options(
        rows=int(setting(f"{_ARROW}maxRecordsPerBatch", "10000", context, conf)),
        bytes=parsed.parse(size + "b" if size.isdecimal() else size),
        safe=flag(f"{_PANDAS}convertToArrowArraySafely", "true"),
        int_to_decimal=flag(f"{_UDF}pandas.intToDecimalCoercionEnabled", "false"),
        by_name=flag("spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName", "true"),
    )
