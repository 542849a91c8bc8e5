# SPDX-License-Identifier: Apache-2.0
"""A generation: a child of the zygote, or of the newest generation, that holds large broadcasts unpickled.

It loads them once, freezes them out of the garbage collector's sight, and then forks workers as the zygote does; the
workers share its pages copy-on-write. Only a process with one thread may fork, so a load that starts one is refused
and the workers load that broadcast by themselves.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from sluice import broadcast
from sluice.worker import wire


def load(path: str, request: int, body: dict[str, Any]) -> wire.Connection:
    """Load the broadcasts that ``body`` names, then connect as a generation; leave the process if that fails."""
    searched = body["sysPath"]
    sys.path[:] = searched + [entry for entry in sys.path if entry not in searched]
    gc.disable()
    failure = ""
    try:
        for entry in body["broadcasts"]:
            broadcast.announce(entry)
            broadcast.load(entry["id"])
        for dropped in body.get("dropped", ()):
            broadcast.forget(dropped)
    except BaseException as error:
        failure = f"{type(error).__name__}: {error}"[:2000]
    threads = len(os.listdir("/proc/self/task"))
    if not failure and threads > 1:
        failure = f"unpickling started threads: threads={threads}"
    gc.freeze()
    gc.enable()
    hello = {"role": "generation", "request": request, "pid": os.getpid(), "failure": failure}
    connection = wire.connect(path, hello)
    if failure:
        connection.close()
        os._exit(0)
    return connection
