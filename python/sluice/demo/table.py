# SPDX-License-Identifier: Apache-2.0
"""Aligned tables, and numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence

#: Stands for a row that is a line.
RULE: tuple[str, ...] = ()


def render(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as text: the first column to the left, the others to the right, two blanks between."""
    full = [head, *(row for row in rows if row)]
    widths = [max(len(row[index]) if index < len(row) else 0 for row in full) for index in range(len(head))]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [_line(head, widths), rule]
    lines += [_line(row, widths) if row else rule for row in rows]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    parts = [
        cell.ljust(width) if index == 0 else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=False))
    ]
    return "  ".join(parts).rstrip()


def seconds(value: float) -> str:
    """Seconds with as many digits as mean something."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.095 else f"{value:.3f}"


def gigabytes(value: float) -> str:
    """Bytes as GB, or as MB below one."""
    return f"{value / 1e9:.2f} GB" if value >= 1e9 else f"{value / 1e6:.0f} MB"


def times(ratio: float) -> str:
    """A ratio, for instance ``5.9x``."""
    return f"{ratio:.0f}x" if ratio >= 20 else f"{ratio:.1f}x"
