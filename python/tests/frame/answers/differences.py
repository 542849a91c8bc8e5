# SPDX-License-Identifier: Apache-2.0
"""Cases whose answer is not PySpark's, each with the reason."""

from __future__ import annotations

#: On purpose; docs/differences.md says so too.
DIFFERENT: dict[str, str] = {
    "aggregates/summary_of_nan": "percentiles take NaN as the greatest value, as order does; PySpark's are off by one",
}

#: Not yet.
LATER: dict[str, str] = {}
