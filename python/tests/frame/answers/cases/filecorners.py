# SPDX-License-Identifier: Apache-2.0
"""Corners of reading files that a review found: the file of a row, headers of given lines, byte order marks, quotes."""

from __future__ import annotations

from ..registry import F, case

QUOTES = (
    *(
        'a,"d" ,e',
        'a,"x,y"z,e',
        'a, "d",e',
        'a,"d"  "e",f',
        'a,"d"\t,f',
        'a,"x,y,z',
        'a,"x"y"z,w',
        'a,"x\\"y",z',
    ),
    *(
        'a,"x""y",z',
        'a,"x"y","z",w',
        'a,"x "y" ,z',
        'x"y",z',
        '"a" ',
        '"a,b"c,d"e,f',
        'a,"x"",y"z,w',
        ' "a" ,b',
    ),
    *('"a\\\\",b', 'a,"x\\y",b', 'a,"x"y\\"z,w'),
)


def written(tmp, name, data):
    path = tmp / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


def last(column):
    return F.element_at(F.split(column, "/"), -1)


def two(spark, tmp):
    paths = [written(tmp, "one 1.csv", "a,b\n1,2\n3,4\n"), written(tmp, "two.csv", "a,b\n5,6\n")]
    return spark.read.csv(paths, header=True)


@case
def file_of_a_row(spark, tmp):
    frame = two(spark, tmp)
    name = last(F.input_file_name())
    return [
        frame.select("a", name.alias("f")),
        frame.filter(name == "two.csv").withColumn("f", name),
        frame.groupBy(name.alias("f")).count(),
        frame.withColumn("c", F.col("a").cast("int")).filter("c > 1").select(name.alias("f"), "c"),
        frame.union(frame.filter("a > 3")).select("a", name.alias("f")),
        frame.orderBy("a").select("a", F.input_file_name()),
        spark.range(2).select("id", F.input_file_name()),
        frame.select(F.input_file_name().startswith("file:///").alias("f")),
    ]


@case
def file_of_a_row_of_other_formats(spark, tmp):
    spark.range(3).repartition(1).write.parquet(str(tmp / "p"))
    spark.createDataFrame([(1, "a"), (2, "b")], "x int, k string").write.partitionBy("k").parquet(
        str(tmp / "k")
    )
    name = last(F.input_file_name())
    json = spark.read.json(written(tmp, "j.json", '{"a": 1}\n[{"a": 2}, {"a": 3}]\n'))
    return [
        json.select("a", name.alias("f")),
        spark.read.text(written(tmp, "t.txt", "x\ny\n")).select("value", name.alias("f")),
        spark.read.parquet(str(tmp / "p")).select("id", F.substring(name, 1, 4).alias("f")),
        spark.read.parquet(str(tmp / "k")).select(
            "x", "k", F.element_at(F.split(F.input_file_name(), "/"), -2).alias("f")
        ),
    ]


@case
def files_of_a_frame(spark, tmp):
    names = [each.rpartition("/")[2] for each in two(spark, tmp).filter("a > 1").inputFiles()]
    return sorted(names), two(spark, tmp).inputFiles()[0][:8], spark.range(2).inputFiles()


@case
def header_of_given_lines(spark):
    lines = spark.sparkContext.parallelize(["#x", "a,b", "1,2", "a,b", "3,4"], 2)
    frame = spark.createDataFrame([("a,b",), ("1,2",), (None,)], "s string")
    return [
        spark.read.csv(lines.filter(lambda line: line[0] != "#"), header=True),
        spark.read.csv(lines, header=True, inferSchema=True, comment="#"),
        spark.read.csv(lines, header=True, schema="x string, y string", comment="#"),
        spark.read.csv(frame, header=True, schema="x int, y int"),
        spark.read.csv(lines, header=False, comment="#"),
    ]


@case
def byte_order_marks(spark, tmp):
    mark = b"\xef\xbb\xbf"
    header = written(tmp, "a.csv", mark + b"a,b\n1,2\n")
    plain = written(tmp, "b.csv", mark + b"1,2\n3,4\n")
    return [
        spark.read.csv(header, header=True),
        spark.read.csv(header, header=True, multiLine=True),
        spark.read.csv(plain, inferSchema=True),
        spark.read.csv(plain, schema="a int, b int"),
        spark.read.json(written(tmp, "a.json", mark + b'{"a": 1}\n{"a": 2}\n')),
        spark.read.text(written(tmp, "a.txt", mark + b"ab\nc\n")).select("value"),
    ]


@case
def quotes_that_are_none(spark):
    found = []
    for options in (
        {},
        {"escape": '"'},
        {"ignoreLeadingWhiteSpace": True, "ignoreTrailingWhiteSpace": True},
        {"quote": ""},
        {"sep": "\t"},
    ):
        lines = [each.replace(",", "\t") for each in QUOTES] if options.get("sep") else QUOTES
        frame = spark.createDataFrame([(each,) for each in lines], "s string").repartition(1)
        found.append(spark.read.csv(frame, schema="a string, b string, c string, d string", **options))
    return found


@case
def malformed_lines(spark, tmp):
    path = written(tmp, "m.csv", "1,2,3\n4,5\n6,x,7\n8,9,10,11\n\n")
    frame = spark.read.csv(path, schema="a int, b int, c int", mode="DROPMALFORMED")
    counted = spark.createDataFrame([(frame.count(), frame.limit(3).count())], "n int, limited int")
    return [frame, counted, frame.select("a"), frame.select("b"), frame.select("a", "c").limit(3)]
