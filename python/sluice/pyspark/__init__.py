# SPDX-License-Identifier: Apache-2.0
"""The names of PySpark: programs that say `import pyspark` run on Sluice in this process and its workers.

`python -m sluice.pyspark SCRIPT` does all of it; `install()` is for those who start otherwise, such as a test
suite. Workers call it too, so it has to be cheap: it only puts a finder before the others, and the table of
names is read at the first `import pyspark`.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = ["VARIABLE", "install", "installed", "present"]

#: Set to 1 in this process's environment and so in its workers': they install the names as well.
VARIABLE = "SLUICE_PYSPARK"

_NAME = "pyspark"


class _Finder:
    """Finds `pyspark` and all below it, whether or not the real one is installed."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _NAME and not fullname.startswith(_NAME + "."):
            return None
        from sluice.pyspark.aliases import spec

        return spec(fullname)


def install() -> None:
    """Make `pyspark` mean Sluice from now on. Again is nothing.

    :raises sluice.errors.StartError: if the real PySpark was imported already
    """
    if installed():
        return
    if _NAME in sys.modules:
        from sluice.errors import StartError

        raise StartError(
            "the real pyspark is already imported",
            file=getattr(sys.modules[_NAME], "__file__", None),
            advice="call sluice.pyspark.install() before the first import of pyspark",
        )
    sys.meta_path.insert(0, _Finder)
    os.environ[VARIABLE] = "1"


def installed() -> bool:
    """Whether `pyspark` means Sluice in this process."""
    return _Finder in sys.meta_path


def present(error: Exception, condition: str | None = None, **parameters: str) -> Exception:
    """An error as the program shall catch it: also of PySpark's class, if the program was written for PySpark.

    :param condition: PySpark's name for what happened, if it has one: then it is a `PySparkRuntimeError`
    :param parameters: what `getMessageParameters` returns
    """
    if not installed():
        return error
    from sluice.pyspark.errors import wrap

    return wrap(error, condition, parameters)
