# SPDX-License-Identifier: Apache-2.0
"""What the tasks of EngineContract run; pickled by reference, so that tests need no cloudpickle."""

from __future__ import annotations

import hashlib
import itertools
import os
import pickle
import signal
import sys
import threading
import time

from sluice import taskcontext
from sluice.barrier import BarrierTaskContext
from sluice.accumulators import INTEGER_ACCUMULATOR_PARAM, _TaskAccumulator, load_updates
from sluice.broadcast import WorkerBroadcast, write_file
from sluice.serializers.stream import decode_items, encode_batch

MANY = 20_000


def show(data):
    """The records of a result, in the helper process."""
    return list(decode_items((data,)) if data else ())


def show_sum(data):
    """The sum of one accumulator over pickled updates, each with its length before it, in the helper process."""
    total = at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        total += sum(value for _, value in load_updates(data[at + 4 : at + 4 + length]))
        at += 4 + length
    return total


def save(path, value):
    with open(path, "xb") as file:
        write_file(file, value, lambda v, f, callback: pickle.Pickler(f, 5, buffer_callback=callback).dump(v))
    return os.path.getsize(path)


def attempt():
    return taskcontext.TaskContext.get().attemptNumber()


def partition():
    return taskcontext.TaskContext.get().partitionId()


def double(value):
    return value * 2


def is_even(value):
    return value % 2 == 0


def pair(value):
    return [value, value]


def total(items):
    return [sum(items)]


def tag(split, items):
    return ((split, item) for item in items)


def keep(items):
    return items


def side_by_side(split, left, right):
    return zip(left, right, strict=True)


def products(split, left, right):
    return itertools.product(left, list(right))


def first_of_each(split, left, right):
    return [next(left), next(right)]


def only_first(items):
    return itertools.islice(items, 1)


def stamp(items):
    """The same items, and which process and attempt made them."""
    return [(os.getpid(), taskcontext.TaskContext.get().taskAttemptId(), attempt(), list(items))]


def local_property(items):
    context = taskcontext.TaskContext.get()
    return [context.getLocalProperty("name"), context.partitionId(), context.stageId() >= 0]


class ByModulo:
    """Emits every item on the stream of its remainder, in small batches so that several come from one task."""

    def __init__(self, streams, batch=3):
        self.streams = streams
        self.batch = batch

    def write(self, items, split, out):
        parts = [[] for _ in range(self.streams)]
        for item in items:
            part = parts[item % self.streams]
            part.append(item)
            if len(part) == self.batch:
                self._emit(out, item % self.streams, part)
        for stream, part in enumerate(parts):
            self._emit(out, stream, part)

    @staticmethod
    def _emit(out, stream, part):
        if part:
            out.emit(stream, encode_batch(part), len(part))
            part.clear()


class Note:
    """Passes items on and notes in a directory that the partition was computed: one file a computation."""

    def __init__(self, directory):
        self.directory = directory

    def __call__(self, split, items):
        open(os.path.join(self.directory, f"{split}-{os.getpid()}-{time.monotonic_ns()}"), "x").close()
        return items


class LoseOnce:
    """Passes items on; the first call of all deletes every map output below a directory."""

    def __init__(self, marker, directory):
        self.marker = marker
        self.directory = directory

    def __call__(self, split, items):
        try:
            open(self.marker, "x").close()
        except FileExistsError:
            return items
        for parent, _, names in os.walk(self.directory):
            for name in names:
                if "/sluice-spill-" in f"{parent}/{name}" and not name.endswith(".lock"):
                    os.unlink(os.path.join(parent, name))
        return items


class Adder:
    """Adds every item to an accumulator."""

    def __init__(self, aid):
        self.accumulator = _TaskAccumulator(aid, 0, INTEGER_ACCUMULATOR_PARAM)

    def __call__(self, item):
        self.accumulator.add(item)
        return item


class SlowToLoad:
    """A set whose pickle is read once a file is there; another file says that this has begun."""

    def __init__(self, begun, go):
        self.paths = (begun, go)

    def __reduce__(self):
        return load_slowly, self.paths


def load_slowly(begun, go):
    open(begun, "w").close()
    while not os.path.exists(go):
        time.sleep(0.01)
    return {1}


class Lookup:
    """Which items a broadcast holds."""

    def __init__(self, id_):
        self.broadcast = WorkerBroadcast(id_)

    def __call__(self, item):
        return item in self.broadcast.value


class Identity:
    """Where a broadcast's value lies, and in which process: forks of one generation say the same address."""

    def __init__(self, id_):
        self.broadcast = WorkerBroadcast(id_)

    def __call__(self, items):
        list(items)
        time.sleep(0.2)
        return [(id(self.broadcast.value), os.getpid())]


