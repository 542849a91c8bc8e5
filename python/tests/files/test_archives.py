# SPDX-License-Identifier: Apache-2.0
"""Archives are unpacked below their directory and nowhere else, whatever their members are called."""

from __future__ import annotations

import io
import os
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from sluice.errors import InputError
from sluice.files.archives import unpack

from .damage import cuts

NAMES = ("plain.txt", "deep/er/file.txt", "semi;colon $(x)", "new\nline", "deep/..", "dot./x", "per%41cent")


def zipped(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def tarred(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as archive:
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, leads: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, leads, mode
    return made


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tgz", "TGZ"])
def test_tar(tmp_path: Path, ending: str) -> None:
    path = tarred(
        tmp_path / f"a.{ending}",
        (member("d", tarfile.DIRTYPE), b""),
        (member("d/run.sh", mode=0o755), b"run"),
        (member("d/data"), b"data"),
        (member("link", tarfile.SYMTYPE, "d/data"), b""),
        (member("d/up", tarfile.SYMTYPE, "../d"), b""),
        (member("hard", tarfile.LNKTYPE, "d/data"), b""),
    )
    unpack(str(path), tmp_path / "out")
    found = contents(tmp_path / "out")
    assert {found[name] for name in ("d/data", "link", "hard")} == {b"data"}
    assert os.readlink(tmp_path / "out" / "link") == "d/data"
    assert stat.S_IMODE((tmp_path / "out" / "d" / "run.sh").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "out" / "d" / "data").stat().st_mode) == 0o600


def test_a_tar_of_a_directory_itself(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "leaf").write_text("leaf")
    archived = shutil.make_archive(str(tmp_path / "archived"), "gztar", tmp_path / "tree")
    unpack(archived, tmp_path / "target")
    assert (tmp_path / "target" / "leaf").read_text() == "leaf"


def test_links_may_lead_out_if_asked_but_nothing_is_written_through(tmp_path: Path) -> None:
    link, below = tarfile.TarInfo("out"), tarfile.TarInfo("out/file")
    link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
    for members, name in (([link], "one.tar"), ([link, below], "two.tar")):
        with tarfile.open(tmp_path / name, "w") as archive:
            for member in members:
                archive.addfile(member)
    unpack(str(tmp_path / "one.tar"), tmp_path / "one", any_link=True)
    assert os.readlink(tmp_path / "one" / "out") == str(tmp_path)
    with pytest.raises(InputError, match="outside of its directory"):
        unpack(str(tmp_path / "two.tar"), tmp_path / "two", any_link=True)
    assert not (tmp_path / "file").exists()


def test_zip_with_a_link_and_a_program(tmp_path: Path) -> None:
    link, program = zipfile.ZipInfo("link"), zipfile.ZipInfo("bin/run")
    link.external_attr, program.external_attr = (stat.S_IFLNK | 0o777) << 16, (stat.S_IFREG | 0o755) << 16
    path = zipped(tmp_path / "a.zip", (program, b"run"), (link, b"bin/run"), ("bin/", b""))
    unpack(str(path), tmp_path / "out")
    assert contents(tmp_path / "out") == {"bin/run": b"run", "link": b"run"}
    assert os.access(tmp_path / "out" / "bin" / "run", os.X_OK)


@pytest.mark.parametrize("ending", ["zip", "tar"])
def test_names_are_literal(tmp_path: Path, ending: str) -> None:
    names = [name for name in NAMES if not name.endswith("..")]
    if ending == "zip":
        path = zipped(tmp_path / "a.zip", *((name, name.encode()) for name in names))
    else:
        path = tarred(tmp_path / "a.tar", *((member(name), name.encode()) for name in names))
    unpack(str(path), tmp_path / "out")
    assert contents(tmp_path / "out") == {name: name.encode() for name in names}


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/tmp/st-evil", "..", "a/../..", "../out-beside/x"]
)
@pytest.mark.parametrize("ending", ["zip", "tar"])
def test_members_outside_are_refused(tmp_path: Path, ending: str, name: str) -> None:
    path = tmp_path / f"a.{ending}"
    zipped(path, ("x", b""), (name, b"evil")) if ending == "zip" else tarred(path, (member(name), b"evil"))
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match="outside"):
        unpack(str(path), tmp_path / "in" / "out")
    assert not [found for found in contents(tmp_path) if "evil" in found]
    assert not os.path.exists("/tmp/st-evil")


@pytest.mark.parametrize(
    "members",
    [
        [member("l", tarfile.SYMTYPE, "..")],
        [member("l", tarfile.SYMTYPE, "/etc")],
        [member("a/l", tarfile.SYMTYPE, "../../x")],
        [member("a", tarfile.SYMTYPE, "b"), member("b", tarfile.SYMTYPE, "a/../..")],
        [member("h", tarfile.LNKTYPE, "../secret")],
        [member("h", tarfile.LNKTYPE, "/etc/passwd")],
        [member("p", tarfile.FIFOTYPE)],
        [member("d", tarfile.CHRTYPE)],
    ],
    ids=lambda members: members[-1].linkname or members[-1].name,
)
def test_links_out_and_devices_are_refused(tmp_path: Path, members: list[tarfile.TarInfo]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "secret").write_text("secret")
    path = tarred(tmp_path / "a.tar", *((one, b"") for one in members))
    with pytest.raises(InputError, match=r"leads out|outside|device or a pipe"):
        unpack(str(path), tmp_path / "in" / "out")


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    path = tarred(
        tmp_path / "a.tar", (member("d", tarfile.SYMTYPE, "real"), b""), (member("d/file"), b"through a link")
    )
    with pytest.raises((InputError, OSError)):
        unpack(str(path), tmp_path / "out")
    assert not contents(tmp_path / "out").get("real/file")


@pytest.mark.parametrize("ending", ["zip", "tar", "tar.gz"])
def test_every_cut_is_an_error_or_the_whole(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    data = b"0123456789" * 20
    zipped(path, ("x", data), ("y", data)) if ending == "zip" else tarred(
        path, (member("x"), data), (member("y"), data)
    )
    wrong = []
    for length in cuts(path):
        if length > 1000 and length % 97:
            continue
        out = tmp_path / f"out{length}"
        try:
            unpack(str(path), out)
        except (InputError, OSError, EOFError, ValueError):
            continue
        # A tar ends with many zeros, of which a few may go.
        if contents(out) != {"x": data, "y": data}:
            wrong.append(length)
    assert not wrong


def test_what_is_no_archive_is_copied(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("plain")
    unpack(str(tmp_path / "plain.txt"), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "plain"
