# SPDX-License-Identifier: Apache-2.0
"""textFile: lines, characters, files, splits, the moment at which a missing path fails."""

from __future__ import annotations

from ..registry import core, file_of, parts, raised, with_hadoop


@core
def lines_ended_by_lf(sc, tmp):
    return sc.textFile(file_of(tmp, b"one\ntwo\n\nfour\n"), 1).collect()


@core
def last_line_without_end(sc, tmp):
    return sc.textFile(file_of(tmp, b"one\ntwo"), 1).collect()


@core
def lines_ended_by_crlf(sc, tmp):
    return sc.textFile(file_of(tmp, b"one\r\ntwo\r\n\r\nfour"), 1).collect()


@core
def lines_ended_by_cr(sc, tmp):
    return sc.textFile(file_of(tmp, b"one\rtwo\r\rfour\r"), 1).collect()


@core
def mixed_line_ends(sc, tmp):
    return sc.textFile(file_of(tmp, b"a\r\nb\rc\nd\n\re\r\r\nf"), 1).collect()


@core
def other_separators_are_characters(sc, tmp):
    return sc.textFile(file_of(tmp, "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g\n".encode()), 1).collect()


@core
def empty_file(sc, tmp):
    rdd = sc.textFile(file_of(tmp, b""))
    return [rdd.getNumPartitions(), rdd.collect()]


@core
def file_of_one_line_end(sc, tmp):
    return [
        sc.textFile(file_of(tmp, end, f"f{i}"), 1).collect()
        for i, end in enumerate([b"\n", b"\r\n", b"\r", b"\n\n"])
    ]


