# SPDX-License-Identifier: Apache-2.0
"""The logical plan: nodes with typed outputs, which say themselves as SQL when a query runs (`run.py`).

Every expression in a node is SQL already, over the columns of its children, which are called `c` and their id. A node
is asked for its SQL together with the columns that are needed of it, so that what nobody reads is neither computed nor
carried to a Python function.
"""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sluice.frame.expr import Attribute, new_id

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.frame.pycalls import PyCall
    from sluice.frame.run import Run

__all__ = [
    "ROW_PLACE",
    "Aggregate",
    "Cached",
    "Distinct",
    "Filter",
    "Generate",
    "Grouped",
    "Join",
    "Limit",
    "Local",
    "Mapped",
    "Node",
    "Project",
    "Python",
    "Recursive",
    "Requalified",
    "Sample",
    "Scan",
    "SetOperation",
    "Sort",
    "beside",
    "columns_used",
    "fresh",
    "ids_in",
]

#: Where a row stands among those of an aggregate's input, for aggregates whose answer depends on the order of rows.
ROW_PLACE = "row_place"
_COLUMN = re.compile(r"\bc(\d+)\b")


def ids_in(*texts: str) -> frozenset[int]:
    """The columns that SQL texts speak of; a text value that looks like one only makes the set larger."""
    return frozenset(int(found) for text in texts for found in _COLUMN.findall(text))


@dataclass(frozen=True, eq=False)
class Node:
    """A step of a plan."""

    output: tuple[Attribute, ...]
    #: Plans of queries inside the expressions of this node, by their tokens in its texts.
    subplans: tuple[tuple[str, Node], ...] = field(default=(), kw_only=True)

    def inputs(self) -> tuple[Node, ...]:
        """The nodes that it reads."""
        return ()

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        """A SELECT of at least the needed columns."""
        raise NotImplementedError

    def kept(self, needed: frozenset[int]) -> tuple[Attribute, ...]:
        """The columns that are needed; one at least, since SQL knows no row without columns."""
        return tuple(each for each in self.output if each.id in needed) or self.output[:1]


def columns_used(node: Node) -> frozenset[int]:
    """The columns that the expressions of a plan speak of, its own and those of a query around it."""
    found: set[int] = set()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        for value in vars(each).values():
            if isinstance(value, str):
                found |= ids_in(value)
            elif isinstance(value, tuple):
                found |= ids_in(*(text for text in value if isinstance(text, str)))
        waiting.extend(each.inputs())
        waiting.extend(plan for _, plan in each.subplans)
    return frozenset(found)


