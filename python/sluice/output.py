# SPDX-License-Identifier: Apache-2.0
"""Shows in the driver what user code prints in workers."""

from __future__ import annotations

import codecs
import sys

from sluice import progress, pyspark
from sluice.worker import wire

__all__ = ["show"]

_TAG = 16
_utf8 = codecs.getincrementaldecoder("utf-8")


def show(connection: wire.Connection) -> None:
    """Write what comes on a connection to the driver's stream, as it is at that moment, until it ends."""
    decoders: dict[bytes, codecs.IncrementalDecoder] = {}
    try:
        while (frame := connection.read()) is not None:
            if frame.type == wire.OUTPUT:
                _write(_decode(frame.payload, decoders))
    except (OSError, ValueError):
        pass  # The JVM is gone, or this process is on its way out.


def _decode(payload: bytes, decoders: dict[bytes, codecs.IncrementalDecoder]) -> str:
    """The text of a piece; a character that the border of two pieces cuts waits for its rest."""
    worker = payload[:8]
    decoder = decoders.pop(worker, None) or _utf8("replace")
    text = decoder.decode(payload[_TAG:])
    if decoder.getstate()[0]:
        decoders[worker] = decoder
    return text


def _write(text: str) -> None:
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
