# SPDX-License-Identifier: Apache-2.0
"""A worker that does not keep Spark waiting over TCP.

Spark sends a task in several small pieces, and its side holds a piece back until the one before is acknowledged; the
kernel here delays that for up to 40 ms unless told not to. It forgets after an answer, so it is told for each task.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

Worker = Callable[[socket.socket, bool], int]


def acknowledge(sock: socket.socket) -> None:
    """Have what comes over this connection acknowledged at once, and what goes sent at once."""
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def prompt(worker: Worker) -> Worker:
    """The worker, with `acknowledge` before each task."""

    def run(sock: socket.socket, authenticated: bool) -> int:
        acknowledge(sock)
        return worker(sock, authenticated)

    return run
