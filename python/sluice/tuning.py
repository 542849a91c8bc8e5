# SPDX-License-Identifier: Apache-2.0
"""What a driver's own process is started with where we start it: huge pages for large allocations.

Building a set of 30 million ints took 1.3 s with them and 2.4 s without, on warm memory. glibc reads the setting once,
at the start of a process, so it is taken out of the environment before user code or a child can see it.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

_TUNABLES = "GLIBC_TUNABLES"
_MARK = "SLUICE_TUNED"
#: What is set in an environment.
VARIABLES = (_TUNABLES, _MARK)


def tune(variables: MutableMapping[str, str]) -> None:
    """Add the setting to the environment of a process that is about to start, unless the user has one."""
    if _TUNABLES not in variables:
        variables[_TUNABLES] = "glibc.malloc.hugetlb=1"
        variables[_MARK] = "1"


def settle(variables: MutableMapping[str, str] = os.environ) -> None:
    """Take out of an environment, this process's unless another is given, what ``tune`` put there."""
    if variables.pop(_MARK, None):
        variables.pop(_TUNABLES, None)
