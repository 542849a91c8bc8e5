# SPDX-License-Identifier: Apache-2.0
"""A task's header is read alike in every version's layout, and what is none is refused before anything is believed."""

from __future__ import annotations

import random
import struct

import pytest

from sluice.spark.header import Header, IncompleteError, UnknownError, parse
from tests.sparkdaemon.tasks import Places, framed, header

LAYOUTS = ("3.5", "4.0", "4.1", "4.2", "4.3")
PLACES = Places({7: "/a path/with é", 12: "/b"}, (3, 4))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_broadcasts_of_a_task_are_found(layout: str) -> None:
    data = framed(header(PLACES, layout, "3.11"), layout)
    assert parse(data + b"what follows", layout) == Header(False, PLACES.added, (3, 4))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_shorter_beginning_is_incomplete(layout: str) -> None:
    data = framed(header(PLACES, layout, "3.11"), layout)
    for length in range(len(data)):
        with pytest.raises(IncompleteError):
            parse(data[:length], layout)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_encrypted_broadcasts_have_no_paths(layout: str) -> None:
    data = header(Places({}, encrypted=True), layout, "3.11")[:-4]
    data += struct.pack("!i", 2) + struct.pack("!ii", 4040, 6) + b"secret" + struct.pack("!qq", 9, -3)
    assert parse(framed(data, layout), layout) == Header(True, {9: ""}, (2,))


def test_a_barrier_task_of_4_1_has_a_port_or_a_path() -> None:
    plain = header(PLACES, "4.1", "3.11")
    flag = plain.index(b"3.11") + 4
    for connection in (struct.pack("!ii", 4040, 6) + b"secret", struct.pack("!ii", -1, 5) + b"/path"):
        barrier = plain[:flag] + b"\1" + connection + plain[flag + 1 :]
        assert parse(barrier, "4.1").added == PLACES.added


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_no_task_is_unknown(layout: str) -> None:
    data = header(PLACES, layout, "3.11")
    for other in (struct.pack("!i", -1), data.replace(b"3.11", b"9.11", 1), struct.pack("!ii", 0, -5)):
        with pytest.raises(UnknownError):
            parse(framed(other, layout) + bytes(100), layout)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_damaged_bytes_raise_nothing_else(layout: str) -> None:
    rng = random.Random(1)
    data = framed(header(PLACES, layout, "3.11"), layout)
    for _ in range(2000):
        damaged = bytearray(data)
        for _ in range(rng.randrange(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        try:
            parse(bytes(damaged), layout)
        except (IncompleteError, UnknownError):
            continue
