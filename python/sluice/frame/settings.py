# SPDX-License-Identifier: Apache-2.0
"""What of a session's settings queries depend on."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FrameSettings"]


@dataclass(frozen=True)
class FrameSettings:
    """Read once for each frame that is made."""

    #: The session's time zone, by its IANA name.
    zone: str = "UTC"
    #: Whether what cannot be computed is an error, as in PySpark 4, or null.
    ansi: bool = True
    case_sensitive: bool = False
    #: Whether texts are read by patterns as Spark 2 did, by Java's `SimpleDateFormat`.
    lenient: bool = False
