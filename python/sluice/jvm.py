# SPDX-License-Identifier: Apache-2.0
"""The command that starts the driver's JVM."""

from __future__ import annotations

import os

from sluice import install

MAIN = "dev.sluice.driver.DriverMain"

#: A driver's JVM lives for seconds or minutes on a small machine: one collector thread, little code compiled twice.
_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-XX:-UsePerfData",
    "-Djava.util.logging.SimpleFormatter.format=%1$tT %4$s %5$s%6$s%n",
)


def driver_command(settings: dict[str, str]) -> list[str]:
    """Return the command line of the driver's JVM; nothing secret stands in it.

    Raises:
        StartError: there is no Java, or one too old, or the jars are not built.
    """
    install.check_platform()
    java = install.java()
    classpath = os.environ.get("SLUICE_CLASSPATH") or ":".join(install.jars())
    heap = settings.get("sluice.memory.heap")
    return [
        java,
        *_OPTIONS,
        *install.jvm_options(),
        *([f"-Xmx{heap}"] if heap else []),
        *settings.get("sluice.driver.javaOptions", "").split(),
        "-cp",
        classpath,
        MAIN,
    ]
