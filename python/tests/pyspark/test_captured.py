# SPDX-License-Identifier: Apache-2.0
"""`pyspark.errors.exceptions.captured`: what tests and libraries raise and catch."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from sluice.pyspark import captured, exceptions
from sluice.pyspark.javaerror import JavaThrowable


def test_each_is_also_the_error_without_java() -> None:
    for name in captured.__dict__:
        found = getattr(captured, name)
        if isinstance(found, type) and issubclass(found, captured.CapturedException):
            base = getattr(exceptions, name, exceptions.PySparkException)
            error = found("what", "at java")
            assert isinstance(error, base)
            assert str(error) == "what\n\nJVM stacktrace:\nat java"
            assert (error.getCondition(), error.getMessage(), error.getQueryContext()) == (None, "", [])
            assert error.getMessageParameters() is None
            assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_one_is_made_of_a_throwable_or_of_texts() -> None:
    cause = JavaThrowable("java.io.IOException", "disk")
    error = captured.UnknownException(origin=JavaThrowable("a.B", "text", cause))
    assert str(error) == "text"
    assert error._cause is cause
    for arguments in ({}, {"desc": "x"}, {"desc": "x", "stackTrace": "", "origin": cause}):
        with pytest.raises(AssertionError):
            captured.CapturedException(**arguments)


def test_classes_say_the_module_that_programs_import_them_from() -> None:
    program = """
import pickle, traceback
import sluice.pyspark
sluice.pyspark.install()
from pyspark.errors import PySparkValueError
from pyspark.errors.exceptions import base, captured
assert PySparkValueError is base.PySparkValueError
print(traceback.format_exception_only(PySparkValueError("x"))[0], end="")
print(captured.AnalysisException.__module__)
print(repr(pickle.loads(pickle.dumps(PySparkValueError("x")))))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "pyspark.errors.exceptions.base.PySparkValueError: x",
        "pyspark.errors.exceptions.captured",
        "PySparkValueError('x')",
    ]
