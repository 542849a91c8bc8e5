# SPDX-License-Identifier: Apache-2.0
"""The worker's side of reading files.

**Splits.** A line belongs to the split in which it begins, and one that begins exactly at a border to the
split before it. So a split reads from the end of the first line that ends at or after its start to the end of
the first line that ends at or after its end: one function decides at both ends.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, BinaryIO

from sluice.errors import CorruptDataError, UnsupportedError
from sluice.files.filesystems import display, open_to_read, size_of

__all__ = ["UTF8_ERRORS", "read_text", "read_whole"]

_MARK = b"\xef\xbb\xbf"
#: Read first, so that `take` of a few lines reads little.
_FIRST_PIECE = 64 << 10
_PIECE = 1 << 20
UTF8_ERRORS = "sluice-utf8"


def _replace(error: UnicodeError) -> tuple[str, int]:
    """Replace bad bytes as the JVM does: half of a surrogate pair, in three bytes, is one bad character."""
    assert isinstance(error, UnicodeDecodeError)
    data, at = error.object, error.start
    if data[at] == 0xED and 0xA0 <= (data[at + 1] if at + 1 < len(data) else 0) <= 0xBF:
        third = data[at + 2] if at + 2 < len(data) else 0
        return "\ufffd", at + (3 if 0x80 <= third <= 0xBF else 2)
    return "\ufffd", error.end


codecs.register_error(UTF8_ERRORS, _replace)


def read_text(
    path: str,
    start: int,
    end: int,
    suffix: str,
    unicode: bool,
    delimiter: bytes | None = None,
    contents: Iterator[bytes] | None = None,
) -> Iterator[Any]:
    """Return the lines that a split of a file holds, or the records that a delimiter ends.

    ``contents`` is what the file holds, where the JVM reads it.
    """
    if contents is not None:
        return chain.from_iterable(_of_pieces(contents, True, unicode, delimiter))
    return chain.from_iterable(_batches(path, start, end, suffix, unicode, delimiter))


def read_whole(paths: list[str], unicode: bool) -> Iterator[tuple[str, Any]]:
    """Yield every file's path and contents."""
    from sluice.files.inputs import suffix_of

    for path in paths:
        with _open(path, suffix_of(path)) as file:
            text = b"".join(_pieces(file, None, path)).decode("utf-8", UTF8_ERRORS)
        yield display(path), text if unicode else text.encode()


def _batches(
    path: str, start: int, end: int, suffix: str, unicode: bool, delimiter: bytes | None
) -> Iterator[list[Any]]:
    if start == end:
        return
    with _open(path, suffix) as file:
        if suffix:
            first, left = True, None
        else:
            size = size_of(file)
            begin = _border(file, start, size, delimiter)
            first, left = begin == 0, _border(file, end, size, delimiter) - begin
            file.seek(begin)
        yield from _of_pieces(_pieces(file, left, path), first, unicode, delimiter)


def _of_pieces(
    pieces: Iterator[bytes], first: bool, unicode: bool, delimiter: bytes | None
) -> Iterator[list[Any]]:
    for block in _blocks(pieces, delimiter):
        if first:
            first = False
            if block.startswith(_MARK):
                block = block[len(_MARK) :]
                if not block:
                    continue
        yield _lines(block, unicode) if delimiter is None else _records(block, unicode, delimiter)


def _border(file: BinaryIO, at: int, size: int, delimiter: bytes | None) -> int:
    """Return where the first line begins that does not belong to the split before ``at``."""
    if at == 0 or at >= size:
        return min(at, size)
    file.seek(at)
    if delimiter is not None:
        return _after(file, at, size, delimiter)
    while piece := file.read(_FIRST_PIECE):
        ends = [found for found in (piece.find(b"\n"), piece.find(b"\r")) if found >= 0]
        if ends:
            end = min(ends)
            if piece[end : end + 1] == b"\r" and (piece[end + 1 : end + 2] or file.read(1)) == b"\n":
                end += 1
            return at + end + 1
        at += len(piece)
    return size


def _after(file: BinaryIO, at: int, size: int, delimiter: bytes) -> int:
    kept = b""
    while piece := file.read(_FIRST_PIECE):
        kept += piece
        found = kept.find(delimiter)
        if found >= 0:
            return at + found + len(delimiter)
        dropped = max(0, len(kept) - len(delimiter) + 1)
        kept, at = kept[dropped:], at + dropped
    return size


