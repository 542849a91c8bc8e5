# SPDX-License-Identifier: Apache-2.0
"""Names that work and differ from PySpark's, by what; docs/api.md shows it beside the name."""

from __future__ import annotations

DIFFERENT: dict[str, str] = {}
