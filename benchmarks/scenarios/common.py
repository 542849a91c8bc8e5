# SPDX-License-Identifier: Apache-2.0
"""What every scenario shares. A scenario is a PySpark program that runs unchanged on Sluice.

It says what it measures (``METRICS``) and has ``main()``, and where there is one ``floor()``: what the work alone
costs without an engine, and ``ray()``, ``dask()``, ``loky()``: the same as their users would write it. Each is run in a
process of its own and tells its measurements, in the metric's unit, by the metric's key. ``ENGINES`` names those that
run ``main()`` if it is not for all, ``FLOOR`` the one whose interpreter and cluster the floor has, and ``WARM`` those
that run it once before it counts.
"""

import json
import os
import statistics
import sys
import time
from dataclasses import dataclass

SLOTS = int(os.environ.get("BENCH_SLOTS", "2"))
QUICK = os.environ.get("BENCH_QUICK") == "1"
#: What `sluice cluster status --json` says of the cluster that the program runs on.
CLUSTER = json.loads(os.environ.get("BENCH_CLUSTER", "{}"))


@dataclass(frozen=True)
class Metric:
    """One line of the table, and what is wanted of it.

    Attributes:
        times: how many times as fast as ``against`` it has to be.
        at_most: the most that it may come to, in its unit.
        copies: the most memory it may hold, in multiples of the floor's.
        daemon: how many times as fast as ``against`` PySpark has to be with our daemon.
        cluster: the most that the local cluster may take, in multiples of the embedded engine.
        unit: seconds, bytes or share (of one core).
        engine: of which engine this is wanted.
        against: what ``times`` compares it with.
        spawn: the time is taken by the runner, from the process's start to the line that tells this key.
    """

    key: str
    label: str
    times: float | None = None
    at_most: float | None = None
    copies: float | None = None
    cluster: float | None = None
    daemon: float | None = None
    unit: str = "seconds"
    engine: str = "sluice"
    against: str = "pyspark"
    spawn: bool = False


def context(**more):
    """A context with the settings that the runner wants for the engine that is under this, and some of PySpark's."""
    from pyspark import SparkConf, SparkContext

    master = os.environ.get("BENCH_MASTER", f"local[{SLOTS}]")
    conf = SparkConf().setMaster(master).setAppName("benchmark")
    for key, value in json.loads(os.environ.get("BENCH_SETTINGS", "{}")).items():
        conf.set(key, value)
    for key, value in more.items():
        conf.set("spark." + key.replace("_", "."), value)
    return SparkContext(conf=conf)


def tell(**measured):
    """Give measurements to the runner."""
    print(json.dumps(measured), flush=True)


def weigh(key):
    """Let the runner weigh this program's workers, as the measurement of a key."""
    print(json.dumps({"step": "measure", "key": key, "cluster": CLUSTER.get("pid")}), flush=True)
    sys.stdin.readline()


def timed(work):
    """Seconds that a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median(work, rounds, warm=1):
    """The median of some rounds, after some that do not count."""
    for _ in range(warm):
        work()
    return statistics.median(timed(work) for _ in range(rounds))


def scattered(keys):
    """A function that makes a pair of a number: so many keys, the same ones far apart. Itself pickled by value."""

    def pair(number):
        # A prime that does not divide the number of keys.
        return number * 7919 % keys, number

    return pair


def grouped(pairs):
    """What grouping by key costs in one bare process: a dict of lists."""
    groups = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def round_trips(count):
    """Seconds for messages to another process and back over a Unix socket, one at a time."""
    import socket

    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        while data := theirs.recv(64):
            theirs.sendall(data)
        os._exit(0)
    theirs.close()

    def trips():
        for _ in range(count):
            ours.sendall(b"x" * 32)
            ours.recv(64)

    seconds = median(trips, 5)
    ours.close()
    os.waitpid(pid, 0)
    return seconds


def jvm():
    """The process that schedules: the cluster's coordinator, or the JVM that this program started."""
    return CLUSTER.get("pid") or _java_below(os.getpid())


def _java_below(pid):
    for child in children(pid):
        if os.path.basename(os.readlink(f"/proc/{child}/exe")) == "java":
            return child
        found = _java_below(child)
        if found:
            return found
    return None


def children(pid):
    """The processes that a process started."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as listed:
            found += map(int, listed.read().split())
    return found


def pages(sc):
    """What opens a path of the context's web pages; None where there are none."""
    from urllib.parse import parse_qs, urlsplit
    from urllib.request import Request, urlopen

    try:
        url = urlsplit(sc.uiWebUrl)
    except Exception as error:
        print(f"no web pages: {error}", file=sys.stderr)
        return None
    headers = {"Authorization": f"Bearer {parse_qs(url.query)['token'][0]}"}
    return lambda path: urlopen(Request(f"http://{url.netloc}{path}", headers=headers), timeout=60)


def start_ray():
    """Ray on this machine, with as many tasks at once as the others have; returns its module."""
    import ray

    directory = os.path.join(os.environ.get("BENCH_DIRECTORY", "/tmp"), "ray")
    ray.init(
        num_cpus=SLOTS,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        _temp_dir=directory,
    )
    return ray


def start_dask():
    """A client of Dask's own processes on this machine, one task at a time in each."""
    from dask.distributed import Client

    return Client(n_workers=SLOTS, threads_per_worker=1, dashboard_address=None)


def start_loky():
    """loky's pool of processes."""
    from loky import get_reusable_executor

    return get_reusable_executor(max_workers=SLOTS)


def same(number):
    """A task that does nothing."""
    return number


def pieces(count):
    """A range cut into as many as tasks run at once."""
    return [range(count * slot // SLOTS, count * (slot + 1) // SLOTS) for slot in range(SLOTS)]


def scenario(names):
    """Run the part that the command line names: main, floor or a peer's."""
    try:
        names[sys.argv[1] if len(sys.argv) > 1 else "main"]()
    except ModuleNotFoundError as error:
        # This interpreter cannot run it; the table says so.
        tell(missing=error.name)
