# SPDX-License-Identifier: Apache-2.0
"""The settings of Hadoop that programs change by `sc._jsc.hadoopConfiguration()` or `spark.hadoop.*`.

Every key is kept; those below are obeyed when text files are read and written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["HadoopConfiguration"]

_PREFIX = "spark.hadoop."
_INPUT = "mapreduce.input.fileinputformat."
_OUTPUT = "mapreduce.output.fileoutputformat."

#: Where a key has an older name too, both stand for one entry.
_OLDER = {
    "fs.default.name": "fs.defaultFS",
    "mapred.input.dir.recursive": _INPUT + "input.dir.recursive",
    "mapred.min.split.size": _INPUT + "split.minsize",
    "mapred.output.compress": _OUTPUT + "compress",
    "mapred.output.compression.codec": _OUTPUT + "compress.codec",
}
_DEFLATE = "org.apache.hadoop.io.compress.DefaultCodec"


class HadoopConfiguration:
    """A `Configuration` of Hadoop: keys and texts, with the methods that programs call."""

    def __init__(self, settings: Iterable[tuple[str, str]] = ()) -> None:
        self._entries = {"fs.defaultFS": "file:///"}
        for key, value in settings:
            if key.startswith(_PREFIX):
                self.set(key[len(_PREFIX) :], value)

    @property
    def recursive(self) -> bool:
        """Whether directories in an input directory are read too."""
        return self.getBoolean(_INPUT + "input.dir.recursive", False)

    @property
    def least_split(self) -> int:
        """No split of a file is smaller, in bytes."""
        return self.getLong(_INPUT + "split.minsize", 1)

    @property
    def delimiter(self) -> str | None:
        """What ends a record of a text file, where it is not the end of a line."""
        return self.get("textinputformat.record.delimiter")

    @property
    def output_codec(self) -> str | None:
        """The codec of text files written where none is named."""
        return (
            self.get(_OUTPUT + "compress.codec", _DEFLATE)
            if self.getBoolean(_OUTPUT + "compress", False)
            else None
        )

    @property
    def marks_success(self) -> bool:
        """Whether an output directory gets a `_SUCCESS` file."""
        return self.getBoolean("mapreduce.fileoutputcommitter.marksuccessfuljobs", True)

    def get(self, name: str, defaultValue: str | None = None) -> str | None:
        """The text of a key, or the default."""
        return self._entries.get(_OLDER.get(name, name), defaultValue)

    def set(self, name: str, value: str) -> None:
        """Set a key.

        Raises:
            TypeError: the value is no text, which Java refuses too.
        """
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(
                f"Configuration.set takes two strings: name={name!r}, value={value!r}; "
                "use setBoolean, setInt or setDouble, or str(value)"
            )
        self._entries[_OLDER.get(name, name)] = value

    def setIfUnset(self, name: str, value: str) -> None:
        """Set a key that has no value."""
        if self.get(name) is None:
            self.set(name, value)

    def unset(self, name: str) -> None:
        """Remove a key."""
        self._entries.pop(_OLDER.get(name, name), None)

    def getBoolean(self, name: str, defaultValue: bool) -> bool:
        """A key as true or false; the default where it is neither."""
        return {"true": True, "false": False}.get((self.get(name) or "").strip().lower(), defaultValue)

    def getInt(self, name: str, defaultValue: int) -> int:
        """A key as a whole number.

        Raises:
            ValueError: it is none.
        """
        text = self.get(name)
        return defaultValue if text is None else int(text)

    getLong = getInt

    def getDouble(self, name: str, defaultValue: float) -> float:
        """A key as a number; raises what ``getInt`` does."""
        text = self.get(name)
        return defaultValue if text is None else float(text)

    getFloat = getDouble

    def setBoolean(self, name: str, value: bool) -> None:
        """Set a key to true or false."""
        self.set(name, "true" if value else "false")

    def setInt(self, name: str, value: int) -> None:
        """Set a key to a whole number."""
        self.set(name, str(int(value)))

    setLong = setInt

    def setDouble(self, name: str, value: float) -> None:
        """Set a key to a number."""
        self.set(name, str(float(value)))

    setFloat = setDouble

    def size(self) -> int:
        """How many keys there are."""
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._entries.items())

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"Hadoop's Configuration has no {name!r} here: sluice does not have it")
