# SPDX-License-Identifier: Apache-2.0
"""textFile over gzip, bzip2 and deflate: whole, cut, empty, without the name."""

from __future__ import annotations

import bz2
import gzip

from ..registry import core, file_of, raised


@core
def gzip_is_one_split(sc, tmp):
    path = file_of(tmp, gzip.compress(b"".join(b"%d\n" % i for i in range(1000))), "in.gz")
    rdd = sc.textFile(path, 8)
    return [rdd.getNumPartitions(), rdd.count(), rdd.take(3)]


@core
def gzip_of_two_members(sc, tmp):
    return sc.textFile(file_of(tmp, gzip.compress(b"a\nb") + gzip.compress(b"c\nd\n"), "in.gz")).collect()


@core
def gzip_that_is_none(sc, tmp):
    return raised(lambda: sc.textFile(file_of(tmp, b"plain text\n", "in.gz")).collect(), "not a gzip file")


@core
def gzip_cut_short(sc, tmp):
    whole = gzip.compress(b"".join(b"%d\n" % (i * i) for i in range(5000)))
    return raised(
        lambda: sc.textFile(file_of(tmp, whole[: len(whole) // 2], "in.gz")).count(),
        "Unexpected end of input stream",
    )


@core
def gzip_without_its_name_is_text(sc, tmp):
    return sc.textFile(file_of(tmp, gzip.compress(b"a\n"), "in.bin"), 1).count() >= 1


@core
def bzip2(sc, tmp):
    rdd = sc.textFile(file_of(tmp, bz2.compress(b"a\nb\r\nc"), "in.bz2"), 1)
    return [rdd.getNumPartitions(), rdd.collect()]


@core
def bzip2_of_two_streams(sc, tmp):
    return sc.textFile(file_of(tmp, bz2.compress(b"a\nb\n") + bz2.compress(b"c\n"), "in.bz2"), 1).collect()


@core
def compressed_beside_plain(sc, tmp):
    file_of(tmp, gzip.compress(b"zipped\n"), "d/a.gz")
    file_of(tmp, bz2.compress(b"bzipped\n"), "d/b.bz2")
    file_of(tmp, b"plain\n", "d/c.txt")
    return sorted(sc.textFile(str(tmp / "d"), 1).collect())


@core
def empty_gzip_and_bzip2(sc, tmp):
    zipped, other = file_of(tmp, gzip.compress(b""), "in.gz"), file_of(tmp, bz2.compress(b""), "in.bz2")
    return [
        [rdd.getNumPartitions(), rdd.collect()] for rdd in (sc.textFile(zipped, 1), sc.textFile(other, 1))
    ]


@core
def gzip_of_no_bytes(sc, tmp):
    return sc.textFile(file_of(tmp, b"", "in.gz"), 1).collect()


@core
def compressed_line_ends_marks_and_bad_bytes(sc, tmp):
    text = b"\xef\xbb\xbfa\r\nb\rc\xff\n\n\xed\xa0\x80"
    paths = [file_of(tmp, gzip.compress(text), "in.gz"), file_of(tmp, bz2.compress(text), "in.bz2")]
    return [sc.textFile(path, 1).collect() for path in paths]


@core
def zlib_stream(sc, tmp):
    import zlib

    return sc.textFile(file_of(tmp, zlib.compress(b"a\nb\n"), "in.deflate"), 3).collect()


@core
def bzip2_cut_short(sc, tmp):
    whole = bz2.compress(b"".join(b"%d\n" % (i * i) for i in range(5000)))
    return raised(lambda: sc.textFile(file_of(tmp, whole[: len(whole) // 2], "in.bz2"), 1).count())


@core
def gzip_without_unicode(sc, tmp):
    return sc.textFile(file_of(tmp, gzip.compress(b"caf\xc3\xa9\nbad\xff\n"), "in.gz"), 1, False).collect()
