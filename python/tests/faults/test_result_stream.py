# SPDX-License-Identifier: Apache-2.0
"""A job's results, cut, stalled and with every count set to its extremes: an error, never a short list."""

from __future__ import annotations

import itertools
import json
import pickle
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sluice import Context, results
from sluice.errors import JobError, StreamError, TruncatedStreamError
from sluice.serializers.stream import encode_batches
from sluice.worker import wire

ITEMS = [[1, "two", None], [], list(range(20))]
EXTREMES = (0, 1, 1 << 31, (1 << 31) - 1, (1 << 32) - 1, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)


class Peer:
    """Stands in for the JVM: answers whatever was asked with bytes prepared before."""

    pid = 0
    what = "the JVM"
    advice = "start the program anew"

    def __init__(self, answer: bytes) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(30)
        #: Whether the connection was found fit for another job.
        self.whole = False
        self._connection = wire.Connection(ours)
        self._thread = threading.Thread(target=self._serve, args=(theirs, answer))
        self._thread.start()

    @staticmethod
    def _serve(sock: socket.socket, answer: bytes) -> None:
        with sock:
            sock.recv(1 << 16)
            sock.sendall(answer)

    def lease(self) -> wire.Connection:
        return self._connection

    def give_back(self, connection: wire.Connection) -> None:
        assert connection is self._connection
        self.whole = True

    def collect(self, eager: bool = False) -> list[Any]:
        updates: list[bytes] = []
        try:
            peer: Any = self
            found = list(results.run(peer, b"question", lambda: None, updates.extend, None, eager))
        finally:
            # Closed by now unless it was given back: either way the other side's thread ends.
            self._thread.join(30)
            assert not self._thread.is_alive()
            assert self.whole or self._connection.sock.fileno() == -1
            self._connection.close()
        assert updates == [b"update", b""]
        return found


def frames() -> list[bytes]:
    """A job's answer, as JobSink writes it."""
    answer = []
    total = 0
    for index, items in enumerate(ITEMS):
        data = b"".join(frame for frame, _ in encode_batches(items))
        for start in range(0, len(data), 40):
            answer.append(wire.pack(wire.RESULT, index, data[start : start + 40]))
        answer.append(wire.pack(wire.PARTITION_END, index, struct.pack(">QQ", len(data), len(items))))
        total += len(data)
    end = struct.pack(">IQQI", len(ITEMS), total, sum(map(len, ITEMS)), 2)
    end += struct.pack(">I", 6) + b"update" + struct.pack(">I", 0)
    answer.append(wire.pack(wire.JOB_END, 7, end))
    return answer


@pytest.mark.smoke
def test_cut_at_every_byte() -> None:
    answer = b"".join(frames())
    assert Peer(answer).collect() == ITEMS
    for cut in range(len(answer)):
        with pytest.raises(TruncatedStreamError):
            Peer(answer[:cut]).collect()


def test_every_frame_left_out_twice_and_in_another_place() -> None:
    whole = frames()
    for index in range(len(whole)):
        without = whole[:index] + whole[index + 1 :]
        with pytest.raises(StreamError):
            Peer(b"".join(without)).collect()
        if index < len(whole) - 1:
            with pytest.raises(StreamError):
                Peer(b"".join(whole[: index + 1] + whole[index:])).collect()


def test_what_came_before_a_restart_does_not_count() -> None:
    whole = frames()
    again = wire.pack(wire.RESTART, 2)
    cut = [index for index, frame in enumerate(whole) if frame[0] == wire.RESULT and frame[7] == 2]
    for index in cut:
        # The attempt that was lost may have ended anywhere, and been of other bytes.
        torn = whole[index] + wire.pack(wire.RESULT, 2, b"\x00\x00\x00\x01?")
        anew = b"".join(whole[cut[0] :])
        answer = b"".join(whole[:index]) + torn + again + anew
        assert Peer(answer).collect() == ITEMS
        with pytest.raises(TruncatedStreamError):
            Peer(answer.replace(again, b"")).collect()


def test_partitions_in_turns_come_in_their_order() -> None:
    whole = frames()
    parts = [[frame for frame in whole[:-1] if frame[7] == index] for index in range(len(ITEMS))]
    turns = itertools.chain(*itertools.zip_longest(*reversed(parts), fillvalue=b""))
    answer = b"".join(turns) + whole[-1]
    assert Peer(answer).collect(eager=True) == ITEMS


