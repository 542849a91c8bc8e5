# SPDX-License-Identifier: Apache-2.0
"""Optional packages: imported when they are first needed, with an error that says what to install."""

from __future__ import annotations

import functools
import importlib
import re
from types import ModuleType

from sluice.frame.errors import condition
from sluice.pyspark.exceptions import PySparkImportError

__all__ = ["needs"]


@functools.cache
def needs(package: str, version: str, purpose: str) -> ModuleType:
    """Import a package of at least this version, for `purpose`.

    :raises PySparkImportError: it is missing, broken or too old; says what to install, and why it did not import
    """
    install = f"install it with: pip install '{package}>={version}'"
    try:
        module = importlib.import_module(package)
    except ImportError as error:
        text = "{purpose} need the package {package_name} from version {minimum}, which cannot be imported: {why}; "
        raise condition(
            PySparkImportError,
            "PACKAGE_NOT_INSTALLED",
            text + install,
            purpose=purpose,
            package_name=package,
            minimum=version,
            why=error,
        ) from error
    found = str(getattr(module, "__version__", ""))
    if _order(found) < _order(version):
        text = "{purpose} need the package {package_name} from version {minimum}, found {current_version}; "
        raise condition(
            PySparkImportError,
            "UNSUPPORTED_PACKAGE_VERSION",
            text + install,
            purpose=purpose,
            package_name=package,
            minimum=version,
            current_version=found,
        )
    return module


def _order(version: str) -> tuple[int, ...]:
    """The leading numbers: what follows them, such as `rc1` or `+local`, does not make a version too old."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, found.group().split("."))) if found else ()
