# SPDX-License-Identifier: Apache-2.0
"""`org.apache.log4j`, and of log4j 2 as much as programs call, over Python's `logging`.

Messages go to standard error as Spark's own do. Loggers without a level of their own have the context's
(`setLogLevel`, WARN by default).
"""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

from sluice import progress

__all__ = ["Configurator", "Level", "LogManager", "Logger"]

TRACE, FATAL = 5, 60
_NUMBERS = {
    "ALL": 1,
    "TRACE": TRACE,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": FATAL,
    "OFF": FATAL + 10,
}
_ROOT = "sluice.log4j"


class JavaLevel:
    """A level of log4j."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.number = _NUMBERS[name]

    def toString(self) -> str:
        """The name."""
        return self._name

    name = __str__ = toString

    def toInt(self) -> int:
        """Log4j's number: larger is more severe."""
        return {"ALL": -(2**31), "TRACE": 5000, "OFF": 2**31 - 1}.get(self._name, self.number * 1000)

    def isGreaterOrEqual(self, other: JavaLevel) -> bool:
        """Whether this one is at least as severe."""
        return self.number >= other.number

    def __repr__(self) -> str:
        return f"<Level {self._name}>"


class Level:
    """`org.apache.log4j.Level`."""

    ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL, OFF = (JavaLevel(name) for name in _NUMBERS)

    @classmethod
    def toLevel(cls, name: str, default: JavaLevel | None = None) -> JavaLevel:
        """The level of a name; DEBUG, or the default, if there is none."""
        found: JavaLevel = getattr(cls, name.upper()) if name.upper() in _NUMBERS else default or cls.DEBUG
        return found

    valueOf = toLevel


class JavaLogger:
    """A logger of log4j: messages, and whether they are shown."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._logger = logging.getLogger(f"{_ROOT}.{name}" if name else _ROOT)

    def getName(self) -> str:
        """The name that it was asked for by."""
        return self._name or "root"

    def setLevel(self, level: JavaLevel | None) -> None:
        """Show messages of this level and above; None: as the logger above does."""
        self._logger.setLevel(level.number if level is not None else logging.NOTSET)

    def getLevel(self) -> JavaLevel | None:
        """The level that was set; None if there was none."""
        return _level(self._logger.level)

    def getEffectiveLevel(self) -> JavaLevel | None:
        """The level that holds."""
        return _level(_threshold(self._logger))

    def isEnabledFor(self, level: JavaLevel) -> bool:
        """Whether messages of a level are shown."""
        return level.number >= _threshold(self._logger)

    def isTraceEnabled(self) -> bool:
        """Whether `trace` shows something."""
        return self.isEnabledFor(Level.TRACE)

    def isDebugEnabled(self) -> bool:
        """Whether `debug` shows something."""
        return self.isEnabledFor(Level.DEBUG)

    def isInfoEnabled(self) -> bool:
        """Whether `info` shows something."""
        return self.isEnabledFor(Level.INFO)

    def log(self, level: JavaLevel, message: Any, error: Any = None) -> None:
        """Show a message at a level."""
        if self.isEnabledFor(level):
            text = f"{message}\n{error}" if error is not None else str(message)
            record = self._logger.makeRecord(self.getName(), level.number, "", 0, text, (), None)
            record.levelname = level.toString()
            with progress.hidden():
                _handler().emit(record)

    def trace(self, message: Any, error: Any = None) -> None:
        """Show a message at TRACE."""
        self.log(Level.TRACE, message, error)

    def debug(self, message: Any, error: Any = None) -> None:
        """Show a message at DEBUG."""
        self.log(Level.DEBUG, message, error)

    def info(self, message: Any, error: Any = None) -> None:
        """Show a message at INFO."""
        self.log(Level.INFO, message, error)

    def warn(self, message: Any, error: Any = None) -> None:
        """Show a message at WARN."""
        self.log(Level.WARN, message, error)

    def error(self, message: Any, error: Any = None) -> None:
        """Show a message at ERROR."""
        self.log(Level.ERROR, message, error)

    def fatal(self, message: Any, error: Any = None) -> None:
        """Show a message at FATAL."""
        self.log(Level.FATAL, message, error)


class LogManager:
    """`org.apache.log4j.LogManager`."""

    @staticmethod
    def getLogger(name: Any) -> JavaLogger:
        """The logger of a name."""
        return JavaLogger(str(name))

    @staticmethod
    def getRootLogger() -> JavaLogger:
        """The logger above all."""
        return JavaLogger("")


#: `org.apache.log4j.Logger`: it has the same two methods.
Logger = LogManager


class Configurator:
    """`org.apache.logging.log4j.core.config.Configurator`."""

    @staticmethod
    def setLevel(name: str, level: JavaLevel) -> None:
        """Set the level of a logger."""
        JavaLogger(name).setLevel(level)

    @staticmethod
    def setRootLevel(level: JavaLevel) -> None:
        """Set the level of the logger above all."""
        JavaLogger("").setLevel(level)

    setAllLevels = setLevel


core = SimpleNamespace(config=SimpleNamespace(Configurator=Configurator))


def __getattr__(name: str) -> Any:
    raise AttributeError(f"org.apache.log4j has no {name!r} here: loggers and levels only")


def _level(number: int) -> JavaLevel | None:
    return next((Level.toLevel(name) for name, own in _NUMBERS.items() if own == number), None)


def _threshold(logger: logging.Logger | None) -> int:
    while logger is not None and logger.name.startswith(_ROOT):
        if logger.level:
            return logger.level
        logger = logger.parent
    from sluice.context import Context

    active = Context._active_spark_context
    return _NUMBERS[active._conf.value_of("sluice.log.level").upper()] if active else logging.WARNING


def _handler() -> logging.Handler:
    # Made for each message: programs and test runners exchange sys.stderr.
    handler = logging.StreamHandler()
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%y/%m/%d %H:%M:%S")
    )
    return handler
