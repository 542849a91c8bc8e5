# SPDX-License-Identifier: Apache-2.0
"""The classic family: round trips, exact bytes, and every cut of every stream."""

from __future__ import annotations

import array
import collections
import io
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sluice.serializers as s
from sluice.errors import StreamFormatError, TruncatedStreamError
from sluice.serializers.marshalled import is_marshal_safe

FRAMED = [
    s.PickleSerializer(),
    s.CloudPickleSerializer(),
    s.MarshalSerializer(),
    s.AutoSerializer(),
    s.CompressedSerializer(s.PickleSerializer()),
]
ALL = [
    *FRAMED,
    *(s.BatchedSerializer(inner) for inner in FRAMED),
    *(s.BatchedSerializer(inner, 3) for inner in FRAMED),
    *(s.AutoBatchedSerializer(inner, 40) for inner in FRAMED),
]


def written(serializer: s.Serializer, items: Any) -> bytes:
    out = io.BytesIO()
    serializer.dump_stream(iter(items), out)
    return out.getvalue()


@pytest.mark.parametrize("serializer", ALL, ids=repr)
@given(items=st.lists(st.one_of(st.integers(), st.text(), st.none(), st.tuples(st.text(), st.floats(0)))))
def test_round_trip(serializer: s.Serializer, items: list[Any]) -> None:
    assert list(serializer.load_stream(io.BytesIO(written(serializer, items)))) == items


@pytest.mark.parametrize("serializer", ALL, ids=repr)
def test_every_cut_is_told(serializer: s.Serializer) -> None:
    items = [(i, str(i)) for i in range(7)]
    data = written(serializer, items)
    short = 0
    told = []
    for cut in range(len(data)):
        try:
            got = list(serializer.load_stream(io.BytesIO(data[:cut])))
        except TruncatedStreamError as error:
            told.append(set(error.values))
            continue
        # Only at the border of a frame is an end an end.
        assert got == items[: len(got)]
        short += 1
    assert short <= 7
    assert all({"offset", "expected", "got"} <= names for names in told)


def test_end_of_section_and_null() -> None:
    data = s.PickleSerializer().dumps(1)
    stream = io.BytesIO()
    s.write_with_length(data, stream)
    s.write_int(s.SpecialLengths.NULL, stream)
    s.write_int(s.SpecialLengths.END_OF_DATA_SECTION, stream)
    s.write_with_length(data, stream)
    stream.seek(0)
    assert list(s.PickleSerializer().load_stream(stream)) == [1, None]
    assert list(s.PickleSerializer().load_stream(stream)) == [1]


@pytest.mark.parametrize("length", [-2, -3, -4, -6, -7, -(2**31)])
def test_other_special_lengths_are_no_frames(length: int) -> None:
    with pytest.raises(StreamFormatError, match=f"length={length}"):
        list(s.PickleSerializer().load_stream(io.BytesIO(length.to_bytes(4, "big", signed=True))))


def test_an_eof_error_of_the_payload_is_not_the_end() -> None:
    with pytest.raises(EOFError):
        list(s.PickleSerializer().load_stream(io.BytesIO(b"\0\0\0\0")))


def test_false_length_reads_no_more_than_there_is() -> None:
    with pytest.raises(TruncatedStreamError, match="expected=2147483647, got=3"):
        list(s.NoOpSerializer().load_stream(io.BytesIO(b"\x7f\xff\xff\xffabc")))


def test_numbers_have_the_classic_bytes() -> None:
    out = io.BytesIO()
    s.write_int(-5, out)
    s.write_long(2**40, out)
    s.write_bool(True, out)
    s.write_with_length(b"ab", out)
    assert out.getvalue() == b"\xff\xff\xff\xfb\0\0\1\0\0\0\0\0\1\0\0\0\2ab"
    out.seek(0)
    assert (s.read_int(out), s.read_long(out), s.read_bool(out), s.read_with_length(out)) == (
        -5,
        2**40,
        True,
        b"ab",
    )
    for read in (s.read_int, s.read_long, s.read_bool, s.read_with_length):
        with pytest.raises(EOFError) as caught:
            read(out)
        assert type(caught.value) is EOFError
    for read, size in ((s.read_int, 4), (s.read_long, 8)):
        for cut in range(1, size):
            with pytest.raises(TruncatedStreamError, match=f"expected={size}, got={cut}"):
                read(io.BytesIO(b"x" * cut))
    with pytest.raises(StreamFormatError, match="does not fit in a int"):
        s.write_int(2**31, out)


def test_batches() -> None:
    pickled = s.PickleSerializer()
    by_two = s.BatchedSerializer(pickled, 2)
    batches = by_two._load_stream_without_unbatching(io.BytesIO(written(by_two, range(5))))
    assert list(batches) == [[0, 1], [2, 3], [4]]
    auto = s.AutoBatchedSerializer(pickled, 1 << 16)
    batches = auto._load_stream_without_unbatching(io.BytesIO(written(auto, range(10))))
    assert [len(list(batch)) for batch in batches] == [1, 2, 4, 3]
    big = s.AutoBatchedSerializer(pickled, 10)
    batches = big._load_stream_without_unbatching(io.BytesIO(written(big, ["x" * 200] * 4)))
    assert [len(list(batch)) for batch in batches] == [1, 1, 1, 1]