class FailFirst:
    """Raises in the first attempts at a partition, half-way through its items."""

    def __init__(self, split, times):
        self.split = split
        self.times = times

    def __call__(self, split, items):
        for item in items:
            yield item
            if split == self.split and attempt() < self.times:
                raise ValueError(f"bad item {item}")


class EndExecutor:
    """Ends the process that its worker's zygote is a child of."""

    def __init__(self, split):
        self.split = split

    def __call__(self, split, items):
        if split == self.split:
            with open(f"/proc/{os.getppid()}/stat") as status:
                os.kill(int(status.read().rpartition(")")[2].split()[1]), signal.SIGKILL)
            time.sleep(60)
        return items


class DieFirst:
    """Ends its process in the first attempts at a partition, after output that has left the process."""

    def __init__(self, split, times, how="kill"):
        self.split = split
        self.times = times
        self.how = how

    def __call__(self, split, items):
        for item in items:
            yield item
            if split == self.split and attempt() < self.times and item % 10_000 == 9_999:
                if self.how == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                os._exit(0)


class DieWhenRead:
    """Ends its process in the first attempt, once a file says that somebody has what it made."""

    def __init__(self, path, after):
        self.path = path
        self.after = after

    def __call__(self, items):
        for count, item in enumerate(items):
            if count == self.after and attempt() == 0:
                while not os.path.exists(self.path):
                    time.sleep(0.01)
                os.kill(os.getpid(), signal.SIGKILL)
            yield item


class Sleep:
    """Notes its process in a directory, then sleeps, deaf to SIGTERM."""

    def __init__(self, directory, seconds=100, splits=None):
        self.directory = directory
        self.seconds = seconds
        self.splits = splits

    def __call__(self, split, items):
        if self.splits is None or split in self.splits:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            open(os.path.join(self.directory, str(os.getpid())), "w").close()
            time.sleep(self.seconds)
        return items


class Wait:
    """Passes its items on once a file is there."""

    def __init__(self, path):
        self.path = path

    def __call__(self, items):
        while not os.path.exists(self.path):
            time.sleep(0.01)
        return items


def large_record(item):
    return hashlib.sha256(str(item).encode()).digest() * 32


def digest(items):
    """One short record that stands for all items in their order."""
    state = hashlib.sha256()
    count = 0
    for item in items:
        state.update(repr(item).encode())
        count += 1
    return [(count, state.hexdigest()[:16])]


def read_late(items):
    """Leaves a thread that goes on reading its task's input after the task has ended."""
    threading.Thread(target=lambda: [time.sleep(0.05), list(items)], daemon=True).start()
    return [next(items)]


def missing_module(item):
    import no_such_module

    return no_such_module


def module_path(items):
    list(items)
    return [os.path.dirname(__file__) in sys.path]


class FailAtEnd:
    """Raises once all its items are on their way."""

    def __call__(self, split, items):
        yield from items
        raise RuntimeError("at the end")


def gather(split, items):
    """Meets the other tasks of a barrier stage twice."""
    context = BarrierTaskContext.get()
    context.barrier()
    return [(split, sum(items), context.allGather(f"é{split}"), len(context.getTaskInfos()))]


class CallOften:
    """Calls barrier() once more in the last of so many tasks than in the others."""

    def __init__(self, tasks):
        self.tasks = tasks

    def __call__(self, split, items):
        for _ in range(1 + (split == self.tasks - 1)):
            BarrierTaskContext.get().barrier()
        return items


class Absent:
    """One task notes itself and never comes to the barrier where the others wait."""

    def __init__(self, directory, split):
        self.directory = directory
        self.split = split

    def __call__(self, split, items):
        with open(os.path.join(self.directory, str(os.getpid())), "w"):
            pass
        if split == self.split:
            time.sleep(60)
        BarrierTaskContext.get().barrier()
        return items


class MeetAndDie:
    """Meets the others; then, or in the midst of it, one task's first attempt ends."""

    def __init__(self, split, how, directory):
        self.split = split
        self.how = how
        self.directory = directory

    def __call__(self, split, items):
        context = BarrierTaskContext.get()
        with open(os.path.join(self.directory, f"{attempt()}-{split}"), "w"):
            pass
        first = split == self.split and attempt() == 0
        if first and self.how == "before":
            # Once all have begun, wherever they run: the test counts them.
            until = time.monotonic() + 20
            while len(os.listdir(self.directory)) < len(context.getTaskInfos()) and time.monotonic() < until:
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGKILL)
        context.barrier()
        if first and self.how == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        if first and self.how == "raise":
            raise ValueError("at the barrier")
        return items


def call_by_split(split, items):
    context = BarrierTaskContext.get()
    return [context.allGather("x") if split else context.barrier()]


class WaitFirst:
    """The first partition waits for a file."""

    def __init__(self, path):
        self.path = path

    def __call__(self, split, items):
        while split == 0 and not os.path.exists(self.path):
            time.sleep(0.01)
        return items
