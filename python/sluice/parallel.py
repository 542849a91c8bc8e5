# SPDX-License-Identifier: Apache-2.0
"""A driver's collection as partitions: cut where PySpark cuts, pickled at once."""

from __future__ import annotations

import itertools
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sluice.errors import JobError
from sluice.plan import Node
from sluice.serializers.data import PROTOCOL
from sluice.serializers.stream import encode_batches

if TYPE_CHECKING:
    from sluice.shared import SharedFiles

__all__ = ["node_of"]

#: Above this many bytes the data goes into a file instead of through the JVM.
_LARGE = 1 << 20
_MOST_IN_A_BATCH = 1024
_COPIED = 256
_numbers = itertools.count()

Part = Callable[[], Iterator[Any]]


def node_of(items: Iterable[Any], slices: int, batch_size: int, files: SharedFiles | None) -> Node:
    """Return a source of ``slices`` partitions; large ones are put into files where workers have those too.

    Raises:
        ZeroDivisionError: there are to be no slices, as in PySpark.
    """
    if isinstance(items, range):
        return _range_node(items, slices)
    held: Any = items if hasattr(items, "__len__") else list(items)
    # PySpark sends batches of this many items and deals out batches, not items.
    batch = max(1, min(len(held) // slices, batch_size or _MOST_IN_A_BATCH))
    if slices < 0:
        raise _no_partitions(slices)
    sequence: Sequence[Any] = held if isinstance(held, list | tuple | str | bytes) else list(held)
    batches = -(-len(sequence) // batch)
    borders = [i * batches // slices * batch for i in range(slices + 1)]
    parts = [partial(_items, sequence, start, stop) for start, stop in itertools.pairwise(borders)]
    encoded: list[list[tuple[bytes, int]]] = []
    size = 0
    rest = iter(parts)
    for part in rest:
        encoded.append(list(encode_batches(part())))
        size += sum(len(frame) for frame, _ in encoded[-1])
        if size > _LARGE and files is not None:
            return _file_node(encoded, rest, files)
    return source([pickle.dumps(("batches", b"".join(f for f, _ in part)), PROTOCOL) for part in encoded])


def _items(sequence: Sequence[Any], start: int, stop: int) -> Iterator[Any]:
    """The items of a part, copied few at a time, so that they are still in the caches when they are pickled."""
    starts = range(start, min(stop, len(sequence)), _COPIED)
    return itertools.chain.from_iterable(sequence[at : min(at + _COPIED, stop)] for at in starts)


def source(descriptions: list[bytes], zstd: dict[int, str] | None = None) -> Node:
    """Return a source node of a worker's descriptions, one a partition.

    ``zstd`` has, by partition, files whose contents the JVM sends, since Python cannot decompress them.
    """
    attributes: dict[str, Any] = {"sizes": list(map(len, descriptions))}
    if zstd:
        attributes["zstd"] = zstd
    return Node("source", [], len(descriptions), attributes, descriptions)


def _no_partitions(slices: int) -> Exception:
    from sluice.pyspark import present

    return present(JobError("positive number of partitions required", partitions=slices))


def _range_node(items: range, slices: int) -> Node:
    size = len(items)
    if not slices:
        raise ZeroDivisionError("division by zero: a collection cannot be cut into 0 slices")
    if slices < 0:
        raise _no_partitions(slices)
    start, step = items.start, items.step
    borders = [start + i * size // slices * step for i in range(slices + 1)]
    return source(
        [pickle.dumps(("range", borders[i], borders[i + 1], step), PROTOCOL) for i in range(slices)]
    )


def _file_node(encoded: list[list[tuple[bytes, int]]], rest: Iterable[Part], files: SharedFiles) -> Node:
    pieces: list[tuple[int, int, int]] = []
    ahead: list[Part] = []

    def fill(file: BinaryIO) -> None:
        # Called a second time if shared memory has no room: what it took from `rest` must still be there.
        pieces.clear()
        at = 0
        for part in itertools.chain(encoded, map(_encode, ahead), map(_encode, _kept(rest, ahead))):
            start, records = at, 0
            for frame, count in part:
                file.write(frame)
                at += len(frame)
                records += count
            pieces.append((start, at - start, records))
        file.flush()

    path, _ = files.write(f"data-{os.getpid()}-{next(_numbers)}", fill)
    node = source([pickle.dumps(("slice", str(path), *piece), PROTOCOL) for piece in pieces])
    files.remove_with(node, Path(path))
    return node


def _encode(part: Part) -> Iterable[tuple[bytes, int]]:
    return encode_batches(part())


def _kept(rest: Iterable[Part], ahead: list[Part]) -> Iterable[Part]:
    for part in rest:
        ahead.append(part)
        yield part
