# SPDX-License-Identifier: Apache-2.0
"""An estimate with its bounds."""

from __future__ import annotations

__all__ = ["BoundedFloat"]


class BoundedFloat(float):
    """A number that is, with some confidence (0 to 1), between ``low`` and ``high``."""

    confidence: float
    low: float
    high: float

    def __new__(cls, mean: float, confidence: float, low: float, high: float) -> BoundedFloat:
        """Make an estimate of ``mean``."""
        made = float.__new__(cls, mean)
        made.confidence = confidence
        made.low = low
        made.high = high
        return made

    def __reduce__(self) -> tuple[type[BoundedFloat], tuple[float, float, float, float]]:
        return BoundedFloat, (float(self), self.confidence, self.low, self.high)
