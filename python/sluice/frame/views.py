# SPDX-License-Identifier: Apache-2.0
"""Names under which SQL finds a frame."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sluice.frame import errors
from sluice.frame.base import FrameBase
from sluice.frame.nodes import Node, Project, Requalified
from sluice.pyspark.captured import AnalysisException

__all__ = ["QueryView", "Views", "current"]

_DEEPEST = 100
_depth = threading.local()


@dataclass(frozen=True, eq=False)
class QueryView(Requalified):
    """A view that SQL made: its query is planned again whenever the view is named, over the views of that time."""

    planned: Callable[[], Node]
    shown: str


def current(node: Node) -> Node:
    """The plan of a view as it is now.

    Raises:
        AnalysisException: what its query reads is no longer there, or has other columns; or it reads itself.
    """
    if not isinstance(node, QueryView):
        return node
    depth = getattr(_depth, "value", 0)
    if depth >= _DEEPEST:
        raise _too_deep(node)
    _depth.value = depth + 1
    try:
        made = node.planned()
    except RecursionError:
        raise _too_deep(node) from None
    finally:
        _depth.value = depth
    found = []
    same = [each.name for each in made.output] == [each.name for each in node.output]
    for place, old in enumerate(node.output):
        named = [each for each in made.output if each.name.lower() == old.name.lower()]
        if not same and len(named) != 1:
            raise errors.analysis(
                "INCOMPATIBLE_VIEW_SCHEMA_CHANGE",
                f"The SQL query of view `{node.shown}` has an incompatible schema change and column {old.name} cannot "
                "be resolved. SQLSTATE: 51024",
            )
        new = made.output[place] if same else named[0]
        if new.type != old.type:
            raise errors.analysis(
                "CANNOT_UP_CAST_DATATYPE",
                f'Cannot up cast {node.shown}.{old.name} from "{new.type.simpleString().upper()}" to '
                f'"{old.type.simpleString().upper()}": the view was made of the second. SQLSTATE: 42846',
            )
        found.append(new)
    return Project(tuple(found), made, tuple(each.sql for each in found))


def _too_deep(view: QueryView) -> Exception:
    return errors.analysis(
        "VIEW_EXCEED_MAX_NESTED_DEPTH",
        f"The depth of view `{view.shown}` exceeds the maximum view resolution depth ({_DEEPEST}). SQLSTATE: 54K00",
    )


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
