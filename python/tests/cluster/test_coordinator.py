# SPDX-License-Identifier: Apache-2.0
"""The coordinator's life: started twice, killed, in the way of others, and met by strangers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sluice.cluster import starting, state
from sluice.worker import wire
from tests.support.clusters import Cluster
from tests.support.waiting import alive, gone

SUM = """
    import sys
    from sluice import Context
    print("sum", Context(sys.argv[1]).parallelize(range(10), 2).sum())
"""


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.smoke
def test_started_twice_it_runs_once(own_cluster: Cluster) -> None:
    cluster = own_cluster.start()
    again = cluster.command("start", "--port", cluster.port, "--cores", 2)
    assert again.returncode == 0
    assert f"sluice://localhost:{cluster.port} pid={cluster.pid}" in again.stdout
    assert "runs already" in again.stdout
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ui_port = taken.getsockname()[1]
        shown = cluster.command("start", "--port", cluster.port, "--cores", 2, "--ui-port", ui_port)
    assert shown.returncode == 2
    assert "the cluster runs, but without web pages" in shown.stderr
    assert f"port={ui_port}" in shown.stderr
    shown = cluster.command("start", "--port", cluster.port, "--cores", 2, "--ui-port", ui_port)
    assert shown.returncode == 0, shown.stderr
    assert f"web pages at http://127.0.0.1:{ui_port}/" in shown.stdout
    other = cluster.command("start", "--port", cluster.port, "--cores", 3)
    assert "a cluster of another size runs on this port" in one_line(other)
    assert "sluice cluster stop --port" in other.stderr
    assert cluster.status()["pid"] == cluster.pid
    cluster.stop()


def test_stop_and_status_of_nothing(own_cluster: Cluster) -> None:
    for port in ([], ["--port", 7777]):
        stopped = own_cluster.command("stop", *port)
        assert (stopped.returncode, stopped.stderr) == (0, "")
        assert "no cluster is running" in stopped.stdout
        status = own_cluster.command("status", *port)
        assert (status.returncode, status.stderr) == (3, "")
    assert "no cluster has left a log" in one_line(own_cluster.command("logs"))


def test_a_stop_that_comes_late_does_not_touch_the_next(
    own_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = own_cluster.start()
    monkeypatch.setenv("SLUICE_STATE", str(cluster.state))
    first = state.find(cluster.place)
    assert first is not None
    cluster.stop()
    cluster.start()
    assert starting.stop(first) == f"already stopped: pid={first.pid}"
    assert cluster.status()["programs"] == []
    cluster.stop()


def test_its_files_are_private_and_its_secret_is_in_no_command(own_cluster: Cluster) -> None:
    cluster = own_cluster.start()
    secret = (cluster.place / "token").read_text()
    assert len(secret) >= 43
    for path in (cluster.state, cluster.place, cluster.place / "logs"):
        assert path.stat().st_mode & 0o777 == 0o700
    for path in cluster.place.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o777 == 0o600
    for pid in cluster.pids():
        for name in ("cmdline", "environ"):
            assert secret.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
    assert secret not in (cluster.place / "logs" / "coordinator.log").read_text()
    cluster.stop()


def test_it_listens_on_loopback_only_and_says_why(own_cluster: Cluster) -> None:
    refused = one_line(own_cluster.command("start", "--port", 0, "--host", "0.0.0.0"))
    assert (
        "a cluster listens on loopback only (host=0.0.0.0, reason=whoever is let in runs code as this user"
        in refused
    )
    cluster = own_cluster.start()
    wanted = f":{cluster.port:04X}"
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if os.path.exists(table):
            lines = Path(table).read_text().splitlines()[1:]
            found += [line.split()[1] for line in lines if line.split()[3] == "0A"]
    # An address of IPv4 may be written as one of IPv6.
    assert [address.endswith(f"0100007F{wanted}") for address in found if address.endswith(wanted)] == [True]
    with cluster.driver(SUM) as driver:
        driver.process.wait()
    script = """
    from sluice import Context
    try:
        Context("sluice://example.org:7411")
    except Exception as error:
        print(type(error).__name__, error)
