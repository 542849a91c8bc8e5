# SPDX-License-Identifier: Apache-2.0
"""`spark.read` for text files, whose lines are read as `.rdd`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.errors import InputError
from sluice.files import inputs
from sluice.pyspark import refused
from sluice.pyspark.captured import AnalysisException
from sluice.pyspark.exceptions import PySparkNotImplementedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluice.context import Context
    from sluice.frame.frame import DataFrame
    from sluice.rdd import RDD

__all__ = ["Lines", "Reader"]


class Reader:
    """Collects options, then reads."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._options: dict[str, Any] = {}

    def format(self, source: str) -> Reader:
        """Say what `load` reads: only `text`.

        Raises:
            PySparkNotImplementedError: another format.
        """
        if source.lower() != "text":
            raise PySparkNotImplementedError(
                f"a format that is not here: format={source!r}; {refused.FRAMES}"
            )
        return self

    def option(self, key: str, value: Any) -> Reader:
        """Set an option: `wholetext`, `lineSep`, `recursiveFileLookup`; others are kept and ignored."""
        self._options[key.lower()] = value
        return self

    def options(self, **options: Any) -> Reader:
        """Set several."""
        for key, value in options.items():
            self.option(key, value)
        return self

    def text(
        self,
        paths: str | list[str],
        wholetext: bool = False,
        lineSep: str | None = None,
        pathGlobFilter: str | None = None,
        recursiveFileLookup: bool | None = None,
        modifiedBefore: str | None = None,
        modifiedAfter: str | None = None,
    ) -> Lines:
        """Return what has the lines of text files as its `rdd`.

        Args:
            paths: a file, a directory or a pattern, or several of them.
            wholetext: whether each file is one row.
            lineSep: what ends a line, if it is not the end of a line.
            recursiveFileLookup: whether directories in directories are read.
            pathGlobFilter, modifiedBefore, modifiedAfter: refused.

        Raises:
            AnalysisException: there is no such file.
            PySparkNotImplementedError: an option that is refused.
        """
        for name, wanted in (
            ("pathGlobFilter", pathGlobFilter),
            ("modifiedBefore", modifiedBefore),
            ("modifiedAfter", modifiedAfter),
        ):
            if wanted is not None:
                raise PySparkNotImplementedError(
                    f"an option that is not here: {name}={wanted!r}; list the files"
                )
        given = {"wholetext": wholetext, "lineSep": lineSep, "recursiveFileLookup": recursiveFileLookup}
        self.options(**{name: value for name, value in given.items() if value is not None})
        return self.load(paths)

    def load(self, path: str | list[str], frame: Callable[[], DataFrame] | None = None) -> Lines:
        """Read text files, by the options that were set; `frame` makes a frame of them."""
        names = [path] if isinstance(path, str) else list(path)
        where = [found for name in names for found in inputs.absolute(name)]
        known = self._context._input_options()
        options = known._replace(
            delimiter=self._options.get("linesep") or known.delimiter,
            recursive=self._is_on("recursivefilelookup") or known.recursive,
        )
        whole = self._is_on("wholetext")
        make = inputs.whole_node if whole else inputs.text_node
        try:
            node = make(where, 1, True, options)
        except InputError as error:
            condition = "PATH_NOT_FOUND"
            refusal = AnalysisException(f"[{condition}] {error}", "")
            refusal.__dict__.update(_errorClass=condition, _messageParameters={"path": ",".join(where)})
            raise refusal from error
        return Lines(self._context._rdd(node), whole, frame)

    def _is_on(self, option: str) -> bool:
        return str(self._options.get(option)).lower() == "true"

    def __getattr__(self, name: str) -> Any:
        raise refused.missing(self, refused.READER, name)


class Lines:
    """The lines of text files: an RDD of rows; a frame once something else is asked for, which takes longer to load."""

    def __init__(self, found: RDD[Any], whole: bool, frame: Callable[[], DataFrame] | None = None) -> None:
        self._rdd = found.map(_file_row if whole else _row)
        self._make = frame
        self._made: DataFrame | None = None

    @property
    def rdd(self) -> RDD[Any]:
        """An RDD of `Row(value=line)`, or of whole files."""
        return self._rdd

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        # What asks whether it is a frame has loaded frames.
        from sluice.frame.frame import DataFrame

        return DataFrame if self._make is not None else Lines

    def _as_frame(self) -> Any:
        if self._make is None:
            raise refused.missing(self, {}, "frame", "take .rdd and use its operations")
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self._make is None:
            raise refused.missing(self, {}, name, "take .rdd and use its operations")
        return getattr(self._as_frame(), name)

    def __getitem__(self, item: Any) -> Any:
        return self._as_frame()[item]

    def __repr__(self) -> str:
        return repr(self._as_frame()) if self._make is not None else object.__repr__(self)

    def __dir__(self) -> list[str]:
        return dir(self._as_frame()) if self._make is not None else list(super().__dir__())


def _row(line: str) -> Any:
    from sluice.pyspark.row import Row

    return Row(value=line)


def _file_row(file: tuple[str, str]) -> Any:
    return _row(file[1])
