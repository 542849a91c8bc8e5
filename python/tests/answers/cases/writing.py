# SPDX-License-Identifier: Apache-2.0
"""saveAsTextFile and its kin: names of files, contents, what is refused."""

from __future__ import annotations

import bz2
import gzip

from ..registry import core, parts, raised, tree, wide


@core
def text_files(sc, tmp):
    sc.parallelize(["a", "b", "c"], 2).saveAsTextFile(str(tmp / "out"))
    return tree(tmp / "out")


@core
def text_files_with_empty_partitions(sc, tmp):
    sc.parallelize(["only"], 3).saveAsTextFile(str(tmp / "out"))
    return tree(tmp / "out")


@core
def text_files_of_nothing(sc, tmp):
    sc.parallelize([], 1).saveAsTextFile(str(tmp / "out"))
    sc.emptyRDD().saveAsTextFile(str(tmp / "none"))
    return [tree(tmp / "out"), tree(tmp / "none")]


@core
def text_files_of_kinds(sc, tmp):
    values = [
        1,
        2.5,
        None,
        True,
        (1, "a"),
        [1, "b"],
        {"k": 1},
        "é😀",
        b"by\xfftes",
        "",
        "two\nlines",
        {3},
        10**20,
        float("nan"),
    ]
    sc.parallelize(values, 1).saveAsTextFile(str(tmp / "out"))
    return tree(tmp / "out")


@core
def text_files_of_bytes(sc, tmp):
    sc.parallelize([b"plain", "caf\u00e9".encode(), b""], 1).saveAsTextFile(str(tmp / "out"))
    return tree(tmp / "out")


@core
def text_files_of_many_partitions(sc, tmp):
    sc.parallelize(range(12), 12).saveAsTextFile(str(tmp / "out"))
    return tree(tmp / "out")


@core
def text_files_after_a_shuffle(sc, tmp):
    sc.parallelize([("a", 1), ("b", 2), ("a", 3)], 2).reduceByKey(lambda a, b: a + b).saveAsTextFile(
        str(tmp / "out")
    )
    return tree(tmp / "out")


@core
def text_files_read_back(sc, tmp):
    sc.parallelize(["x", "y", "", "z"], 2).saveAsTextFile(str(tmp / "out"))
    return sorted(sc.textFile(str(tmp / "out")).collect())


@core
def text_files_into_a_directory_to_be_made(sc, tmp):
    result = sc.parallelize(["x"], 1).saveAsTextFile(str(tmp / "a" / "b" / "out"))
    return [result, tree(tmp)]


@core
def text_files_with_a_scheme(sc, tmp):
    sc.parallelize(["x"], 1).saveAsTextFile(f"file://{tmp}/out")
    return tree(tmp / "out")


@core
def text_files_where_something_is(sc, tmp):
    (tmp / "out").mkdir()
    (tmp / "file").write_text("x")
    rdd = sc.parallelize(["x"], 1)
    return [
        raised(lambda p=p: rdd.saveAsTextFile(str(tmp / p)), "already exists", "FileAlreadyExistsException")
        for p in ("out", "file")
    ]


