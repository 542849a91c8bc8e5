# SPDX-License-Identifier: Apache-2.0
"""What a case of frames is, where cases are found, and the helpers that they use."""

from __future__ import annotations

import contextlib
import datetime
import importlib
import inspect
import io
import os
import pkgutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from . import encoding
from .encoding import render

__all__ = ["MASTER", "RECORDED", "Case", "cases", "encode", "families", "render"]

MASTER = "local[2]"
RECORDED = Path(__file__).parent / "recorded"
UTC = "UTC"
NEW_YORK = "America/New_York"
TOKYO = "Asia/Tokyo"


@dataclass(frozen=True)
class Case:
    """A small program over a session. ``run`` gets a context and a scratch directory, returns a JSON value."""

    family: str
    name: str
    function: Callable[..., Any]
    ordered: bool
    digits: int | None
    session_zone: str
    process_zone: str
    takes_directory: bool
    tag: str = "frame"
    alone: bool = False

    def run(self, context: Any, tmp: Path) -> Any:
        """What the case gives, or how it fails."""
        spark = session(context)
        with _zones(spark, self.session_zone, self.process_zone):
            try:
                value = self.function(spark, tmp) if self.takes_directory else self.function(spark)
            except Exception as error:
                return encoding.raises(error, "build")
            try:
                return self.encoded(value)
            except Exception as error:
                return encoding.raises(error, "run")

    def _tried(self, value: Any) -> Any:
        try:
            return self.encoded(value)
        except Exception as error:
            return encoding.raises(error, "run")

    def encoded(self, value: Any) -> Any:
        """The JSON form of what the function returned."""
        if _is_frame(value):
            return encoding.frame(value, self.ordered, self.digits)
        if hasattr(type(value), "iloc"):
            return encoding.pandas_frame(value)
        if isinstance(value, (list, tuple)) and any(map(_is_frame, value)):
            return [self._tried(each) for each in value]
        if isinstance(value, Printed):
            return {"printed": str(value).splitlines()}
        return {"value": encoding.text(value, self.digits)}


_PLAIN = {
    "Decimal": Decimal,
    "date": datetime.date,
    "datetime": datetime.datetime,
    "timedelta": datetime.timedelta,
}


def _is_frame(value: Any) -> bool:
    """Whether it has rows to compare; a column has an attribute of any name."""
    return all(hasattr(type(value), name) for name in ("collect", "schema"))


class Printed(str):
    """What was printed."""


class Lazy:
    """A module of PySpark that is imported when a case uses it: whose it is changes while tests run."""

    def __init__(self, name: str, attribute: str = "") -> None:
        self._found = (name, attribute)

    def _value(self) -> Any:
        name, attribute = self._found
        module = importlib.import_module(name)
        return getattr(module, attribute) if attribute else module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._value(), name)

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self._value()(*values, **named)


F = Lazy("pyspark.sql.functions")
T = Lazy("pyspark.sql.types")
Window = Lazy("pyspark.sql", "Window")
Row = Lazy("pyspark.sql", "Row")


def encode(value: Any) -> Any:
    """Cases of frames return JSON values already."""
    return value


def session(context: Any) -> Any:
    """The session of the running context."""
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.getOrCreate()
    assert spark.sparkContext is context
    spark.conf.set("spark.sql.shuffle.partitions", "2")
    return spark


@contextlib.contextmanager
def _zones(spark: Any, session_zone: str, process_zone: str) -> Iterator[None]:
    """The session's time zone, and that of this process, for the time of a case."""
    before = os.environ.get("TZ")
    spark.conf.set("spark.sql.session.timeZone", session_zone)
    os.environ["TZ"] = process_zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def case(
    function: Callable[..., Any] | None = None,
    *,
    ordered: bool = False,
    digits: int | None = None,
    zone: str = UTC,
    process: str | None = None,
) -> Any:
    """Marks a function as a case; ``ordered`` says that the order of its rows is part of the answer."""

    def apply(function: Any) -> Any:
        function.marked = {
            "ordered": ordered,
            "digits": digits,
            "session_zone": zone,
            "process_zone": process or zone,
        }
        return function

    return apply if function is None else apply(function)


def keep(frame: Any) -> Any:
    """The frame of many cases; the recorder caches it, as PySpark makes it by Python workers each time."""
    return frame


class Expressions:
    """One case for each line: an expression over a small frame, in Python or in SQL.

    ``ordered`` says that the order of the rows is part of the answer; windows leave it open.
    """

    def __init__(
        self,
        lines: str,
        data: Callable[[Any], Any],
        *,
        sql: bool = False,
        ordered: bool = True,
        digits: int | None = None,
        zone: str = UTC,
        process: str | None = None,
    ) -> None:
        self.ordered = ordered
        self.lines = [line.strip() for line in lines.strip().splitlines() if line.strip()]
        if not sql:
            # A slip in a line shall not be recorded as PySpark's error.
            for line in self.lines:
                compile(line, line, "eval")
        self.data, self.sql, self.digits = data, sql, digits
        self._made: tuple[Any, Any] | None = None
        self.zones = {"session_zone": zone, "process_zone": process or zone}

    def cases(self, family: str, title: str) -> Iterator[Case]:
        """A case for each line, named by it."""
        for line in self.lines:
            function = partial(self._select, line)
            yield Case(
                family,
                f"{title}: {line}",
                function,
                self.ordered,
                self.digits,
                takes_directory=False,
                **self.zones,
            )

    def _frame(self, spark: Any) -> Any:
        if self._made is None or self._made[0] is not spark:
            self._made = (spark, keep(self.data(spark)))
        return self._made[1]

    def _select(self, line: str, spark: Any) -> Any:
        if self.sql:
            return self._frame(spark).select(F.expr(line))
        return self._frame(spark).select(eval(line, {"F": F, "T": T, "Window": Window, "c": F.col, **_PLAIN}))


def families() -> list[str]:
    """The names of all families, sorted."""
    return sorted(info.name for info in pkgutil.iter_modules([str(Path(__file__).parent / "cases")]))


def cases(family: str) -> Iterator[Case]:
    """The cases of one family, in the order in which its file defines them."""
    module = importlib.import_module(f"{__package__}.cases.{family}")
    seen: set[str] = set()
    for name, found in list(vars(module).items()):
        if isinstance(found, Expressions):
            made = list(found.cases(family, name))
        elif not isinstance(found, Lazy) and hasattr(found, "marked"):
            takes = "tmp" in inspect.signature(found).parameters
            made = [Case(family, name, found, takes_directory=takes, **found.marked)]
        else:
            continue
        for each in made:
            assert each.name not in seen, f"{family}: {each.name!r} is there twice"
            seen.add(each.name)
            yield each


def printed(action: Callable[[], Any]) -> Printed:
    """What ``action`` prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        action()
    return Printed(out.getvalue())


def outcome(action: Callable[[], Any]) -> Any:
    """What ``action`` returns, or the class and condition of its error."""
    try:
        return action()
    except Exception as error:
        found = encoding.raises(error, "")
        return f"raises {found['raises']} {found['condition']}"


@contextlib.contextmanager
def setting(spark: Any, key: str, value: str) -> Iterator[None]:
    """A setting of the session for the time of a block."""
    spark.conf.set(key, value)
    try:
        yield
    finally:
        spark.conf.unset(key)


def frame_of(ddl: str, *rows: Any) -> Callable[[Any], Any]:
    """A frame that is made anew for each case."""
    return lambda spark: spark.createDataFrame(list(rows), ddl)
