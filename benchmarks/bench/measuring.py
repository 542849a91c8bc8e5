# SPDX-License-Identifier: Apache-2.0
"""Runs scenarios on the engines that are here, round by round."""

from __future__ import annotations

import dataclasses
import importlib
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import about, results
from bench.engines import SCENARIOS, Found
from bench.names import PEERS, PROGRAMS, USUAL
from bench.services import SERVICES
from sluice.demo import machine, runner
from sluice.errors import SluiceError

TIMEOUT = 600
#: What a problem begins with that is nobody's choice.
WENT_WRONG = ("failed", "over ")


@dataclass
class Bench:
    """One run over several scenarios."""

    found: dict[str, Found]
    directory: Path
    slots: int
    quick: bool
    rounds: int

    def measure(self, name: str) -> results.Run:
        """One scenario on every engine in turn, several times."""
        os.environ.update(BENCH_DIRECTORY=str(self.directory), BENCH_SLOTS=str(self.slots))
        os.environ["BENCH_QUICK"] = "1" if self.quick else "0"
        os.environ["BENCH_ONE_COPY"] = str(runner.HERE / "onecopy.py")
        module = importlib.import_module(name)
        wanted = getattr(module, "ENGINES", USUAL)
        parts = [engine for engine in PROGRAMS if engine in wanted]
        parts += [part for part in (*PEERS, "floor") if hasattr(module, part)]
        run = results.Run(name, [dataclasses.asdict(metric) for metric in module.METRICS])
        run.about, run.engines, run.load = _about(module), tuple(parts), about.load()
        floor = getattr(module, "FLOOR", "floor")
        found = {engine: self.found[floor if engine == "floor" else engine] for engine in parts}
        for engine in parts:
            if found[engine].program is None:
                run.problems[engine] = f"not here: {found[engine].reason}"
        rounds = 1 if self.quick else self.rounds
        fresh = getattr(module, "FRESH", False)
        for _ in range(rounds if fresh else 1):
            with ExitStack() as stack:
                programs = self._start(stack, run, found)
                for program in programs.values() if getattr(module, "WARM", False) else ():
                    self._once(results.Run(name, run.metrics), program)
                self._rounds(run, programs, 1 if fresh else rounds)
        _now("")
        return run

    def _rounds(self, run: results.Run, programs: dict[str, runner.Engine], rounds: int) -> None:
        order = list(programs)
        for _ in range(rounds):
            for engine in order:
                if not run.failed(engine):
                    _now(f"{run.name} on {engine}")
                    self._once(run, programs[engine])
            # Whoever went first goes last.
            order = order[1:] + order[:1]

    def _start(self, stack: ExitStack, run: results.Run, found: dict[str, Found]) -> dict[str, runner.Engine]:
        """What runs programs on each engine that is here, after its cluster was started if it has one."""
        programs = {}
        #: Some engines share one.
        started: dict[object, dict[str, str]] = {}
        for name in run.engines:
            program = found[name].program
            if program is None or run.failed(name):
                continue
            service = SERVICES.get(found[name].name)
            if service is not None:
                try:
                    if service not in started:
                        _now(f"starting {name}")
                        started[service] = stack.enter_context(service(program, self.directory, self.slots))
                except (SluiceError, OSError) as error:
                    run.problems[name] = f"failed: {error}"
                    continue
                variables = {**program.variables, **started[service]}
                program = dataclasses.replace(program, name=name, variables=variables)
            programs[name] = program
        return programs

    def _once(self, run: results.Run, engine: runner.Engine) -> None:
        metrics = {metric["key"]: metric for metric in run.metrics}

        def on_line(fields: dict[str, Any], pid: int) -> None:
            if fields.get("step") == "measure":
                run.add(engine.name, fields["key"], machine.weigh(pid, fields.get("cluster")))
            elif "missing" in fields:
                run.problems[engine.name] = (
                    f"no {fields['missing']}: its interpreter does not have the package"
                )
            for key in fields.keys() & metrics.keys():
                run.add(engine.name, key, fields["at" if metrics[key]["spawn"] else key])

        part = "main" if engine.name in PROGRAMS else engine.name
        begun = time.monotonic()
        try:
            engine.run(str(SCENARIOS / f"{run.name}.py"), [part], on_line, TIMEOUT)
        except SluiceError as error:
            late = time.monotonic() - begun >= TIMEOUT
            run.problems[engine.name] = f"over {TIMEOUT} s: ended" if late else f"failed: {error}"


def _about(module: ModuleType) -> str:
    """What a scenario says of itself, as one paragraph."""
    return " ".join((module.__doc__ or "").split())


def _now(text: str) -> None:
    """Say what goes on in the terminal's last line."""
    if sys.stderr.isatty():
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)
