# SPDX-License-Identifier: Apache-2.0
"""Records the answers of PySpark 4.3 to the cases in python/tests/answers/cases and in frame/answers/cases.

    python benchmarks/record_answers.py [--check] [FAMILY ...]

Run it with an interpreter that has PySpark 4.3, pandas and pyarrow. It writes recorded/FAMILY.json beside the cases,
or with --check runs every case again and says where PySpark's answer is no longer the recorded one (exit code 1).
The families of frames are named frame/FAMILY; `frame` alone means all of them.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "python" / "tests"


def main() -> int:
    """Records or checks the families named on the command line, or all."""
    parser = argparse.ArgumentParser(description="record the answers of PySpark")
    parser.add_argument("--check", action="store_true", help="compare with what is recorded, write nothing")
    parser.add_argument(
        "--show", action="store_true", help="print the text of every exception a case returns"
    )
    parser.add_argument("families", nargs="*")
    options = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))
    sys.path.insert(0, str(TESTS))

    # What PySpark logs of errors that cases expect.
    logging.disable()
    registry_of("frame/").keep = lambda frame: frame.cache()
    holder = Holder()
    failed: list[str] = []
    total = different = 0
    for family in selected(options.families):
        started = time.perf_counter()
        text, count = record(family, holder, failed, options.show)
        total += count
        path = registry_of(family).RECORDED / f"{family.rpartition('/')[2]}.json"
        same = path.exists() and path.read_text() == text
        print(
            f"{family:20} {count:4} cases {time.perf_counter() - started:6.1f} s {'' if same else 'changed'}",
            flush=True,
        )
        if not options.check:
            path.write_text(text)
        elif not same:
            different += 1
            report(path, text)
    holder.stop()
    print(f"{total} cases")
    for name in failed:
        print(f"no answer: {name}")
    return 1 if different or failed else 0


def registry_of(family):
    """Where the cases of a family are: those of frames have a registry of their own with the same names."""
    from answers import registry as rdds
    from frame.answers import registry as frames

    return frames if family.startswith("frame/") else rdds


def selected(names):
    """The families to run: all if none is named."""
    frames = [f"frame/{name}" for name in registry_of("frame/").families()]
    chosen = names or [*registry_of("").families(), *frames]
    return [family for name in chosen for family in (frames if name == "frame" else [name])]


def record(family, holder, failed, show):
    """The text of one family's file, and the number of its cases; ``failed`` gets those without an answer."""
    import pyspark
    from answers.encoding import Raised

    registry, title = registry_of(family), family.rpartition("/")[2]
    encode, render = registry.encode, registry.render
    answers = {}
    for case in registry.cases(title):
        tmp = Path(tempfile.mkdtemp(prefix="answers-"))
        try:
            if case.alone:
                holder.stop()
            value = case.run(None if case.alone else holder.context(), tmp)
            if show and isinstance(value, Raised):
                print(f"--- {case.name}: {value.names}\n{value.text[:300]}\n")
            answers[case.name] = {"tag": case.tag, "answer": encode(value)}
        except Exception:
            traceback.print_exc()
            failed.append(f"{family}/{case.name}")
        finally:
            holder.clean()
            shutil.rmtree(tmp, ignore_errors=True)
    about = {"family": title, "pyspark": pyspark.__version__, "master": registry.MASTER}
    head = json.dumps(about)[:-1] + ', "cases": {'
    body = ",\n".join(
        f'{json.dumps(name)}: {{"tag": "{a["tag"]}", "answer":\n{render(a["answer"])}}}'
        for name, a in answers.items()
    )
    return f"{head}\n{body}\n}}}}\n", len(answers)


def report(path, text):
    """Prints the names of the cases whose answer is not the recorded one."""
    old = json.loads(path.read_text())["cases"] if path.exists() else {}
    new = json.loads(text)["cases"]
    for name in sorted(old.keys() | new.keys()):
        recorded, now = json.dumps(old.get(name)), json.dumps(new.get(name))
        if recorded != now:
            print(f"  {path.stem}/{name}\n    recorded {recorded}\n    now      {now}")


class Holder:
    """The one context of all cases that do not need their own."""

    def __init__(self) -> None:
        self._context = None

    def context(self):
        """The running context, started if need be."""
        if self._context is None:
            from answers import registry
            from pyspark import SparkConf, SparkContext

            conf = (
                SparkConf().setMaster(registry.MASTER).setAppName("answers").set("spark.ui.enabled", "false")
            )
            self._context = SparkContext(conf=conf.set("spark.ui.showConsoleProgress", "false"))
            self._context.setLogLevel("OFF")
        return self._context

    def clean(self):
        """Leaves no job or cached data behind for the next case."""
        if self._context is not None:
            self._context.cancelAllJobs()
            for rdd in self._context._jsc.getPersistentRDDs().values():
                rdd.unpersist()

    def stop(self):
        """Ends the context; the next case starts another."""
        from pyspark import SparkContext

        active = SparkContext._active_spark_context
        if active is not None:
            active.stop()
        self._context = None


if __name__ == "__main__":
    sys.exit(main())
