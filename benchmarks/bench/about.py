# SPDX-License-Identifier: Apache-2.0
"""The machine that figures come from, and the versions of what ran on it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from sluice import install
from sluice.errors import SluiceError

#: Asked of each interpreter; a package that is not there is left out.
PACKAGES = (
    *("pyspark", "ray", "dask", "distributed", "loky"),
    *("cloudpickle", "py4j", "numpy", "pandas", "pyarrow", "duckdb", "scikit-learn", "pytest"),
)
_ASK = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {"Python": sys.version.split()[0]}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def machine() -> dict[str, Any]:
    """What a reader has to know of this machine to compare figures with another's."""
    return {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "cores": len(os.sched_getaffinity(0)),
        "architecture": platform.machine(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "limit": _memory_limit(),
        "system": _system(),
        "kernel": platform.release(),
        "java": _java(),
        "load": load(),
        "load_after": None,
    }


def load() -> float | None:
    """The mean number of processes that ran or wanted to, over the last minute."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None


def versions(python: str) -> dict[str, str]:
    """The versions of an interpreter and of its packages; empty if it does not start."""
    try:
        done = subprocess.run([python, "-c", _ASK, *PACKAGES], capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout))
    except (OSError, subprocess.CalledProcessError, ValueError):
        return {}


def _processor() -> str:
    wanted = ("model name", "Model", "Hardware")
    for line in _lines("/proc/cpuinfo"):
        name, _, value = line.partition(":")
        if name.strip() in wanted and value.strip():
            return value.strip()
    return platform.processor() or "unknown"


def _memory_limit() -> int | None:
    """The control group's, where there is one below the machine's memory."""
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        for line in _lines(path):
            if line.isdigit() and int(line) < 1 << 60:
                return int(line)
    return None


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"


def _java() -> str:
    try:
        java = install.java()
        said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr.splitlines()
    except (SluiceError, OSError) as error:
        return f"none: {error}"
    lines = [line for line in said if not line.startswith("Picked up")]
    return ", ".join(lines[:2]) or "unknown"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
