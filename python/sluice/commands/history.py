# SPDX-License-Identifier: Apache-2.0
"""`sluice history FILE`: the pages of a program that has ended, from what it wrote into `sluice.history.dir`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from sluice import settings
from sluice.errors import ConfigError, SluiceError
from sluice.recorded import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_USAGE = 2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="sluice history",
        description="Show a program that has ended in the same pages as while it ran, until Ctrl-C.",
    )
    made.add_argument("file", metavar="FILE", help="what it wrote into the directory sluice.history.dir")
    made.add_argument(
        "--port", type=_port, default=0, metavar="P", help="where the pages listen, 0 for any free port (0)"
    )
    return made


def _port(text: str) -> int:
    try:
        port: int = settings.value_of({"sluice.ui.port": text}, "sluice.ui.port")
    except ConfigError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return port


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser().parse_args(arguments)
    try:
        with Reader("serve", options.file, str(options.port)) as reader:
            told = reader.answer()
            if told["unreadable"]:
                print(f"sluice: lines that could not be read: count={told['unreadable']}", file=sys.stderr)
            print(f"{told['url']}\nCtrl-C ends it.", flush=True)
            reader.wait()
    except SluiceError as error:
        print(f"sluice: {error}", file=sys.stderr)
        return _USAGE
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
