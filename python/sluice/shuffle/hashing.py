# SPDX-License-Identifier: Apache-2.0
"""The hash that places keys in partitions: by content, the same in every process of a program.

Where PySpark's `portable_hash` is deterministic, this one is equal to it. It differs for what Python hashes
by address: NaN is one key, None inside a frozenset or dataclass counts as the None it is, and a key whose
type has no hash by content is refused by name, since its partition would be random.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Collection, Iterable
from typing import Any

from sluice.errors import KeyHashError

__all__ = ["check_key", "hash_keys", "portable_hash"]

_NAN = 0
# These have a hash of their own that is an address all the same.
_CALLABLES = (type, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType)
#: Types whose built-in hash is by content whatever the value.
DIRECT = frozenset((int, str, bytes, bool))


def portable_hash(x: Any) -> int:
    """The hash of a key.

    Raises:
        KeyHashError: the key, or a part of it, has no hash, or only one by address.
    """
    kind = type(x)
    if kind in DIRECT:
        return hash(x)
    if x is None:
        return 0
    if isinstance(x, tuple):
        h = 0x345678
        for item in x:
            h ^= hash(item) if type(item) in DIRECT else portable_hash(item)
            h *= 1000003
            h &= sys.maxsize
        return h ^ len(x)
    handler = _handlers.get(kind)
    if handler is None:
        handler = _handlers[kind] = _handler(x, kind)
    return handler(x)


def hash_keys(keys: Collection[Any]) -> Iterable[int]:
    """The hashes of many keys; plain types cost no more than the built-in hash."""
    return map(hash if DIRECT.issuperset(map(type, keys)) else portable_hash, keys)


def check_key(key: Any) -> None:
    """Raises the clear error for a key that cannot be hashed; does nothing for others."""
    try:
        hash(key)
    except KeyHashError:
        raise
    except TypeError as error:
        raise _unhashable(key, error) from error


def _handler(x: Any, kind: type) -> Callable[[Any], int]:
    own_hash: object = kind.__hash__
    if own_hash is None:
        raise _unhashable(x, None)
    if isinstance(x, float):
        return _float
    if isinstance(x, complex):
        return _complex
    if isinstance(x, frozenset):
        return _frozenset
    if own_hash is object.__hash__ or isinstance(x, _CALLABLES):
        return _by_address
    if _generated_by_dataclass(kind):
        return _dataclass
    if kind.__module__ == "decimal":
        return _decimal
    return _trusted


def _trusted(x: Any) -> int:
    try:
        return hash(x)
    except TypeError as error:
        raise _unhashable(x, error) from error


def _float(x: Any) -> int:
    return hash(x) if x == x else _NAN


def _complex(x: Any) -> int:
    return hash(x) if x == x else hash((_float(x.real), _float(x.imag)))


def _decimal(x: Any) -> int:
    return _NAN if x.is_nan() else hash(x)


def _frozenset(x: Any) -> int:
    if all(_same_everywhere(item) for item in x):
        return hash(x)
    # The same mixing as for any set of numbers, over hashes by content.
    return hash(frozenset(map(portable_hash, x)))


def _dataclass(x: Any) -> int:
    values = [
        getattr(x, field.name)
        for field in type(x).__dataclass_fields__.values()
        if field._field_type.name == "_FIELD" and (field.compare if field.hash is None else field.hash)
    ]
    if all(map(_same_everywhere, values)):
        return hash(x)
    return portable_hash(tuple(values))


def _same_everywhere(item: Any) -> bool:
    """Whether the built-in hash of the item is by content; None and NaN are not, on some Pythons."""
    if type(item) in DIRECT:
        return True
    if item is None or (isinstance(item, float) and item != item):
        return False
    if isinstance(item, tuple):
        return all(map(_same_everywhere, item))
    return portable_hash(item) == hash(item)


def _generated_by_dataclass(kind: type) -> bool:
    if "__dataclass_fields__" not in vars(kind):
        return False
    code = getattr(kind.__hash__, "__code__", None)
    return code is not None and code.co_filename == "<string>"


def _by_address(x: Any) -> int:
    kind = x if isinstance(x, type) else type(x)
    raise KeyHashError(
        "key is hashed by its address, so it has no partition of its own",
        type=f"{kind.__module__}.{kind.__qualname__}",
        advice="give its class __eq__ and __hash__ by content, or use a frozen dataclass or a tuple as key",
    )


def _unhashable(x: Any, error: TypeError | None) -> KeyHashError:
    kind = type(x)
    return KeyHashError(
        "key cannot be hashed",
        type=f"{kind.__module__}.{kind.__qualname__}",
        key=x,
        reason=f"TypeError: {error}" if error else f"TypeError: unhashable type: {kind.__name__!r}",
        advice="use a tuple instead of a list, a frozenset instead of a set",
    )


_handlers: dict[type, Callable[[Any], int]] = {}
