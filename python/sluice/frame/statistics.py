# SPDX-License-Identifier: Apache-2.0
"""Not built yet."""

from __future__ import annotations

from sluice.frame.base import FrameBase


class Statistics(FrameBase):
    """Mixed into ``DataFrame``."""
