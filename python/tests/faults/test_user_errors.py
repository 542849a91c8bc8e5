# SPDX-License-Identifier: Apache-2.0
"""User code that is wrong: the message names the line, the object or the module, and what to do."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from sluice import Context
from sluice.errors import JobError, PicklingError


def failure(rdd: Any) -> JobError:
    with pytest.raises(JobError) as caught:
        rdd.collect()
    return caught.value


@pytest.mark.smoke
def test_user_exception_names_type_and_line(sc: Context) -> None:
    def inner(x: int) -> float:
        return 1 / (x - 3)

    def outer(x: int) -> float:
        return inner(x) + 1

    error = failure(sc.parallelize(range(5), 2).map(outer))
    text = str(error)
    assert re.search(
        r"^a task failed: ZeroDivisionError: .*division by zero "
        r"in job=\d+ stage=\d+ partition=1 attempt=0 worker=\d+\n",
        text,
    ), text
    # The traceback begins at the user's first line and ends at the last.
    lines = re.findall(r'File "(.*?)", line (\d+), in (\w+)', text)
    assert [name for _, _, name in lines] == ["outer", "inner"]
    assert {file for file, _, _ in lines} == {__file__}
    assert "return 1 / (x - 3)" in text
    assert "sluice/worker" not in text
    assert isinstance(error.__cause__, ZeroDivisionError)


# Workers get what is defined here by value, as from a script: they need not import this module and pytest.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


class Stubborn(Exception):
    """Cannot be pickled."""

    def __reduce__(self) -> Any:
        raise TypeError("stays here")


class Expanding(Exception):
    """Pickles, but cannot be made again."""

    def __init__(self, one: int, two: int) -> None:
        Exception.__init__(self, f"{one} and {two}")


class Mute(Exception):
    """Has no text."""

    def __str__(self) -> str:
        raise ValueError("no text")

    __repr__ = __str__


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Stubborn("told"), "Stubborn: told"),
        (lambda: Expanding(1, 2), "Expanding: 1 and 2"),
        (lambda: Mute(), "Mute: <str() of the exception raised ValueError>"),
        (lambda: ValueError("half \ud800 of a pair"), "ValueError: half \\ud800 of a pair"),
        (lambda: ValueError(b"\xff\x00"), r"ValueError: b'\xff\x00'"),
        (lambda: ValueError("nul \0 and \x1b[31m colour"), "ValueError: nul "),
        (lambda: ValueError(threading.Lock()), "ValueError: <unlocked _thread.lock"),
        (lambda: KeyError("missing"), "KeyError: 'missing'"),
        (
            lambda: ExceptionGroup("several", [ValueError(1), TypeError(2)]),
            "ExceptionGroup: several (2 sub-exceptions)",
        ),
        (lambda: OSError(2, "No such file", "/a"), "FileNotFoundError: [Errno 2] No such file: '/a'"),
        (lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "UnicodeDecodeError: 'utf-8' codec"),
        (lambda: ValueError(), "ValueError"),
    ],
)
def test_exceptions_that_do_not_travel_well(sc: Context, make: Any, said: str) -> None:
    # Made in the worker: what cannot be pickled does not get there either.
    def raises(x: int) -> int:
        raise make()

    for _ in range(2):
        text = str(failure(sc.parallelize([1], 1).map(raises)))
        assert re.search(r"a task failed: (test_user_errors\.)?" + re.escape(said), text), text
        assert "raise make()" in text
        text.encode()


def test_exception_text_of_a_hundred_megabytes(sc: Context) -> None:
    def raises(x: int) -> int:
        raise ValueError("begin" + "x" * (100 << 20) + "end")

    text = str(failure(sc.parallelize([1], 1).map(raises)))
    assert "ValueError: beginxxx" in text
    assert "xxxend" in text
    assert "characters left out" in text
    assert ", in raises" in text
    assert len(text) < 300_000


def test_chained_and_recursive_exceptions(sc: Context) -> None:
    def chained(x: int) -> int:
        try:
            {}["key"]
        except KeyError as error:
            raise ValueError("outer") from error
        return x

    text = str(failure(sc.parallelize([1], 1).map(chained)))
    assert "KeyError: 'key'" in text
    assert "direct cause" in text
    assert "ValueError: outer" in text

    def circular(x: int) -> int:
        first, second = ValueError("first"), ValueError("second")
        first.__cause__, second.__cause__ = second, first
        raise first

    assert "ValueError: first" in str(failure(sc.parallelize([1], 1).map(circular)))


def test_stop_iteration_never_ends_the_data(sc: Context) -> None:
    def stops(x: int) -> int:
        if x == 5:
            raise StopIteration
        return x

    def stops_later(items: Iterator[int]) -> Iterator[int]:
        yield next(items)
        raise StopIteration

    numbers = sc.parallelize(range(10), 1)
    for rdd in (
        numbers.map(stops),
        numbers.filter(lambda x: stops(x) >= 0),
        numbers.flatMap(lambda x: [stops(x)]),
        numbers.map(stops).map(lambda x: x).filter(lambda x: True),
        numbers.mapPartitions(stops_later),
        numbers.mapPartitions(lambda items: (stops(x) for x in items)),
    ):
        assert "StopIteration" in str(failure(rdd))


def test_stop_iteration_inside_a_generator_of_ours_and_as_a_cause(sc: Context) -> None:
    def stops(_: object) -> list[int]:
        raise StopIteration

    def explains(items: Iterator[int]) -> Iterator[int]:
        try:
            yield next(iter(()))
        except StopIteration as error:
            raise LookupError("nothing there") from error

    numbers = sc.parallelize(range(4), 2)
    text = str(failure(numbers.cartesian(numbers).flatMap(stops)))
    assert "Caught StopIteration thrown from user's code" in text
    assert "LookupError: nothing there" in str(failure(numbers.mapPartitions(explains)))


def test_function_that_cannot_be_pickled_names_the_path(sc: Context) -> None:
    class Config:
        def __init__(self) -> None:
            self.connection = {"db": threading.Lock()}

    config = Config()
    with pytest.raises(PicklingError) as caught:
        sc.parallelize([1], 1).map(lambda x: config.connection and x).collect()
    assert f"lambda at {__file__}:" in str(caught.value)
    assert "-> closure config" in str(caught.value)
    assert " -> .connection -> ['db'] : _thread.lock (reason=" in str(caught.value)


def test_function_that_holds_a_context_or_an_rdd(sc: Context) -> None:
    with pytest.raises(PicklingError) as caught:
        sc.parallelize([1], 1).map(lambda x: sc.parallelize([x]).count()).collect()
    assert f"function cannot be pickled: lambda at {__file__}:" in str(caught.value)
    assert " -> closure sc : it appears that you are attempting to use SparkContext in" in str(caught.value)
    assert "it works in the driver only" in str(caught.value)

    class Job:
        def __init__(self) -> None:
            self.numbers = {"all": sc.parallelize([1, 2], 1)}

        def step(self, x: int) -> int:
            return x + self.numbers["all"].count()

    job = Job()
    with pytest.raises(PicklingError) as caught:
        sc.parallelize([1], 1).map(lambda x: job.step(x)).collect()
    assert " -> closure job -> .numbers -> ['all'] : it appears that you are" in str(caught.value)
    assert "join the two, or collect one and broadcast the values" in str(caught.value)


def test_record_that_cannot_be_pickled(sc: Context) -> None:
    text = str(failure(sc.parallelize([1, 2], 1).map(lambda x: threading.Lock())))
    assert "cannot pickle '_thread.lock' object" in text
    assert isinstance(sc.parallelize([1], 1).map(lambda x: x).collect(), list)


def test_record_that_the_driver_cannot_unpickle(sc: Context) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (int, ("not a number",))

    with pytest.raises(ValueError, match="invalid literal for int"):
        sc.parallelize([1], 1).map(lambda x: Trap()).collect()


@pytest.mark.smoke
def test_module_that_is_missing_in_the_worker(sc: Context, tmp_path: Path) -> None:
    (tmp_path / "only_here.py").write_text("def double(x):\n    return 2 * x\n")
    sys.path.insert(0, str(tmp_path))
    try:
        import only_here  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(tmp_path))
    try:
        text = str(failure(sc.parallelize([1, 2], 1).map(only_here.double)))
        assert "No module named 'only_here'" in text
        assert f"interpreter={sys.executable}; send it with Context.addPyFile, or put its directory" in text
        # As the message says: on the driver's path it is found.
        sys.path.insert(0, str(tmp_path))
        try:
            assert sc.parallelize([1, 2], 1).map(only_here.double).collect() == [2, 4]
        finally:
            sys.path.remove(str(tmp_path))
    finally:
        del sys.modules["only_here"]


def test_import_that_fails_in_the_user_s_own_code(sc: Context) -> None:
    def imports(x: int) -> int:
        import no_such_module_at_all  # type: ignore[import-not-found] # noqa: F401

        return x

    text = str(failure(sc.parallelize([1], 1).map(imports)))
    assert "ModuleNotFoundError: No module named 'no_such_module_at_all'" in text
    assert ", in imports" in text


class BadKey:
    """Equal to none, and says so loudly."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __hash__(self) -> int:
        if self.what == "hash":
            raise RuntimeError("no hash today")
        return 1

    def __eq__(self, other: object) -> bool:
        if self.what == "eq":
            raise RuntimeError("incomparable")
        return self is other


