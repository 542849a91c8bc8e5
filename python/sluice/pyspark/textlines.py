# SPDX-License-Identifier: Apache-2.0
"""Lines of text files as `spark.read.text` has them: an RDD, which tasks read, until somebody asks for a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.errors import InputError
from sluice.files import inputs
from sluice.frame.errors import condition
from sluice.pyspark import refused
from sluice.pyspark.captured import AnalysisException

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluice.context import Context
    from sluice.frame.frame import DataFrame
    from sluice.frame.sources.options import Options
    from sluice.rdd import RDD

__all__ = ["Lines", "read"]


def read(
    context: Context, paths: list[str], options: Options, frame: Callable[[], DataFrame] | None = None
) -> Lines:
    """Read text files, by the options `wholetext`, `lineSep` and `recursiveFileLookup`; `frame` makes a frame of them.

    Raises:
        AnalysisException: there is no such file.
    """
    where = [found for path in paths for found in inputs.absolute(path)]
    known = context._input_options()
    chosen = known._replace(
        delimiter=options.get("lineSep") or known.delimiter,
        recursive=options.flag("recursiveFileLookup") or known.recursive,
    )
    whole = options.flag("wholetext")
    make = inputs.whole_node if whole else inputs.text_node
    try:
        node = make(where, 1, True, chosen)
    except InputError as error:
        raise condition(AnalysisException, "PATH_NOT_FOUND", str(error)) from error
    return Lines(context._rdd(node), whole, frame)


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
