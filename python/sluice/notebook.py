# SPDX-License-Identifier: Apache-2.0
"""The progress bar in a notebook: an output of the cell that runs, changed in place and emptied at the end.

Nothing here imports IPython: in a notebook it is there.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Sequence
from typing import Any

from sluice.progress import Stage, line

__all__ = ["Notebook", "shell"]

_WIDTH = 100


def shell() -> Any | None:
    """Return IPython's shell if this process is a notebook's kernel; one in a terminal is none."""
    ipython = sys.modules.get("IPython")
    found = ipython.get_ipython() if ipython is not None else None
    return found if getattr(found, "kernel", None) is not None else None


class Notebook:
    """A surface for the bar: one display a cell, so that many jobs in a cell leave no trail of empty ones."""

    def __init__(self, ipython: Any) -> None:
        self._ipython = ipython
        self._cell: object = None
        self._display = ""

    def draw(self, stages: Sequence[Stage], seconds: float) -> None:
        """Show the stages, in the cell that runs now."""
        cell = self._ipython.execution_count
        rows = "".join(
            f"<div>stage {stage['stage']} <progress value='{stage['done']}' max='{stage['tasks']}'></progress> "
            f"{stage['done']}/{stage['tasks']} tasks, {stage['running']} running</div>"
            for stage in stages
        )
        data = {"text/plain": line(stages, seconds, _WIDTH), "text/html": f"{rows}<div>{seconds:.1f} s</div>"}
        new = cell != self._cell
        if new:
            self._cell, self._display = cell, uuid.uuid4().hex
        self._publish(data, update=not new)

    def erase(self) -> None:
        """Empty the display."""
        self._publish({"text/plain": "", "text/html": ""}, update=True)

    def _publish(self, data: dict[str, str], update: bool) -> None:
        self._ipython.display_pub.publish(data, transient={"display_id": self._display}, update=update)
