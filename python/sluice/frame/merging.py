# SPDX-License-Identifier: Apache-2.0
"""Two projections as one."""

from __future__ import annotations

from sluice.frame.nodes import Node, Project, ids_in

__all__ = ["as_one"]


def as_one(node: Node, texts: tuple[str, ...]) -> tuple[str, ...] | None:
    """The texts of one projection that does what two do; None where that would compute something twice.

    So a loop that adds columns one by one stays one step deep.
    """
    if not isinstance(node, Project):
        return None
    inner = dict(zip((each.sql for each in node.output), node.texts, strict=True))
    passed = {each.id for each in node.output if inner[each.sql] == each.sql}
    found = []
    for text in texts:
        if text in inner:
            found.append(inner[text])
        elif ids_in(text) <= passed:
            found.append(text)
        else:
            return None
    return tuple(found)