def fields() -> Iterator[tuple[str, int, int]]:
    """Every length and count of the answer: name, offset, bytes."""
    at = 0
    for number, frame in enumerate(frames()):
        type_ = frame[0]
        yield f"{number}: type", at, 1
        yield f"{number}: reserved", at + 2, 2
        yield f"{number}: length", at + 8, 8
        if type_ == wire.PARTITION_END:
            yield f"{number}: partition bytes", at + 16, 8
            yield f"{number}: partition records", at + 24, 8
        elif type_ == wire.JOB_END:
            yield f"{number}: partitions", at + 16, 4
            yield f"{number}: job bytes", at + 20, 8
            yield f"{number}: job records", at + 28, 8
            yield f"{number}: updates", at + 36, 4
            yield f"{number}: first update", at + 40, 4
            yield f"{number}: second update", at + 50, 4
        elif number == 0:
            yield f"{number}: batch length", at + 16, 4
        at += len(frame)


def test_every_length_and_count_at_its_extremes() -> None:
    answer = b"".join(frames())
    tried = 0
    for name, offset, size in fields():
        for extreme in EXTREMES:
            value = extreme & ((1 << 8 * size) - 1)
            changed = answer[:offset] + value.to_bytes(size, "big") + answer[offset + size :]
            if changed == answer:
                continue
            tried += 1
            with pytest.raises(Exception) as caught:
                pytest.fail(f"{name} = {value}: {Peer(changed).collect()}")
            unpickled = (StreamError, EOFError, pickle.UnpicklingError)
            known = unpickled if name.endswith("batch length") else StreamError
            assert isinstance(caught.value, known), (name, value, caught.value)
    assert tried > 150


def test_failure_cut_at_every_byte() -> None:
    header = json.dumps({"kind": "USER", "message": "a task failed", "traceback": "Traceback"}).encode()
    payload = struct.pack(">I", len(header)) + header
    answer = wire.pack(wire.JOB_FAILED, 1, payload)
    with pytest.raises(JobError, match="a task failed"):
        Peer(answer).collect()
    for cut in range(len(answer)):
        with pytest.raises(TruncatedStreamError):
            Peer(answer[:cut]).collect()
    for cut in range(len(payload)):
        with pytest.raises(StreamError, match="the job's failure cannot be read"):
            Peer(wire.pack(wire.JOB_FAILED, 1, payload[:cut])).collect()


def knock(sc: Context, *messages: bytes, role: str = "driver") -> list[wire.Frame]:
    """Say something of one's own to the JVM; return what it answers until it hangs up or has answered each."""
    gateway = sc._engine()
    connection = wire.connect(str(gateway.directory / "driver.sock"), {"role": role})
    connection.sock.settimeout(30)
    answers = []
    try:
        for message in messages:
            connection.send(message)
            frame = connection.read()
            if frame is None:
                break
            answers.append(frame)
    except ConnectionError:
        pass
    finally:
        connection.close()
    return answers


PATH = {"id": 1 << 42, "type": "path", "inputs": [], "partitions": 0, "entries": []}
SUBMIT = json.dumps(
    {"nodes": [PATH], "drop": [], "target": 1 << 40, "path": PATH["id"], "properties": {}}
).encode()

MALFORMED: list[tuple[str, bytes]] = [
    *((f"length {length}", struct.pack(">BBHIQ", wire.SUBMIT, 0, 0, 1, length)) for length in EXTREMES[5:]),
    ("reserved", struct.pack(">BBHIQ", wire.SUBMIT, 0, 7, 1, 0)),
    ("unknown type", wire.pack(200, 1, b"{}")),
    ("unexpected type", wire.pack(wire.DATA, 1, b"{}")),
    ("not json", wire.pack(wire.CALL, 1, b"{")),
    ("deep json", wire.pack(wire.CALL, 1, b"[" * 100_000)),
    ("not an object", wire.pack(wire.CALL, 1, b"[1]")),
    ("no method", wire.pack(wire.CALL, 1, b"{}")),
    ("unknown method", wire.pack(wire.CALL, 1, b'{"method": "explode"}')),
    ("wrong type", wire.pack(wire.CALL, 1, b'{"method": "dropBroadcast", "id": "x", "keep": 3}')),
    ("empty submit", wire.pack(wire.SUBMIT, 1, b"")),
    *(
        (f"submit of {length}", wire.pack(wire.SUBMIT, 1, struct.pack(">I", length & 0xFFFFFFFF) + SUBMIT))
        for length in EXTREMES
    ),
    ("no such target", wire.pack(wire.SUBMIT, 1, struct.pack(">I", len(SUBMIT)) + SUBMIT)),
]


