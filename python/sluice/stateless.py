# SPDX-License-Identifier: Apache-2.0
"""A conservative proof that a function may serve many tasks without being unpickled anew for each.

A function's captured state starts fresh for every task. Where there is provably none that could change, that
is free; in doubt the answer is no. What is importable by name (modules, their functions and classes) keeps
its state in a worker in any case, so it does not count.
"""

from __future__ import annotations

import functools
import operator
import types
from opcode import opmap
from typing import Any

from sluice.serializers.data import is_importable

__all__ = ["is_stateless"]

_FROZEN = frozenset(
    (
        int, float, complex, str, bytes, bool, type(None), type(...), type(NotImplemented), range,
        types.ModuleType, types.MethodDescriptorType, types.WrapperDescriptorType,
        types.ClassMethodDescriptorType, types.GetSetDescriptorType, types.MemberDescriptorType,
    )
)  # fmt: skip
# By name, so that nothing is imported only to be asked about.
_FROZEN_NAMES = frozenset(
    (
        "re.Pattern", "decimal.Decimal", "fractions.Fraction", "uuid.UUID",
        "datetime.date", "datetime.datetime",
        "datetime.time", "datetime.timedelta", "datetime.timezone",
    )
)  # fmt: skip
_REDUCED = frozenset((operator.itemgetter, operator.attrgetter, operator.methodcaller))

# Names through which code could reach its own globals, defaults or attributes unseen.
_REACHING = frozenset(
    (
        "globals", "vars", "locals", "exec", "eval", "compile", "setattr", "delattr", "__dict__",
        "__globals__",
        "__closure__", "__defaults__", "__kwdefaults__", "__code__", "cell_contents", "_getframe",
        "currentframe", "stack", "f_globals", "get_referrers", "get_referents", "get_objects", "__setattr__",
        "__main__", "__import__", "import_module", "modules",
    )
)  # fmt: skip
_WRITES = frozenset(opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL"))
_DEREF_WRITES = frozenset(opmap[name] for name in ("STORE_DEREF", "DELETE_DEREF"))
_ATTR_WRITES = frozenset(opmap[name] for name in ("STORE_ATTR", "DELETE_ATTR"))


def is_stateless(obj: Any) -> bool:
    """True only where nothing that `obj` carries can change between two calls."""
    proof = _Proof()
    try:
        # A function that stores attributes may do so on any function that it can reach.
        return proof.frozen(obj) and not (proof.writes_attributes and proof.reaches_functions)
    except Exception:
        # An attribute that raises, a recursion too deep: no proof.
        return False


class _Proof:
    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.writes_attributes = False
        self.reaches_functions = False

    def frozen(self, obj: Any) -> bool:
        kind = type(obj)
        if kind in _FROZEN:
            return True
        if id(obj) in self.seen:
            # Met again on a cycle or by another road: decided where it was met first.
            return True
        self.seen.add(id(obj))
        if kind is types.FunctionType:
            return is_importable(obj) or self._function(obj)
        if kind is tuple or kind is frozenset:
            self.reaches_functions |= any(type(item) is types.FunctionType for item in obj)
            return all(map(self.frozen, obj))
        if kind is types.BuiltinFunctionType:
            owner = obj.__self__
            return owner is None or isinstance(owner, (types.ModuleType, type)) or self.frozen(owner)
        if isinstance(obj, type):
            return obj.__module__ == "builtins" or is_importable(obj)
        if kind is types.MethodType:
            return self.frozen(obj.__self__) and self.frozen(obj.__func__)
        if kind is functools.partial:
            carried = (obj.func, *obj.args, *obj.keywords.values())
            return not obj.__dict__ and all(map(self.frozen, carried))
        if kind in _REDUCED:
            return self.frozen(tuple(obj.__reduce__()[1:]))
        if f"{kind.__module__}.{kind.__qualname__}" in _FROZEN_NAMES or hasattr(kind, "__members__"):
            # A constant of this kind, or a member of an Enum.
            return is_importable(kind)
        # Types of ours that say so of themselves, or name all that they carry.
        own = vars(kind)
        if "_sluice_parts_" in own:
            return all(map(self.frozen, obj._sluice_parts_()))
        return own.get("_sluice_stateless_") is True

    def _function(self, function: types.FunctionType) -> bool:
        if function.__dict__:
            return False
        carried: list[Any] = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        if not self._code(function.__code__, function.__globals__, carried, frozenset()):
            return False
        carried.extend(cell.cell_contents for cell in function.__closure__ or ())
        if any(type(value) is types.FunctionType and not is_importable(value) for value in carried):
            self.reaches_functions = True
        return all(map(self.frozen, carried))

    def _code(
        self, code: types.CodeType, namespace: dict[str, Any], carried: list[Any], own: frozenset[str]
    ) -> bool:
        """Checks one code object and those inside it; adds the globals that it names to `carried`."""
        names = code.co_names
        if not _REACHING.isdisjoint(names):
            return False
        opcodes = set(code.co_code[::2])
        if opcodes & _WRITES:
            return False
        if opcodes & _ATTR_WRITES:
            self.writes_attributes = True
        # Free variables of the outermost function outlive the call; cells made by the call itself do not.
        own |= frozenset(code.co_cellvars)
        if opcodes & _DEREF_WRITES and not own.issuperset(code.co_freevars):
            return False
        carried.extend(namespace[name] for name in names if name in namespace)
        return all(
            self._code(const, namespace, carried, own)
            for const in code.co_consts
            if isinstance(const, types.CodeType)
        )