"""
    with cluster.driver(script) as driver:
        assert "ConfigError a cluster of Sluice is on this machine only" in driver.finish()
    cluster.stop()


def test_killed_under_a_job_and_started_again(own_cluster: Cluster) -> None:
    cluster = own_cluster.start()
    script = """
    import os, sys
    from sluice import Context
    sc = Context(sys.argv[1])
    def forever(items):
        print("busy", os.getpid(), flush=True)
        while True:
            pass
    for _ in range(2):
        try:
            sc.parallelize(range(2), 2).mapPartitions(forever).collect()
        except Exception as error:
            print("heard:", error, flush=True)
    sc.stop()
    print("waiting", flush=True)
    sys.stdin.read()
    print("sum", Context(sys.argv[1]).parallelize(range(10), 2).sum(), flush=True)
"""
    with cluster.driver(script) as driver:
        workers = driver.numbers("busy", 2)
        os.kill(cluster.pid, signal.SIGKILL)
        output = driver.says("heard:", 2)
        assert "the cluster's coordinator" in output
        assert f"pid={cluster.pid}" in output
        assert "sluice cluster start" in output
        gone(*workers)
        assert "it has died" in cluster.command("status", "--port", cluster.port).stdout
        port, dead = cluster.port, cluster.pid
        with cluster.driver(SUM) as late:
            assert f"the cluster has died (port={port}, pid={dead})" in late.finish(1)
        again = cluster.command("start", "--port", port, "--cores", 2)
        assert again.returncode == 0
        assert f"pid={dead}, which is gone" in again.stderr
        cluster.pid = cluster.status()["pid"]
        with cluster.driver(SUM) as other:
            assert "sum 45" in other.finish()
        driver.process.wait()
    assert dead != cluster.pid
    cluster.stop()


def test_a_port_in_use(own_cluster: Cluster) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = own_cluster.command("start", "--port", port, "--cores", 2)
        refused = one_line(done)
        assert f"the cluster did not start (reason=cannot listen: address=127.0.0.1 port={port}" in refused
        assert "choose another with --port" in refused
    own_cluster.left_nothing()


def test_a_stale_pid_file_harms_no_stranger(own_cluster: Cluster) -> None:
    """The pid in it is another process's by now."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"]) as stranger:
        place = own_cluster.state / f"cluster-{port}"
        for action in ("stop", "start"):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            own_cluster.state.chmod(0o700)
            left = {
                "pid": stranger.pid,
                "started": 1,
                "port": port,
                "version": "0.0.1",
                "executors": 1,
                "cores": 1,
            }
            for name, text in (
                ("coordinator.json", json.dumps({**left, "directory": "/"})),
                ("token", "old"),
            ):
                (place / name).write_text(text)
                (place / name).chmod(0o600)
            done = own_cluster.command(action, "--port", port)
            assert done.returncode == 0, done.stderr
            told = done.stdout + done.stderr
            assert f"pid={stranger.pid}, which is another process, which was not touched" in told
            assert alive(stranger.pid)
        own_cluster.port = port
        own_cluster.pid = own_cluster.status()["pid"]
        with own_cluster.driver(SUM) as driver:
            assert "sum 45" in driver.finish()
        own_cluster.stop()
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("kind", ["open", "link", "file"])
def test_a_foreign_state_directory(own_cluster: Cluster, kind: str) -> None:
    port = free_port()
    place = own_cluster.state / f"cluster-{port}"
    own_cluster.state.mkdir(mode=0o700)
    if kind == "open":
        place.mkdir()
        place.chmod(0o755)
    elif kind == "link":
        (own_cluster.directory / "elsewhere").mkdir(mode=0o700)
        place.symlink_to(own_cluster.directory / "elsewhere")
    else:
        place.write_text("")
    for action in ("start", "stop", "status", "logs"):
        refused = one_line(own_cluster.command(action, "--port", port))
        assert "the cluster's state is not private: it must be a directory of this user" in refused
        assert f"path={place}" in refused


