# SPDX-License-Identifier: Apache-2.0
"""Stages as a worker knows them: sent once, then named by number."""

from __future__ import annotations

import json
import struct
from typing import Any

from sluice import broadcast, tasktimes
from sluice.stateless import is_stateless
from sluice.worker.task import load_steps

_U32 = struct.Struct(">I")
#: Commands and stages remembered; the JVM keeps the same count and sends again what was forgotten.
REMEMBERED = 64


class Stage:
    """A stage's commands and settings."""

    def __init__(self, header: dict[str, Any], blobs: list[bytes]) -> None:
        self.header = header
        self._blobs = blobs
        self._reusable: dict[int, list[tuple[str, Any]]] = {}
        self._seen = 0

    def steps(self, number: int) -> list[tuple[str, Any]]:
        """Return a command's steps as they were pickled: unpickled afresh for every task, unless proved stateless."""
        steps = self._reusable.get(number)
        if steps is not None:
            return steps
        mark = tasktimes.enter()
        try:
            steps = load_steps(self._blobs[number])
        finally:
            tasktimes.leave(tasktimes.UNPICKLING, mark)
        # The proof costs about as much as unpickling, so it is not made for a stage's first task.
        self._seen += 1
        if self._seen == 2 and all(is_stateless(function) for _, function in steps):
            self._reusable[number] = steps
        return steps


class Stages:
    """The stages and commands that this worker was sent."""

    def __init__(self) -> None:
        self._stages: dict[int, Stage] = {}
        self._commands: dict[str, bytes] = {}

    def get(self, number: int) -> Stage:
        """Return a stage that was added."""
        return self._stages[number]

    def add(self, number: int, payload: bytes) -> Stage:
        """Take in a STAGE frame: u32 length of JSON, JSON, then the commands that are new here."""
        (length,) = _U32.unpack_from(payload)
        header = json.loads(payload[4 : 4 + length])
        at = 4 + length
        blobs = []
        for command in header["commands"]:
            digest, size = command
            if size >= 0:
                self._commands[digest] = payload[at : at + size]
                at += size
            blobs.append(self._commands[digest])
        # Dropped first: one that was unpersisted is announced anew by the stage that reads it again.
        for dropped in header.get("dropped", ()):
            broadcast.forget(dropped)
        for entry in header.get("broadcasts", ()):
            broadcast.announce(entry)
        stage = self._stages[number] = Stage(header, blobs)
        _limit(self._stages)
        _limit(self._commands)
        return stage


def _limit(remembered: dict[Any, Any]) -> None:
    while len(remembered) > REMEMBERED:
        del remembered[next(iter(remembered))]