def test_flattened_values() -> None:
    flat = s.FlattenedValuesSerializer(s.BatchedSerializer(s.PickleSerializer(), 2), 2)
    data = written(flat, [("a", [1, 2, 3, 4, 5]), ("b", [6]), ("c", [])])
    assert list(flat.load_stream(io.BytesIO(data))) == [
        ("a", [1, 2]),
        ("a", [3, 4]),
        ("a", [5]),
        ("b", [6]),
    ]


def interleaved(left: list[Any], right: list[Any]) -> io.BytesIO:
    out = io.BytesIO()
    for a, b in zip(left, right, strict=True):
        s.write_with_length(pickle.dumps(a), out)
        s.write_with_length(pickle.dumps(b), out)
    out.seek(0)
    return out


def test_pair_and_cartesian() -> None:
    batched = s.BatchedSerializer(s.PickleSerializer(), 2)
    pair = s.PairDeserializer(batched, batched)
    cartesian = s.CartesianDeserializer(batched, batched)
    assert list(pair.load_stream(interleaved([[1, 2], [3]], [["a", "b"], ["c"]]))) == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
    ]
    assert list(cartesian.load_stream(interleaved([[1, 2]], [["a", "b"]]))) == [
        (1, "a"),
        (1, "b"),
        (2, "a"),
        (2, "b"),
    ]
    nested = s.PairDeserializer(cartesian, batched)
    stream = io.BytesIO()
    for part in ([1, 2], ["a"], [True, False]):
        s.write_with_length(pickle.dumps(part), stream)
    stream.seek(0)
    assert list(nested.load_stream(stream)) == [((1, "a"), True), ((2, "a"), False)]
    with pytest.raises(ValueError, match=r"different number of items \(keys=2, values=1\).*zip needs"):
        list(pair.load_stream(interleaved([[1, 2]], [["a"]])))
    cut = io.BytesIO()
    s.write_with_length(pickle.dumps([1]), cut)
    cut.seek(0)
    with pytest.raises(StreamFormatError, match="ended between the two batches"):
        list(pair.load_stream(cut))


def test_text() -> None:
    data = io.BytesIO()
    for text in ("a", "é", ""):
        s.write_with_length(text.encode(), data)
    s.write_int(s.SpecialLengths.NULL, data)
    raw = data.getvalue()
    assert list(s.UTF8Deserializer().load_stream(io.BytesIO(raw))) == ["a", "é", "", None]
    assert list(s.UTF8Deserializer(False).load_stream(io.BytesIO(raw))) == [b"a", "é".encode(), b"", None]
    assert s.UTF8Deserializer().loads(io.BytesIO(raw)) == "a"
    with pytest.raises(EOFError):
        s.UTF8Deserializer().loads(io.BytesIO())


def test_marshal_only_where_exact() -> None:
    auto = s.AutoSerializer()
    assert auto.dumps([(1, "a", b"b", 2.5, None, True, {"k": [1]})])[:1] == b"M"
    for value in (bytearray(b"a"), array.array("i", [1]), {1}, 1j, object):
        assert auto.dumps([(1, [value])])[:1] == b"P"
        assert auto.loads(auto.dumps([value])) == [value]
        assert type(auto.loads(auto.dumps([value]))[0]) is type(value)
    loop: list[Any] = []
    loop.append(loop)
    assert not is_marshal_safe(loop)
    with pytest.raises(StreamFormatError, match="unknown serialization tag"):
        auto.loads(b"?abc")


def test_compressed_data_that_is_cut() -> None:
    compressed = s.CompressedSerializer(s.PickleSerializer())
    data = compressed.dumps(list(range(100)))
    for cut in range(len(data)):
        with pytest.raises(StreamFormatError, match="not whole zlib data"):
            compressed.loads(data[:cut])
    with pytest.raises(TypeError):
        s.CompressedSerializer(s.BatchedSerializer(s.PickleSerializer()))  # type: ignore[arg-type]


def test_equality_and_names() -> None:
    assert s.CPickleSerializer is s.CloudPickleSerializer
    assert s.BatchedSerializer(s.PickleSerializer(), 2) == s.BatchedSerializer(s.PickleSerializer(), 2)
    assert s.BatchedSerializer(s.PickleSerializer(), 2) != s.BatchedSerializer(s.PickleSerializer(), 3)
    assert s.PickleSerializer() != s.MarshalSerializer()
    assert len({s.PickleSerializer(), s.PickleSerializer()}) == 1
    assert repr(s.AutoBatchedSerializer(s.PickleSerializer())) == "AutoBatchedSerializer(PickleSerializer())"


def test_restricted_names() -> None:
    restricted = s.CloudPickleSerializer(allowed_names={("builtins", "complex")})
    assert restricted.loads(pickle.dumps(1j)) == 1j
    with pytest.raises(pickle.UnpicklingError, match=r"not allowed.*collections\.OrderedDict"):
        restricted.loads(pickle.dumps(collections.OrderedDict()))
