# SPDX-License-Identifier: Apache-2.0
"""Programs on a terminal of their own, and what its screen shows in the end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import textwrap

_ERASE = "\x1b[K"
_PARTS = re.compile(r"\r|\n|\x1b\[K|[^\r\n\x1b]+")


def run(script: str, columns: int = 80, **variables: str) -> str:
    """Run a program whose three streams are a terminal; return all that it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **variables}
    environment.pop("COLUMNS", None)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 1 << 16):
            said += piece
    except OSError:
        pass  # The last of its processes has closed the terminal.
    finally:
        os.close(ours)
        code = process.wait(timeout=60)
    text = said.decode()
    assert code == 0, text
    return text


def screen(said: str) -> list[str]:
    """The lines that a terminal shows after this, wide enough for all of them."""
    lines = [""]
    column = 0
    for part in _PARTS.findall(said):
        if part == "\n":
            lines.append("")
        elif part == "\r":
            column = 0
        elif part == _ERASE:
            lines[-1] = lines[-1][:column]
        else:
            lines[-1] = lines[-1][:column].ljust(column) + part + lines[-1][column + len(part) :]
            column += len(part)
    return lines
