# SPDX-License-Identifier: Apache-2.0
"""The batch stream: what goes in comes out, whatever the chunks; a cut stream never gives a short answer."""

from __future__ import annotations

import array
import subprocess
import sys
from collections import namedtuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.errors import PicklingError, StreamError, StreamFormatError, TruncatedStreamError
from sluice.serializers import stream as stream_module
from sluice.serializers.stream import (
    BatchEncoder,
    decode_batches,
    decode_items,
    encode_batch,
    encode_batches,
    encode_pairs,
)

atoms = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(max_size=20)
)
records = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, inner),
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.binary(max_size=5).map(bytearray),
        st.frozensets(atoms, max_size=3),
    ),
    max_leaves=6,
)


def typed(value: Any) -> Any:
    """The value with its exact types, so that 1, 1.0 and True differ."""
    if isinstance(value, (tuple, list)):
        return (type(value).__name__, [typed(v) for v in value])
    if isinstance(value, dict):
        return ("dict", [(typed(k), typed(v)) for k, v in value.items()])
    return (type(value).__name__, value)


def chunked(data: bytes, sizes: list[int]) -> list[bytes]:
    chunks, position = [], 0
    for size in sizes:
        chunks.append(data[position : position + size])
        position += size
    return chunks + [data[position:]]


@given(st.lists(records, max_size=60), st.integers(1, 400), st.lists(st.integers(0, 50), max_size=20))
def test_round_trip_over_any_chunks(items: list[Any], target: int, sizes: list[int]) -> None:
    frames = list(encode_batches(items, target))
    assert sum(count for _, count in frames) == len(items)
    data = b"".join(frame for frame, _ in frames)
    assert typed(list(decode_items(chunked(data, sizes)))) == typed(items)
    assert typed([x for batch in decode_batches([data]) for x in batch]) == typed(items)


@given(st.lists(st.tuples(records, records), max_size=40))
def test_pairs_round_trip(items: list[tuple[Any, Any]]) -> None:
    frame = encode_pairs([k for k, _ in items], [v for _, v in items])
    assert typed(list(decode_items([frame]))) == typed(items)
    assert typed(next(decode_batches([frame]))) == typed(items)


def test_one_byte_at_a_time() -> None:
    data = b"".join(frame for frame, _ in encode_batches(range(1000), 64))
    assert list(decode_items(data[i : i + 1] for i in range(len(data)))) == list(range(1000))


def test_every_cut_is_an_error() -> None:
    data = b"".join(frame for frame, _ in encode_batches([(f"k{i}", i) for i in range(40)], 100))
    borders = {0}
    for frame, _ in encode_batches([(f"k{i}", i) for i in range(40)], 100):
        borders.add(max(borders) + len(frame))
    for cut in range(len(data)):
        for chunks in ([data[:cut]], [data[:cut][i : i + 3] for i in range(0, cut, 3)]):
            if cut in borders:
                list(decode_items(chunks))
            else:
                with pytest.raises(TruncatedStreamError, match=r"offset=\d+, expected=\d+, got=\d+"):
                    list(decode_items(chunks))


@pytest.mark.parametrize("length", [0, -1, -5, -(2**31)])
def test_bad_length_is_refused_before_anything_is_read(length: int) -> None:
    bad = length.to_bytes(4, "big", signed=True)
    for chunks in ([bad + b"abc"], [bad[:2], bad[2:], b"abc"]):
        with pytest.raises(StreamFormatError, match="frame length out of range"):
            list(decode_items(chunks))


def test_a_false_length_allocates_nothing() -> None:
    with pytest.raises(TruncatedStreamError, match="expected=2147483651, got=5"):
        list(decode_items([b"\x7f\xff\xff\xffL"]))


def test_unknown_tag() -> None:
    with pytest.raises(StreamError, match="not a batch of records"):
        list(decode_items([b"\x00\x00\x00\x02?x"]))


def test_shared_mutable_objects_stay_shared() -> None:
    inner: list[int] = []
    items = [(i, inner, inner) for i in range(100)]
    out = next(decode_batches([encode_batch(items)]))
    assert out[0][1] is out[0][2] is out[99][1]


def test_cycles() -> None:
    loop: list[Any] = []
    loop.append(loop)
    (out,) = decode_batches([encode_batch([loop] * 20)])
    assert out[0][0] is out[0]


