# SPDX-License-Identifier: Apache-2.0
"""Shows in the driver what user code prints in workers."""

from __future__ import annotations

import codecs
import struct
import sys
from collections.abc import Mapping

from sluice import progress, pyspark, settings
from sluice.worker import wire

__all__ = ["Tagger", "configure", "show"]

_HEAD = struct.Struct(">QII")
_utf8 = codecs.getincrementaldecoder("utf-8")


_tags = False


def configure(entries: Mapping[str, str]) -> None:
    """Show what tasks print as the settings of a context say, from now on."""
    global _tags
    _tags = bool(entries) and bool(settings.value_of(entries, "sluice.ui.tagOutput"))


def show(connection: wire.Connection) -> None:
    """Write what comes on a connection to the driver's stream, as it is at that moment, until it ends."""
    decoders: dict[int, codecs.IncrementalDecoder] = {}
    tagger = Tagger()
    try:
        while (frame := connection.read()) is not None:
            if frame.type == wire.OUTPUT:
                worker, stage, partition = _HEAD.unpack_from(frame.payload)
                text = _decode(worker, frame.payload[_HEAD.size :], decoders)
                # The JVM's own notes come from no worker.
                tagged = _tags and worker
                _write(tagger.add(worker, stage, partition, text) if tagged else text)
    except (OSError, ValueError):
        pass  # The JVM is gone, or this process is on its way out.
    finally:
        _write(tagger.rest())


class Tagger:
    """Puts stage, partition and worker before each line that tasks print; keeps lines of several workers apart."""

    def __init__(self) -> None:
        #: Of each worker the tag and the text of a line that has not ended.
        self._open: dict[int, tuple[str, str]] = {}

    def add(self, worker: int, stage: int, partition: int, text: str) -> str:
        """Take a piece of output; return the lines that it ends, tagged."""
        tag = f"[stage {stage} partition {partition} worker {worker}] "
        ended = ""
        before, begun = self._open.pop(worker, (tag, ""))
        if begun and before != tag:
            # Another task prints now, so that line gets no end any more.
            ended, begun = before + begun + "\n", ""
        *lines, rest = (begun + text).split("\n")
        if rest:
            self._open[worker] = tag, rest
        return ended + "".join(f"{tag}{line}\n" for line in lines)

    def rest(self) -> str:
        """Return the lines that have not ended."""
        lines = [tag + begun + "\n" for tag, begun in self._open.values()]
        self._open.clear()
        return "".join(lines)


def _decode(worker: int, piece: bytes, decoders: dict[int, codecs.IncrementalDecoder]) -> str:
    """The text of a piece; a character that the border of two pieces cuts waits for its rest."""
    decoder = decoders.pop(worker, None) or _utf8("replace")
    text = decoder.decode(piece)
    if decoder.getstate()[0]:
        decoders[worker] = decoder
    return text


def _write(text: str) -> None:
    if not text:
        return
    # What tasks of PySpark print goes to standard error, and its programs' own output is read by others.
    stream = sys.stderr if pyspark.installed() else sys.stdout
    try:
        with progress.hidden(mid_line=not text.endswith("\n") and stream.isatty()):
            try:
                stream.write(text)
            except UnicodeEncodeError as error:
                stream.write(text.encode(error.encoding, "backslashreplace").decode(error.encoding))
            stream.flush()
    except (OSError, ValueError, AttributeError):
        # Closed, or none: what comes is still read, so that nothing waits for it.
        pass
