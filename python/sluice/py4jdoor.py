# SPDX-License-Identifier: Apache-2.0
"""The Python side of a Py4J gateway: one call connects, with a secret read once from a private file.

A script that a Java program started with ``dev.sluice.gateway.ScriptRunner`` says::

    from sluice import py4jdoor

    prices = py4jdoor.connect().entry_point

py4j is imported by the first call only.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import threading
from typing import TYPE_CHECKING

from sluice.errors import StartError

if TYPE_CHECKING:
    from py4j.java_gateway import JavaGateway

PORT = "SLUICE_GATEWAY_PORT"
TOKEN_FILE = "SLUICE_GATEWAY_TOKEN_FILE"

_LONGEST_TOKEN = 1024
_KILL_AFTER_SECONDS = 0.5

_lock = threading.Lock()
_ours: JavaGateway | None = None


class DoorError(StartError):
    """No way into the JVM: what was tried, and why it was refused."""


def connect(port: int | None = None, token_file: str | None = None) -> JavaGateway:
    """Connect to a JVM's gateway.

    Without arguments: to the Java program that started this script; called again, it returns the same
    gateway.
    The token file is unlinked, so that its secret works for one reader only.

    :param port: port on 127.0.0.1
    :param token_file: path of the one-shot token file
    :raises DoorError: if this process was not started by a ScriptRunner, the token file is gone, foreign
        or open to others, or the gateway refuses the token
    """
    if port is not None and token_file is not None:
        return _open(port, read_token(token_file))
    if port is not None or token_file is not None:
        raise DoorError(f"connect needs both or neither: port={port}, token_file={token_file}")
    global _ours
    with _lock:
        if _ours is None:
            _ours = _from_environment()
        return _ours


def _from_environment() -> JavaGateway:
    """The variables go away with their use: a child process of the script could do nothing with them."""
    port, token_file = os.environ.pop(PORT, None), os.environ.pop(TOKEN_FILE, None)
    if port is None or token_file is None:
        raise DoorError(
            f"no gateway to connect to: {PORT} and {TOKEN_FILE} are not set; "
            "start the script with dev.sluice.gateway.ScriptRunner, or pass port and token_file"
        )
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise DoorError(f"not a port: {PORT}={port!r}")
    token = read_token(token_file)
    _end_with_parent()
    return _open(int(port), token)


def read_token(path: str) -> str:
    """Read and unlink a one-shot token file, refusing one that another user could have made or read.

    :raises DoorError: naming the path and the reason
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise DoorError(
            f"the gateway's token was used already, or the gateway is closed: path={path}"
        ) from None
    except OSError as error:
        raise DoorError(
            f"cannot open the gateway's token file: path={path}, reason={error.strerror}"
        ) from None
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        above = os.stat(os.path.dirname(path) or ".")
        if not stat.S_ISREG(found.st_mode):
            raise DoorError(f"the gateway's token file is not a regular file: path={path}")
        for what, status in ("file", found), ("directory", above):
            if status.st_uid != os.geteuid() or status.st_mode & 0o077:
                mode, uid = stat.S_IMODE(status.st_mode), status.st_uid
                raise DoorError(
                    f"the gateway's token {what} is not private: path={path}, mode={mode:04o}, uid={uid}"
                )
        try:
            os.unlink(path)
        except FileNotFoundError:
            raise DoorError(f"the gateway's token was used already: path={path}") from None
        text = file.read(_LONGEST_TOKEN + 1)
    if not 0 < len(text) <= _LONGEST_TOKEN or not text.isascii() or not text.decode("ascii").isprintable():
        raise DoorError(f"the gateway's token file holds no token: path={path}, bytes={len(text)}")
    return text.decode("ascii")


def _open(port: int, token: str) -> JavaGateway:
    try:
        from py4j.java_gateway import GatewayParameters, JavaGateway
        from py4j.protocol import Py4JAuthenticationError, Py4JError
    except ImportError as error:
        raise DoorError(
            f"the gateway needs py4j in this environment: reason={error}; pip install py4j"
        ) from None
    parameters = GatewayParameters(address="127.0.0.1", port=port, auth_token=token, auto_convert=True)
    try:
        gateway = JavaGateway(gateway_parameters=parameters)
        # The first call connects: a refusal belongs here, not in the user's first line.
        gateway.jvm.System.nanoTime()
    except Py4JAuthenticationError:
        raise DoorError(f"the gateway refused the token: port={port}") from None
    except (Py4JError, OSError) as error:
        raise DoorError(f"no gateway answers: port={port}, reason={error}") from None
    return gateway


def _end_with_parent() -> None:
    """End this script when the Java program is killed: it cannot do so itself then."""
    try:
        parent = os.pidfd_open(os.getppid())
    except OSError:
        return

    def watch() -> None:
        select.select([parent], [], [])
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(_KILL_AFTER_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="sluice-parent-watch", daemon=True).start()
