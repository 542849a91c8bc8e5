# SPDX-License-Identifier: Apache-2.0
"""`sluice submit [OPTIONS] SCRIPT [ARGUMENTS]`: runs a program on the local cluster, or on Apache Spark.

The program becomes this process, so that its output, its exit code and Ctrl-C are its own; with
`--driver-in-cluster` the coordinator runs it, and all three are passed on.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from sluice import conffile, master, settings
from sluice.cluster import link, state
from sluice.commands.cluster import chosen, setting
from sluice.errors import ConfigError, SluiceError, StartError
from sluice.worker import wire

_USAGE = 2
#: What a driver in the cluster needs to find what this process found.
_HANDED_ON = ("PYTHONPATH", "PYTHONHASHSEED", "SLUICE_HOME", "SLUICE_CONF", "SLUICE_CLASSPATH", "JAVA_HOME")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="sluice submit",
        usage="sluice submit [OPTIONS] SCRIPT [ARGUMENTS]",
        description="Run a program on the local cluster, or on Apache Spark with --master spark://HOST:PORT, yarn or "
        "k8s://ADDRESS.",
        epilog="What the program itself sets comes before these options.",
    )
    options.add_argument(
        "--master", metavar="URL", help="where jobs run (the cluster that runs on this machine)"
    )
    options.add_argument("--name", help="the program's name")
    options.add_argument("--conf", action="append", default=[], metavar="K=V", help="a setting")
    options.add_argument("--properties-file", metavar="FILE", help="settings, which --conf comes before")
    options.add_argument("--py-files", metavar="FILES", help="modules for driver and tasks: .py, .zip, .egg")
    options.add_argument("--files", metavar="FILES", help="files for tasks, which SparkFiles finds")
    options.add_argument("--archives", metavar="FILES", help="archives that are unpacked for tasks")
    options.add_argument("--deploy-mode", metavar="MODE", help="client: the driver runs here (client)")
    options.add_argument(
        "--env", action="append", default=[], metavar="K=V", help="a variable for driver and workers"
    )
    options.add_argument(
        "--driver-in-cluster",
        action="store_true",
        help="let the cluster run the driver; its output comes here",
    )
    options.add_argument("--pyspark", action="store_true", help="`import pyspark` means sluice")
    options.add_argument("program", nargs=argparse.REMAINDER, metavar="SCRIPT [ARGUMENTS]")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code, unless the program takes this process's place."""
    options = parser().parse_args(arguments)
    try:
        return _submit(options)
    except SluiceError as error:
        print(f"sluice: {error}", file=sys.stderr)
        return _USAGE


def _submit(options: argparse.Namespace) -> int:
    url, command, variables = _driver(options)
    if options.driver_in_cluster:
        return _in_cluster(url, command, variables)
    return _become(command, variables)


def _driver(options: argparse.Namespace) -> tuple[str, list[str], dict[str, str]]:
    """The master, the command of the driver, and what its environment has besides."""
    script, rest = _script(options.program)
    url = options.master or _running()
    variables = dict(setting(text) for text in options.env)
    words = _options(options, url, variables)
    if options.py_files and not options.pyspark:
        # Under PySpark's names the runner does that.
        _make_importable(options.py_files, variables)
    if options.pyspark:
        variables.setdefault("PYTHONHASHSEED", os.environ.get("PYTHONHASHSEED", "0"))
        command = [sys.executable, "-m", "sluice.pyspark", *words, script, *rest]
    else:
        variables["SLUICE_SUBMIT_ARGS"] = shlex.join(words)
        command = [sys.executable, script, *rest]
    return url, command, variables


def _script(program: list[str]) -> tuple[str, list[str]]:
    if not program:
        raise StartError("usage: sluice submit [OPTIONS] SCRIPT [ARGUMENTS]", got="no script")
    script, *rest = program
    if not os.path.isfile(script):
        raise StartError("no such script", path=os.path.abspath(script))
    return os.path.abspath(script), rest


def _running() -> str:
    found = chosen(None)
    if found is None or not found.alive:
        raise StartError(
            "no cluster is running",
            looked_in=state.root(),
            advice="start one: sluice cluster start; or say --master 'local[*]'",
        )
    return f"sluice://localhost:{found.port}"


def _options(options: argparse.Namespace, url: str, variables: dict[str, str]) -> list[str]:
    """The options as spark-submit has them, paths absolute, since the driver may run elsewhere."""
    master.parse(url)
    if options.deploy_mode not in (None, "client"):
        raise ConfigError(
            "a driver runs here, where its program is",
            deploy_mode=options.deploy_mode,
            master=url,
            advice="leave --deploy-mode out and submit from a machine that the executors can reach",
        )
    words = ["--master", url]
    if options.name:
        words += ["--name", options.name]
    if options.properties_file:
        # Not its contents: every user can see command lines.
        words += ["--properties-file", _absolute(options.properties_file)]
        conffile.read(options.properties_file)
    for text in options.conf:
        name, value = setting(text)
        settings.check(name, value)
        words += ["--conf", f"{name}={value}"]
    for name, value in variables.items():
        words += ["--conf", f"sluice.worker.env.{name}={value}"]
    for option in ("--py-files", "--files", "--archives"):
        given = getattr(options, option.strip("-").replace("-", "_"))
        if given:
            words += [option, ",".join(map(_absolute, filter(None, given.split(","))))]
    return words


def _absolute(path: str) -> str:
    if "://" in path:
        return path
    # An archive may have the name to unpack it as behind a #.
    file, mark, name = path.partition("#")
    if not os.path.exists(file):
        raise StartError("no such file", path=os.path.abspath(file))
    return os.path.abspath(file) + mark + name


def _make_importable(files: str, variables: dict[str, str]) -> None:
    paths = [os.path.abspath(path) for path in files.split(",") if path]
    search = [os.path.dirname(path) if path.endswith(".py") else path for path in paths]
    before = variables.get("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, [*search, before]))


def _become(command: list[str], variables: dict[str, str]) -> NoReturn:
    sys.stdout.flush()
    try:
        os.execve(command[0], command, {**os.environ, **variables})
    except OSError as error:
        raise StartError("the interpreter does not start", path=command[0], reason=error.strerror) from None


def _in_cluster(url: str, command: list[str], variables: dict[str, str]) -> int:
    port = master.parse(url).port
    if not port:
        raise ConfigError("a driver runs in a cluster only where there is one", master=url)
    handed = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    _, token = link.find(port)
    driver = {"command": command, "directory": os.getcwd(), "environment": {**handed, **variables}}
    with link.Link(port, token, "driver", driver=driver) as connection:
        connection.without_deadline()
        return _attend(connection)


def _attend(connection: link.Link) -> int:
    """Show what the driver prints until it ends, and pass Ctrl-C on to it."""

    def cancel(number: int, frame: FrameType | None) -> None:
        connection.send(wire.CANCEL)

    before = signal.signal(signal.SIGINT, cancel)
    try:
        while True:
            frame = connection.read()
            if frame.type == wire.OUTPUT:
                stream = sys.stderr if frame.stream == _STANDARD_ERROR else sys.stdout
                stream.buffer.write(frame.payload)
                stream.buffer.flush()
            else:
                return int(link.value(frame)["exit"])
    finally:
        signal.signal(signal.SIGINT, before)


_STANDARD_ERROR = 2

if __name__ == "__main__":
    sys.exit(main())
