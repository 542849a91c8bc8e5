# SPDX-License-Identifier: Apache-2.0
"""saveAsTextFile and its kin: names of files, contents, what is refused."""

from __future__ import annotations

import bz2
import gzip

from ..registry import core, parts, raised, tree, wide, with_hadoop


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


@core
def no_mark_of_success_where_the_settings_say_so(sc, tmp):
    key = "mapreduce.fileoutputcommitter.marksuccessfuljobs"
    with_hadoop(sc, {key: "false"}, lambda: sc.parallelize(["a"], 1).saveAsTextFile(str(tmp / "out")))
    return tree(tmp / "out")


@core
def compressed_where_the_settings_say_so(sc, tmp):
    key = "mapreduce.output.fileoutputformat.compress"
    codec = {key + ".codec": "org.apache.hadoop.io.compress.BZip2Codec"}
    rdd = sc.parallelize(["a"], 1)
    with_hadoop(sc, {key: "true"}, lambda: rdd.saveAsTextFile(str(tmp / "gz")))
    with_hadoop(sc, {key: "true", **codec}, lambda: rdd.saveAsTextFile(str(tmp / "bz2")))
    with_hadoop(sc, codec, lambda: rdd.saveAsTextFile(str(tmp / "plain")))
    return [sorted(tree(tmp / name)) for name in ("gz", "bz2", "plain")]


@wide
def pickle_files_by_batches_of_every_kind(sc, tmp):
    values = [(i, str(i), None, [i / 2]) for i in range(40)]
    rdd = sc.parallelize(values, 3)
    for size in (0, 1, 7, -1):
        rdd.saveAsPickleFile(str(tmp / str(size)), size)
    return [sorted(parts(sc.pickleFile(str(tmp / str(size))))) for size in (0, 1, 7, -1)]


@wide
def pickle_files_cut_into_partitions(sc, tmp):
    sc.parallelize(range(60000), 2).map(lambda x: (x, f"v{x:06}")).saveAsPickleFile(str(tmp / "out"))
    return [sorted(map(len, parts(sc.pickleFile(str(tmp / "out"), n)))) for n in (1, 2, 5, 100)]


@wide
def pickle_files_where_something_is_or_nothing(sc, tmp):
    (tmp / "out").mkdir()
    return [
        raised(lambda: sc.range(2).saveAsPickleFile(str(tmp / "out")), "FileAlreadyExistsException"),
        raised(lambda: sc.pickleFile(str(tmp / "none")).collect(), "Input path does not exist"),
        sc.pickleFile(str(tmp / "none")).name(),
    ]


@wide
def pickle_files_of_nothing(sc, tmp):
    sc.parallelize([], 2).saveAsPickleFile(str(tmp / "empty"))
    sc.emptyRDD().saveAsPickleFile(str(tmp / "none"))
    names = [sorted(tree(tmp / name)) for name in ("empty", "none")]
    return [names, sc.pickleFile(str(tmp / "empty")).collect(), sc.pickleFile(str(tmp / "none")).collect()]


@wide
def pickle_files_of_text_that_was_read(sc, tmp):
    (tmp / "in").write_text("one\ntwo\n")
    sc.textFile(str(tmp / "in")).saveAsPickleFile(str(tmp / "out"))
    return sc.pickleFile(str(tmp / "out")).collect()


@wide
def sequence_files(sc, tmp):
    kinds = {
        "ints": [(1, "a"), (-2, "b\u00e9"), (2**31 - 1, "x" * 300)],
        "longs": [(2**31, 2.5), (-(2**63), float("inf"))],
        "bytes": [("k", b"bytes"), ("l", bytearray(b""))],
        "flags": [(True, None), (False, None)],
    }
    for name, values in kinds.items():
        sc.parallelize(values, 2).saveAsSequenceFile(str(tmp / name))
    found = {name: sc.sequenceFile(str(tmp / name)) for name in kinds}
    return [{n: (parts(r), r.name()) for n, r in found.items()}, sorted(tree(tmp / "ints"))]


@wide
def sequence_files_with_classes_named(sc, tmp):
    sc.parallelize([(1, "a")], 1).saveAsSequenceFile(str(tmp / "out"))
    io = "org.apache.hadoop.io."
    return [
        sc.sequenceFile(str(tmp / "out"), io + "IntWritable", io + "Text").collect(),
        raised(
            lambda: sc.sequenceFile(str(tmp / "out"), io + "NoSuchWritable"),
            "ClassNotFoundException",
            "NoSuch",
        ),
        raised(lambda: sc.sequenceFile(str(tmp / "none")), "Input path does not exist"),
    ]


@wide
def sequence_files_of_what_they_cannot_hold(sc, tmp):
    return [
        raised(lambda v=v: sc.parallelize(v, 1).saveAsSequenceFile(str(tmp / "out")), *phrases)
        for v, *phrases in (
            ([1, 2], "cannot be used"),
            ([[(1, "a")]], "cannot be used"),
            ([(1, [2])], "cannot be used"),
            ([], "empty collection"),
            ([(1, "a"), ("b", "c")], "org.apache.hadoop.io.Text is not"),
        )
    ]


