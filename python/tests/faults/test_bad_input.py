# SPDX-License-Identifier: Apache-2.0
"""What a user gets wrong, or what a machine lacks: one clear line, a failing exit code, nothing left running."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.support.drivers import Driver

COUNT = """
    from sluice import Conf, Context

    sc = Context(conf=Conf().setMaster("local[1]").setAppName("bad"){settings})
    print("count", sc.parallelize(range(10), 2).map(lambda x: x).count())
"""


def program(**settings: object) -> str:
    return COUNT.format(settings="".join(f".set({key!r}, {value!r})" for key, value in settings.items()))


def with_setting(key: str, value: object) -> str:
    return program(**{key: value})


def last_line(driver: Driver) -> str:
    """The error that ended the program, which left nothing."""
    output = driver.finish(1)
    assert "count" not in output.splitlines()[-1]
    return output.splitlines()[-1]


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (
            with_setting("sluice.worker.memroy", "1g"),
            r"ConfigError: unknown setting \(name=sluice.worker.memroy, nearest=sluice.worker.memory\)",
        ),
        (
            with_setting("sluice.worker.memory", "64"),
            r"ConfigError: setting has a value of the wrong form \(name=sluice.worker.memory, value=64, "
            r"reason=unknown or missing unit\); expected a whole number with a unit such as 64m .*",
        ),
        (
            with_setting("sluice.default.parallelism", "many"),
            r"ConfigError: setting has a value of the wrong form \(name=sluice.default.parallelism, value=many, "
            r"reason=not a whole number\); expected .*",
        ),
        (
            'from sluice import Context; Context("lokal[2]")',
            r"ConfigError: Could not parse Master URL: 'lokal\[2\]'; use local, local\[N\], .*",
        ),
        (
            'from sluice import Context; Context("local[0]")',
            r"ConfigError: Could not parse Master URL: 'local\[0\]'; .* all are at least 1; or sluice:.* has started; "
            r"or spark:.* is set",
        ),
    ],
)
def test_settings_that_are_not_understood(script: str, line: str) -> None:
    with Driver(script) as driver:
        assert re.fullmatch(rf"sluice\.errors\.{line}", last := last_line(driver)), last


def test_other_keys_are_kept() -> None:
    with Driver(with_setting("my.own.key", "1")) as driver:
        assert driver.finish() == "count 10\n"


def test_a_missing_path_is_named_at_the_action() -> None:
    script = """
        import sys
        from sluice import Context

        sc = Context("local[1]")
        lines = sc.textFile(sys.argv[1]).map(len)
        print("made", flush=True)
        lines.count()
    """
    with Driver(script, "/no such/file.txt") as driver:
        last = last_line(driver)
        assert driver.output.startswith("made\n")
        assert re.search(r"(InputError|Error): .*/no such/file.txt", last), last
    with Driver(script) as driver:
        broken = driver.directory / "broken.gz"
        broken.write_bytes(b"\x1f\x8bnot what it says")
        driver.process.wait()
    with Driver(script, broken) as driver:
        broken.parent.mkdir()
        broken.write_bytes(b"\x1f\x8bnot what it says")
        output = driver.finish(1)
        assert str(broken) in output


#: Root may read everything, and so may not be asked: without these rights it is like any other owner.
_AS_AN_OWNER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []


def test_paths_that_may_not_be_read_or_written_are_named(tmp_path: Path) -> None:
    closed, unlisted, unwritten = tmp_path / "closed.txt", tmp_path / "unlisted", tmp_path / "unwritten"
    closed.write_text("secret")
    for path, mode in ((closed, 0), (unlisted, 0o300), (unwritten, 0o500)):
        path.mkdir(exist_ok=True) if path is not closed else None
        path.chmod(mode)
    script = """
        import sys
        from sluice import Context

        closed, unlisted, unwritten = sys.argv[1:]
        sc = Context("local[1]")
        for action in (
            lambda: sc.textFile(closed).count(),
            lambda: sc.wholeTextFiles(closed).count(),
            lambda: sc.binaryFiles(closed).count(),
            lambda: sc.binaryRecords(closed, 1).count(),
            lambda: sc.pickleFile(closed).count(),
            lambda: sc.addFile(closed),
            lambda: sc.addArchive(closed),
            lambda: sc.textFile(unlisted).count(),
            lambda: sc.parallelize(["a"], 1).saveAsTextFile(unwritten + "/out"),
            lambda: sc.setCheckpointDir(unwritten),
        ):
            try:
                action()
            except Exception as error:
                print("refused", " ".join(str(error).split()))
    """
    with Driver(script, closed, unlisted, unwritten, prefix=_AS_AN_OWNER) as driver:
        refused = [line for line in driver.finish().splitlines() if line.startswith("refused")]
    for path, number in ((closed, 7), (unlisted, 1), (unwritten, 2)):
        named = [line for line in refused if str(path) in line and "Permission denied" in line]
        assert len(named) == number, refused


def test_a_missing_java() -> None:
    with Driver(program(), JAVA_HOME="/none") as driver:
        last = last_line(driver)
    assert last.startswith(
        "sluice.errors.StartError: no java (looked_in=JAVA_HOME=/none, needed=17 or newer); install"
    )


def test_a_java_that_does_not_take_its_options() -> None:
    with Driver(with_setting("sluice.driver.javaOptions", "-Xmxbanana")) as driver:
        output = driver.finish(1)
    assert "StartError: the JVM did not start (reason=no answer, exit_code=1)" in output
    # It says itself, above, what it did not understand.
    assert "Invalid maximum heap size: -Xmxbanana" in output


@pytest.mark.parametrize("how", ["missing", "a file"])
def test_a_temporary_directory_that_cannot_be_had(how: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    if how == "a file":
        place.touch()
    script = "import tempfile, os; tempfile.tempdir = os.environ['PLACE']\n" + program().replace(
        "\n    ", "\n"
    )
    with Driver(script, PLACE=str(place)) as driver:
        last = last_line(driver)
    assert last.startswith(
        f"sluice.errors.StartError: cannot make a directory for this run (path={place}, reason="
    )
    assert last.endswith("); set TMPDIR to a directory that can be written")


def test_a_temporary_directory_whose_path_is_too_long_for_a_socket(tmp_path: Path) -> None:
    place = tmp_path / ("x" * 100)
    place.mkdir()
    with Driver(program(), TMPDIR=str(place)) as driver:
        last = last_line(driver)
        assert list(place.iterdir()) == []
    assert re.fullmatch(
        rf"sluice.errors.StartError: the path of this run's directory is too long for a socket \(path={place}/sluice-"
        r"\S+, bytes=\d+, limit=\d+\); set TMPDIR to a shorter one",
        last,
    ), last


def test_a_directory_for_broadcasts_that_cannot_be_had() -> None:
    script = program(**{"sluice.broadcast.dir": "/none/such"}) + "    sc.broadcast([1])\n"
    with Driver(script) as driver:
        last = last_line(driver)
    assert re.fullmatch(
        r"sluice.errors.NoRoomError: no room for data shared with workers \(path=/none/such/sluice-\S+, "
        r"free_bytes=unknown, reason=No such file or directory\); free some space, or set sluice.broadcast.dir .*",
        last,
    ), last


BIG = """
    from sluice import Context

    sc = Context("local[2]")
    values = [sc.broadcast(bytes(700_000 + n)) for n in range(3)]
    data = sc.parallelize([bytes(10_000)] * 300, 4)
    print("sizes", sc.parallelize([0, 1, 2], 3).map(lambda n: len(values[n].value)).collect())
    print("data", data.map(len).sum(), flush=True)
