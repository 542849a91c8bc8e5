# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pickle
import subprocess
import sys
import traceback

import pytest
from py4j.protocol import Py4JError, Py4JJavaError

from sluice.errors import (
    ConfigError,
    ContextError,
    CorruptDataError,
    JobCancelledError,
    JobError,
    SluiceError,
)
from sluice.pyspark import present
from sluice.pyspark.errors import wrap
from sluice.pyspark.exceptions import PySparkException, PySparkRuntimeError, PySparkValueError


def failed() -> JobError:
    try:
        try:
            raise KeyError("k")
        except KeyError as cause:
            raise JobError("a task failed\n\nTraceback ...\nKeyError: 'k'", where="stage 1", job=7) from cause
    except JobError as error:
        return error


def test_a_failed_action_is_both() -> None:
    error = failed()
    wrapped = wrap(error)
    assert isinstance(wrapped, JobError)
    assert isinstance(wrapped, Py4JJavaError)
    assert isinstance(wrapped, Py4JError)
    assert wrap(wrapped) is wrapped
    assert str(wrapped) == str(error) == wrapped.errmsg
    assert wrapped.values == {"job": "7"}
    assert wrapped.where == "stage 1"
    assert wrapped.__cause__ is error.__cause__
    assert wrapped.__traceback__ is error.__traceback__
    assert type(wrapped).__name__ == "Py4JJavaError"
    shown = "".join(traceback.format_exception(wrapped))
    assert "py4j.protocol.Py4JJavaError: a task failed" in shown
    assert "The above exception was the direct cause" in shown


def test_the_java_exception_answers_without_a_jvm(capsys: pytest.CaptureFixture[str]) -> None:
    wrapped = wrap(failed())
    assert isinstance(wrapped, Py4JJavaError)
    java = wrapped.java_exception
    assert java.getMessage() == java.getLocalizedMessage() == str(wrapped)
    assert java.toString() == str(java) == f"org.apache.spark.api.python.PythonException: {wrapped}"
    name = "org.apache.spark.api.python.PythonException"
    assert java.getClass().getName() == java.getClass().getCanonicalName() == name
    assert java.getClass().getSimpleName() == "PythonException"
    assert java.getClass().toString() == f"class {name}"
    assert (list(java.getStackTrace()), list(java.getSuppressed())) == ([], [])
    assert java.getCause() is None
    assert "KeyError: 'k'" in java.getMessage()
    java.printStackTrace()
    assert capsys.readouterr().err.startswith(f"{name}: a task failed")


class MissingPathError(SluiceError, FileNotFoundError):
    pass


class ExistsError(SluiceError, FileExistsError):
    pass


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (MissingPathError("no such path", path="/x"), "org.apache.hadoop.mapred.InvalidInputException"),
        (ExistsError("path exists"), "org.apache.hadoop.mapred.FileAlreadyExistsException"),
        (CorruptDataError("bad block"), "java.io.IOException"),
        (JobCancelledError("cancelled"), "org.apache.spark.SparkException"),
    ],
)
def test_the_class_is_the_one_that_pyspark_shows(error: Exception, name: str) -> None:
    wrapped = wrap(error)
    assert isinstance(wrapped, type(error))
    assert isinstance(wrapped, Py4JJavaError)
    assert wrapped.java_exception.getClass().getName() == name
    assert wrapped.java_exception.getCause() is None


def test_it_travels_by_pickle() -> None:
    back = pickle.loads(pickle.dumps(wrap(failed())))
    assert isinstance(back, JobError)
    assert isinstance(back, Py4JJavaError)
    assert back.java_exception.getMessage() == str(failed())


def test_misuse_of_a_context_is_pysparks_own_error() -> None:
    wrapped = wrap(ContextError("no master", setting="spark.master"))
    assert isinstance(wrapped, PySparkRuntimeError)
    assert isinstance(wrapped, PySparkException)
    assert isinstance(wrapped, ContextError)
    assert not isinstance(wrapped, Py4JJavaError)
    assert str(wrapped) == "no master (setting=spark.master)"
    assert wrapped.getMessage() == "[None] no master (setting=spark.master)"
    assert (wrapped.getCondition(), wrapped.getMessageParameters(), wrapped.getSqlState()) == (
        None,
        None,
        None,
    )


def test_misuse_that_pyspark_has_a_name_for_carries_it_and_keeps_it_in_a_pickle() -> None:
    wrapped = wrap(ContextError("not here"), "VALUE_NOT_ACCESSIBLE", {"value": "x"})
    for error in wrapped, pickle.loads(pickle.dumps(wrapped)):
        assert isinstance(error, PySparkRuntimeError)
        assert isinstance(error, ContextError)
        assert error.getCondition() == "VALUE_NOT_ACCESSIBLE"
        assert error.getMessageParameters() == {"value": "x"}
        assert str(error) == error.getMessage() == "[VALUE_NOT_ACCESSIBLE] not here"
    assert isinstance(wrap(ConfigError("no pairs"), "KEY_VALUE_PAIR_REQUIRED"), PySparkRuntimeError)


def test_an_own_error_with_a_condition() -> None:
    error = PySparkValueError(errorClass="BAD", messageParameters={"arg": "1"})
    assert str(error) == "[BAD] arg=1"
    assert error.getCondition() == "BAD"
    with pytest.warns(FutureWarning):
        assert error.getErrorClass() == "BAD"
    assert error.getMessageParameters() == {"arg": "1"}
    assert isinstance(error, ValueError)


def test_programs_not_for_pyspark_get_the_plain_error() -> None:
    program = """
import sys
from sluice.errors import JobError
from sluice.pyspark import present
error = JobError("x")
assert present(error) is error and "py4j" not in sys.modules
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr == ""


def test_present_wraps_where_the_names_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluice.pyspark.installed", lambda: True)
    assert isinstance(present(JobError("x")), Py4JJavaError)
