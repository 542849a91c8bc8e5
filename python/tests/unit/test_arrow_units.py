# SPDX-License-Identifier: Apache-2.0
"""The worker's side of Java's module arrow, without Java: units, and batches that are cut at a bound."""

from __future__ import annotations

import pytest

from sluice.serializers.stream import split_frames
from sluice.worker import units

pa = pytest.importorskip("pyarrow")


def test_units_come_back_as_they_were_packed() -> None:
    stream = units.pack(units.INLINE, 7, b"body") + units.pack_file(9, 1, 1 << 30, "r5-0")
    inline, file = [units.parse(frame) for frame in split_frames([stream[:10], stream[10:]])]
    assert (inline.kind, inline.rows, bytes(inline.body)) == (units.INLINE, 7, b"body")
    assert (file.kind, file.directory, file.rows, units.file_of(file)) == (
        units.FILE,
        1,
        9,
        (1 << 30, "r5-0"),
    )


def test_an_inline_body_begins_at_a_multiple_of_eight() -> None:
    assert len(units.pack(units.INLINE, 0, b"")) % 8 == 0


@pytest.mark.parametrize("frame", [b"", bytes(11), b"X" + bytes(11), b"I\0\0\1" + bytes(8)])
def test_what_is_no_unit_is_refused(frame: bytes) -> None:
    with pytest.raises(ValueError, match="unit"):
        units.parse(memoryview(frame))


@pytest.mark.parametrize(
    "values",
    [
        list(range(1000)),
        [None, 1] * 500,
        ["x" * (place % 50) for place in range(1000)],
        ["x" * 5_000, *["y"] * 999],
        [[1, 2], None, []] * 300,
        [],
        ["x" * 10_000],
    ],
)
def test_pieces_are_within_the_bound_and_hold_every_row(values: list[object]) -> None:
    from sluice.worker.arrow import _bounded

    batch = pa.record_batch({"v": pa.array(values)})
    pieces = list(_bounded(batch, 1000))
    assert [value for piece in pieces for value in piece.column(0).to_pylist()] == values
    assert all(piece.nbytes <= 1000 or piece.num_rows == 1 for piece in pieces)


def test_a_large_dictionary_is_not_sent_with_every_row() -> None:
    from sluice.worker.arrow import _bounded

    words = pa.array([str(number) * 20 for number in range(1000)]).dictionary_encode()
    assert len(list(_bounded(pa.record_batch({"v": words}), 1000))) == 1
