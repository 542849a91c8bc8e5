# SPDX-License-Identifier: Apache-2.0
"""The broadcast-heavy job: what is run, and the table that is made of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sluice.demo import machine, table
from sluice.demo.runner import HERE, DemoError, Engine

#: Elements of a set that is large enough for Sluice to share it unasked: 32 MiB of pickled ints.
_SHARED_UNASKED = 8_000_000
#: What has Sluice share a smaller one, so that a small run shows the same as a large one.
SHARE_SMALL = {"sluice.broadcast.shareAbove": "64k"}
#: Above any broadcast: every worker unpickles a copy of its own.
_UNSHARED = {"sluice.broadcast.shareAbove": "1024t"}
_NO_REUSE = {"sluice.worker.reuse": "false"}
_TASKS = 100

_NOW = {
    "start": "starting a context",
    "build": "building the set",
    "broadcast": "broadcasting it",
    "count 1": "counting",
    "count 2": "counting again",
}


@dataclass
class Measured:
    """What an engine needed, by variant and step."""

    seconds: dict[tuple[str, str], float] = field(default_factory=dict)
    workers: dict[str, int] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)

    def whole(self) -> float:
        """Build, broadcast and first count."""
        return sum(self.seconds["main", step] for step in ("build", "broadcast", "count 1"))


@dataclass
class OneCopy:
    """The same work in bare Python."""

    build: float
    dumps: float
    loads: float
    fork: float
    pss: int

    def whole(self) -> float:
        """What is left when everything around the work is free."""
        return self.build + self.dumps + self.loads + self.fork


def one_copy(n: int) -> OneCopy:
    """Measure one process that unpickles the set."""
    done = subprocess.run([sys.executable, str(HERE / "onecopy.py"), str(n)], capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise DemoError("cannot measure one copy", exit_code=done.returncode)
    answer = json.loads(done.stdout)
    return OneCopy(**{name: answer[name] for name in ("build", "dumps", "loads", "fork", "pss")})


def sharing(n: int) -> dict[str, str]:
    """The settings with which a set of ``n`` ints is shared between workers."""
    return {} if n >= _SHARED_UNASKED else SHARE_SMALL


def variants(n: int, slots: int, unshared_slots: int) -> list[dict[str, Any]]:
    """What is run on Sluice: as it is, with reuse off, and with sharing off where copies have room."""
    shared = sharing(n)
    found = [
        _variant("main", shared, slots, 2, 4 * slots),
        _variant("reuse off", {**shared, **_NO_REUSE}, slots, 1, _TASKS),
    ]
    if unshared_slots:
        found.append(_variant("sharing off", _UNSHARED, unshared_slots, 1, 4 * unshared_slots))
    return found


def main_variant(slots: int) -> list[dict[str, Any]]:
    """What is run where two engines are compared."""
    return [_variant("main", {}, slots, 2, 4 * slots)]


def _variant(name: str, settings: dict[str, str], slots: int, counts: int, probes: int) -> dict[str, Any]:
    return {"name": name, "settings": settings, "slots": slots, "counts": counts, "probes": probes}


def run(engine: Engine, n: int, wanted: list[dict[str, Any]], now: Callable[[str], None]) -> Measured:
    """Run the variants in one program; ``now`` is told what goes on."""
    measured = Measured()

    def on_line(fields: dict[str, Any], pid: int) -> None:
        step, variant = fields["step"], fields["variant"]
        if step == "workers":
            measured.workers[variant] = fields["count"]
        elif step == "measure":
            held = sum(map(machine.pss, machine.workers_below(pid)))
            measured.memory[variant] = held + machine.shared_files(pid)
        else:
            measured.seconds[variant, step] = fields["seconds"]
            now(f"{engine.name}: {_NOW.get(step, step)} took {table.seconds(fields['seconds'])} s")

    options = {"n": n, "settings": engine.settings, "variants": wanted}
    now(f"{engine.name}: starting")
    engine.run("broadcastjob.py", [json.dumps(options)], on_line)
    return measured


def text(ours: Measured, theirs: Measured | None, copy: OneCopy) -> str:
    """Return the table."""
    head = ["phase", "seconds", "tasks", "workers", "memory of workers", "copies"]
    if theirs is not None:
        head[2:2] = ["PySpark 4.3", ""]
    rows: list[Sequence[str]] = [
        _row(ours, theirs, copy, *entry) for entry in _ROWS if entry[1:3] in ours.seconds
    ]
    whole = ["build, broadcast, first count", table.seconds(ours.whole()), "", "", "", ""]
    if theirs is not None:
        whole[2:2] = [table.seconds(theirs.whole()), table.times(theirs.whole() / ours.whole())]
    rows += [table.RULE, whole]
    bare = ["the same in one bare process", table.seconds(copy.whole()), "", "", "", ""]
    if theirs is not None:
        bare[2:2] = ["", ""]
    bare[-2:] = [table.gigabytes(copy.pss), "1.00"]
    rows.append(bare)
    if theirs is not None and "main" in theirs.memory:
        held = theirs.memory["main"]
        rows.append(
            ["PySpark's workers", "", "", "", "", str(theirs.workers["main"])]
            + [table.gigabytes(held), f"{held / copy.pss:.2f}"]
        )
    return table.render(head, rows)


#: label, variant, step, tasks, whether workers and memory are shown
_ROWS: list[tuple[str, str, str, int, bool]] = [
    ("context and a first answer", "main", "start", 1, False),
    ("build the set in the driver", "main", "build", 0, False),
    ("broadcast it", "main", "broadcast", 0, False),
    ("count", "main", "count 1", _TASKS, False),
    ("count again", "main", "count 2", _TASKS, True),
    ("reuse off: broadcast", "reuse off", "broadcast", 0, False),
    ("reuse off: count", "reuse off", "count 1", _TASKS, True),
    ("sharing off: broadcast", "sharing off", "broadcast", 0, False),
    ("sharing off: count", "sharing off", "count 1", _TASKS, True),
]


def _row(
    ours: Measured,
    theirs: Measured | None,
    copy: OneCopy,
    label: str,
    variant: str,
    step: str,
    tasks: int,
    weighed: bool,
) -> list[str]:
    seconds = ours.seconds[variant, step]
    row = [label, table.seconds(seconds), str(tasks) if tasks else "", "", "", ""]
    if weighed:
        row[3] = str(ours.workers[variant])
        # With reuse off no worker is left to be weighed, only what they were forked from.
        if variant != "reuse off":
            held = ours.memory[variant]
            row[4:] = [table.gigabytes(held), f"{held / copy.pss:.2f}"]
    if theirs is not None:
        other = theirs.seconds.get((variant, step))
        # The set is built by Python alone, before any engine has a part in it.
        ratio = table.times(other / seconds) if other is not None and step != "build" else ""
        row[2:2] = [table.seconds(other) if other is not None else "", ratio]
    return row
