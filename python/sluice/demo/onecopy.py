# SPDX-License-Identifier: Apache-2.0
"""What the job's data costs in bare Python: build, pickle, unpickle, fork, and the memory of one copy.

``python onecopy.py N`` prints one line of JSON. It imports nothing of ours.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import sys
import time


def main() -> None:
    """Measure and print."""
    n = int(sys.argv[1])
    file = os.memfd_create("onecopy")
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        # In a process of its own, which takes the set it built with it.
        begun = time.perf_counter()
        value = set(range(n))
        built = time.perf_counter()
        with open(file, "wb", closefd=False) as stream:
            pickle.dump(value, stream, 5)
        os.write(writing, json.dumps([built - begun, time.perf_counter() - built]).encode())
        os._exit(0)
    os.close(writing)
    answer = os.read(reading, 4096)
    os.waitpid(pid, 0)
    build, dumps = json.loads(answer)
    os.lseek(file, 0, os.SEEK_SET)
    before = _pss()
    begun = time.perf_counter()
    gc.disable()
    with open(file, "rb") as stream:
        value = pickle.load(stream)
    gc.freeze()
    loads = time.perf_counter() - begun
    memory = _pss()
    begun = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0 if n - 1 in value else 1)
    os.waitpid(pid, 0)
    fork = time.perf_counter() - begun
    times = {"build": build, "dumps": dumps, "loads": loads, "fork": fork}
    print(json.dumps({**times, "pss": memory, "empty": before}), flush=True)


def _pss() -> int:
    with open("/proc/self/smaps_rollup") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
