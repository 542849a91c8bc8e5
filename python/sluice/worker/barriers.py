# SPDX-License-Identifier: Apache-2.0
"""The context of a task of a barrier stage, made by the worker; few programs have one, so it is imported late."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sluice import taskcontext

__all__ = ["begin"]

#: All tasks run on this machine, and no executor listens.
_ADDRESS = "127.0.0.1:0"


def begin(
    stage: int,
    partition: int,
    attempt: int,
    attempt_id: int,
    properties: Mapping[str, str],
    together: int,
    meet: Callable[[bool, str], list[str]],
) -> None:
    """Called by the worker before a task that runs together with others.

    Args:
        together: how many they are.
        meet: waits for them; see ``Task.meet``.
    """
    from sluice.barrier import ADDRESSES, BarrierTaskContext

    told = {**properties, ADDRESSES: ",".join([_ADDRESS] * together)}
    context = taskcontext.begin(stage, partition, attempt, attempt_id, told, kind=BarrierTaskContext)
    assert isinstance(context, BarrierTaskContext)
    context._meet = meet
