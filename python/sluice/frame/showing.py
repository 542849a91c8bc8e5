# SPDX-License-Identifier: Apache-2.0
"""What `show` and `printSchema` print, to the last space as PySpark prints it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluice.frame.texts import to_texts
from sluice.frame.trees import UNSEEN, tree

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.frame.types import StructType

__all__ = ["show_text", "shown_cells", "tree_text"]

#: Characters that stand on two places of a terminal, as Spark counts them.
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3"
    "\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]"
)
_NARROWEST = 3


def tree_text(schema: StructType, level: int = 0) -> str:
    """The text that `printSchema` prints, down to `level` levels; 0 is all."""
    return tree(schema, level)


def show_text(
    table: pa.Table,
    schema: StructType,
    n: int = 20,
    truncate: int = 20,
    vertical: bool = False,
    zone: str = "UTC",
) -> str:
    """The text that `show` prints of the first `n` rows of a table, which has one more if there are more.

    Cells are cut to `truncate` characters; 0 leaves them whole. Moments are shown in `zone`.
    """
    count = min(n, table.num_rows)
    columns = shown_cells(table.slice(0, count), schema, truncate, zone)
    # Names are not cut.
    names = [_cell(name, 0) for name in schema.names]
    text = _records(names, columns, count) if vertical else _grid(names, columns, count, truncate > 0)
    if table.num_rows <= n:
        return text
    return f"{text}only showing top {n} {'row' if n == 1 else 'rows'}"


def shown_cells(table: pa.Table, schema: StructType, truncate: int, zone: str) -> list[list[str]]:
    """The texts of cells, column by column."""
    texts = [
        to_texts(column, field.dataType, zone)
        for column, field in zip(table.columns if len(schema) else (), schema, strict=True)
    ]
    return [[_cell("NULL" if text is None else text, truncate) for text in column] for column in texts]


def _cell(text: str, truncate: int) -> str:
    text = text.translate(UNSEEN)
    if truncate <= 0:
        return text
    # Java counts, and cuts, halves of characters beyond 16 bits; half of one is printed as a question mark.
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) // 2 <= truncate:
        return text
    dots = "..." if truncate >= 4 else ""
    kept = units[: 2 * (truncate - len(dots))].decode("utf-16-le", "surrogatepass")
    return re.sub("[\ud800-\udfff]", "?", kept) + dots


def _width(text: str) -> int:
    beyond = sum(character > "\uffff" for character in text)
    return len(text) + beyond + len(_WIDE.findall(text))


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _grid(names: list[str], columns: list[list[str]], count: int, right: bool) -> str:
    widths = [
        max(_NARROWEST, *map(_width, [name, *column])) for name, column in zip(names, columns, strict=True)
    ]
    line = f"+{'+'.join('-' * width for width in widths)}+\n"
    rows = [names, *(list(row) for row in zip(*columns, strict=True))] if columns else [[]] * (count + 1)
    texts = [
        "|" + "|".join(_padded(cell, width, right) for cell, width in zip(row, widths, strict=True)) + "|\n"
        for row in rows
    ]
    return "".join([line, texts[0], line, *texts[1:], line])


def _records(names: list[str], columns: list[list[str]], count: int) -> str:
    if not count:
        return "(0 rows)"
    left = max([_NARROWEST, *map(_width, names)])
    right = max([_NARROWEST, *(_width(cell) for column in columns for cell in column)])
    text = []
    for at in range(count):
        text.append(f"-RECORD {at}".ljust(left + right + 5, "-") + "\n")
        text += [
            f" {_padded(name, left, False)} | {_padded(column[at], right, False)} \n"
            for name, column in zip(names, columns, strict=True)
        ]
    return "".join(text)
