# SPDX-License-Identifier: Apache-2.0
"""`pyspark.logger`: a logger whose lines are JSON objects, with the keywords of a call as their context."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from typing import Any

__all__ = ["SPARK_LOG_SCHEMA", "JSONFormatter", "PySparkLogger"]

_FRAME = "STRUCT<class STRING, method STRING, file STRING, line STRING>"
#: The columns of such a log, as Spark SQL would read it.
SPARK_LOG_SCHEMA = (
    "ts TIMESTAMP, level STRING, msg STRING, context map<STRING, STRING>, "
    f"exception STRUCT<class STRING, msg STRING, stacktrace ARRAY<{_FRAME}>>, logger STRING"
)


class JSONFormatter(logging.Formatter):
    """A line of JSON for each record."""

    default_msec_format = "%s.%03d"

    def __init__(self, ensure_ascii: bool = False) -> None:
        super().__init__()
        self._ensure_ascii = ensure_ascii

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, Any] = {
            "ts": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "logger": record.name,
            "msg": record.getMessage(),
            "context": getattr(record, "context", {}),
        }
        if record.exc_info:
            kind, error, trace = record.exc_info
            entry["exception"] = {
                "class": kind.__name__ if kind else "UnknownException",
                "msg": str(error),
                "stacktrace": [
                    {"class": None, "method": frame.name, "file": frame.filename, "line": str(frame.lineno)}
                    for frame in traceback.extract_tb(trace)
                ],
            }
        return json.dumps(entry, ensure_ascii=self._ensure_ascii)


class PySparkLogger(logging.Logger):
    """A logger of Python's that takes keywords; get one with `PySparkLogger.getLogger(name)`."""

    def __init__(self, name: str = "PySparkLogger") -> None:
        super().__init__(name, level=logging.WARNING)
        self.addHandler(logging.StreamHandler())

    def addHandler(self, handler: logging.Handler) -> None:
        """Add a handler; its lines become JSON."""
        handler.setFormatter(JSONFormatter())
        super().addHandler(handler)

    @staticmethod
    def getLogger(name: str | None = None) -> PySparkLogger:
        """Return the logger of a name, made if it is new; without a name the root logger."""
        usual = logging.getLoggerClass()
        logging.setLoggerClass(PySparkLogger)
        try:
            return logging.getLogger(name)  # type: ignore[return-value]
        finally:
            logging.setLoggerClass(usual)

    def debug(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Log with severity DEBUG; keywords become the context, here and below."""
        super().debug(msg, *args, **_deeper(kwargs))

    def info(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Log with severity INFO."""
        super().info(msg, *args, **_deeper(kwargs))

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Log with severity WARNING."""
        super().warning(msg, *args, **_deeper(kwargs))

    def warn(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Do what `warning` does."""
        super().warning(msg, *args, **_deeper(kwargs))

    def error(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Log with severity ERROR."""
        super().error(msg, *args, **_deeper(kwargs))

    def exception(self, msg: object, *args: object, exc_info: Any = True, **kwargs: Any) -> None:
        """Log with severity ERROR and the error that is being handled."""
        super().error(msg, *args, exc_info=exc_info, **_deeper(kwargs))

    def critical(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Log with severity CRITICAL."""
        super().critical(msg, *args, **_deeper(kwargs))

    fatal = critical

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Log with a severity by number."""
        super().log(level, msg, *args, **_deeper(kwargs))

    def _log(
        self,
        level: int,
        msg: object,
        args: Any,
        exc_info: Any = None,
        extra: Mapping[str, object] | None = None,
        stack_info: bool = False,
        stacklevel: int = 1,
        **kwargs: Any,
    ) -> None:
        if extra is not None:
            kwargs["extra"] = extra
        super()._log(level, msg, args, exc_info, {"context": kwargs}, stack_info, stacklevel)


def _deeper(kwargs: dict[str, Any]) -> dict[str, Any]:
    """One more frame lies between the caller and logging: without this a record would name this file."""
    kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1
    return kwargs