@pytest.mark.parametrize(("what", "said"), [("eq", "incomparable"), ("hash", "no hash today|hash")])
def test_keys_that_raise(sc: Context, what: str, said: str) -> None:
    cls = BadKey
    pairs = sc.parallelize(range(4), 2).map(lambda x: (cls(what), x))
    assert re.search(said, str(failure(pairs.reduceByKey(lambda a, b: a + b, 2))))
    assert re.search("unhashable|hash", str(failure(sc.parallelize([([1], 2)], 1).groupByKey(2))))


def test_empty_partitions_and_none_records(sc: Context) -> None:
    assert sc.parallelize([], 4).map(lambda x: x).collect() == []
    assert sc.parallelize([1], 7).map(lambda x: x).collect() == [1]
    assert sc.parallelize([None] * 5, 3).map(lambda x: x).collect() == [None] * 5
    assert sc.parallelize([None] * 5, 3).filter(lambda x: x).collect() == []


def test_own_type_of_output(sc: Context) -> None:
    for wrong in (lambda items: 5, lambda items: None):
        assert re.search("object is not iterable", str(failure(sc.parallelize([1], 1).mapPartitions(wrong))))
    assert re.search("object is not iterable", str(failure(sc.parallelize([1], 1).flatMap(lambda x: x))))


