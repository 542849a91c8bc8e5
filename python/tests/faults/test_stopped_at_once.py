# SPDX-License-Identifier: Apache-2.0
"""A context that is stopped while its first workers are on their way leaves none of them behind."""

from __future__ import annotations

import time

from sluice import Conf, Context
from tests.support import census
from tests.support.waiting import eventually


def test_workers_that_arrive_after_the_end_end() -> None:
    # Other settings of workers need another zygote, which takes a moment, and its workers come after the end.
    with Context("local[2]", "stopped at once", conf=Conf().set("sluice.worker.memory", "123m")) as sc:
        sc._engine()
    time.sleep(0.7)
    eventually(census.strangers, lambda left: not left)
