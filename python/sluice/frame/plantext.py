# SPDX-License-Identifier: Apache-2.0
"""A plan as text in which ids are counted anew, so that two plans that do the same are the same text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluice.frame.nodes import Node

__all__ = ["plan_text"]


def plan_text(node: Node) -> str:
    """The nodes from the top, with what each does; tables are told apart by identity."""
    parts = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        inner = {
            key: id(value) if key in ("table", "kept_rows") else value
            for key, value in vars(each).items()
            if key not in ("child", "children", "left", "right", "subplans")
        }
        inner["output"] = [(one.id, str(one.type)) for one in each.output]
        parts.append(f"{type(each).__name__} {inner}")
        waiting.extend(reversed(each.inputs()))
    numbers: dict[str, str] = {}

    def renumbered(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"#{len(numbers)}")

    text = re.sub(r"\bc(\d+)\b", r"\1", "\n".join(parts))
    known = {str(one.id) for each in _all(node) for one in each.output}
    return re.sub(r"\b\d+\b", lambda found: renumbered(found) if found[0] in known else found[0], text)


def _all(node: Node) -> list[Node]:
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting.extend(each.inputs())
    return found
