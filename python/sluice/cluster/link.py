# SPDX-License-Identifier: Apache-2.0
"""A connection to a cluster's coordinator: a hello with the token, and its answer."""

from __future__ import annotations

import json
import select
import socket
import struct
from pathlib import Path
from typing import Any

from sluice.cluster import state
from sluice.errors import StartError
from sluice.version import VERSION
from sluice.worker import wire

__all__ = ["Link", "find", "value"]

#: A coordinator answers within milliseconds; one that does not hangs, or something else listens there.
_PATIENCE = 30.0


def find(port: int, token_file: str | None = None) -> tuple[int, Path]:
    """Return the coordinator's process and where its token is; 0 where only the token's place is known.

    Raises:
        StartError: no cluster runs there; says what was found.
    """
    if token_file:
        return 0, Path(token_file)
    place = state.directory(port)
    found = state.find(place)
    if found is None:
        others = [each.port for each in state.known() if each.alive]
        raise StartError(
            "no cluster is running",
            port=port,
            looked_in=place,
            running=",".join(map(str, others)) or "none",
            advice=f"start one: sluice cluster start --port {port}",
        )
    if not found.alive:
        raise StartError(
            "the cluster has died",
            port=port,
            pid=found.pid,
            advice=f"its log is in {place / 'logs'}; start it anew: sluice cluster start --port {port}",
        )
    return found.pid, place / "token"


def value(frame: wire.Frame) -> dict[str, Any]:
    """Return what an answer says.

    Raises:
        StartError: it is a refusal, or no answer.
    """
    if frame.type != wire.REPLY:
        raise StartError("it is no coordinator of Sluice's that listens", type=frame.type)
    told: dict[str, Any] = json.loads(frame.payload)
    if "error" in told:
        raise StartError("the cluster refused", reason=told["error"])
    answered: dict[str, Any] = told["value"]
    return answered


class Link:
    """Says hello and reads answers.

    Args:
        port: the coordinator's, on loopback.
        token_file: where the token is.
        role: what is wanted: ``program``, ``status``, ``stop``.
        more: further fields of the hello.

    Raises:
        StartError: nobody listens there, or the token cannot be read.
    """

    def __init__(
        self, port: int, token_file: Path, role: str, patience: float = _PATIENCE, **more: Any
    ) -> None:
        self._port = port
        hello = {
            "protocol": wire.PROTOCOL,
            "version": VERSION,
            "role": role,
            "token": state.token(token_file),
            **more,
        }
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.settimeout(patience)
            sock.connect(("127.0.0.1", port))
            sock.sendall(wire.pack(wire.HELLO, 0, json.dumps(hello).encode()))
        except OSError as error:
            sock.close()
            raise self._silent(error) from error
        self._sock = sock

    def answer(self) -> dict[str, Any]:
        """Wait for the next answer.

        Raises:
            StartError: the cluster refuses, or is gone; says why.
        """
        return value(self.read())

    def read(self) -> wire.Frame:
        """Wait for the next frame.

        Raises:
            StartError: the cluster is gone, or what comes is no frame.
        """
        try:
            kind, flags, zero, stream, length = _HEADER.unpack(self._exactly(wire.HEADER_LENGTH))
            if zero or length > _LONGEST:
                raise StartError("it is no coordinator of Sluice's that listens", port=self._port)
            return wire.Frame(kind, flags, stream, self._exactly(length))
        except OSError as error:
            raise self._silent(error) from error

    def without_deadline(self) -> None:
        """Wait for what comes as long as it takes, from now on."""
        self._sock.settimeout(None)

    def _exactly(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            piece = self._sock.recv(size - len(got))
            if not piece:
                raise ConnectionError("it closed the connection")
            got += piece
        return got

    def _silent(self, error: OSError) -> StartError:
        return StartError(
            "the cluster does not answer",
            port=self._port,
            reason=error.strerror or str(error),
            advice="look at: sluice cluster status, sluice cluster logs",
        )

    @property
    def open(self) -> bool:
        """Whether the coordinator still holds its end; it says nothing after its answer."""
        try:
            poll = select.poll()
            poll.register(self._sock, select.POLLIN)
            # Readable is its end, since it has nothing to say; a socket with a timeout would wait for that.
            return not poll.poll(0)
        except (OSError, ValueError):
            return False

    def send(self, kind: int, text: str = "") -> None:
        """Say something more."""
        self._sock.sendall(wire.pack(kind, 0, text.encode()))

    def finish(self) -> None:
        """Say that nothing more comes."""
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        """Close the connection; may be called again."""
        self._sock.close()

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


_HEADER = struct.Struct(">BBHIQ")
_LONGEST = 1 << 20
