# SPDX-License-Identifier: Apache-2.0
"""`pyspark.util` and its neighbours where PySpark's recorded answers do not reach: variables, odd streams, homes."""

from __future__ import annotations

import io
import traceback
from pathlib import Path

import pytest

from sluice.pyspark import util
from sluice.pyspark.home import find_spark_home
from sluice.pyspark.tracebacks import first_spark_call
from sluice.serializers import read_int


def written(hide: bool | None = None) -> str:
    out = io.BytesIO()
    try:
        util.fail_on_stopiteration(lambda: next(iter(())))()
    except RuntimeError as error:
        util.handle_worker_exception(error, out, hide)
    out.seek(0)
    assert read_int(out) == -2
    data = out.read(read_int(out))
    assert out.read() == b""
    return data.decode()


def test_variables_choose_how_much_of_a_traceback_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPARK_HIDE_TRACEBACK", "SPARK_SIMPLIFIED_TRACEBACK", "SPARK_TRACEBACK_WITH_LOCALS"):
        monkeypatch.delenv(name, raising=False)
    whole = written()
    assert "StopIteration" in whole
    assert "pyspark/util.py" in whole
    assert "    error = " not in whole
    monkeypatch.setenv("SPARK_TRACEBACK_WITH_LOCALS", "1")
    assert "    hide = None" in written()
    monkeypatch.setenv("SPARK_SIMPLIFIED_TRACEBACK", "1")
    assert "The above exception was the direct cause" not in written()
    monkeypatch.setenv("SPARK_HIDE_TRACEBACK", "1")
    assert len(written().splitlines()) == 1
    assert "Traceback" in written(hide=False)


def test_a_reader_that_is_gone_and_an_error_that_cannot_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    class Gone(io.RawIOBase):
        def write(self, data: object) -> int:
            raise BrokenPipeError

    class Silent(Exception):
        def __str__(self) -> str:
            raise KeyError

    util.handle_worker_exception(ValueError("x"), Gone())
    assert capsys.readouterr().err == ""
    out = io.BytesIO()
    util.handle_worker_exception(Silent(), out)
    text = out.getvalue()[8:].decode() + capsys.readouterr().err
    assert "Silent" in text


def test_frames_of_ours_go_from_the_top_only() -> None:
    def outer(function: object) -> None:
        util.fail_on_stopiteration(inner)()

    def inner() -> None:
        raise StopIteration

    try:
        util.fail_on_stopiteration(outer)(1)
    except RuntimeError as error:
        trace = error.__traceback__
    assert trace is not None
    assert trace.tb_next is not None
    simple = util.try_simplify_traceback(trace.tb_next)
    names = [frame.name for frame in traceback.extract_tb(simple)]
    assert names == ["outer", "wrapper"]
    assert simple is not None
    assert simple.tb_next is not None
    assert util.try_simplify_traceback(simple.tb_next) is None


def test_memory_as_spark_writes_it() -> None:
    assert [util._parse_memory(text) for text in ("256m", "2g", "1T", "2048k", "1.5G")] == [
        256,
        2048,
        1 << 20,
        2,
        1536,
    ]
    for text in ("2gs", "", "g", "5"):
        with pytest.raises(ValueError, match="invalid format"):
            util._parse_memory(text)


def test_the_home_of_spark_is_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    assert find_spark_home() == str(tmp_path)
    monkeypatch.delenv("SPARK_HOME")
    assert (Path(find_spark_home()) / "names.py").exists()


def test_the_outermost_call_is_named_with_its_line() -> None:
    site = first_spark_call()
    assert site is not None
    assert site.function == "first_spark_call"
    assert site.file == __file__
    assert site.linenum == test_the_outermost_call_is_named_with_its_line.__code__.co_firstlineno + 1
