# SPDX-License-Identifier: Apache-2.0
"""Sluice gives the answers that were recorded from PySpark 4.3 (see benchmarks/record_answers.py)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .encoding import encode, render
from .registry import MASTER, RECORDED, Case, cases, families

DIFFERENT = {
    "actions/count_approx_distinct_of_many": "PySpark corrects by a measured table, Sluice by a formula: 72 and 73",
    "errors/stop_iteration_in_map": "the chain knows that a StopIteration was raised, not which: it costs nothing",
    "joins/cartesian_of_unequal_batches": "PySpark's order is that of its pickled batches",
    "writing/text_files_have_hidden_checksums": "the checksums of Hadoop's local files are not written",
}
"""Cases whose answer differs on purpose, with the reason."""


def _selected() -> Iterator[Any]:
    for family in families():
        recorded = json.loads((RECORDED / f"{family}.json").read_text())["cases"]
        for case in cases(family):
            name = f"{family}/{case.name}"
            marks = [pytest.mark.xfail(reason=DIFFERENT[name], strict=True)] if name in DIFFERENT else []
            yield pytest.param(case, recorded.get(case.name), id=name, marks=marks)


class Contexts:
    """The one context of all cases; cases that make their own find none running."""

    def context(self) -> Any:
        """The running context, started if need be."""
        from pyspark import SparkConf, SparkContext

        if SparkContext._active_spark_context is None:
            conf = SparkConf().setMaster(MASTER).setAppName("answers").set("spark.ui.enabled", "false")
            SparkContext(conf=conf)
        return SparkContext._active_spark_context

    def clean(self) -> None:
        """Leaves no job or cached data behind for the next case."""
        from pyspark import SparkContext

        active = SparkContext._active_spark_context
        if active is not None:
            active.cancelAllJobs()

    def stop(self) -> None:
        """Ends the running context, if there is one."""
        from pyspark import SparkContext

        if SparkContext._active_spark_context is not None:
            SparkContext._active_spark_context.stop()


@pytest.fixture(scope="module")
def contexts() -> Iterator[Contexts]:
    """PySpark's names resolve to Sluice while these tests run; those of other modules know nothing of it."""
    import sluice.pyspark

    before = set(sys.modules)
    sluice.pyspark.install()
    holder = Contexts()
    yield holder
    holder.stop()
    sys.meta_path.remove(sluice.pyspark._Finder)
    del os.environ[sluice.pyspark.VARIABLE]
    for name in [name for name in set(sys.modules) - before if name.partition(".")[0] == "pyspark"]:
        del sys.modules[name]


@pytest.mark.timeout(60)
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(("case", "recorded"), list(_selected()))
def test_answer_is_that_of_pyspark(
    case: Case, recorded: dict[str, Any] | None, contexts: Contexts, tmp_path: Path
) -> None:
    """One case's value has the recorded type and contents; exceptions have at least the recorded classes."""
    assert recorded is not None, (
        f"{case.family}/{case.name} is not recorded: run benchmarks/record_answers.py"
    )
    if case.alone:
        contexts.stop()
    try:
        answer = encode(case.run(None if case.alone else contexts.context(), tmp_path))
    finally:
        if case.alone:
            contexts.stop()
        contexts.clean()
    assert render(_with_recorded_classes(answer, recorded["answer"])) == render(recorded["answer"])


def _with_recorded_classes(answer: Any, recorded: Any) -> Any:
    """``answer`` with exceptions reduced to the recorded classes: ours may have more of them."""
    if (
        isinstance(answer, dict)
        and isinstance(recorded, dict)
        and "raises" in answer
        and "raises" in recorded
    ):
        if set(recorded["raises"]) <= set(answer["raises"]):
            return {**answer, "raises": recorded["raises"]}
        return answer
    if isinstance(answer, list) and isinstance(recorded, list) and len(answer) == len(recorded):
        return [_with_recorded_classes(a, r) for a, r in zip(answer, recorded, strict=True)]
    if isinstance(answer, dict) and isinstance(recorded, dict) and answer.keys() == recorded.keys():
        return {key: _with_recorded_classes(answer[key], recorded[key]) for key in answer}
    return answer
