# SPDX-License-Identifier: Apache-2.0
"""Names under which SQL finds a frame."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.base import FrameBase
from sluice.pyspark.captured import AnalysisException

__all__ = ["Views"]


class Views(FrameBase):
    """Mixed into ``DataFrame``."""

    def createTempView(self, name: str) -> None:
        """Give it a name that is not taken.

        Raises:
            AnalysisException: it is taken.
        """
        self._named(name, self._session._frames.views, False)

    def createOrReplaceTempView(self, name: str) -> None:
        """Give it a name."""
        self._named(name, self._session._frames.views, True)

    def createGlobalTempView(self, name: str) -> None:
        """Give it a name in `global_temp`, for all sessions, that is not taken."""
        self._named(name, self._session._frames.global_views, False)

    def createOrReplaceGlobalTempView(self, name: str) -> None:
        """Give it a name in `global_temp`, for all sessions."""
        self._named(name, self._session._frames.global_views, True)

    def registerTempTable(self, name: str) -> None:
        """The older name of `createOrReplaceTempView`."""
        self.createOrReplaceTempView(name)

    def _named(self, name: str, views: dict[str, object], replace: bool) -> None:
        if not name or not name.replace("_", "").isalnum():
            raise errors.raised("_LEGACY_ERROR_TEMP_1321", f"Invalid view name: {name}", AnalysisException)
        key = name.lower()
        if key in views and not replace:
            raise errors.analysis(
                "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
                f"Cannot create the temporary view `{name}` because it already exists. SQLSTATE: 42P07",
            )
        views[key] = (name, self._node)