@core
def byte_order_mark_is_dropped(sc, tmp):
    return sc.textFile(file_of(tmp, b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n"), 1).collect()


@core
def byte_order_mark_in_each_of_two_files(sc, tmp):
    file_of(tmp, b"\xef\xbb\xbfone\n", "d/a.txt")
    file_of(tmp, b"\xef\xbb\xbftwo\n", "d/b.txt")
    return sorted(sc.textFile(str(tmp / "d"), 1).collect())


@core
def byte_order_mark_alone(sc, tmp):
    return sc.textFile(file_of(tmp, b"\xef\xbb\xbf"), 1).collect()


@core
def bad_bytes(sc, tmp):
    cases = [
        b"a\xffb",
        b"\xc3",
        b"\xc3(",
        b"\xe2\x82",
        b"\xe2\x82x",
        b"\xf0\x9f\x98",
        b"\xf0\x9f\x98\x80",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\x80\x80",
    ]
    return sc.textFile(file_of(tmp, b"\n".join(cases)), 1).collect()


@core
def bad_bytes_beyond_unicode(sc, tmp):
    return sc.textFile(
        file_of(tmp, b"\xf4\x90\x80\x80\n\xf8\x88\x80\x80\x80\n\xe0\x80\x80\nok\xfe"), 1
    ).collect()


@core
def utf16_bytes(sc, tmp):
    return sc.textFile(file_of(tmp, "hé\n".encode("utf-16")), 1).collect()


@core
def nul_bytes(sc, tmp):
    return sc.textFile(file_of(tmp, b"a\x00b\n\x00\n"), 1).collect()


@core
def unicode_lines(sc, tmp):
    return sc.textFile(file_of(tmp, "naïve\n日本語\n😀\n".encode()), 1).collect()


@core
def without_unicode(sc, tmp):
    return sc.textFile(file_of(tmp, b"plain\ncaf\xc3\xa9\nbad\xff\n"), 1, False).collect()


@core
def two_splits_by_default(sc, tmp):
    rdd = sc.textFile(file_of(tmp, b"".join(b"line %d\n" % i for i in range(10))))
    return [rdd.getNumPartitions(), parts(rdd)]


@core
def splits_of_small_file(sc, tmp):
    path = file_of(tmp, b"".join(b"%d\n" % i for i in range(10)))
    return [parts(sc.textFile(path, n)) for n in (0, 1, 2, 3, 4, 7)]


@core
def more_splits_than_bytes(sc, tmp):
    rdd = sc.textFile(file_of(tmp, b"ab\nc\n"), 20)
    return [rdd.getNumPartitions(), parts(rdd)]


@core
def split_counts_by_size(sc, tmp):
    counts = []
    for size in (1, 2, 3, 5, 9, 10, 11, 21, 100, 101):
        path = file_of(tmp, b"x" * size, f"f{size}")
        counts.append((size, [sc.textFile(path, n).getNumPartitions() for n in (1, 2, 3, 4, 5, 8, 10)]))
    return counts


@core
def last_split_may_be_a_tenth_larger(sc, tmp):
    return [sc.textFile(file_of(tmp, b"y" * n, f"g{n}"), 10).getNumPartitions() for n in range(95, 125)]


@core
def long_line_over_several_splits(sc, tmp):
    return parts(sc.textFile(file_of(tmp, b"a\n" + b"b" * 40 + b"\nc\nd\n"), 6))


@core
def line_end_at_split_border(sc, tmp):
    return [
        parts(sc.textFile(file_of(tmp, text, f"s{i}"), 2))
        for i, text in enumerate([b"abc\ndef\n", b"abcd\nefg", b"abc\n\nde\n", b"ab\ncdefg"])
    ]


@core
def crlf_at_split_border(sc, tmp):
    return [
        parts(sc.textFile(file_of(tmp, text, f"c{i}"), 2))
        for i, text in enumerate([b"abc\r\ndef\r", b"ab\r\ncd\r\n", b"abcd\r\nefg", b"a\rb\rc\rd\r"])
    ]


@core
def crlf_in_each_number_of_splits(sc, tmp):
    path = file_of(tmp, b"one\r\ntwo\r\n\r\nthree\r\n")
    return [parts(sc.textFile(path, n)) for n in range(1, 12)]


@core
def bare_cr_in_each_number_of_splits(sc, tmp):
    path = file_of(tmp, b"one\rtwo\r\rthree\r")
    return [parts(sc.textFile(path, n)) for n in range(1, 9)]


@core
def directory(sc, tmp):
    for name, text in (("b.txt", b"b1\nb2\n"), ("a.txt", b"a1\n"), ("c", b"c1\nc2\nc3\n")):
        file_of(tmp, text, f"d/{name}")
    rdd = sc.textFile(str(tmp / "d"))
    return [rdd.getNumPartitions(), sorted(rdd.collect()), sorted(parts(rdd))]


@core
def directory_with_one_split_each(sc, tmp):
    for name in "cab":
        file_of(tmp, name.encode() * 3 + b"\n", f"d/{name}")
    rdd = sc.textFile(str(tmp / "d"), 1)
    return [rdd.getNumPartitions(), sorted(parts(rdd))]


@core
def directory_split_counts(sc, tmp):
    for i, size in enumerate((10, 20, 70, 0, 1)):
        file_of(tmp, b"z" * size, f"d/{i}")
    return [sc.textFile(str(tmp / "d"), n).getNumPartitions() for n in (1, 2, 3, 5, 8, 13)]


@core
def directory_with_unequal_files(sc, tmp):
    file_of(tmp, b"".join(b"%02d\n" % i for i in range(30)), "d/large")
    file_of(tmp, b"s1\ns2\n", "d/small")
    return sorted(parts(sc.textFile(str(tmp / "d"), 4)))


@core
def hidden_files_are_skipped(sc, tmp):
    for name in ("_SUCCESS", ".hidden", "_x.txt", "ok", ".ok.crc", "a_b", "a.b"):
        file_of(tmp, name.encode() + b"\n", f"d/{name}")
    return sorted(sc.textFile(str(tmp / "d")).collect())


@core
def directory_in_directory_fails(sc, tmp):
    file_of(tmp, b"top\n", "d/a")
    file_of(tmp, b"deep\n", "d/sub/b")
    return raised(lambda: sc.textFile(str(tmp / "d")).collect(), "IOException", "is a directory", "d/sub")


@core
def empty_directory(sc, tmp):
    (tmp / "d").mkdir()
    rdd = sc.textFile(str(tmp / "d"))
    return [rdd.getNumPartitions(), rdd.collect()]


@core
def glob_of_files(sc, tmp):
    for name in ("a1.txt", "a2.txt", "b1.txt", "a1.csv"):
        file_of(tmp, name.encode(), name)
    return [
        sorted(sc.textFile(str(tmp / p)).collect())
        for p in ("*.txt", "a?.txt", "[ab]1.*", "{a1,b1}.txt", "a[^1].txt")
    ]


@core
def glob_of_directories(sc, tmp):
    for day in ("01", "02", "03"):
        file_of(tmp, day.encode(), f"day={day}/part-0")
    return sorted(sc.textFile(f"{tmp}/day=0[12]/*").collect()) + sorted(sc.textFile(f"{tmp}/day=*").collect())


@core
def glob_that_matches_nothing(sc, tmp):
    return raised(lambda: sc.textFile(f"{tmp}/*.none").collect(), "matches 0 files", "InvalidInputException")


@core
def paths_with_commas(sc, tmp):
    a, b = file_of(tmp, b"a\n", "a"), file_of(tmp, b"b\n", "b")
    rdd = sc.textFile(f"{b},{a}", 1)
    return [rdd.getNumPartitions(), rdd.collect()]


@core
def same_path_twice(sc, tmp):
    a = file_of(tmp, b"a\n")
    return sc.textFile(f"{a},{a}", 1).collect()


@core
def path_with_scheme(sc, tmp):
    path = file_of(tmp, b"x\n")
    return [sc.textFile(f"file:{path}", 1).collect(), sc.textFile(f"file://{path}", 1).collect()]


@core
def path_with_spaces_and_letters(sc, tmp):
    return sc.textFile(file_of(tmp, b"x\n", "ä b/c%20d.txt"), 1).collect()


@core
def missing_path_fails_at_the_action(sc, tmp):
    rdd = sc.textFile(str(tmp / "none"))
    mapped = rdd.map(len).filter(bool)
    return raised(mapped.count, "Input path does not exist", "InvalidInputException", "none")


@core
def missing_path_and_number_of_partitions(sc, tmp):
    return raised(sc.textFile(str(tmp / "none")).getNumPartitions, "Input path does not exist")


@core
def missing_path_under_shuffle(sc, tmp):
    lines = sc.textFile(str(tmp / "none")).map(lambda x: (x, 1))
    return raised(lambda: lines.reduceByKey(lambda a, b: a + b), "Input path does not exist")


@core
def missing_path_under_shuffle_with_count(sc, tmp):
    lines = sc.textFile(str(tmp / "none")).map(lambda x: (x, 1))
    return raised(
        lambda: type(lines.reduceByKey(lambda a, b: a + b, 2)).__name__, "Input path does not exist"
    )


@core
def missing_path_fails_at_union(sc, tmp):
    there, missing = sc.textFile(file_of(tmp, b"a\n")), sc.textFile(str(tmp / "none"))
    return raised(lambda: type(there.union(missing)), "Input path does not exist")


@core
def file_that_appears_before_the_action(sc, tmp):
    rdd = sc.textFile(str(tmp / "late"), 1)
    file_of(tmp, b"here\n", "late")
    return rdd.collect()


@core
def word_count_of_a_file(sc, tmp):
    path = file_of(tmp, b"it was the best of times\nit was the worst of times\n" * 3)
    counts = sc.textFile(path, 2).flatMap(str.split).map(lambda w: (w, 1)).reduceByKey(lambda a, b: a + b)
    return parts(counts)


@core
def name_is_the_path(sc, tmp):
    path = file_of(tmp, b"x")
    return [
        sc.textFile(path).name() == path,
        sc.wholeTextFiles(path).name() == path,
        sc.parallelize([1]).name(),
    ]


@core
def directory_read_recursively(sc, tmp):
    for name in ("a", "d/b", "d/e/c", "_no/x", "d/.no"):
        file_of(tmp, name.encode(), f"root/{name}")
    key = "mapreduce.input.fileinputformat.input.dir.recursive"
    return [
        with_hadoop(sc, {k: "true"}, lambda: sorted(sc.textFile(str(tmp / "root")).collect()))
        for k in (key, "mapred.input.dir.recursive")
    ]


@core
def splits_of_a_least_size(sc, tmp):
    path = file_of(tmp, b"".join(b"%d\n" % i for i in range(50)))
    key = "mapreduce.input.fileinputformat.split.minsize"
    return [with_hadoop(sc, {key: n}, lambda: parts(sc.textFile(path, 7))) for n in ("1", "60", "1000")]


@core
def records_ended_by_a_delimiter(sc, tmp):
    texts = [b"a|b|c", b"a|b|c|", b"||", b"a\n|b\r\nc|", b"\xef\xbb\xbfx|y", b"\xff|z", b"one"]
    paths = [file_of(tmp, text, f"t{i}") for i, text in enumerate(texts)]
    key = "textinputformat.record.delimiter"
    return with_hadoop(sc, {key: "|"}, lambda: [sc.textFile(path, 1).collect() for path in paths])


@core
def records_ended_by_a_long_delimiter_in_each_number_of_splits(sc, tmp):
    path = file_of(tmp, b"a<>b<><>cc<d<>eeeeeeeeeeeeeee<>f>g<>h")
    key = "textinputformat.record.delimiter"
    return with_hadoop(sc, {key: "<>"}, lambda: [parts(sc.textFile(path, n)) for n in range(1, 15)])