@core
def text_files_of_a_failing_job(sc, tmp):
    rdd = sc.parallelize([1, 0], 2).map(lambda x: 1 // x)
    error = raised(lambda: rdd.saveAsTextFile(str(tmp / "out")), "ZeroDivisionError")
    return [
        error,
        "_SUCCESS" in tree(tmp / "out"),
        [name for name in tree(tmp / "out") if name.startswith("part")],
    ]


@core
def text_files_have_hidden_checksums(sc, tmp):
    sc.parallelize(["x"], 1).saveAsTextFile(str(tmp / "out"))
    return sorted(tree(tmp / "out", hidden=True))


@core
def text_files_as_gzip(sc, tmp):
    codec = "org.apache.hadoop.io.compress.GzipCodec"
    sc.parallelize(["a", "b", "c"], 2).saveAsTextFile(str(tmp / "out"), codec)
    files = tree(tmp / "out")
    return [
        {n: gzip.decompress(b) if n.endswith(".gz") else b for n, b in files.items()},
        sorted(sc.textFile(str(tmp / "out")).collect()),
    ]


@wide
def text_files_as_bzip2(sc, tmp):
    codec = "org.apache.hadoop.io.compress.BZip2Codec"
    sc.parallelize(["a", "b", "c"], 2).saveAsTextFile(str(tmp / "out"), codec)
    files = tree(tmp / "out")
    return {n: bz2.decompress(b) if n.endswith(".bz2") else b for n, b in files.items()}


@wide
def text_files_by_an_unknown_codec(sc, tmp):
    return raised(
        lambda: sc.parallelize(["a"], 1).saveAsTextFile(str(tmp / "out"), "no.such.Codec"),
        "ClassNotFoundException",
        "no.such.Codec",
    )


@wide
def pickle_files(sc, tmp):
    values = [1, "a", (2, None), [3.5], {"k": b"v"}, {1, 2}]
    sc.parallelize(values, 2).saveAsPickleFile(str(tmp / "out"))
    found = sc.pickleFile(str(tmp / "out"), 1).collect()
    return [sorted(map(repr, found)), sorted(n for n in tree(tmp / "out"))]


@wide
def pickle_files_by_small_batches(sc, tmp):
    sc.parallelize(range(25), 2).saveAsPickleFile(str(tmp / "out"), 3)
    return sorted(sc.pickleFile(str(tmp / "out")).collect())


@wide
def binary_files(sc, tmp):
    (tmp / "d").mkdir()
    (tmp / "d" / "a.bin").write_bytes(b"\x00\x01\xff")
    (tmp / "d" / "b.bin").write_bytes(b"")
    found = sc.binaryFiles(str(tmp / "d")).collect()
    return sorted((path.replace(str(tmp), "TMP"), data) for path, data in found)


@wide
def binary_records(sc, tmp):
    (tmp / "r").write_bytes(b"aaabbbccc")
    rdd = sc.binaryRecords(str(tmp / "r"), 3)
    return [rdd.collect(), rdd.map(len).collect()]


@wide
def pipe(sc, tmp):
    rdd = sc.parallelize(["b", "a", "", "c"], 2)
    return [
        parts(rdd.pipe("cat")),
        parts(rdd.pipe("sort -r")),
        sc.parallelize([1, 2.5, None, (1, 2)], 1).pipe("cat").collect(),
        sc.parallelize(["x"], 1).pipe("printenv OWN_NAME", {"OWN_NAME": "value"}).collect(),
        sc.parallelize([], 2).pipe("wc -l").map(str.strip).collect(),
    ]


@wide
def pipe_to_a_failing_command(sc, tmp):
    rdd = sc.parallelize(["x"], 1)
    return [
        rdd.pipe("false").collect(),
        raised(
            lambda: rdd.pipe("false", checkCode=True).collect(), "Pipe function", "exited with error code 1"
        ),
    ]


def _configured(sc, settings, run):
    conf = sc._jsc.hadoopConfiguration()
    for key, value in settings.items():
        conf.set(key, value)
    try:
        return run()
    finally:
        for key in settings:
            conf.unset(key)


@core
def no_mark_of_success_where_the_settings_say_so(sc, tmp):
    key = "mapreduce.fileoutputcommitter.marksuccessfuljobs"
    _configured(sc, {key: "false"}, lambda: sc.parallelize(["a"], 1).saveAsTextFile(str(tmp / "out")))
    return tree(tmp / "out")


@core
def compressed_where_the_settings_say_so(sc, tmp):
    key = "mapreduce.output.fileoutputformat.compress"
    codec = {key + ".codec": "org.apache.hadoop.io.compress.BZip2Codec"}
    rdd = sc.parallelize(["a"], 1)
    _configured(sc, {key: "true"}, lambda: rdd.saveAsTextFile(str(tmp / "gz")))
    _configured(sc, {key: "true", **codec}, lambda: rdd.saveAsTextFile(str(tmp / "bz2")))
    _configured(sc, codec, lambda: rdd.saveAsTextFile(str(tmp / "plain")))
    return [sorted(tree(tmp / name)) for name in ("gz", "bz2", "plain")]
