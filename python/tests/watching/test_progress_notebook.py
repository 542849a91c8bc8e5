# SPDX-License-Identifier: Apache-2.0
"""The progress bar in a real Jupyter kernel, as a notebook's page would see it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

_PACKAGE = str(Path(__file__).resolve().parents[2])

Message = dict[str, Any]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("jupyter")
    manager = KernelManager(kernel_name="python3", transport="ipc", ip=str(home / "kernel"))
    environment = {
        **os.environ,
        "PYTHONPATH": _PACKAGE,
        "IPYTHONDIR": str(home),
        "JUPYTER_RUNTIME_DIR": str(home),
    }
    manager.start_kernel(env=environment)
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    # The start of Python's own modules and of the JVM is no job.
    run(client, "import time\nfrom sluice import Conf, Context\nsc = Context('local[2]')")
    yield client
    run(client, "sc.stop()")
    client.stop_channels()
    manager.shutdown_kernel()
    manager.cleanup_resources()


def run(client: Any, cell: str) -> list[Message]:
    """Run a cell; return what the page gets, in order."""
    messages: list[Message] = []
    request = client.execute(cell)
    reply = client.get_shell_msg(timeout=60)
    assert reply["content"]["status"] == "ok", reply["content"].get("traceback")
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == request:
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages
            messages.append(message)


def displays(messages: list[Message]) -> list[tuple[str, str, str]]:
    """Kind, display and text of every message about displays."""
    return [
        (
            message["msg_type"],
            message["content"]["transient"]["display_id"],
            message["content"]["data"]["text/plain"],
        )
        for message in messages
        if message["msg_type"].endswith("display_data")
    ]


def streams(messages: list[Message]) -> str:
    return "".join(message["content"]["text"] for message in messages if message["msg_type"] == "stream")


def test_is_updated_in_place_and_empty_at_the_end(kernel: Any) -> None:
    told = run(kernel, "sc.parallelize(range(6), 6).foreach(lambda x: time.sleep(0.5))\nprint('done')")
    shown = displays(told)
    assert len(shown) >= 4, shown
    assert [kind for kind, _, _ in shown] == ["display_data"] + ["update_display_data"] * (len(shown) - 1)
    assert len({display for _, display, _ in shown}) == 1
    # It comes after half a second, when the first tasks may have ended.
    assert re.search(r" [0-2]/6 tasks", shown[0][2])
    assert any("2 running" in text for _, _, text in shown)
    assert shown[-1][2] == ""
    assert streams(told) == "done\n"
    html = next(message["content"]["data"]["text/html"] for message in told if "data" in message["content"])
    assert "<progress value=" in html


def test_each_cell_has_one_display_for_all_of_its_jobs(kernel: Any) -> None:
    cell = "for _ in range(2): sc.parallelize(range(4), 4).foreach(lambda x: time.sleep(0.5))"
    first, second = displays(run(kernel, cell)), displays(run(kernel, cell))
    assert {kind for kind, _, _ in first[1:]} == {"update_display_data"}
    assert sum(text == "" for _, _, text in first) == 2
    assert second[0][0] == "display_data"
    assert second[0][1] != first[0][1]


def test_a_short_job_shows_nothing(kernel: Any) -> None:
    assert displays(run(kernel, "sc.parallelize([1], 1).count()")) == []


def test_output_of_tasks_is_output_of_the_cell(kernel: Any) -> None:
    told = run(kernel, "sc.parallelize([1, 2], 1).foreach(lambda x: print('task', x))\ntime.sleep(0.3)")
    assert streams(told) == "task 1\ntask 2\n"


def test_is_off_on_request(kernel: Any) -> None:
    cell = (
        "sc.stop()\n"
        "sc = Context('local[2]', conf=Conf().set('sluice.ui.progress', 'false'))\n"
        "sc.parallelize(range(4), 4).foreach(lambda x: time.sleep(0.5))"
    )
    assert displays(run(kernel, cell)) == []
