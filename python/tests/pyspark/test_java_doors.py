# SPDX-License-Identifier: Apache-2.0
"""What programs reach Java by: `_jvm`, `_gateway`, `_jsc`; each answer is PySpark's unless the name says otherwise."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from py4j.java_gateway import java_import
from py4j.protocol import Py4JError, Py4JJavaError

from sluice import Conf, Context
from sluice.errors import ConfigError, StartError
from sluice.files.hadoop import HadoopConfiguration


@pytest.fixture(scope="module")
def door(session_context: Context) -> Context:
    """A context that has called Java: Py4J keeps the connection of its first call for the next ones."""
    session_context._jvm.java.lang.System.nanoTime()
    return session_context


@pytest.fixture
def sc(door: Context) -> Context:
    """Without a census: a gateway that was opened stays until the context stops, as the first test shows."""
    return door


def test_nothing_is_open_before_a_context_starts_and_after_it_stopped() -> None:
    assert (Context._active_spark_context, Context._gateway, Context._jvm) == (None, None, None)
    with Context("local[2]", "one") as first:
        before = first._jvm
        assert before.java.lang.Math.max(1, 2) == 2
        assert Context._jvm is before
        directory = first._jvm_handle.directory
        assert list(directory.glob("sluice-gateway-*"))
    assert (first._jvm, first._gateway, first._jsc, Context._jvm) == (None, None, None, None)
    assert not list(directory.glob("sluice-gateway-*"))
    with Context("local[2]", "two") as second:
        assert second._jvm is not before
        assert second._jvm.java.lang.Math.max(1, 2) == 2
        assert first._jvm is None


def test_objects_of_java_may_outlive_their_context(caplog: pytest.LogCaptureFixture) -> None:
    with Context("local[1]", "one") as first:
        things = first._jvm.java.util.ArrayList()
        assert things.add("a")
    with pytest.raises(Py4JError, match="not connected"):
        things.size()
    caplog.clear()
    del things
    gc.collect()
    assert not caplog.records


def test_settings_of_hadoop_come_from_the_configuration() -> None:
    conf = Conf().setMaster("local[1]").setAppName("x").set("spark.hadoop.own.key", "1")
    with Context(conf=conf) as sc:
        hadoop = sc._jsc.hadoopConfiguration()
        assert (hadoop.get("own.key"), hadoop.get("fs.defaultFS")) == ("1", "file:///")
        hadoop.set("own.key", "2")
        assert sc._jsc.sc().hadoopConfiguration().get("own.key") == "2"
        assert sc._conf.get("spark.hadoop.own.key") == "1"
    with Context("local[1]", "next") as sc:
        assert sc._jsc.hadoopConfiguration().get("own.key") is None


def test_classes_of_java(sc: Context) -> None:
    jvm = sc._jvm
    assert jvm.java.lang.System.currentTimeMillis() > 10**12
    assert jvm.System.nanoTime() != 0
    things = jvm.java.util.ArrayList()
    things.add("a")
    assert list(things) == ["a"]
    java_import(jvm, "java.util.concurrent.atomic.*")
    assert jvm.AtomicReference("x").get() == "x"
    array = sc._gateway.new_array(jvm.java.lang.String, 2)
    array[0] = "x"
    assert list(array) == ["x", None]
    assert sc._gateway.jvm.java.lang.Integer.parseInt("7") == 7
    with pytest.raises(Py4JJavaError, match="NumberFormatException") as caught:
        jvm.java.lang.Integer.parseInt("x")
    assert caught.value.java_exception.getMessage() == 'For input string: "x"'


@pytest.mark.parametrize(
    "use",
    [
        lambda jvm: jvm.org.apache.spark.sql.SparkSession.builder(),
        lambda jvm: jvm.org.apache.hadoop.fs.Path("/tmp"),
        lambda jvm: jvm.com.example.Missing(),
    ],
)
def test_an_absent_class_is_refused_by_name(sc: Context, use: Any) -> None:
    with pytest.raises(
        TypeError, match=r"'JavaPackage' object is not callable: there is no (org|com)\..* in"
    ):
        use(sc._jvm)


def test_an_absent_class_without_a_package_is_refused_by_name(sc: Context) -> None:
    with pytest.raises(Py4JError, match="PythonUtils does not exist in the JVM: Sluice runs without Spark's"):
        _ = sc._jvm.PythonUtils
    assert not hasattr(sc._jvm, "SparkSession")


def test_settings_of_hadoop_have_types_and_older_names() -> None:
    hadoop = HadoopConfiguration()
    hadoop.setBoolean("mapred.output.compress", True)
    hadoop.setInt("n", 5)
    hadoop.setDouble("d", 0.5)
    hadoop.setIfUnset("n", "6")
    assert hadoop.get("mapreduce.output.fileoutputformat.compress") == "true"
    assert (hadoop.getInt("n", 0), hadoop.getLong("m", 9), hadoop.getDouble("d", 0.0)) == (5, 9, 0.5)
    assert hadoop.getBoolean("n", True)
    assert hadoop.size() == len(dict(hadoop)) == 4
    hadoop.unset("n")
    assert hadoop.get("n", "gone") == "gone"
    with pytest.raises(TypeError, match="name='k', value=5"):
        hadoop.set("k", 5)  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="Configuration has no 'addResource' here"):
        hadoop.addResource("x")


def test_the_java_context_answers_as_the_context(sc: Context) -> None:
    java = sc._jsc
    assert sc._jsc is java
    assert java.sc().applicationId() == sc.applicationId
    assert (java.sc().appName(), java.sc().master(), java.version()) == (sc.appName, sc.master, sc.version)
    assert (java.isLocal(), java.sc().isStopped()) == (True, False)
    assert java.sc().getExecutorMemoryStatus().size() == 1
    assert java.getConf().get("spark.app.name") == sc.appName
    assert java.sc().conf().getOption("spark.none").isEmpty()
    with pytest.raises(AttributeError, match="SparkContext has no 'addJar' here: sluice does not have it"):
        java.addJar("x.jar")


def test_local_properties_reach_tasks(sc: Context) -> None:
    from sluice.taskcontext import TaskContext

    def seen(_: int) -> Any:
        context = TaskContext.get()
        assert context is not None
        return context.getLocalProperty("own.key")

    sc._jsc.sc().setLocalProperty("own.key", "value")
    try:
        assert sc._jsc.getLocalProperty("own.key") == sc.getLocalProperty("own.key") == "value"
        assert sc.parallelize([0], 1).map(seen).collect() == ["value"]
    finally:
        sc._jsc.setLocalProperty("own.key", None)
    sc._jsc.setJobGroup("g", "text")
    assert sc.getLocalProperty("spark.jobGroup.id") == "g"
    sc._jsc.clearJobGroup()
    assert sc.getLocalProperty("spark.jobGroup.id") is None


def test_kept_rdds_can_be_found_and_freed(sc: Context) -> None:
    one, two = sc.parallelize([1], 1).map(str).cache(), sc.parallelize([2], 1).setName("two").persist()
    assert sc._jsc.getPersistentRDDs() == {one.id(): one, two.id(): two}
    for rdd in sc._jsc.getPersistentRDDs().values():
        rdd.unpersist()
    assert (sc._jsc.getPersistentRDDs(), one.is_cached) == ({}, False)
    two.cache()
    del two, rdd
    assert sc._jsc.getPersistentRDDs() == {}


@pytest.fixture
def loggers() -> Iterator[None]:
    yield
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("sluice.log4j"):
            logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.usefixtures("loggers")
def test_logging_by_log4j(sc: Context, capsys: pytest.CaptureFixture[str]) -> None:
    log4j = sc._jvm.org.apache.log4j
    logger = log4j.LogManager.getLogger("own.part")
    logger.info("not shown")
    logger.warn("100% shown")
    sc.setLogLevel("INFO")
    logger.info("shown too")
    log4j.LogManager.getLogger("own").setLevel(log4j.Level.ERROR)
    logger.warn("not shown")
    logger.error("bad", ValueError("because"))
    log4j.Logger.getRootLogger().setLevel(log4j.Level.OFF)
    log4j.Logger.getLogger("other").fatal("not shown")
    log4j.Logger.getRootLogger().setLevel(None)
    second = sc._jvm.org.apache.logging.log4j
    second.core.config.Configurator.setLevel("own.part", second.Level.DEBUG)
    second.LogManager.getLogger("own.part").debug("shown again")
    sc.setLogLevel("WARN")
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 2)[2] for line in lines if line[:2].isdigit()] == [
        "WARN own.part: 100% shown",
        "INFO own.part: shown too",
        "ERROR own.part: bad",
        "DEBUG own.part: shown again",
    ]
    assert "because" in lines
    assert (logger.isDebugEnabled(), logger.isTraceEnabled(), logger.getEffectiveLevel()) == (
        True,
        False,
        logger.getLevel(),
    )
    assert str(log4j.Level.toLevel("warn")) == "WARN"
    with pytest.raises(AttributeError, match="has no 'PropertyConfigurator' here"):
        _ = log4j.PropertyConfigurator


def test_a_log_level_that_is_none_is_refused(sc: Context) -> None:
    with pytest.raises(ConfigError, match="NONSENSE"):
        sc.setLogLevel("NONSENSE")


def test_a_missing_py4j_is_named(sc: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    sc._close_door()
    monkeypatch.setitem(sys.modules, "py4j.java_gateway", None)
    with pytest.raises(StartError, match=r"needs py4j in this environment: .*pip install py4j"):
        _ = sc._jvm
