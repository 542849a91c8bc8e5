# SPDX-License-Identifier: Apache-2.0
"""What notebooks show of a frame by itself, where `spark.sql.repl.eagerEval.enabled` is set."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from sluice.frame.nodes import Limit
from sluice.frame.showing import shown_cells

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["eager_html", "eager_text"]

_SETTING = "spark.sql.repl.eagerEval."


def _limits(frame: DataFrame) -> tuple[int, int] | None:
    """How many rows are shown, and how many characters of a cell; None if nothing is."""
    conf = frame._session.conf
    if conf.get(f"{_SETTING}enabled", "false") != "true":
        return None
    rows, truncate = (int(conf.get(f"{_SETTING}{name}", "20") or 20) for name in ("maxNumRows", "truncate"))
    return max(rows, 0), truncate


def eager_text(frame: DataFrame) -> str | None:
    """The text that `show` prints."""
    limits = _limits(frame)
    return None if limits is None else frame._show_string(limits[0], limits[1], False)


def eager_html(frame: DataFrame) -> str | None:
    """A table in HTML."""
    limits = _limits(frame)
    if limits is None:
        return None
    count, truncate = limits
    table = frame._table(Limit(frame._node.output, frame._node, count + 1))
    columns = shown_cells(table.slice(0, count), frame.schema, truncate, frame._zone)
    rows = [frame.schema.names, *(list(row) for row in zip(*columns, strict=True))]
    lines = []
    for place, row in enumerate(rows):
        tag = "td" if place else "th"
        cells = f"</{tag}><{tag}>".join(map(html.escape, row))
        lines.append(f"<tr><{tag}>{cells}</{tag}></tr>")
    text = "\n".join(["<table border='1'>", *lines, "</table>\n"])
    if table.num_rows > count:
        text += f"only showing top {count} {'row' if count == 1 else 'rows'}\n"
    return text
