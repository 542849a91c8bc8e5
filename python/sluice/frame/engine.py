# SPDX-License-Identifier: Apache-2.0
"""DuckDB, which does the relational work: loaded when the first query runs, one database a session's context."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sluice.frame import rowwise
from sluice.frame.arrowtypes import loose
from sluice.frame.expr import Attribute
from sluice.frame.needs import needs
from sluice.frame.settings import FrameSettings

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.context import Context
    from sluice.frame.taskfiles import Options

__all__ = ["Database", "Engine"]

#: Nothing is fetched from anywhere, and files are read only where a program names them.
_CONFIG = {
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def spill_directory(context: Context) -> Path:
    """Where queries put what does not fit into memory; freed with the run."""
    return context._jvm_handle.directory / "queries"


class Database:
    """A database in memory; its cursors are independent of each other."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._lock = threading.Lock()
        self._connection: Any = None
        self._known: set[str] = set()

    def cursor(self) -> Any:
        """Return a cursor of its own, for one thread."""
        with self._lock:
            if self._connection is None:
                duckdb = needs("duckdb", "1.4", "queries over frames")
                needs("pyarrow", "15.0", "frames")
                self._connection = duckdb.connect(
                    config={**_CONFIG, "temp_directory": str(spill_directory(self.context))}
                )
            cursor = self._connection.cursor()
        # In a program without a file, as in a notebook, DuckDB would draw a bar into the output.
        cursor.execute("SET enable_progress_bar = false")
        return cursor

    def prepare(self, text: str) -> str:
        """Make the functions in Python known that a query uses; return the query."""
        names = rowwise.used(text)
        if names:
            with self._lock:
                rowwise.make_known(self._connection, names - self._known)
                self._known |= names
        return text

    def close(self) -> None:
        """Free all of it; the next cursor begins anew."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
                self._known.clear()


class Engine:
    """A database under the settings of a session."""

    def __init__(self, database: Database, settings: FrameSettings, conf: Any) -> None:
        self._database = database
        self._conf = conf
        self.context = database.context
        self.settings = settings

    @property
    def directory(self) -> Path:
        """Where results go that do not fit into memory."""
        return spill_directory(self.context)

    @property
    def error(self) -> type[Exception]:
        """The class of DuckDB's errors."""
        import duckdb

        return duckdb.Error

    def options(self) -> Options:
        """How functions in Python see their data."""
        from sluice.frame.evaluatingoptions import options_of

        return options_of(self.context, self._conf)

    def cursor(self) -> Any:
        """Return a cursor in the session's time zone."""
        cursor = self._database.cursor()
        zone = self.settings.zone.replace("'", "''")
        if zone[0] in "+-":
            # DuckDB's form of an offset.
            zone = f"GMT{zone}"
        cursor.execute(f"SET TimeZone = '{zone}'")
        return cursor

    def prepare(self, text: str) -> str:
        """Return a query once what it uses is there."""
        return self._database.prepare(text)

    def arrow_schema(self, attributes: Sequence[Attribute]) -> pa.Schema:
        """Columns called by their places, with the Arrow types that frames have."""
        import pyarrow as pa

        return pa.schema([(str(place), loose(each.type)) for place, each in enumerate(attributes)])

    def as_typed(self, table: pa.Table, attributes: Sequence[Attribute]) -> pa.Table:
        """DuckDB's answer with the types that frames have; a copy is made only where they differ."""
        if not attributes:
            return table
        schema = self.arrow_schema(attributes)
        table = table.rename_columns(schema.names)
        return table if table.schema.types == schema.types else table.cast(schema)
