# SPDX-License-Identifier: Apache-2.0
"""A task's side of sequence files: PySpark's pickle files, and pairs of simple values."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from sluice.errors import CorruptDataError, SluiceError, StreamError
from sluice.files import pickledarrays, writables
from sluice.files.checksums import open_checked
from sluice.files.filesystems import is_url, open_to_read
from sluice.files.outputdirectory import write_part
from sluice.files.sequencefile import Reader, records

__all__ = ["PairWriter", "PickleWriter", "read_pairs", "read_pickles"]

_PROTOCOL = 5
#: Pickled batches in one record, as Spark's saveAsObjectFile groups them.
_TOGETHER = 10
#: What a batch of items grows to where its size is left to us, in bytes.
_AUTO = 1 << 16
#: Pieces are joined up to this many bytes before they are written.
_BUFFER = 1 << 18


class PickleWriter:
    """A task's step: writes a partition as batches of pickled items."""

    def __init__(self, directory: str, batch_size: int) -> None:
        self._directory = directory
        self._batch_size = batch_size

    def __call__(self, split: int, items: Iterator[Any]) -> list[str]:
        pickled = _pickled(items, self._batch_size)
        groups = iter(lambda: list(islice(pickled, _TOGETHER)), [])
        encode = writables.encoder(writables.BYTES)
        pairs = ((b"", encode(pickledarrays.encode(group))) for group in groups)
        pieces = records(pairs, writables.NULL, writables.BYTES)
        return write_part(self._directory, split, "", True, lambda file: _write(file, pieces))


class PairWriter:
    """A task's step: writes a partition's pairs as Writables of two classes."""

    def __init__(self, directory: str, key_class: str, value_class: str) -> None:
        self._directory = directory
        self._classes = key_class, value_class

    def __call__(self, split: int, items: Iterator[Any]) -> list[str]:
        key, value = map(writables.encoder, self._classes)
        pieces = records(((key(k), value(v)) for k, v in items), *self._classes)
        return write_part(self._directory, split, "", True, lambda file: _write(file, pieces))


def read_pickles(path: str, start: int, end: int) -> Iterator[Any]:
    """Return the items of a split of a file that ``PickleWriter`` or PySpark wrote."""
    return chain.from_iterable(_batches(path, start, end))


def read_pairs(path: str, start: int, end: int) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of a split."""
    with _opened(path) as file:
        reader = Reader(file, path)
        key, value = (writables.decoder(name, path) for name in reader.header[:2])
        for key_bytes, value_bytes in reader.records(start, end):
            yield key(key_bytes), value(value_bytes)


def _batches(path: str, start: int, end: int) -> Iterator[Iterable[Any]]:
    with _opened(path) as file:
        reader = Reader(file, path)
        if reader.header[:2] != (writables.NULL, writables.BYTES):
            raise CorruptDataError(
                "not a pickle file", file=path, key_class=reader.header.key, value_class=reader.header.value
            )
        value = writables.decoder(writables.BYTES, path)
        for _, data in reader.records(start, end):
            for array in _decoded(value(data), path):
                try:
                    yield pickle.loads(array)
                except (pickle.UnpicklingError, EOFError) as error:
                    raise CorruptDataError(
                        "a pickled batch is damaged", file=path, reason=str(error)
                    ) from error


def _decoded(data: bytes, path: str) -> Iterable[Any]:
    try:
        return pickledarrays.decode(data)
    except StreamError as error:
        raise CorruptDataError(
            "a record is not what saveAsPickleFile writes", file=path, reason=str(error)
        ) from error


def _opened(path: str) -> Any:
    return open_to_read(path) if is_url(path) else open_checked(path)


def _write(file: Any, pieces: Iterator[bytes]) -> None:
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _BUFFER:
            file.write(b"".join(held))
            held.clear()
            size = 0
    file.write(b"".join(held))


def _pickled(items: Iterator[Any], batch_size: int) -> Iterator[bytes]:
    size = 1 if batch_size == 0 else batch_size
    while batch := list(items if size < 0 else islice(items, size)):
        data = _dumps(batch)
        yield data
        if batch_size == 0:
            if len(data) < _AUTO:
                size *= 2
            elif len(data) > 10 * _AUTO and size > 1:
                size //= 2


def _dumps(batch: list[Any]) -> bytes:
    """A batch as PySpark pickles it; what plain pickle refuses, or would name by `__main__`, goes by value."""
    try:
        data = pickle.dumps(batch, _PROTOCOL)
        if b"__main__" not in data:
            return data
    except RecursionError:
        raise
    except Exception as error:
        return _by_value(batch, error)
    return _by_value(batch, None)


def _by_value(batch: list[Any], cause: Exception | None) -> bytes:
    import cloudpickle

    try:
        data: bytes = cloudpickle.dumps(batch, _PROTOCOL)
        return data
    except SluiceError:
        raise
    except Exception as error:
        from sluice.unpicklable import explain

        raise explain(batch, "record", cause or error) from error
