# SPDX-License-Identifier: Apache-2.0
"""The part of the context about profilers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sluice.errors import ContextError

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.profiler import Profiler, ProfilerCollector

__all__ = ["ContextProfiles"]


class ContextProfiles:
    """Mixed into ``Context``."""

    #: The profilers of this context's RDDs; None where the settings ask for none.
    profiler_collector: ProfilerCollector | None = None

    def _collect_profiles(self, profiler: Any, udf_profiler: Any, memory_profiler: Any) -> None:
        conf = cast("Context", self)._conf
        if conf.value_of("sluice.profile") or conf.value_of("sluice.profile.memory"):
            from sluice.profiler import BasicProfiler, ProfilerCollector

            self.profiler_collector = ProfilerCollector(
                profiler or BasicProfiler, udf_profiler, memory_profiler, conf.value_of("sluice.profile.dump")
            )

    def _profiler_of(self, rdd: int) -> Profiler | None:
        """Return a new profiler for an RDD, if RDDs are profiled."""
        own = cast("Context", self)
        if self.profiler_collector is None or not own._conf.value_of("sluice.profile"):
            return None
        profiler = self.profiler_collector.new_profiler(own)
        self.profiler_collector.add_profiler(rdd, profiler)
        return profiler

    def show_profiles(self) -> None:
        """Print the profiles that were not printed yet.

        Raises:
            ContextError: nothing is profiled.
        """
        self._collected().show_profiles()

    def dump_profiles(self, path: str) -> None:
        """Write the profiles into a directory, as ``rdd_N.pstats``, and forget them.

        Raises:
            ContextError: nothing is profiled.
        """
        self._collected().dump_profiles(path)

    def _collected(self) -> ProfilerCollector:
        if self.profiler_collector is None:
            from sluice.pyspark import present

            raise present(
                ContextError(
                    "`spark.python.profile` or `spark.python.profile.memory` configuration must be set to `true` to "
                    "enable Python profile"
                ),
                "INCORRECT_CONF_FOR_PROFILE",
            )
        return self.profiler_collector
