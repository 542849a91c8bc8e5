# SPDX-License-Identifier: Apache-2.0
"""SparkSession as RDD programs use it: the builder, settings, text files, its end."""

from __future__ import annotations

from ..registry import raised, wide


def _session(**settings):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("sessions").config("spark.ui.enabled", False)
    return builder.config(map=settings).getOrCreate()


def _condition(action):
    from pyspark.errors import PySparkException

    try:
        return ["returned", action()]
    except PySparkException as error:
        return [cls.__name__ for cls in type(error).__mro__], error.getCondition()


@wide(alone=True)
def builder_collects_settings(sc, tmp):
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

    conf = SparkConf(False).set("spark.a", "1")
    builder = (
        SparkSession.builder.config(conf=conf)
        .config("spark.b", True)
        .config(map={"spark.c": 2, "spark.d": 1.5})
    )
    session = builder.config("spark.ui.enabled", False).master("local[2]").appName("x").enableHiveSupport()
    return [
        [(key, session._options[key]) for key in ("spark.a", "spark.b", "spark.c", "spark.d")],
        session is builder,
        SparkSession.builder._options,
        SparkSession.builder is SparkSession.builder,
    ]


@wide(alone=True)
def settings_of_a_session(sc, tmp):
    from pyspark.sql import SparkSession

    spark = _session(**{"spark.answers.a": "1", "spark.answers.flag": True})
    try:
        conf = spark.conf
        found = [
            [
                conf.get(key)
                for key in ("spark.answers.a", "spark.answers.flag", "spark.app.name", "spark.master")
            ],
            conf.get("spark.answers.none", "d"),
            conf.get("spark.answers.none", None),
            _condition(lambda: conf.get("spark.answers.none")),
            _condition(lambda: conf.get(3)),
            _condition(lambda: conf.get("a", 3)),
            _condition(lambda: conf.set("spark.executor.memory", "2g")),
            raised(lambda: conf.set("spark.answers.a", None)),
            conf.isModifiable("spark.answers.a"),
        ]
        conf.set("spark.answers.a", 2)
        conf.set("spark.answers.b", False)
        found.append(
            [conf.get("spark.answers.a"), conf.get("spark.answers.b"), "spark.answers.b" in conf.getAll]
        )
        conf.unset("spark.answers.b")
        conf.unset("spark.answers.none")
        found.append(conf.get("spark.answers.b", "gone"))
        other = spark.newSession()
        found.append([other.conf.get("spark.answers.a"), other.sparkContext is spark.sparkContext])
        found.append(spark.sparkContext.getConf().get("spark.answers.a"))
        again = SparkSession.builder.config("spark.answers.a", 7).getOrCreate()
        found.append([again is spark, again.conf.get("spark.answers.a")])
        return found
    finally:
        spark.stop()


@wide(alone=True)
def session_of_the_active_context(sc, tmp):
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    found = [SparkSession.getActiveSession(), _condition(SparkSession.active)]
    context = SparkContext("local[2]", "first")
    with SparkSession.builder.appName("second").getOrCreate() as spark:
        found += [
            spark.sparkContext is context,
            SparkSession.getActiveSession() is spark,
            SparkSession.active() is spark,
            spark.newSession() is spark,
            SparkSession.getActiveSession() is spark,
            context.appName,
            spark.conf.get("spark.app.name"),
            spark.version,
            spark.sparkContext.range(5).sum(),
        ]
    found.append(SparkSession.getActiveSession())
    found.append(SparkContext._active_spark_context)
    return found


@wide(alone=True)
def sessions_one_after_the_other(sc, tmp):
    found = []
    for number in range(2):
        spark = _session(**{"spark.answers.n": number})
        found.append([spark.conf.get("spark.answers.n"), spark.sparkContext.parallelize([1, 2]).count()])
        spark.stop()
        spark.stop()
    return found


@wide(alone=True)
def text_files_as_rows(sc, tmp):
    (tmp / "a").write_text("a1\na2 x\n\nlast")
    (tmp / "deep" / "deeper").mkdir(parents=True)
    (tmp / "deep" / "b").write_text("b1\r\nb2\n")
    (tmp / "deep" / "deeper" / "c").write_text("c1\n")
    a, deep = str(tmp / "a"), str(tmp / "deep")
    spark = _session()
    try:
        read = spark.read
        lines = read.text(a).rdd
        return [
            [tuple(row) for row in lines.collect()],
            [(row.value, row["value"], row[0], row.asDict()) for row in lines.take(1)],
            lines.getNumPartitions(),
            lines.map(lambda row: row[0]).flatMap(str.split).countByValue()["x"],
            sorted(row[0] for row in read.text([a, deep + "/b"]).rdd.collect()),
            [row[0] for row in read.text(deep + "/b").rdd.collect()],
            [row[0] for row in read.text(a, wholetext=True).rdd.collect()],
            [row[0] for row in read.option("wholetext", True).text(a).rdd.collect()],
            [row[0] for row in read.text(a, lineSep="a").rdd.collect()],
            [row[0] for row in spark.read.format("text").load(a).rdd.collect()],
            sorted(row[0] for row in spark.read.text(deep, recursiveFileLookup=True).rdd.collect()),
            [row[0] for row in spark.read.options(lineSep="2").text(a).rdd.collect()],
            _condition(lambda: spark.read.text(str(tmp / "none"))),
        ]
    finally:
        spark.stop()