def test_a_wrong_token_or_version_is_refused_and_the_cluster_goes_on(own_cluster: Cluster) -> None:
    cluster = own_cluster.start()
    wrong = cluster.directory / "token"
    wrong.write_text("x" * 43)
    wrong.chmod(0o600)
    cluster.directory.chmod(0o700)
    script = """
    import sys
    from sluice import Conf, Context
    import sluice.cluster.link as link
    conf = Conf().setMaster(sys.argv[1])
    if sys.argv[2] == "token":
        conf.set("sluice.cluster.token.file", sys.argv[3])
    else:
        link.VERSION = "0.0.1"
    try:
        Context(conf=conf)
    except Exception as error:
        print("refused:", error)
"""
    with cluster.driver(script, "token", wrong) as driver:
        assert "refused: the cluster refused (reason=wrong token: it is read from" in driver.finish()
    wrong.chmod(0o644)
    with cluster.driver(script, "token", wrong) as driver:
        assert (
            "refused: the cluster's state is not private: it must be a file of this user" in driver.finish()
        )
    with cluster.driver(script, "version", wrong) as driver:
        assert "reason=wrong version: cluster=0.1.0 program=0.0.1" in driver.finish()
    with cluster.driver(SUM) as driver:
        assert "sum 45" in driver.finish()
    cluster.stop()


def test_silent_and_noisy_connections_are_dropped(own_cluster: Cluster) -> None:
    cluster = own_cluster.start()
    secret = (cluster.place / "token").read_text()
    silent = [socket.create_connection(("127.0.0.1", cluster.port)) for _ in range(100)]
    with cluster.driver(SUM) as driver:
        assert "sum 45" in driver.finish()
    # No more than 64 may wait; those that were silent longest went.
    for sock in silent[:30]:
        sock.settimeout(30)
        assert sock.recv(1) == b""
    for sock in silent:
        sock.close()
    hello = json.dumps(
        {"protocol": wire.PROTOCOL, "token": secret, "version": "0.1.0", "role": "none"}
    ).encode()
    for noise in (
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n" + b" " * 16,
        b"\0" * 100,
        wire.pack(wire.HELLO, 0, b"not json"),
        wire.pack(wire.HELLO, 0, b"{}"),
        wire.pack(wire.CALL, 0, b'{"method": "stop"}'),
        wire.pack(wire.HELLO, 0, b"")[:8] + (1 << 62).to_bytes(8, "big"),
        wire.pack(wire.HELLO, 0, hello),
    ):
        with socket.create_connection(("127.0.0.1", cluster.port)) as sock:
            sock.settimeout(30)
            sock.sendall(noise)
            said = b""
            while piece := sock.recv(4096):
                said += piece
            assert b'"value"' not in said
    with cluster.driver(SUM) as driver:
        assert "sum 45" in driver.finish()
    assert cluster.status()["pid"] == cluster.pid
    cluster.stop()


def test_sigterm_ends_it_in_order(own_cluster: Cluster) -> None:
    cluster = own_cluster.start()
    script = """
    import sys, time
    from sluice import Context
    sc = Context(sys.argv[1])
    sc.parallelize(range(4), 2).cache().count()
    print("ready", flush=True)
    time.sleep(60)
"""
    with cluster.driver(script) as driver:
        driver.says("ready")
        os.kill(cluster.pid, signal.SIGTERM)
        gone(cluster.pid)
        driver.process.kill()
        driver.process.wait()
        cluster.left_nothing()


def test_the_log_tells_of_programs_and_can_be_followed(own_cluster: Cluster) -> None:
    cluster = own_cluster.start()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "sluice.commands.cluster", "logs", "-f", "--port", str(cluster.port)],
        env=cluster.environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as follower:
        with cluster.driver(SUM) as driver:
            driver.finish()
        assert follower.stdout is not None
        seen = ""
        while "program ended" not in seen:
            seen += follower.stdout.readline()
        follower.send_signal(signal.SIGINT)
        assert follower.wait(30) == 130
    assert "program begins: id=app-" in seen
    cluster.stop()
    assert "program ended" in cluster.command("logs", "--port", cluster.port).stdout
