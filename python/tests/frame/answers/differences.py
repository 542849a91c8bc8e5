# SPDX-License-Identifier: Apache-2.0
"""Cases whose answer is not PySpark's, each with the reason."""

from __future__ import annotations

#: On purpose; docs/differences.md says so too.
DIFFERENT: dict[str, str] = {}

#: Not yet.
LATER: dict[str, str] = {}