def _pieces(file: BinaryIO, left: int | None, path: str) -> Iterator[bytes]:
    wanted = _FIRST_PIECE
    while left is None or left > 0:
        try:
            piece = file.read(wanted if left is None else min(left, wanted))
        except EOFError as error:
            raise CorruptDataError("Unexpected end of input stream", file=path) from error
        except (zlib.error, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise CorruptDataError(_reason(error), file=path) from error
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece
        wanted = _PIECE


def _reason(error: Exception) -> str:
    text = str(error)
    return "not a gzip file" if text.startswith("Not a gzipped") else text


def _blocks(pieces: Iterator[bytes], delimiter: bytes | None) -> Iterator[bytes]:
    """Cut after a line's end where there is one, so that every block but the last holds whole lines."""
    if delimiter is not None:
        yield from _delimited(pieces, delimiter)
        return
    rest: list[bytes] = []
    for piece in pieces:
        cut = piece.rfind(b"\n") + 1
        if not cut:
            # The last byte is not looked at: what follows it may belong to the same line end.
            cut = piece.rfind(b"\r", 0, -1) + 1
        if cut:
            rest.append(piece[:cut] if cut < len(piece) else piece)
            yield b"".join(rest) if len(rest) > 1 else rest[0]
            rest = [piece[cut:]] if cut < len(piece) else []
        else:
            rest.append(piece)
    if rest:
        yield b"".join(rest)


def _delimited(pieces: Iterator[bytes], delimiter: bytes) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        rest += piece
        cut = rest.rfind(delimiter, max(0, len(rest) - len(piece) - len(delimiter))) + len(delimiter)
        if cut >= len(delimiter):
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest


def _records(block: bytes, unicode: bool, delimiter: bytes) -> list[Any]:
    records = [record.decode("utf-8", UTF8_ERRORS) for record in block.split(delimiter)]
    if not records[-1]:
        records.pop()
    return records if unicode else [record.encode() for record in records]


def _lines(block: bytes, unicode: bool) -> list[Any]:
    text = block.decode("utf-8", UTF8_ERRORS)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines: list[Any]
    if unicode:
        lines = text.split("\n")
    else:
        lines = text.encode().split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _open(path: str, suffix: str) -> Any:
    if not suffix:
        return open_to_read(path)
    if suffix == ".gz":
        import gzip

        return _unpacked(path, gzip.open)
    if suffix == ".bz2":
        import bz2

        return _unpacked(path, bz2.open)
    if suffix == ".zst":
        return _open_zstd(path)
    if suffix == ".deflate":
        return _Deflated(path)
    raise UnsupportedError(
        "files compressed in this way cannot be read", file=path, advice="gz, bz2, zst and deflate can"
    )


@contextmanager
def _unpacked(path: str, decoder: Any) -> Iterator[Any]:
    # Decoders that are given a file do not close it.
    with open_to_read(path) as file, decoder(file, "rb") as unpacked:
        yield unpacked


def _open_zstd(path: str) -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]

        return _Frames(path, zstd.ZstdDecompressor, zstd.ZstdError)
    except ImportError:
        pass
    try:
        import zstandard
    except ImportError:
        raise UnsupportedError(
            "no zstd decoder in this Python", file=path, advice="install zstandard, or use Python 3.14"
        ) from None
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    return _Frames(path, decompressor.decompressobj, zstandard.ZstdError)


class _Frames:
    """A file of zstd frames; unlike zstandard's own reader it sees that the last frame is cut."""

    def __init__(self, path: str, make: Callable[[], Any], failure: type[Exception]) -> None:
        self._file = open_to_read(path)
        self._make = make
        self._failure = failure
        self._decoder: Any = None
        self._rest = b""
        self._made = memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._made:
            data = self._rest or self._file.read(_FIRST_PIECE)
            self._rest = b""
            if not data:
                if self._decoder is not None:
                    raise EOFError
                return b""
            if self._decoder is None:
                self._decoder = self._make()
            try:
                self._made = memoryview(self._decoder.decompress(data))
            except self._failure as error:
                raise OSError(str(error)) from error
            if self._decoder.eof:
                self._rest, self._decoder = self._decoder.unused_data, None
        piece, self._made = self._made[:size], self._made[size:]
        return bytes(piece)

    def __enter__(self) -> _Frames:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()


class _Deflated:
    """A zlib stream as a file that can be read from its beginning to its end."""

    def __init__(self, path: str) -> None:
        self._file = open_to_read(path)
        self._size = size_of(self._file)
        self._decoder = zlib.decompressobj()

    def read(self, size: int) -> bytes:
        while True:
            data = self._decoder.decompress(self._decoder.unconsumed_tail or self._file.read(_PIECE), size)
            if data or self._decoder.eof:
                return data
            at_end = self._file.tell() == self._size
            if at_end and not self._decoder.unconsumed_tail:
                raise EOFError

    def __enter__(self) -> _Deflated:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()
