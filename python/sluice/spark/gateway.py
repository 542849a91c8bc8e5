# SPDX-License-Identifier: Apache-2.0
"""Starts the JVM that is a program's driver on Apache Spark, by Spark's own script, and keeps the way to it."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sluice import gateway, install, settings
from sluice.errors import ConfigError, ContextError, StartError
from sluice.spark import properties, sparkhome

__all__ = ["SparkJvm", "check"]

MAIN = "dev.sluice.spark.SparkDriverMain"
_STANDALONE = "spark://"
#: How long a master that is there may take to answer the first knock, in seconds.
_KNOCK = 5.0
_HADOOP = ("HADOOP_CONF_DIR", "YARN_CONF_DIR")
#: Spark writes its log to standard error from this level on, as it does for programs of PySpark.
_LOG = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss} %p spark %c{1}: %m%n%ex
"""


class SparkJvm(gateway.OwnJvm):
    """A driver's JVM with Spark's context in it, for one context of ours.

    Args:
        first: what the context starts with.
        master: where Spark runs jobs.
        entries: all settings of the program.

    Raises:
        StartError: there is no Spark that can be used, or no master answers.
        ConfigError: a setting asks for what cannot be had from here.
    """

    what = "Spark's JVM"
    shares_files = False

    def __init__(self, first: dict[str, Any], master: str, entries: Mapping[str, str]) -> None:
        self._master = master
        self._entries = dict(entries)
        self._name = settings.value_of(entries, "sluice.app.name")
        self._jar = install.spark_jar()
        self._spark = sparkhome.find()
        check(master, entries)
        #: What Spark says of its context, once it is there.
        self._told: dict[str, Any] = {}
        super().__init__(first)

    def _is_patient(self, first: dict[str, Any]) -> bool:
        # Spark's context is stopped before the JVM ends, and what it prints is passed on.
        return True

    def _command(self, first: dict[str, Any]) -> list[str]:
        """The command line. Settings are in a file, for some are secrets and every user can see command lines."""
        told = properties.text(
            properties.for_spark(self._entries), properties.defaults_file(self._spark.home)
        )
        return [
            str(self._spark.home / "bin" / "spark-submit"),
            *("--master", self._master, "--deploy-mode", "client", "--name", self._name),
            *("--properties-file", str(self._private("spark.properties", told))),
            *("--class", MAIN, self._jar),
        ]

    def _environment(self) -> dict[str, str]:
        options = [os.environ.get("SPARK_SUBMIT_OPTS", ""), *install.jvm_options()]
        if not (properties.configuration(self._spark.home) / "log4j2.properties").exists():
            options.append(f"-Dlog4j2.configurationFile={self._private('log4j2.properties', _LOG).as_uri()}")
        return {
            **os.environ,
            sparkhome.VARIABLE: str(self._spark.home),
            "SPARK_SUBMIT_OPTS": " ".join(filter(None, options)),
        }

    def _private(self, name: str, text: str) -> Path:
        path = self.directory / name
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def _context(self) -> dict[str, Any]:
        """Wait for Spark's context.

        Raises:
            StartError: it does not start, or not in time; says why.
        """
        if self._told:
            return self._told
        seconds = settings.value_of(self._entries, "sluice.spark.startTimeout")
        late = threading.Event()

        def end() -> None:
            late.set()
            self._kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            self._told = self.call("engine")
        except (ContextError, StartError) as error:
            if isinstance(error, StartError) and not late.is_set():
                raise
            reason = f"not there after {seconds:g} s" if late.is_set() else error.what
            self.close()
            raise StartError(
                "Spark's context did not start",
                master=self._master,
                spark=self._spark.version,
                reason=reason,
                advice="what Spark has logged above says more",
            ) from None
        except BaseException:
            # Nobody else would ever use it.
            self.close()
            raise
        finally:
            timer.cancel()
        return self._told

    @property
    def application(self) -> str:  # type: ignore[override]
        return str(self._context()["application"])

    def slots(self, asked: int) -> int:
        # Executors come and go.
        self._context()
        return int(self.call("engine")["slots"])

    def pages(self, port: int) -> str | None:
        return self._context()["ui"] or None

    def stop(self) -> None:
        """Stop the context and with it the JVM: Spark's settings are read when one starts."""
        try:
            super().stop()
        finally:
            self.close()

    def _kill(self) -> None:
        # With the Java that makes the JVM's command line, and a local-cluster's executors.
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)


def check(master: str, entries: Mapping[str, str]) -> None:
    """Look at what Spark would complain of late, or at length.

    Raises:
        StartError: no master answers, or there is no configuration of the cluster.
        ConfigError: the driver is to run in the cluster.
    """
    if entries.get("spark.submit.deployMode", "client") != "client":
        raise ConfigError(
            "the driver of a program runs where it is started",
            name="spark.submit.deployMode",
            value=entries["spark.submit.deployMode"],
            advice="leave it out, and start the program on a machine that the executors can reach",
        )
    if master.startswith(_STANDALONE):
        _knock(master)
    elif master == "yarn" and not any(os.environ.get(name) for name in _HADOOP):
        raise StartError(
            "where YARN is cannot be told",
            master=master,
            looked_in=", ".join(_HADOOP),
            advice="set HADOOP_CONF_DIR to the directory of the cluster's configuration",
        )


def _knock(master: str) -> None:
    """Connect to a standalone master, any of those named: Spark itself tries for a minute."""
    reasons = []
    for address in master.removeprefix(_STANDALONE).split(","):
        host, colon, port = address.rpartition(":")
        if not colon or not host or not port.isdecimal():
            raise ConfigError("a master has a host and a port", master=master, advice="use spark://HOST:PORT")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _KNOCK).close()
            return
        except (OSError, OverflowError) as error:
            reasons.append(f"{address}: {getattr(error, 'strerror', None) or error}")
    raise StartError(
        "no master of Spark answers",
        master=master,
        reason="; ".join(reasons),
        advice="take the address that stands on top of the master's web page",
    )
