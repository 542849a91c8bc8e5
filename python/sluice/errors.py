# SPDX-License-Identifier: Apache-2.0
"""Every error that Sluice raises on purpose, under one root.

A message says what happened, `name=value`, where, and what to do, in that order. A class also inherits the
built-in (or pickle) exception that a program written for PySpark would catch in its place.
"""

from __future__ import annotations

import os
import pickle
from typing import Any

__all__ = [
    "ActiveContextError",
    "ArgumentError",
    "BarrierError",
    "BroadcastError",
    "ConfigError",
    "ContextError",
    "CorruptDataError",
    "JobCancelledError",
    "JobError",
    "InputError",
    "KeyHashError",
    "NoRoomError",
    "OutputError",
    "OutputExistsError",
    "PicklingError",
    "ProtocolError",
    "SluiceError",
    "StartError",
    "StreamError",
    "StreamFormatError",
    "TruncatedStreamError",
    "UnequalLengthsError",
    "UnknownClassError",
    "UnsupportedError",
    "WorkerLostError",
]


class SluiceError(Exception):
    """The root. `values` are shown as `name=value` and kept as a dict for programs."""

    def __init__(
        self, what: str, *, where: str | None = None, advice: str | None = None, **values: object
    ) -> None:
        text = what
        if values:
            text += " (" + ", ".join(f"{name}={_brief(value)}" for name, value in values.items()) + ")"
        if where:
            text += f" in {where}"
        if advice:
            text += f"; {advice}"
        # One positional argument: an exception that crosses a process is rebuilt from its args.
        super().__init__(text)
        self.what = what
        self.where = where
        self.advice = advice
        self.values = {name: _brief(value) for name, value in values.items()}

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class ConfigError(SluiceError, ValueError):
    """A setting or a master URL that is unknown or has a wrong type or unit."""


class ArgumentError(SluiceError, ValueError):
    """A value that a call cannot take; PySpark's JVM refuses it."""

    java_class = "java.lang.IllegalArgumentException"


class ContextError(SluiceError, RuntimeError):
    """A context used after stop, in a worker, or a second time where one is allowed."""


class ActiveContextError(ContextError, ValueError):
    """A second context where one is active."""


class StartError(SluiceError, RuntimeError):
    """Java, Python, a directory or a port that a start needs and that cannot be had."""


class StreamError(SluiceError):
    """Bytes that are not what the format says; the root of all of those."""


class TruncatedStreamError(StreamError, EOFError):
    """A stream or file that ends inside a frame. Never a short answer."""


class StreamFormatError(StreamError, ValueError):
    """A length, tag or count that the format does not allow."""


class CorruptDataError(StreamError, OSError):
    """A file whose checksum, counts or end do not hold."""


class ProtocolError(StreamError, ConnectionError):
    """A peer that speaks another version, or out of turn."""


class PicklingError(SluiceError, pickle.PicklingError):
    """A function or record that cannot be pickled; the message has the path to the object that stopped it."""


class KeyHashError(SluiceError, TypeError):
    """A key that has no hash, or one that is not the same in every process."""


class BarrierError(SluiceError, RuntimeError):
    """A task that waited for the others of its stage in vain."""


class BroadcastError(SluiceError, RuntimeError):
    """A broadcast that was destroyed, or whose value cannot be loaded."""


class JobError(SluiceError, RuntimeError):
    """An action that failed; the cause is the user's own error where there was one."""

    #: That of the user's code in the worker, also where the error itself could not be brought here.
    traceback: str | None = None


class InputError(JobError, FileNotFoundError):
    """A path to read that is missing, matches nothing, or is not of the right kind; `java_class` is PySpark's
    name for it, which programs look for in the text."""

    def __new__(cls, *args: object, **values: object) -> InputError:
        return FileNotFoundError.__new__(cls, *args)

    def __init__(self, what: str, java_class: str = "", **values: Any) -> None:
        super().__init__(f"{java_class.rpartition('.')[2]}: {what}" if java_class else what, **values)
        self.java_class = java_class


class OutputExistsError(JobError, FileExistsError):
    """A directory to write that is there already."""

    def __new__(cls, *args: object, **values: object) -> OutputExistsError:
        return FileExistsError.__new__(cls, *args)

    java_class = "org.apache.hadoop.mapred.FileAlreadyExistsException"


class NoRoomError(SluiceError, OSError):
    """Neither shared memory nor the directory beside it has room."""


class OutputError(SluiceError, OSError):
    """A file of a job's output that cannot be written."""


class JobCancelledError(JobError):
    """An action that was cancelled."""


class WorkerLostError(JobError):
    """A task whose worker died as often as it may."""


class UnequalLengthsError(JobError, ValueError):
    """A zip of partitions that do not have the same number of items."""


class UnsupportedError(SluiceError, NotImplementedError):
    """A name or option that is refused on purpose, with its reason."""


class UnknownClassError(UnsupportedError):
    """A Java class that a program names, and that stands for nothing here."""

    java_class = "java.lang.ClassNotFoundException"


def _brief(value: object, limit: int = 500) -> str:
    try:
        text = os.fspath(value) if isinstance(value, str | os.PathLike) else repr(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose repr raised {type(error).__name__}>"
    return text if len(text) <= limit else text[:limit] + "..."


def stop_iteration(error: StopIteration | None = None) -> RuntimeError:
    """What stands for a ``StopIteration`` of a user's function, which would end the data early without an error."""
    detail = f" ({error})" if error is not None and str(error) else ""
    return RuntimeError(
        f"Caught StopIteration thrown from user's code; failing the task{detail}: "
        "a function raised it; catch it there, or give next() a default"
    )
