# SPDX-License-Identifier: Apache-2.0
"""The part of the context about values that tasks read and values that they add up."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sluice import accumulators
from sluice import broadcast as broadcasts

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["ContextValues"]

T = TypeVar("T")

_broadcast_ids = itertools.count()
_accumulator_ids = itertools.count()
_PARAMS: dict[type, accumulators.AccumulatorParam[Any]] = {
    int: accumulators.INTEGER_ACCUMULATOR_PARAM,
    float: accumulators.FLOAT_ACCUMULATOR_PARAM,
    complex: accumulators.COMPLEX_ACCUMULATOR_PARAM,
}


class ContextValues:
    """Mixed into ``Context``."""

    #: The files of broadcasts, by their ids.
    _broadcast_paths: dict[int, str]

    def broadcast(self, value: T) -> broadcasts.Broadcast[T]:
        """Return a broadcast of a value: pickled once, read by every task.

        Raises:
            PicklingError: the value cannot be pickled; names the path to what stopped it.
            NoRoomError: neither shared memory nor the directory beside it has room.
        """
        own = cast("Context", self)
        jvm = own._engine()
        id_ = next(_broadcast_ids)
        path, (inband, length) = own._files.write(
            f"broadcast-{id_}", lambda file: broadcasts.write_file(file, value, _dump)
        )
        self._broadcast_paths[id_] = str(path)
        shared = inband > own._conf.value_of("sluice.broadcast.shareAbove")
        jvm.call("broadcast", id=id_, path=str(path), length=length, shared=shared)
        return broadcasts.Broadcast(own, id_, str(path))

    def _broadcast_bytes(self, data: bytes) -> broadcasts.Broadcast[bytes]:
        return self.broadcast(data)

    def _drop_broadcast(self, id_: int, keep: bool) -> None:
        own = cast("Context", self)
        if own._active_spark_context is not own:
            return
        own._engine().call("dropBroadcast", id=id_, keep=keep)
        path = None if keep else self._broadcast_paths.pop(id_, None)
        if path is not None and os.path.exists(path):
            os.unlink(path)

    def accumulator(
        self, value: T, accum_param: accumulators.AccumulatorParam[T] | None = None
    ) -> accumulators.Accumulator[T]:
        """Return a variable that tasks add to and the driver reads.

        Raises:
            TypeError: the value is no number and there is no ``accum_param``.
        """
        if accum_param is None:
            accum_param = _PARAMS.get(type(value))
            if accum_param is None:
                raise TypeError(
                    f"no default accumulator param for type {type(value).__name__}; "
                    "pass an AccumulatorParam that has zero and addInPlace for it"
                )
        return accumulators.Accumulator(next(_accumulator_ids), value, accum_param)


def _dump(value: Any, file: Any, buffer_callback: Any) -> None:
    import cloudpickle

    from sluice.errors import SluiceError
    from sluice.unpicklable import explain

    try:
        cloudpickle.CloudPickler(file, 5, buffer_callback).dump(value)
    except (SluiceError, OSError):
        raise
    except Exception as error:
        raise explain(value, "Could not serialize broadcast: value", error) from error
