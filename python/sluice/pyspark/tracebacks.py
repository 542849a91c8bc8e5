# SPDX-License-Identifier: Apache-2.0
"""`pyspark.traceback_utils`: where in the program a call into Sluice was made."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["CallSite", "SCCallSiteSync", "first_spark_call"]

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class CallSite(NamedTuple):
    """A function that was called, and the line that called it."""

    function: str
    file: str
    linenum: int


def first_spark_call() -> CallSite | None:
    """Return the outermost call into Sluice of this thread; that of this function if there is none other."""
    frames = list(_frames(sys._getframe()))[::-1]
    inside = (index for index, frame in enumerate(frames) if frame.f_code.co_filename.startswith(_OURS))
    first = next(inside)
    called, caller = frames[first], frames[max(first - 1, 0)]
    return CallSite(called.f_code.co_name, caller.f_code.co_filename, caller.f_lineno)


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


class SCCallSiteSync:
    """Within `with SCCallSiteSync(sc):` the jobs of this thread carry the line that began the block.

    Of blocks in each other the outermost counts.
    """

    _spark_stack_depth: ClassVar[int] = 0

    def __init__(self, sc: Context) -> None:
        site = first_spark_call()
        assert site is not None
        self._call_site = f"{site.function} at {site.file}:{site.linenum}"
        self._context = sc

    def __enter__(self) -> None:
        if SCCallSiteSync._spark_stack_depth == 0:
            self._context._jsc.setCallSite(self._call_site)
        SCCallSiteSync._spark_stack_depth += 1

    def __exit__(
        self, type: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        SCCallSiteSync._spark_stack_depth -= 1
        if SCCallSiteSync._spark_stack_depth == 0:
            self._context._jsc.setCallSite(None)
