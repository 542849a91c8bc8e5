# SPDX-License-Identifier: Apache-2.0
"""Constants of the classic stream format: a frame is a 4-byte big-endian length and that many bytes."""

from __future__ import annotations

__all__ = ["MAX_FRAME_LENGTH", "SpecialLengths"]

#: The largest length that the signed four bytes can say.
MAX_FRAME_LENGTH = 0x7FFF_FFFF


class SpecialLengths:
    """Negative lengths that stand for an event instead of a payload."""

    END_OF_DATA_SECTION = -1
    PYTHON_EXCEPTION_THROWN = -2
    TIMING_DATA = -3
    END_OF_STREAM = -4
    NULL = -5
    START_ARROW_STREAM = -6
    START_OF_INIT_MESSAGE = -8
