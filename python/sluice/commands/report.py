# SPDX-License-Identifier: Apache-2.0
"""`sluice report FILE`: a run as one HTML file, from what the program wrote into `sluice.history.dir`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sluice.errors import SluiceError
from sluice.recorded import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_USAGE = 2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="sluice report",
        description="Write all pages of a program that has ended as one HTML file that needs nothing else.",
    )
    made.add_argument("file", metavar="FILE", help="what it wrote into the directory sluice.history.dir")
    made.add_argument("-o", "--output", metavar="HTML", help="the file to write (FILE with .html, here)")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser().parse_args(arguments)
    output = options.output or f"{Path(options.file).stem or 'report'}.html"
    try:
        with Reader("report", options.file, output) as reader:
            told = reader.answer()
    except SluiceError as error:
        print(f"sluice: {error}", file=sys.stderr)
        return _USAGE
    except KeyboardInterrupt:
        return 130
    if told["unreadable"]:
        print(f"sluice: lines that could not be read: count={told['unreadable']}", file=sys.stderr)
    print(told["written"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
