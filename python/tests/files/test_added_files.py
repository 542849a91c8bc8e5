# SPDX-License-Identifier: Apache-2.0
"""Files, archives and modules that tasks find."""

from __future__ import annotations

import http.server
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Conf, Context
from sluice.errors import ContextError, InputError
from sluice.files.sparkfiles import SparkFiles

NAMES = (
    "plain.txt",
    "sp ace.txt",
    "semi;colon $(x)",
    "new\nline",
    "per%41cent",
    "ha#sh",
    "..dots",
    "quo'te\"",
)


@pytest.fixture
def own() -> Iterator[Context]:
    """A context of the test's own: what is added stays until it ends."""
    with Context("local[2]", "files") as context:
        yield context


def in_task(context: Context, name: str) -> Any:
    return context.parallelize([name], 1).map(lambda n: Path(SparkFiles.get(n)).read_text()).first()


def test_a_file_is_found_in_driver_and_tasks(own: Context, tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_text(f"contents of {name}")
        own.addFile(str(tmp_path / name))
        assert Path(SparkFiles.get(name)).read_text() == in_task(own, name) == f"contents of {name}"
    root = SparkFiles.getRootDirectory()
    assert sorted(os.listdir(root)) == sorted(NAMES)
    assert own.parallelize([1], 1).map(lambda _: SparkFiles.getRootDirectory()).first() == root
    assert f"file:{tmp_path}/sp%20ace.txt" in own.listFiles


def test_it_is_a_copy_of_what_was_there_then(own: Context, tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    path.write_text("one")
    own.addFile(str(path))
    path.write_text("two")
    own.addFile(str(path))
    assert in_task(own, "f.txt") == "one"
    assert own.listFiles == [f"file:{path}"]
    path.unlink()
    assert in_task(own, "f.txt") == "one"


def test_another_file_of_the_same_name(own: Context, tmp_path: Path) -> None:
    for directory, text in (("a", "one"), ("b", "two"), ("c", "one")):
        (tmp_path / directory).mkdir()
        (tmp_path / directory / "f.txt").write_text(text)
    own.addFile(f"file://{tmp_path}/a/f.txt")
    with pytest.raises(
        InputError, match=rf"f.txt exists and does not match contents of file:{tmp_path}/b/f.txt"
    ):
        own.addFile(str(tmp_path / "b" / "f.txt"))
    own.addFile(str(tmp_path / "c" / "f.txt"))
    assert in_task(own, "f.txt") == "one"
    assert own.listFiles == [f"file://{tmp_path}/a/f.txt", f"file:{tmp_path}/c/f.txt"]


def test_what_is_missing_and_directories(own: Context, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"FileNotFoundException: File file:{tmp_path}/none does not exist"):
        own.addFile(str(tmp_path / "none"))
    (tmp_path / "d" / "sub").mkdir(parents=True)
    (tmp_path / "d" / "sub" / "x").write_text("deep")
    with pytest.raises(InputError, match=rf"file:{tmp_path}/d/ is a directory; pass recursive=True"):
        own.addFile(str(tmp_path / "d"))
    own.addFile(str(tmp_path / "d"), recursive=True)
    assert in_task(own, "d/sub/x") == "deep"
    assert own.listFiles == [f"file:{tmp_path}/d/"]
    assert os.listdir(SparkFiles.getRootDirectory()) == ["d"]


def test_archives(own: Context, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.txt", "unpacked")
    own.addArchive(str(path))
    own.addArchive(f"{path}#named")
    own.addArchive(str(path))
    assert in_task(own, "a.zip/inner.txt") == in_task(own, "named/inner.txt") == "unpacked"
    assert own.listArchives == [f"file:{path}", f"file:{path}#named"]
    for name in ("..", ".", "x/y", "../up"):
        with pytest.raises(InputError, match="what is added cannot have this name"):
            own.addArchive(f"{path}#{name}")
    with pytest.raises(InputError, match="named exists already"):
        own.addArchive(f"{tmp_path}/./other.zip#named")
    (tmp_path / "broken.zip").write_bytes(path.read_bytes()[:-10])
    with pytest.raises(InputError, match="Error reading Zip content"):
        own.addArchive(str(tmp_path / "broken.zip"))
    with pytest.raises(InputError, match=r"FileNotFoundException: File file:.*none.zip does not exist"):
        own.addArchive(str(tmp_path / "none.zip"))
    assert sorted(os.listdir(SparkFiles.getRootDirectory())) == ["a.zip", "named"]


@pytest.mark.parametrize("ending", [".py", ".zip", ".egg", ".whl", "", "/"])
def test_modules_come_to_workers_that_looked_for_them(own: Context, tmp_path: Path, ending: str) -> None:
    name = f"added_module_{['.py', '.zip', '.egg', '.whl', '', '/'].index(ending)}"

    def look(_: int) -> str:
        try:
            return str(__import__(name).VALUE)
        except ImportError:
            return "none"

    rdd = own.range(4, numSlices=4)
    assert set(rdd.map(look).collect()) == {"none"}
    path = tmp_path / f"{name}{ending}"
    if ending == ".py":
        path.write_text("VALUE = 'there'")
    elif ending in ("", "/"):
        # A package's own directory, or one that holds modules.
        inner = tmp_path / name / ("__init__.py" if not ending else f"{name}.py")
        inner.parent.mkdir()
        inner.write_text("VALUE = 'there'")
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}.py", "VALUE = 'there'")
    own.addPyFile(str(path))
    own.addPyFile(str(path))
    try:
        assert __import__(name).VALUE == "there"
        assert set(rdd.map(look).collect()) == {"there"}
    finally:
        del sys.modules[name]


def test_what_the_configuration_names(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("a file")
    (tmp_path / "conf_module.py").write_text("VALUE = 1")
    (tmp_path / "arg_module.py").write_text("VALUE = 2")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.txt", "in it")
    conf = Conf().setMaster("local[1]").setAppName("configured").set("spark.files", f"{tmp_path}/f.txt, ")
    conf.set("spark.archives", f"{tmp_path}/a.zip#b").set(
        "spark.submit.pyFiles", f"{tmp_path}/conf_module.py"
    )
    with Context(conf=conf, pyFiles=[str(tmp_path / "arg_module.py")]) as context:
        values = context.parallelize([1], 1).map(
            lambda _: (__import__("conf_module").VALUE, __import__("arg_module").VALUE)
        )
        assert values.collect() == [(1, 2)]
        assert (in_task(context, "f.txt"), in_task(context, "b/x.txt")) == ("a file", "in it")
    with pytest.raises(InputError, match="does not exist"):
        Context(conf=conf.set("spark.files", "/none/at all"))
    assert Context._active_spark_context is None


def test_they_end_with_the_context(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("text")
    before = list(sys.path)
    with Context("local[1]", "one") as context:
        context.addFile(str(tmp_path / "f.txt"))
        root = SparkFiles.getRootDirectory()
        assert root in sys.path
    assert not os.path.exists(root)
    assert sys.path == before
    with pytest.raises(ContextError, match="no added files without a context"):
        SparkFiles.getRootDirectory()
    with pytest.raises(NotImplementedError, match="Do not construct"):
        SparkFiles()
    with Context("local[1]", "two"):
        assert os.listdir(SparkFiles.getRootDirectory()) == []


def test_urls(own: Context, tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    url = f"local://{tmp_path}"
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "f.txt").write_text("text")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x", "in it")
    own.addFile(f"{url}/d/f.txt")
    with pytest.raises(InputError, match="is a directory; pass recursive=True"):
        own.addFile(f"{url}/d")
    own.addFile(f"{url}/d", recursive=True)
    own.addArchive(f"{url}/a.zip#named")
    with pytest.raises(InputError, match=rf"FileNotFoundException: File {url}/none does not exist"):
        own.addFile(f"{url}/none")
    assert [in_task(own, name) for name in ("f.txt", "d/f.txt", "named/x")] == ["text", "text", "in it"]
    assert own.listFiles == [f"{url}/d/f.txt", f"{url}/d/"]
    assert sorted(os.listdir(SparkFiles.getRootDirectory())) == ["d", "f.txt", "named"]
    own.setCheckpointDir(f"{url}/checkpoints")
    rdd = own.range(10, numSlices=2).map(lambda x: x)
    rdd.checkpoint()
    rdd.count()
    assert (rdd.getCheckpointFile() or "").startswith(f"{url}/checkpoints/")
    assert rdd.collect() == list(range(10))


def test_web_addresses(own: Context, tmp_path: Path) -> None:
    """Served from this machine; one answer is shorter than it said."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/files/"):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", "9" if "short" in self.path else "4")
            self.end_headers()
            self.wfile.write(b"text")

        def log_message(self, *arguments: Any) -> None:
            """Keep quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        try:
            own.addFile(f"{url}/files/from%20web.txt?query=a/b")
            for path, text in (
                ("/none.txt", "HTTP Error 404|Not Found"),
                ("/files/short.txt", "ended too early|IncompleteRead"),
                ("/", "cannot have this name"),
                ("/files/..", "cannot have this name"),
            ):
                with pytest.raises(InputError, match=text):
                    own.addFile(url + path)
        finally:
            server.shutdown()
            thread.join()
    assert in_task(own, "from%20web.txt") == "text"
    assert own.listFiles == [f"{url}/files/from%20web.txt?query=a/b"]
    assert os.listdir(SparkFiles.getRootDirectory()) == ["from%20web.txt"]
