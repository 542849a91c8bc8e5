# SPDX-License-Identifier: Apache-2.0
"""Profiles of what RDDs' functions do in workers, added up over partitions by accumulators.

Each RDD that is computed gets a profiler of its own, which travels with its functions. Where one task computes several
RDDs, as a union over mapped ones does, the profiler of the last of them sees all.
"""

from __future__ import annotations

import atexit
import cProfile
import os
import pstats
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from sluice.accumulators import AccumulatorParam
from sluice.errors import UnsupportedError

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["BasicProfiler", "MemUsageParam", "PStatsParam", "Profiler", "ProfilerCollector"]

#: Increment and memory in MiB, and how often the line ran; None for a line that was not measured.
LineMemory: TypeAlias = tuple[float, float, int] | None
CodeMap: TypeAlias = dict[str, list[tuple[int, LineMemory]]]


class Profiler:
    """How functions are profiled. Subclass it, or ``BasicProfiler``, and pass the class to the context.

    It is pickled with the functions, so that what ``profile`` measures in a worker has to come back by an accumulator,
    which ``__init__`` makes: that counts each partition once, whatever retries there were.
    """

    def __init__(self, ctx: Context) -> None:
        pass

    def profile(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call ``func`` in the worker, which computes one partition, and measure that."""
        raise NotImplementedError

    def stats(self) -> Any:
        """Return what was measured so far."""
        raise NotImplementedError

    def show(self, id: int) -> None:
        """Print what was measured; ``id`` is the RDD's."""
        raise NotImplementedError

    def dump(self, id: int, path: str) -> None:
        """Write what was measured into a directory."""
        raise NotImplementedError


class PStatsParam(AccumulatorParam["pstats.Stats | None"]):
    """Adds up ``pstats.Stats``; None is none yet."""

    @staticmethod
    def zero(value: pstats.Stats | None) -> None:
        return None

    @staticmethod
    def addInPlace(value1: pstats.Stats | None, value2: pstats.Stats | None) -> pstats.Stats | None:
        if value1 is None:
            return value2
        if value2 is not None:
            value1.add(value2)
        return value1


class MemUsageParam(AccumulatorParam["CodeMap | None"]):
    """Adds up what memory_profiler says of each file's lines: (line, (increment, memory, occurrences))."""

    @staticmethod
    def zero(value: CodeMap | None) -> None:
        return None

    @staticmethod
    def addInPlace(value1: CodeMap | None, value2: CodeMap | None) -> CodeMap | None:
        if not value1 or not value2:
            return value1 or value2
        for name, more in value2.items():
            lines = dict(value1.get(name, ()))
            for number, memory in more:
                known = lines.get(number)
                if known is None:
                    lines[number] = memory
                elif memory is not None:
                    lines[number] = (known[0] + memory[0], known[1] + memory[1], known[2] + memory[2])
            value1[name] = sorted(lines.items())
        return value1


class BasicProfiler(Profiler):
    """Profiles with cProfile."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._accumulator = ctx.accumulator(None, PStatsParam)  # type: ignore[arg-type]

    def profile(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        measured = cProfile.Profile()
        result = measured.runcall(func, *args, **kwargs)
        stats = pstats.Stats(measured)
        # What it would print to cannot be pickled; without it that is standard output.
        stats.stream = None  # type: ignore[attr-defined]
        stats.strip_dirs()
        self._accumulator.add(stats)  # type: ignore[arg-type]
        return result

    def stats(self) -> pstats.Stats | None:
        return self._accumulator.value

    def show(self, id: int) -> None:
        stats = self.stats()
        if stats is not None:
            rule = "=" * 60
            print(f"{rule}\nProfile of RDD<id={id}>\n{rule}")
            stats.sort_stats("time", "cumulative").print_stats()

    def dump(self, id: int, path: str) -> None:
        os.makedirs(path, exist_ok=True)
        stats = self.stats()
        if stats is not None:
            stats.dump_stats(os.path.join(path, f"rdd_{id}.pstats"))


class ProfilerCollector:
    """The profilers of a context's RDDs; shown or written at the latest when the driver exits."""

    def __init__(
        self,
        profiler_cls: type[Profiler],
        udf_profiler_cls: Any,
        memory_profiler_cls: Any,
        dump_path: str | None = None,
    ) -> None:
        self.profiler_cls = profiler_cls
        self.udf_profiler_cls = udf_profiler_cls
        self.memory_profiler_cls = memory_profiler_cls
        self.profile_dump_path = dump_path
        #: Lists of RDD's id, profiler, and whether it was shown.
        self.profilers: list[list[Any]] = []

    def new_profiler(self, ctx: Context) -> Profiler:
        """Return a profiler for one RDD."""
        return self.profiler_cls(ctx)

    def new_udf_profiler(self, ctx: Context) -> Profiler:
        """Refuse: the functions that it would profile are those of frames.

        Raises:
            UnsupportedError: always.
        """
        raise _no_frames()

    def new_memory_profiler(self, ctx: Context) -> Profiler:
        """Refuse: the functions that it would profile are those of frames.

        Raises:
            UnsupportedError: always.
        """
        raise _no_frames()

    def add_profiler(self, id: int, profiler: Profiler) -> None:
        """Keep the profiler of an RDD."""
        if not self.profilers:
            atexit.register(self._at_exit)
        self.profilers.append([id, profiler, False])

    def _at_exit(self) -> None:
        if self.profile_dump_path:
            self.dump_profiles(self.profile_dump_path)
        else:
            self.show_profiles()

    def dump_profiles(self, path: str) -> None:
        """Write all profiles into a directory, and forget them."""
        for id_, profiler, _ in self.profilers:
            profiler.dump(id_, path)
        self.profilers = []

    def show_profiles(self) -> None:
        """Print the profiles that were not printed yet."""
        for entry in self.profilers:
            id_, profiler, shown = entry
            if not shown and profiler:
                profiler.show(id_)
                entry[2] = True


def _no_frames() -> UnsupportedError:
    return UnsupportedError(
        "only functions of RDDs are profiled", advice="functions on frames need Apache Spark; map over an RDD"
    )