@wide
def pickle_files_read_as_sequence_files(sc, tmp):
    sc.parallelize([1, "a"], 1).saveAsPickleFile(str(tmp / "out"))
    return sc.sequenceFile(str(tmp / "out")).collect()


@wide
def text_files_as_deflate(sc, tmp):
    import zlib

    for name in ("DefaultCodec", "DeflateCodec"):
        sc.parallelize(["a", "b"], 1).saveAsTextFile(str(tmp / name), "org.apache.hadoop.io.compress." + name)
    return [
        {n: zlib.decompress(b) if n.endswith(".deflate") else b for n, b in tree(tmp).items()},
        sorted(sc.textFile(f"{tmp}/D*").collect()),
    ]


@wide
def text_files_by_no_codec_at_all(sc, tmp):
    sc.parallelize(["a"], 1).saveAsTextFile(str(tmp / "out"), "")
    short = raised(
        lambda: sc.parallelize(["a"], 1).saveAsTextFile(str(tmp / "other"), "GzipCodec"),
        "ClassNotFoundException",
    )
    return [sorted(tree(tmp / "out")), short, (tmp / "other").exists()]


@wide
def binary_files_of_lists_and_patterns(sc, tmp):
    import gzip

    for name, data in {
        "a/x.bin": b"1",
        "a/y.gz": gzip.compress(b"zip", mtime=0),
        "b/z": b"3",
        "b/_no": b"4",
    }.items():
        (tmp / name).parent.mkdir(exist_ok=True)
        (tmp / name).write_bytes(data)
    (tmp / "b" / "inner").mkdir()
    (tmp / "b" / "inner" / "deep").write_bytes(b"5")

    def found(path):
        return sorted((p.replace(str(tmp), "TMP"), len(d)) for p, d in sc.binaryFiles(path).collect())

    return [
        found(f"{tmp}/a"),
        found(f"{tmp}/a,{tmp}/b"),
        found(f"{tmp}/*/[xz]*"),
        found(f"{tmp}/a/x.bin"),
        sc.binaryFiles(f"{tmp}/a").name() == f"{tmp}/a",
        raised(lambda: sc.binaryFiles(f"{tmp}/none").collect(), "Input path does not exist"),
    ]


@wide
def binary_records_of_several_files(sc, tmp):
    (tmp / "d").mkdir()
    (tmp / "d" / "one").write_bytes(bytes(range(100)))
    (tmp / "d" / "two").write_bytes(b"")
    (tmp / "d" / "three").write_bytes(b"xyxy")
    rdd = sc.binaryRecords(str(tmp / "d"), 2)
    return [
        sorted(rdd.collect()),
        rdd.getNumPartitions(),
        rdd.name(),
        sc.binaryRecords(f"{tmp}/d/two", 2).collect(),
    ]


@wide
def binary_records_of_another_length(sc, tmp):
    import gzip

    (tmp / "r").write_bytes(b"abcde")
    (tmp / "z.gz").write_bytes(gzip.compress(b"abcd"))
    return [
        raised(lambda: sc.binaryRecords(str(tmp / "r"), 2).collect(), "EOFException"),
        raised(lambda: sc.binaryRecords(str(tmp / "r"), 50).collect(), "EOFException"),
        raised(
            lambda: sc.binaryRecords(str(tmp / "z.gz"), 2).collect(), "does not support reading compressed"
        ),
        raised(lambda: sc.binaryRecords(str(tmp / "none"), 2).collect(), "Input path does not exist"),
    ]


@wide
def pipe_cuts_words_and_runs_no_shell(sc, tmp):
    rdd = sc.parallelize(["x"], 1)
    return [
        rdd.pipe("echo 'a b' \"c;d\" $HOME `ls` | cat > none").collect(),
        rdd.pipe("env").collect(),
        rdd.pipe("env", {"A": "1;2"}).collect(),
        rdd.pipe(r"printf 'a\r\nb\n\n\nc'").collect(),
        sc.parallelize(["a\n\n", "b\nc", "", None, b"d", 1.0], 1).pipe("cat").collect(),
    ]


@wide
def pipe_to_what_stops_or_is_not_there(sc, tmp):
    rdd = sc.parallelize(range(50000), 1)
    return [
        rdd.pipe("head -n 2").collect(),
        rdd.pipe("true").collect(),
        raised(
            lambda: rdd.pipe("no-such-command-anywhere").collect(), "FileNotFoundError", "no-such-command"
        ),
        raised(lambda: rdd.pipe("cat 'open").collect(), "No closing quotation"),
        raised(lambda: rdd.pipe(r"printf '\377'").collect(), "UnicodeDecodeError"),
        raised(lambda: rdd.pipe("sh -c 'exit 3'", checkCode=True).collect(), "exited with error code 3"),
        rdd.pipe("cat").getNumPartitions(),
    ]
