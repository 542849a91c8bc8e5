# SPDX-License-Identifier: Apache-2.0
"""Pickle and cloudpickle as framed serializers."""

from __future__ import annotations

import io
import pickle
from typing import Any

from sluice.serializers.base import FramedSerializer
from sluice.serializers.data import dumps_data

__all__ = ["PICKLE_PROTOCOL", "CPickleSerializer", "CloudPickleSerializer", "PickleSerializer"]

#: PySpark's name for it is `pickle_protocol`.
PICKLE_PROTOCOL = pickle.HIGHEST_PROTOCOL


class PickleSerializer(FramedSerializer):
    """C pickle; classes and namedtuples of the driver's script travel by value, no type is patched."""

    def dumps(self, obj: Any) -> bytes:
        return dumps_data(obj)

    def loads(self, obj: bytes, encoding: str = "bytes") -> Any:
        return pickle.loads(obj, encoding=encoding)


class CloudPickleSerializer(FramedSerializer):
    """Functions by value. `allowed_names`: the only (module, name) pairs that `loads` resolves."""

    allowed_names: frozenset[tuple[str, str]] | None = None

    def __init__(self, allowed_names: Any = None) -> None:
        self.allowed_names = None if allowed_names is None else frozenset(allowed_names)

    def dumps(self, obj: Any) -> bytes:
        from sluice.closure import dumps_function

        return dumps_function(obj, role="object")

    def loads(self, obj: bytes, encoding: str = "bytes") -> Any:
        if self.allowed_names is None:
            return pickle.loads(obj, encoding=encoding)
        return _Restricted(obj, self.allowed_names, encoding).load()


#: The driver's classes and functions travel by value, as PySpark's do since Python 3.8.
CPickleSerializer = CloudPickleSerializer


class _Restricted(pickle.Unpickler):
    def __init__(self, data: bytes, allowed: frozenset[tuple[str, str]], encoding: str) -> None:
        super().__init__(io.BytesIO(data), encoding=encoding)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"name is not allowed in this pickle: {module}.{name}")
        return super().find_class(module, name)