def test_shared_immutable_objects_do_not_swell() -> None:
    text = "x" * 10_000
    frame = encode_batch([(text, i) for i in range(1000)])
    assert len(frame) < 40_000
    nested: Any = (1, 2)
    for _ in range(60):
        nested = (nested, nested)
    assert len(encode_batch([nested] * 10)) < 10_000


def test_buffers_keep_their_types() -> None:
    items = [bytearray(b"a"), b"a", array.array("i", [1, 2])] * 10
    (out,) = decode_batches([encode_batch(items)])
    assert [type(x) for x in out] == [type(x) for x in items]
    numpy = pytest.importorskip("numpy")
    values = [(numpy.float64(i), numpy.str_("x"), numpy.int64(i)) for i in range(20)]
    (back,) = decode_batches([encode_batch(values)])
    assert [type(x) for x in back[3]] == [numpy.float64, numpy.str_, numpy.int64]


def test_batches_aim_at_the_target() -> None:
    frames = list(encode_batches(((f"word{i}", i) for i in range(50_000)), 1 << 14))
    assert [count for _, count in frames[:3]] == [1, 16, 256]
    assert all(1 << 13 < len(frame) < 1 << 15 for frame, _ in frames[4:-1])
    big = list(encode_batches([b"x" * 100_000] * 5))
    assert [count for _, count in big] == [1] * 5


def test_kinds_that_change_are_all_written() -> None:
    encoder = BatchEncoder()
    for batch in (
        [(i, "a") for i in range(20)],
        [[i] for i in range(20)],
        [(i, [i]) for i in range(20)],
    ) * 20:
        assert next(decode_batches([encoder.encode(batch)])) == batch


def test_too_large_a_batch_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "MAX_FRAME_LENGTH", 200)
    items = ["x" * 50] * 9 + ["y" * 90] * 3
    frames = list(encode_batches(items, 5000))
    assert list(decode_items([frame for frame, _ in frames])) == items
    with pytest.raises(StreamFormatError, match="too large for one frame"):
        list(encode_batches(["z" * 300]))


def test_unpicklable_record_is_named() -> None:
    import threading

    with pytest.raises(PicklingError, match=r"record.*\[1\].*lock"):
        encode_batch([(1, threading.Lock())])


Here = namedtuple("Here", "a b")


def test_namedtuples_of_a_module_keep_their_type() -> None:
    (out,) = decode_batches([encode_batch([Here(i, "x") for i in range(20)])])
    assert out[3] == Here(3, "x")
    assert type(out[3]) is Here


SCRIPT = """
import subprocess, sys
from collections import namedtuple
from dataclasses import dataclass
import cloudpickle
from sluice.serializers.stream import encode_batch, decode_items

Point = namedtuple("Point", "x y")

@dataclass(frozen=True)
class Item:
    name: str
    point: Point

class Plain:
    seen = 0
    def __init__(self, n): self.n = n

items = [Item("a", Point(1, 2)), Point(3, 4), Plain(5)] * 10
function = cloudpickle.dumps(lambda values: [(type(v).__name__, v) for v in values] + [Plain(7)])
frame = encode_batch(items)
worker = '''
import pickle, sys
sys.path[:0] = %r
from sluice.serializers.stream import encode_batch, decode_items
size = int(sys.stdin.buffer.readline()); function = pickle.loads(sys.stdin.buffer.read(size))
out = function(list(decode_items([sys.stdin.buffer.read()])))
sys.stdout.buffer.write(encode_batch(out) + encode_batch(out))
''' % (sys.path,)
done = subprocess.run([sys.executable, "-c", worker], input=b"%d\\n" % len(function) + function + frame,
    stdout=subprocess.PIPE, check=True)
back = list(decode_items([done.stdout]))
assert len(back) == 62, len(back)
assert [n for n, _ in back[:3]] == ["Item", "Point", "Plain"]
assert back[0][1] == items[0] and type(back[0][1]) is Item, back[0]
assert type(back[1][1]) is Point and type(back[0][1].point) is Point
assert type(back[30]) is Plain and back[30].n == 7
print("good")
"""


def test_classes_of_main_cross_processes(tmp_path: Any) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"import sys; sys.path[:0] = {sys.path!r}\n" + SCRIPT)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    assert done.stdout == "good\n", done.stderr