"""


def small_shared_memory(size: str) -> list[str]:
    mount = f'mount -t tmpfs -o size={size} tmpfs /dev/shm && exec "$@"'
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, "sh"]


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a tmpfs needs root")
def test_no_room_in_shared_memory_falls_back_and_says_so_once() -> None:
    with Driver(BIG, prefix=small_shared_memory("1m")) as driver:
        output = driver.finish()
    assert "sizes [700000, 700001, 700002]\ndata 3000000\n" in output
    said = [line for line in output.splitlines() if line.startswith("sluice: ")]
    assert len(said) == 1
    assert re.fullmatch(
        r"sluice: no room in shared memory: path=/dev/shm/sluice-\S+ reason=No space left on device; "
        r"using the directory /tmp/\S+/shared from now on, which is slower",
        said[0],
    ), said[0]


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a tmpfs needs root")
def test_no_room_anywhere_names_the_directory_and_what_is_free() -> None:
    prefix = small_shared_memory("1m")
    prefix[-2] = prefix[-2].replace(" && exec", ' && mount -t tmpfs -o size=600k tmpfs "$TMPDIR" && exec')
    with Driver(BIG, prefix=prefix) as driver:
        last = last_line(driver)
    assert re.fullmatch(
        r"sluice.errors.NoRoomError: no room for data shared with workers \(path=/tmp/\S+/shared, "
        r"free_bytes=\d+, reason=No space left on device\); free some space, or set sluice.broadcast.dir to .*",
        last,
    ), last


def wrapper(directory: Path, text: str) -> Path:
    """An interpreter that is not what it seems."""
    path = directory / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


LYING = """
program=$3; shift 3
exec "{python}" -P -c "import sys, platform, cloudpickle
{lie}
$program" "$@"
"""


@pytest.mark.parametrize(
    ("lie", "line"),
    [
        (
            "platform.python_version = lambda: '3.99.1'",
            "the workers run another python than the driver: driver={ours} workers=3.99.1",
        ),
        (
            "cloudpickle.__version__ = '0.1'",
            "the workers run another cloudpickle than the driver: driver={cloudpickle} workers=0.1",
        ),
    ],
)
def test_another_python_or_cloudpickle_in_the_workers(tmp_path: Path, lie: str, line: str) -> None:
    import cloudpickle

    python = wrapper(tmp_path, LYING.format(python=sys.executable, lie=lie))
    with Driver(with_setting("sluice.worker.python", str(python))) as driver:
        last = last_line(driver)
    ours = "{}.{}.{}".format(*sys.version_info)
    said = line.format(ours=ours, cloudpickle=cloudpickle.__version__)
    assert last == (
        f"sluice.errors.JobError: cannot start the Python workers: interpreter={python}: {said} interpreter={python}; "
        "set sluice.worker.python to the driver's interpreter, or leave it unset"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "echo 'Unknown option: -P' >&2; exit 2",
            "it is older than Python 3.11, the oldest that Sluice runs on; set sluice.worker.python to a newer one",
        ),
        ("exit 7", "the zygote ended at its start: exit code=7"),
    ],
)
def test_a_python_for_workers_that_does_not_do(tmp_path: Path, text: str, line: str) -> None:
    python = wrapper(tmp_path, text)
    with Driver(with_setting("sluice.worker.python", str(python))) as driver:
        last = last_line(driver)
    assert last == (f"sluice.errors.JobError: cannot start the Python workers: interpreter={python}: {line}")


def test_a_python_for_workers_that_is_not_there() -> None:
    with Driver(with_setting("sluice.worker.python", "/none/python")) as driver:
        last = last_line(driver)
    assert last.startswith(
        "sluice.errors.StartError: the JVM did not start (reason=cannot start Python: interpreter=/none/python; "
        "name one with sluice.worker.python: "
    )
    assert last.endswith("exit_code=1)")


def test_a_module_to_import_ahead_that_is_not_there_or_starts_threads() -> None:
    with Driver(with_setting("sluice.worker.preload", "no_such_module_at_all")) as driver:
        last = last_line(driver)
    assert "ModuleNotFoundError: No module named 'no_such_module_at_all'" in last
    script = """
        import os, pathlib
        pathlib.Path("threaded.py").write_text("import threading, time\\n"
            "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\\n")
        os.environ["PYTHONPATH"] = os.getcwd() + os.pathsep + os.environ.get("PYTHONPATH", "")
    """ + with_setting("sluice.worker.preload", "threaded").replace("\n", "\n    ")
    with Driver(script) as driver:
        last = last_line(driver)
    assert last.endswith(
        "cannot preload a module that starts threads: module=threaded; remove it from sluice.worker.preload"
    )


def test_pyspark_scripts_that_are_not_there(tmp_path: Path) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "sluice.pyspark", "/no/script.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "sluice: cannot read the script (path=/no/script.py, reason=No such file or directory)\n"
    )


def test_a_jvm_that_prints_something_first() -> None:
    script = (
        "from sluice import Context\nwith Context('local[1]') as sc: print(sc.parallelize([7], 1).collect())"
    )
    with Driver(script, JAVA_TOOL_OPTIONS="-XX:CompileCommand=exclude,none.Such::method") as driver:
        assert driver.process.wait(60) == 0, driver.output
        assert driver.output.splitlines()[-1] == "[7]"