@pytest.mark.parametrize("message", [case[1] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_malformed_message_at_the_jvm(sc: Context, message: bytes) -> None:
    pid = sc._engine().pid
    for answer in knock(sc, message):
        assert answer.type in (wire.REPLY, wire.JOB_FAILED)
        assert b"error" in answer.payload or b"message" in answer.payload
        assert b"Exception" not in answer.payload, answer.payload
    assert sc._engine().pid == pid


def test_plan_nodes_with_sizes_at_their_extremes(sc: Context) -> None:
    for size in (-1, 1, 1 << 31, 1 << 62):
        for node in (
            {"id": 1 << 41, "type": "source", "inputs": [], "partitions": 1, "sizes": [size]},
            {
                "id": 1 << 41,
                "type": "python",
                "inputs": [],
                "partitions": 1,
                "digest": "x",
                "size": size,
                "broadcasts": [],
            },
            {"id": 1 << 41, "type": "union", "inputs": [size], "partitions": 1},
            {"id": 1 << 41, "type": "nonsense", "inputs": [], "partitions": 1},
        ):
            body = json.dumps(
                {"nodes": [PATH, node], "drop": [], "target": 1 << 41, "path": PATH["id"], "properties": {}}
            ).encode()
            (answer,) = knock(sc, wire.pack(wire.SUBMIT, 1, struct.pack(">I", len(body)) + body))
            assert answer.type == wire.JOB_FAILED
            assert b"plan node" in answer.payload, answer.payload


def test_message_cut_at_every_byte(sc: Context) -> None:
    gateway = sc._engine()
    hello = wire.pack(wire.HELLO, 0, json.dumps({"protocol": wire.PROTOCOL, "role": "driver"}).encode())
    message = hello + wire.pack(wire.CALL, 1, b'{"method": "workers"}')
    for cut in range(len(message)):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(gateway.directory / "driver.sock"))
            sock.sendall(message[:cut])
            sock.shutdown(socket.SHUT_WR)
            sock.settimeout(30)
            assert sock.recv(1) == b""


SAME = "both sides must run the same version of Sluice"


@pytest.mark.parametrize(
    ("hello", "said"),
    [
        ({"protocol": 99, "role": "driver"}, f"wrong protocol: got=99 expected={wire.PROTOCOL}; {SAME}"),
        ({"role": "driver"}, None),
        ({"protocol": wire.PROTOCOL, "role": "stranger"}, None),
        ({"protocol": wire.PROTOCOL}, None),
    ],
)
def test_hello_that_is_not_understood(sc: Context, hello: dict[str, Any], said: str | None) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(sc._engine().directory / "driver.sock"))
        sock.sendall(wire.pack(wire.HELLO, 0, json.dumps(hello).encode()))
        sock.settimeout(30)
        connection = wire.Connection(sock)
        if said is not None:
            frame = connection.read()
            assert frame is not None
            assert frame.type == wire.REPLY
            assert json.loads(frame.payload) == {"error": said}
        assert connection.read() is None


def test_two_hundred_silent_connections(sc: Context) -> None:
    directory = sc._engine().directory
    paths = [str(directory / "driver.sock"), *map(str, directory.glob("pool*/workers.sock"))]
    forks = sc._engine().call("workers")["forks"]
    socks = []
    try:
        for number in range(200):
            sock = socket.socket(socket.AF_UNIX)
            socks.append(sock)
            sock.setblocking(False)
            try:
                sock.connect(paths[number % len(paths)])
            except BlockingIOError:
                pass
        assert sc.parallelize(range(100), 4).count() == 100
    finally:
        for sock in socks:
            sock.close()
    assert sc._engine().call("workers")["forks"] <= forks + 2