def fresh(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """The same columns as others, with ids of their own."""
    return tuple(dataclasses.replace(each, id=new_id(), qualifiers=()) for each in attributes)


@dataclass(frozen=True, eq=False)
class Local(Node):
    """An Arrow table whose columns are those of the output, in their order."""

    table: pa.Table

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        name = run.register(self.table)
        if not self.output:
            return f"SELECT 1 AS c0 FROM range({self.table.num_rows})"
        kept = self.kept(needed)
        columns = ", ".join(
            f'"{place}" AS {each.sql}' for place, each in enumerate(self.output) if each in kept
        )
        return f"SELECT {columns} FROM {name}"


@dataclass(frozen=True, eq=False)
class Scan(Node):
    """What DuckDB reads itself: files, a range of numbers."""

    source: str
    #: What each column is over the source.
    columns: tuple[str, ...]
    #: What else has to be read, such as the files, for who asks where a frame comes from.
    files: tuple[str, ...] = ()
    #: The source's column that says which of the files a row is of.
    file: str = ""

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        kept = self.kept(needed)
        texts = (
            f"{text} AS {each.sql}"
            for each, text in zip(self.output, self.columns, strict=True)
            if each in kept
        )
        return f"SELECT {', '.join(texts) or '1 AS c0'} FROM {self.source}"


@dataclass(frozen=True, eq=False)
class _Over(Node):
    child: Node

    def inputs(self) -> tuple[Node, ...]:
        return (self.child,)

    def passing_on(self, columns: Sequence[Attribute], child: Node) -> Node:
        """The same step over a child that has further columns, which are put in front: some steps' own stand last."""
        return dataclasses.replace(self, output=(*columns, *self.output), child=child)


@dataclass(frozen=True, eq=False)
class Project(_Over):
    """Columns computed from columns, row by row, window functions among them."""

    texts: tuple[str, ...]
    #: Columns of the child that are left out, and that a name with an alias or a frame's column still finds.
    hidden: tuple[Attribute, ...] = field(default=(), kw_only=True)

    def passing_on(self, columns: Sequence[Attribute], child: Node) -> Node:
        output, texts = (*columns, *self.output), (*(each.sql for each in columns), *self.texts)
        return dataclasses.replace(self, output=output, child=child, texts=texts)

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        kept = self.kept(needed)
        chosen = [(text, each) for text, each in zip(self.texts, self.output, strict=True) if each in kept]
        below = run.sql(self.child, ids_in(*(text for text, _ in chosen)))
        columns = ", ".join(text if text == each.sql else f"{text} AS {each.sql}" for text, each in chosen)
        return f"SELECT {columns or '1 AS c0'} FROM ({below})"


@dataclass(frozen=True, eq=False)
class Requalified(_Over):
    """The same columns under the name of an alias."""

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        return run.sql(self.child, needed)


@dataclass(frozen=True, eq=False)
class Filter(_Over):
    """Rows for which a condition holds."""

    condition: str

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        below = run.sql(self.child, needed | ids_in(self.condition))
        return f"SELECT * FROM ({below}) WHERE {self.condition}"


@dataclass(frozen=True, eq=False)
class Aggregate(_Over):
    """Groups, and what is computed of each; without `groups` one group that is there even without rows."""

    #: What stands behind GROUP BY.
    groups: str
    texts: tuple[str, ...]
    having: str = ""

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        kept = self.kept(needed)
        chosen = [(text, each) for text, each in zip(self.texts, self.output, strict=True) if each in kept]
        below = run.sql(self.child, ids_in(self.groups, self.having, *(text for text, _ in chosen)))
        columns = ", ".join(f"{text} AS {each.sql}" for text, each in chosen)
        if ROW_PLACE in columns or ROW_PLACE in self.having:
            below = f"SELECT *, row_number() OVER () AS {ROW_PLACE} FROM ({below})"
        by = f" GROUP BY {self.groups}" if self.groups else ""
        having = f" HAVING {self.having}" if self.having else ""
        return f"SELECT {columns} FROM ({below}){by}{having}"


@dataclass(frozen=True, eq=False)
class Sort(_Over):
    """Rows in an order."""

    keys: tuple[str, ...]

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        below = run.sql(self.child, needed | ids_in(*self.keys))
        return f"SELECT * FROM ({below}) ORDER BY {', '.join(self.keys)}"


@dataclass(frozen=True, eq=False)
class Limit(_Over):
    """The first rows, after some that are left out."""

    count: int | None
    offset: int = 0

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        # What computes row by row need not compute the rows that are cut off.
        if isinstance(self.child, Project) and not any(" OVER (" in text for text in self.child.texts):
            inner = dataclasses.replace(self, output=self.child.child.output, child=self.child.child)
            return run.sql(dataclasses.replace(self.child, child=inner), needed)
        if isinstance(self.child, Python):
            inner = dataclasses.replace(self, output=self.child.child.output, child=self.child.child)
            return run.sql(dataclasses.replace(self.child, child=inner), needed)
        below = run.sql(self.child, needed)
        limit = "" if self.count is None else f" LIMIT {self.count}"
        return f"SELECT * FROM ({below}){limit}" + (f" OFFSET {self.offset}" if self.offset else "")


@dataclass(frozen=True, eq=False)
class Distinct(_Over):
    """Rows of which there is none before that is the same in some columns; in all if none are named."""

    keys: tuple[str, ...] = ()

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        if not self.keys:
            below = run.sql(self.child, frozenset(each.id for each in self.child.output))
            return f"SELECT DISTINCT {', '.join(each.sql for each in self.output)} FROM ({below})"
        below = run.sql(self.child, needed | ids_in(*self.keys))
        return f"SELECT DISTINCT ON ({', '.join(self.keys)}) * FROM ({below})"


@dataclass(frozen=True, eq=False)
class Generate(_Over):
    """Rows repeated for every element of an array, with what the element holds in columns behind."""

    array: str
    #: What each new column is, over the element `g`.
    texts: tuple[str, ...]

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        count = len(self.output) - len(self.texts)
        passed = [each for each in self.output[:count] if each.id in needed]
        below = run.sql(self.child, frozenset(each.id for each in passed) | ids_in(self.array))
        inner = ", ".join([*(each.sql for each in passed), f"unnest({self.array}) AS g"])
        made = (f"{text} AS {each.sql}" for text, each in zip(self.texts, self.output[count:], strict=True))
        return f"SELECT {', '.join([*(each.sql for each in passed), *made])} FROM (SELECT {inner} FROM ({below}))"


@dataclass(frozen=True, eq=False)
class Sample(_Over):
    """Each row with a chance of its own."""

    fraction: float
    seed: int
    replacement: bool = False

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        table = run.table(self.child, needed)
        from sluice.frame.sampling import sampled

        return run.of_table(sampled(table, self.fraction, self.seed, self.replacement), self.kept(needed))


@dataclass(frozen=True, eq=False)
class Join(Node):
    """Two inputs side by side; kinds as SQL has them: INNER, LEFT, RIGHT, FULL, CROSS, SEMI, ANTI."""

    left: Node
    right: Node
    kind: str
    condition: str | None

    def inputs(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        used = needed | ids_in(self.condition or "")
        left, right = run.sql(self.left, used), run.sql(self.right, used)
        if self.condition is None:
            if self.kind == "CROSS":
                return f"SELECT * FROM ({left}) CROSS JOIN ({right})"
            return f"SELECT * FROM ({left}) {self.kind} JOIN ({right}) ON TRUE"
        return f"SELECT * FROM ({left}) {self.kind} JOIN ({right}) ON {self.condition}"


@dataclass(frozen=True, eq=False)
class SetOperation(Node):
    """UNION ALL, INTERSECT, EXCEPT and these with ALL, of inputs with the same types in the same places."""

    children: tuple[Node, ...]
    kind: str

    def inputs(self) -> tuple[Node, ...]:
        return self.children

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        kept = self.kept(needed if self.kind == "UNION ALL" else frozenset(each.id for each in self.output))
        places = [self.output.index(each) for each in kept]
        parts = []
        for child in self.children:
            chosen = [child.output[place] for place in places]
            below = run.sql(child, frozenset(each.id for each in chosen))
            columns = (f"{old.sql} AS {new.sql}" for old, new in zip(chosen, kept, strict=True))
            parts.append(f"SELECT {', '.join(columns)} FROM ({below})")
        return f" {self.kind} ".join(parts)


@dataclass(frozen=True, eq=False)
class Recursive(Node):
    """The rows of the first input, and what the second makes of the rows made last, which it reads as a table."""

    children: tuple[Node, ...]
    table: str
    distinct: bool

    def inputs(self) -> tuple[Node, ...]:
        return self.children

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        names = ", ".join(f"n{place}" for place in range(len(self.output)))
        parts = []
        for child in self.children:
            below = run.sql(child, frozenset(each.id for each in child.output))
            columns = ", ".join(f"{each.sql} AS n{place}" for place, each in enumerate(child.output))
            parts.append(f"SELECT {columns} FROM ({below})")
        union = " UNION " if self.distinct else " UNION ALL "
        columns = ", ".join(f"n{place} AS {each.sql}" for place, each in enumerate(self.output))
        return f"WITH RECURSIVE {self.table}({names}) AS ({union.join(parts)}) SELECT {columns} FROM {self.table}"


@dataclass(frozen=True, eq=False)
class Python(_Over):
    """Functions of the program, which workers run over the child's rows: the child's columns and one for each."""

    #: One for each of the last columns.
    calls: tuple[PyCall, ...]

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        return run.python(self, needed)


@dataclass(frozen=True, eq=False)
class Mapped(_Over):
    """A function of the program over all batches: `mapInPandas`, `mapInArrow`."""

    function: Any
    kind: str

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        return run.mapped(self)


@dataclass(frozen=True, eq=False)
class Grouped(Node):
    """A function of the program over groups, or pairs of groups: `applyInPandas`, aggregates in Python."""

    children: tuple[Node, ...]
    #: Ids of the key columns of each child.
    keys: tuple[tuple[int, ...], ...]
    function: Any
    kind: str
    #: How many columns of each child the function sees; those behind are keys that were computed.
    seen: tuple[int, ...] = ()

    def inputs(self) -> tuple[Node, ...]:
        return self.children

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        return run.grouped(self)


class Kept:
    """What a cached node has computed, once somebody asked for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.table: pa.Table | None = None


@dataclass(frozen=True, eq=False)
class Cached(_Over):
    """A node whose rows are kept when they have been computed once."""

    kept_rows: Kept
    level: Any = None

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        with self.kept_rows.lock:
            if self.kept_rows.table is None:
                everything = frozenset(each.id for each in self.child.output)
                self.kept_rows.table = run.table(self.child, everything)
        return run.of_table(self.kept_rows.table, self.output)


def beside(
    node: Node, columns: Iterable[tuple[Attribute, str]], subplans: tuple[tuple[str, Node], ...] = ()
) -> Project:
    """The same rows with further columns behind, each with the SQL that makes it of the node's."""
    columns = list(columns)
    return Project(
        (*node.output, *(attribute for attribute, _ in columns)),
        node,
        (*(each.sql for each in node.output), *(text for _, text in columns)),
        subplans=subplans,
    )


def renamed(node: Node, attributes: Sequence[Attribute]) -> Node:
    """The same rows with other ids and names."""
    return Project(tuple(attributes), node, tuple(each.sql for each in node.output))
