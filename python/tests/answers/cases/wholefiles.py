# SPDX-License-Identifier: Apache-2.0
"""wholeTextFiles: files, partitions, characters."""

from __future__ import annotations

import gzip

from ..registry import core, file_of, raised, with_hadoop


@core
def whole_text_files(sc, tmp):
    for name, text in (("a.txt", b"a1\na2\n"), ("b.txt", b"\xef\xbb\xbfb\r\nx"), ("c", b"")):
        file_of(tmp, text, f"d/{name}")
    found = sc.wholeTextFiles(str(tmp / "d")).collect()
    return sorted((path.replace(str(tmp), "TMP"), text) for path, text in found)


@core
def whole_text_files_partitions(sc, tmp):
    for i in range(6):
        file_of(tmp, b"x" * 100, f"d/{i}")
    return [
        sc.wholeTextFiles(str(tmp / "d"), *n).getNumPartitions() for n in ((), (1,), (2,), (3,), (6,), (20,))
    ]


@core
def whole_text_files_without_unicode(sc, tmp):
    file_of(tmp, b"caf\xc3\xa9\xff", "d/a")
    return [text for _, text in sc.wholeTextFiles(str(tmp / "d"), 1, False).collect()]


@core
def whole_text_files_bad_bytes(sc, tmp):
    file_of(tmp, b"a\xffb\xc3", "d/a")
    return [text for _, text in sc.wholeTextFiles(str(tmp / "d")).collect()]


@core
def whole_text_files_gzip_and_hidden(sc, tmp):
    file_of(tmp, gzip.compress(b"zipped"), "d/a.gz")
    file_of(tmp, b"no", "d/_hidden")
    file_of(tmp, b"no", "d/.hidden")
    return sorted(text for _, text in sc.wholeTextFiles(str(tmp / "d")).collect())


@core
def whole_text_files_of_one_file_and_glob(sc, tmp):
    path = file_of(tmp, b"one", "a.txt")
    file_of(tmp, b"two", "b.txt")
    return [
        sorted(t for _, t in sc.wholeTextFiles(p).collect())
        for p in (path, f"{tmp}/*.txt", f"{path},{tmp}/b.txt")
    ]


@core
def whole_text_files_missing(sc, tmp):
    return raised(lambda: sc.wholeTextFiles(str(tmp / "none")).collect(), "Input path does not exist")


@core
def whole_text_files_read_recursively(sc, tmp):
    for name in ("a", "d/b", "d/e/c"):
        file_of(tmp, name.encode(), f"root/{name}")
    key = "mapreduce.input.fileinputformat.input.dir.recursive"
    return with_hadoop(
        sc, {key: "true"}, lambda: sorted(t for _, t in sc.wholeTextFiles(str(tmp / "root")).collect())
    )
