# SPDX-License-Identifier: Apache-2.0
"""Which file each row of a write belongs to: by the partition of the frame, the directory, and the number of rows."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import urllib.parse
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sluice.frame.expr import Attribute
from sluice.frame.nodes import Node, Sort, beside
from sluice.frame.partitioned import place_of
from sluice.frame.run import Run
from sluice.frame.types import IntegerType, LongType

__all__ = ["Parts"]

#: What Spark escapes in the name of a directory.
_ESCAPED = re.compile(r"""[\x01-\x1f\x7f"#%'*/:=?\\{\[\]^]""")


@dataclass
class Parts:
    """The files of one write: their names, and the columns by which rows are told apart."""

    node: Node
    #: Names of directories, as texts.
    keys: list[Attribute]
    #: Where each row goes among the tasks of Spark; None where there is one task.
    task: Attribute | None
    #: Where each row stands in the frame, for the order of rows in a file.
    row: Attribute | None
    #: How many rows a file has at most; 0 for any number.
    most: int
    _id: uuid.UUID

    @classmethod
    def of(cls, node: Node, keys: list[Attribute], most: int) -> Parts:
        """The files that a plan is written into; `keys` are columns of it, behind all others."""
        placed, task, count = place_of(node)
        if task is None and count > 1:
            task = Attribute("task", IntegerType(), False)
            text = f"CAST((row_number() OVER () - 1) % {count} AS INTEGER)"
            placed = beside(node, [(task, text)])
        row = None
        if task is not None or keys or most:
            row = Attribute("row", LongType(), False)
            placed = beside(placed, [(row, "row_number() OVER ()")])
        return cls(placed, keys, task, row, most, uuid.uuid4())

    @property
    def one(self) -> bool:
        """Whether all rows go into one file."""
        return self.row is None

    @property
    def _tasks(self) -> list[Attribute]:
        return [] if self.task is None else [self.task]

    def _name(self, task: int, number: int, ending: str) -> str:
        return f"part-{task:05d}-{self._id}{'.' if self.keys else '-'}c{number:03d}{ending}"

    def first(self, directory: str, ending: str) -> str:
        """The path of the file that is there also without rows."""
        return os.path.join(directory, self._name(0, 0, ending))

    def by_columns(self) -> tuple[Node, list[Attribute]]:
        """The rows with the columns that tell files apart, for who writes a directory for each of their values."""
        if not self.most:
            return self.node, [*self._tasks, *self.keys]
        file = Attribute("file", LongType(), False)
        within = ", ".join(each.sql for each in (*self._tasks, *self.keys))
        by = f"PARTITION BY {within} " if within else ""
        assert self.row is not None
        text = f"(row_number() OVER ({by}ORDER BY {self.row.sql}) - 1) // {self.most}"
        return beside(self.node, [(file, text)]), [*self._tasks, file, *self.keys]

    def settle(self, written: str, staging: str, ending: str) -> int:
        """Move files out of directories that `by_columns` names; return how many there were."""
        depth = (self.task is not None) + bool(self.most)
        found = []
        for root, _, files in os.walk(written):
            inner = [] if root == written else os.path.relpath(root, written).split(os.sep)
            values = [urllib.parse.unquote(name.partition("=")[2]) for name in inner]
            numbers = tuple(map(int, values[:depth]))
            found += [(numbers, tuple(values[depth:]), len(name), name, root) for name in files]
        counts: dict[Any, int] = {}
        for numbers, place, _, name, root in sorted(found):
            task = numbers[0] if self.task is not None else 0
            number = counts.get((task, place), 0)
            counts[task, place] = number + 1
            directory = self._directory(staging, place)
            os.makedirs(directory, exist_ok=True)
            os.rename(os.path.join(root, name), os.path.join(directory, self._name(task, number, ending)))
        shutil.rmtree(written, ignore_errors=True)
        return len(found)

    def texts(self, run: Run, line: Attribute, staging: str, ending: str) -> Iterator[tuple[str, list[str]]]:
        """Texts of a column, piece by piece, with the file that they go to; all of a file follow each other."""
        if self.one:
            for batch in run.reader(self.node, (line,)):
                yield self.first(staging, ending), batch.column(0).to_pylist()
            return
        assert self.row is not None
        order = [*self._tasks, *self.keys]
        ordered = Sort(self.node.output, self.node, tuple(f"{each.sql} ASC" for each in (*order, self.row)))
        last: Any = None
        rows = 0
        for batch in run.reader(ordered, (line, *order)):
            columns = [column.to_pylist() for column in batch.columns]
            places = list(zip(*columns[1:], strict=True)) if order else [()] * len(columns[0])
            start = 0
            for place, group in itertools.groupby(places):
                stop = start + sum(1 for _ in group)
                if place != last:
                    last, rows = place, 0
                task = place[0] if self.task is not None else 0
                directory = self._directory(staging, place[1:] if self.task is not None else place)
                while start < stop:
                    number, inside = divmod(rows, self.most) if self.most else (0, rows)
                    end = min(stop, start + self.most - inside) if self.most else stop
                    yield os.path.join(directory, self._name(task, number, ending)), columns[0][start:end]
                    rows += end - start
                    start = end

    def _directory(self, staging: str, values: Iterable[str]) -> str:
        names = [
            f"{_escaped(key.name)}={_escaped(value)}" for key, value in zip(self.keys, values, strict=True)
        ]
        return os.path.join(staging, *names)


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", text)