def test_noise_on_standard_streams_is_not_the_protocol(
    sc: Context, capfd: pytest.CaptureFixture[str]
) -> None:
    def noisy(x: int) -> int:
        print(f"said {x}")
        print(f"warned {x}", file=sys.stderr)
        os.write(1, b"\x14\x00\x00\x00raw bytes of C\n")
        os.write(2, b"\xff\xfe not text\n")
        os.system("echo shell")
        return x

    assert sc.parallelize(range(3), 1).map(noisy).collect() == [0, 1, 2]
    # It passes the driver's own streams; the JVM shows it when it comes.
    from tests.support.waiting import eventually

    seen = [""]

    def look() -> str:
        seen[0] += "".join(capfd.readouterr())
        return seen[0]

    eventually(look, lambda text: text.count("shell\n") == 3 and "not text" in text)
    for number in range(3):
        assert f"said {number}\n" in seen[0]
        assert f"warned {number}\n" in seen[0]


def test_streams_closed_or_replaced_by_user_code(sc: Context) -> None:
    def closes(x: int) -> int:
        sys.stdout.close()
        sys.stderr = None  # type: ignore[assignment]
        os.close(1)
        return x

    for _ in range(3):
        assert sc.parallelize(range(4), 2).map(lambda x: x).collect() == [0, 1, 2, 3]
        sc.parallelize([1], 1).map(closes).collect()

    def prints(x: int) -> int:
        print("fine")
        return x

    assert sc.parallelize(range(4), 2).map(prints).collect() == [0, 1, 2, 3]


def test_output_that_the_driver_s_stream_cannot_take(sc: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from tests.support.waiting import eventually

    def says(text: str) -> int:
        return sc.parallelize([text], 1).map(lambda x: print(x)).count()

    narrow = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(narrow, "ascii", write_through=True))
    says("caf\u00e9")
    eventually(lambda: narrow.getvalue() == b"caf\\xe9\n")
    wide = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", None)
    says("to nobody")
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(wide, "utf-8", write_through=True))
    # Longer than a piece, and of characters of three bytes, which pieces therefore cut.
    says("\u2014" * 50_000)
    eventually(lambda: len(wide.getvalue()) >= 150_001)
    assert wide.getvalue().decode().replace("to nobody\n", "") == "\u2014" * 50_000 + "\n"
