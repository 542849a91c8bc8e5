# SPDX-License-Identifier: Apache-2.0
"""Which Spark is taken, and what is said of those that are not; what Spark is told of a program's settings."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from sluice import install, master
from sluice.conf import Conf
from sluice.errors import ConfigError, StartError
from sluice.spark import gateway, properties, sparkhome


def made(home: Path, core: str = "spark-core_2.13-4.3.0.jar", script: bool = True) -> Path:
    for name in (f"jars/{core}", "jars/spark-sql_2.13-9.9.9.jar", *(["bin/spark-submit"] if script else [])):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).touch()
    return home


@pytest.mark.parametrize(
    ("core", "version"),
    [
        ("spark-core_2.13-3.5.0.jar", "3.5.0"),
        ("spark-core_2.13-4.3.0.jar", "4.3.0"),
        ("spark-core_2.13-4.0.1-amzn-0.jar", "4.0.1-amzn-0"),
    ],
)
def test_the_variable_names_it(
    core: str, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_HOME", str(made(tmp_path / "a spark", core)))
    assert sparkhome.find() == sparkhome.Spark(tmp_path / "a spark", version, "SPARK_HOME")


@pytest.mark.parametrize(
    ("core", "says"),
    [
        ("spark-core_2.12-3.5.4.jar", r"built for another Scala \(scala=2.12, needed=2.13, version=3.5.4"),
        ("spark-core_2.13-3.4.9.jar", r"too old \(version=3.4.9, needed=3.5 or newer"),
        ("spark-core_2.13-5.0.0-preview1.jar", r"too new \(version=5.0.0-preview1"),
        ("other.jar", r"not whole \(missing=.*spark-core_2.13-VERSION.jar"),
    ],
)
def test_one_of_the_wrong_kind_is_refused_in_a_line(
    core: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_HOME", str(made(tmp_path, core)))
    with pytest.raises(StartError, match=says) as caught:
        sparkhome.find()
    assert str(tmp_path) in str(caught.value)
    assert "SPARK_HOME" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_spark_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_HOME", str(tmp_path / "none"))
    with pytest.raises(StartError, match=r"no Apache Spark there.*No such file or directory"):
        sparkhome.find()
    monkeypatch.setenv("SPARK_HOME", str(made(tmp_path, script=False)))
    with pytest.raises(StartError, match=r"missing=.*bin/spark-submit"):
        sparkhome.find()


def test_the_package_of_this_python_is_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARK_HOME", raising=False)
    monkeypatch.setattr("sys.path", [])
    with pytest.raises(
        StartError, match=r"no Apache Spark \(looked_in=SPARK_HOME, .*pip install 'pyspark>=4'"
    ):
        sparkhome.find()
    home = made(tmp_path / "site" / "pyspark")
    (home / "__init__.py").touch()
    monkeypatch.setattr("sys.path", [str(tmp_path / "site")])
    found = sparkhome.find()
    assert (found.home, found.origin.partition(" ")[0]) == (home, "pyspark")


def test_the_jar_is_named_or_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_SPARK_JAR", str(tmp_path / "none.jar"))
    with pytest.raises(StartError, match="no such jar"):
        install.spark_jar()
    monkeypatch.delenv("SLUICE_SPARK_JAR")
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path))
    with pytest.raises(StartError, match=r"no jar of sluice for apache spark \(tried=.*spark/target"):
        install.spark_jar()
    built = tmp_path / "spark" / "target"
    built.mkdir(parents=True)
    for name in ("sluice-spark-1.0.jar", "sluice-spark-1.0-sources.jar", "original-sluice-spark-1.0.jar"):
        (built / name).touch()
    assert install.spark_jar() == str(built / "sluice-spark-1.0.jar")


def test_local_cluster_is_sparks_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "local-cluster[2,1,512]"
    monkeypatch.delenv("SPARK_HOME", raising=False)
    assert master.parse(url) == master.Master(url, 2, 4)
    monkeypatch.setenv("SPARK_HOME", "/somewhere")
    assert master.parse(url) == master.Master(url, 0, 0, spark=True)


def test_settings_are_handed_on_under_sparks_names() -> None:
    conf = (
        Conf()
        .setMaster("yarn")
        .setAppName("a name")
        .set("spark.executor.memory", "2g")
        .set("sluice.task.maxFailures", 7)
        .set("sluice.worker.env.A", "b")
        .set("sluice.memory.heap", "3g")
        .set("spark.driver.memory", "1g")
        .set("sluice.ui.enabled", "auto")
        .set("sluice.broadcast.shareAbove", "1m")
        .set("spark.files", "a")
    )
    assert properties.for_spark(dict(conf.getAll())) == {
        "spark.executor.memory": "2g",
        "spark.driver.memory": "1g",
        "spark.task.maxFailures": "7",
        "spark.executorEnv.A": "b",
    }


def test_the_file_of_settings_holds_the_defaults_first(tmp_path: Path) -> None:
    defaults = tmp_path / "spark-defaults.conf"
    defaults.write_text("spark.a  1\n# spark.b 2\nspark.c 3\\")
    said = properties.text({"spark.a": "x y", "spark.k=": " one\ntwo\\"}, defaults)
    quick = "-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.2 -XX:ReservedCodeCacheSize=120m"
    ours = f"spark.driver.defaultJavaOptions={quick}\nspark.executor.defaultJavaOptions={quick}\n"
    assert said == (
        f"{ours}spark.a  1\n# spark.b 2\nspark.c 3\\\n\nspark.a=x y\nspark.k\\==\\ one\\ntwo\\\\\n"
    )


@pytest.mark.parametrize(
    ("defaults", "entries"),
    [
        ("spark.network.crypto.enabled   True\n", {}),
        ("", {"spark.io.encryption.enabled": "true"}),
        ("", {"spark.ssl.rpc.enabled": "true"}),
        ("", {"spark.authenticate.enableSaslEncryption": "true"}),
    ],
)
def test_jvms_that_encrypt_keep_their_best_compiler(
    tmp_path: Path, defaults: str, entries: dict[str, str]
) -> None:
    file = tmp_path / "spark-defaults.conf"
    file.write_text(defaults)
    assert "TieredStopAtLevel" not in properties.text(entries, file)
    off = dict.fromkeys(entries, "false")
    assert "TieredStopAtLevel" in properties.text(off)


def test_a_master_that_does_not_answer_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(
            StartError, match=rf"no master of Spark answers \(master=spark://{address}.*refused"
        ):
            gateway.check(f"spark://{address}", {})
        unused.listen()
        gateway.check(f"spark://127.0.0.1:1,{address}", {})
    with pytest.raises(ConfigError, match=r"use spark://HOST:PORT"):
        gateway.check("spark://nowhere", {})


def test_what_spark_would_complain_of_late_is_refused_early(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HADOOP_CONF_DIR", "YARN_CONF_DIR"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StartError, match="set HADOOP_CONF_DIR"):
        gateway.check("yarn", {})
    monkeypatch.setenv("YARN_CONF_DIR", "/etc")
    gateway.check("yarn", {"spark.submit.deployMode": "client"})
    with pytest.raises(ConfigError, match="driver of a program runs where it is started"):
        gateway.check("yarn", {"spark.submit.deployMode": "cluster"})
