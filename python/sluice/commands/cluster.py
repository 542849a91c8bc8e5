# SPDX-License-Identifier: Apache-2.0
"""`sluice cluster start|stop|status|logs`: the local cluster."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sluice import conffile, localdirs, settings
from sluice.cluster import starting, state
from sluice.cluster.link import Link
from sluice.cluster.state import Coordinator
from sluice.errors import ConfigError, SluiceError, StartError

_USAGE = 2
#: As the Linux Standard Base has it for a service that does not run.
_NOT_RUNNING = 3
_FOLLOW_SECONDS = 0.2
_PIECE = 1 << 16


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="sluice cluster", description="Start, stop and look at a cluster on this machine."
    )
    actions = top.add_subparsers(dest="action", required=True, metavar="start|stop|status|logs")
    begin = actions.add_parser("start", help="start a cluster, or do nothing if it runs already")
    begin.add_argument("--executors", type=_positive, metavar="N", help="processes that run tasks (1)")
    begin.add_argument(
        "--cores", type=_positive, metavar="C", help="tasks at a time in each (all cores, shared out)"
    )
    begin.add_argument(
        "--memory", metavar="M", help="memory to plan with, such as 8g or 0.5 (0.6 of the machine's)"
    )
    begin.add_argument("--port", type=_port, metavar="P", help="where it listens, 0 for any free port (7411)")
    begin.add_argument(
        "--ui-port", type=_port, metavar="P", help="start the web pages there, 0 for any free port"
    )
    begin.add_argument("--host", default="localhost", help=argparse.SUPPRESS)
    begin.add_argument("--conf", action="append", default=[], metavar="K=V", help="a setting of the cluster")
    for name, text in (
        ("stop", "stop it with its programs, and wait for its end"),
        ("status", "show it and its programs; exit code 3 if it does not run"),
        ("logs", "show its log"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("--port", type=_port, metavar="P", help="which one, if several run")
        if name == "status":
            action.add_argument("--json", action="store_true", help="as JSON")
        if name == "logs":
            action.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser().parse_args(arguments)
    try:
        return _ACTIONS[options.action](options)
    except SluiceError as error:
        print(f"sluice: {error}", file=sys.stderr)
        return _USAGE
    except KeyboardInterrupt:
        return 130


def _start(options: argparse.Namespace) -> int:
    begun = time.monotonic()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell that starts this in the background has it ignored, and drivers beside the coordinator would inherit
        # that and not hear of Ctrl-C.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    own = {name: value for name, value in conffile.defaults().items() if settings.lookup(name)}
    own |= dict(setting(text) for text in options.conf)
    if options.memory is not None:
        own["sluice.memory"] = options.memory
    for name, value in own.items():
        settings.check(name, value)
    executors = options.executors or settings.value_of(own, "sluice.cluster.executors")
    cores = options.cores or settings.value_of(own, "sluice.cluster.cores")
    wanted = starting.Wanted(
        options.port if options.port is not None else settings.value_of(own, "sluice.cluster.port"),
        executors,
        cores or max(1, len(os.sched_getaffinity(0)) // executors),
        localdirs.absolute(own),
        options.host,
    )
    found, started = starting.start(wanted)
    if started:
        print(f"{_line(found)} ready in {time.monotonic() - begun:.2f} s")
    else:
        print(f"{_line(found)} runs already")
    if options.ui_port is not None:
        try:
            with Link(found.port, found.directory / "token", "pages", uiPort=options.ui_port) as link:
                print(f"web pages at {link.answer()['url']}")
        except StartError as error:
            print(f"sluice: the cluster runs, but without web pages: {error}", file=sys.stderr)
            return _USAGE
    return 0


def _line(found: Coordinator) -> str:
    return (
        f"sluice://localhost:{found.port} pid={found.pid} executors={found.executors} cores={found.cores} "
        f"state={found.directory}"
    )


def _stop(options: argparse.Namespace) -> int:
    found = chosen(options.port)
    if found is None:
        print("no cluster is running" + (f" on port {options.port}" if options.port else ""))
        return 0
    print(f"sluice://localhost:{found.port} {starting.stop(found)}")
    return 0


def _status(options: argparse.Namespace) -> int:
    found = chosen(options.port)
    if found is None or not found.alive:
        why = "" if found is None else f"; it has died: pid={found.pid} state={found.directory}"
        print("{}" if options.json else f"no cluster is running{why}")
        return _NOT_RUNNING
    with Link(found.port, found.directory / "token", "status") as link:
        told = link.answer()
    if options.json:
        print(
            json.dumps({**told, "state": str(found.directory), "master": f"sluice://localhost:{found.port}"})
        )
        return 0
    print(f"{_line(found)} version={told['version']} since={_time(told['since'])}")
    if told.get("pages"):
        print(f"  web pages at {told['pages']}")
    for program in told["programs"]:
        print(f"  {_program(program)}")
    if not told["programs"]:
        print("  no programs")
    return 0


def _program(told: dict[str, Any]) -> str:
    return (
        f"{told['id']} {told['name']!r} pid={told['pid']} since={_time(told['since'])} "
        f"workers={len(told['workers'])}"
    )


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000).isoformat(" ", "seconds")


def _logs(options: argparse.Namespace) -> int:
    found = chosen(options.port)
    place = found.directory if found is not None else _last_place(options.port)
    logs = place / "logs"
    if not state.check(place) or not logs.is_dir():
        raise StartError("no cluster has left a log", looked_in=logs)
    shown: dict[Path, int] = {}
    _show(logs, shown)
    while options.follow:
        time.sleep(_FOLLOW_SECONDS)
        _show(logs, shown)
    return 0


def _last_place(port: int | None) -> Path:
    return state.directory(port or settings.value_of({}, "sluice.cluster.port"))


def _show(logs: Path, shown: dict[Path, int]) -> None:
    """Print what is new in the logs, each under its name when there are several."""
    for path in sorted(logs.glob("*.log")):
        size = path.stat().st_size
        at = shown.get(path, 0)
        if size < at:
            at = 0
        if size > at:
            if len(shown) > 1 or len(list(logs.glob("*.log"))) > 1:
                print(f"==> {path.name} <==")
            with open(path, "rb") as file:
                file.seek(at)
                while piece := file.read(min(_PIECE, size - at)):
                    sys.stdout.buffer.write(piece)
                    at += len(piece)
            sys.stdout.flush()
        shown[path] = at


def chosen(port: int | None) -> Coordinator | None:
    """The cluster that is meant: of a port, else the only one that runs, else that of the usual port."""
    if port:
        return state.find(state.directory(port))
    running = [each for each in state.known() if each.alive]
    if len(running) > 1:
        raise StartError(
            "several clusters run",
            ports=",".join(str(each.port) for each in running),
            advice="choose one with --port",
        )
    return running[0] if running else state.find(_last_place(None))


def setting(text: str) -> tuple[str, str]:
    """Read an option of the form K=V."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ConfigError("a setting is written K=V", got=text)
    return name, value


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 1 << 16:
        raise ValueError(text)
    return number


_ACTIONS = {"start": _start, "stop": _stop, "status": _status, "logs": _logs}

if __name__ == "__main__":
    sys.exit(main())
