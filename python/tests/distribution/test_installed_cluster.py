# SPDX-License-Identifier: Apache-2.0
"""An ordinary user starts the cluster of an installation, submits to it, looks at it and stops it."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.installed import Person

_PROGRAM = """
import os, sys
from sluice import Context
with Context() as sc:
    print(sc.master, sys.argv[1:], sc.range(1000).map(lambda n: n * n).sum())
    print(sc.parallelize([0], 1).map(lambda _: __import__("cloudpickle").__file__).first())
"""


def test_start_submit_look_and_stop_with_the_archive(person: Person, unpacked: Path) -> None:
    sluice = unpacked / "bin" / "sluice"
    assert person.run(sluice, "cluster", "status").returncode == 3
    said = person.says(unpacked / "sbin" / "start-cluster.sh", "--port", 0, "--cores", 2, "--ui-port", 0)
    found = re.match(r"(sluice://localhost:(\d+)) .*ready in.*\nweb pages at (http://\S+)\n$", said)
    assert found is not None, said
    master, port, pages = found.groups()
    assert "runs already" in person.says(unpacked / "sbin" / "start-cluster.sh", "--port", port)

    program = person.program(_PROGRAM)
    said = person.says(sluice, "submit", "--master", master, program, "an argument")
    assert said == f"{master} ['an argument'] 332833500\n{unpacked}/python/lib/cloudpickle/__init__.py\n"
    assert f"{master} " in person.says(sluice, "cluster", "status")
    browse(pages)

    assert master in person.says(unpacked / "sbin" / "stop-cluster.sh")
    assert person.run(sluice, "cluster", "status").returncode == 3
    assert person.says(unpacked / "sbin" / "stop-cluster.sh") == "no cluster is running\n"


def test_start_submit_and_stop_with_the_wheel(person: Person, environment: Path) -> None:
    sluice = environment / "bin" / "sluice"
    said = person.says(sluice, "cluster", "start", "--port", 0, "--cores", 1)
    master = said.split()[0]
    said = person.says(sluice, "submit", "--master", master, person.program(_PROGRAM))
    assert said.splitlines()[0] == f"{master} [] 332833500"
    assert said.splitlines()[1].startswith(str(environment))
    assert master in person.says(sluice, "cluster", "stop")


def browse(address: str) -> None:
    """The address shows a page, and without its token none."""
    # The token is changed for a cookie.
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(address, timeout=60) as page:
        text = page.read().decode()
    assert "<html" in text
    assert "Sluice" in text
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address.partition("?")[0], timeout=60)
    refused.value.close()
    assert refused.value.code in (401, 403)
