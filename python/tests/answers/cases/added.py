# SPDX-License-Identifier: Apache-2.0
"""Files, archives and modules that a program adds."""

from __future__ import annotations

from ..registry import core, raised, wide


@core
def add_py_file(sc, tmp):
    (tmp / "added_module_of_answers.py").write_text(
        "NAME = 'added'\n\ndef shout(x):\n    return NAME + str(x)\n"
    )
    sc.addPyFile(str(tmp / "added_module_of_answers.py"))

    def use(x):
        import added_module_of_answers

        return added_module_of_answers.shout(x)

    return sc.parallelize([1, 2], 2).map(use).collect()


@core
def add_py_file_as_zip(sc, tmp):
    import zipfile

    with zipfile.ZipFile(tmp / "zipped_of_answers.zip", "w") as archive:
        archive.writestr("zipped_package_of_answers/__init__.py", "VALUE = 42\n")
    sc.addPyFile(str(tmp / "zipped_of_answers.zip"))

    def use(x):
        from zipped_package_of_answers import VALUE

        return VALUE + x

    return sc.parallelize([1, 2], 2).map(use).collect()


@wide
def add_file(sc, tmp):
    from pyspark import SparkFiles

    (tmp / "table_of_answers.txt").write_text("7\n")
    sc.addFile(str(tmp / "table_of_answers.txt"))

    def use(x):
        with open(SparkFiles.get("table_of_answers.txt")) as f:
            return x * int(f.read())

    with open(SparkFiles.get("table_of_answers.txt")) as f:
        return [
            sc.parallelize([1, 2], 2).map(use).collect(),
            f.read(),
            [p.rsplit("/", 1)[1] for p in sc.listFiles if "table_of" in p],
        ]


@wide
def add_file_that_is_missing(sc, tmp):
    return raised(lambda: sc.addFile(str(tmp / "none.txt")), "does not exist")


def _in_task(sc, name):
    def read(name):
        from pyspark import SparkFiles

        with open(SparkFiles.get(name)) as file:
            return file.read()

    return sc.parallelize([name], 1).map(read).first()


@wide
def add_file_with_a_strange_name(sc, tmp):
    from pyspark import SparkFiles

    seen = []
    for name in ("sp ace;$(x).txt", "new\nline.txt", "per%41cent.txt"):
        (tmp / name).write_text(name)
        sc.addFile(str(tmp / name))
        with open(SparkFiles.get(name)) as file:
            seen.append([file.read(), _in_task(sc, name)])
    return [*seen, [f.replace(str(tmp), "TMP") for f in sorted(sc.listFiles) if str(tmp) in f]]


@wide(alone=True)
def add_file_again(sc, tmp):
    from pyspark import SparkContext, SparkFiles

    (tmp / "again.txt").write_text("one")
    with SparkContext("local[2]", "files") as own:
        own.addFile(str(tmp / "again.txt"))
        (tmp / "again.txt").write_text("two")
        own.addFile(str(tmp / "again.txt"))
        with open(SparkFiles.get("again.txt")) as file:
            return [file.read(), len(own.listFiles)]


@wide
def add_file_of_a_directory(sc, tmp):
    (tmp / "whole" / "sub").mkdir(parents=True)
    (tmp / "whole" / "sub" / "x").write_text("deep")
    refused = raised(lambda: sc.addFile(str(tmp / "whole")), "is a directory")
    sc.addFile(str(tmp / "whole"), True)
    return [
        refused,
        _in_task(sc, "whole/sub/x"),
        [f.replace(str(tmp), "TMP") for f in sc.listFiles if str(tmp) in f],
    ]


@wide(alone=True)
def add_file_of_the_same_name(sc, tmp):
    from pyspark import SparkContext, SparkFiles

    for name in ("a", "b", "c"):
        (tmp / name).mkdir()
        (tmp / name / "f.txt").write_text(name.replace("c", "a"))
    with SparkContext("local[2]", "files") as own:
        own.addFile(str(tmp / "a" / "f.txt"))
        own.addFile(str(tmp / "c" / "f.txt"))
        refused = raised(lambda: own.addFile(str(tmp / "b" / "f.txt")), "does not match contents")
        with open(SparkFiles.get("f.txt")) as file:
            return [refused, file.read()]


@wide
def add_archive(sc, tmp):
    import tarfile
    import zipfile

    (tmp / "inner.txt").write_text("in it")
    with zipfile.ZipFile(tmp / "z.zip", "w") as archive:
        archive.write(tmp / "inner.txt", "d/inner.txt")
    for ending, mode in (("tar", "w"), ("tar.gz", "w:gz"), ("tgz", "w:gz")):
        with tarfile.open(tmp / f"t.{ending}", mode) as archive:
            archive.add(tmp / "inner.txt", "d/inner.txt")
    for name in ("z.zip", "z.zip#named", "t.tar", "t.tar.gz", "t.tgz", "z.zip"):
        sc.addArchive(str(tmp / name))
    return [
        [_in_task(sc, f"{name}/d/inner.txt") for name in ("z.zip", "named", "t.tar", "t.tar.gz", "t.tgz")],
        sorted(a.replace(str(tmp), "TMP") for a in sc.listArchives if str(tmp) in a),
    ]


@wide(alone=True)
def add_archive_that_is_bad(sc, tmp):
    import zipfile

    from pyspark import SparkContext, SparkFiles

    with zipfile.ZipFile(tmp / "slip.zip", "w") as archive:
        archive.writestr("../evil.txt", "evil")
    (tmp / "broken.zip").write_bytes(b"no zip")
    with SparkContext("local[2]", "archives") as own:
        import os

        seen = [
            raised(lambda: own.addArchive(str(tmp / "slip.zip")), "would create file outside of"),
            raised(lambda: own.addArchive(str(tmp / "broken.zip")), "Error reading Zip content"),
            raised(lambda: own.addArchive(str(tmp / "none.zip"))),
        ]
        return [*seen, os.path.exists(SparkFiles.get("evil.txt"))]


@wide
def add_py_file_of_every_kind(sc, tmp):
    import zipfile

    (tmp / "kind_py.py").write_text("VALUE = 'py'")
    for ending in ("zip", "egg"):
        with zipfile.ZipFile(tmp / f"kind.{ending}", "w") as archive:
            archive.writestr(f"kind_{ending}/__init__.py", f"VALUE = '{ending}'")
    for name in ("kind_py.py", "kind.zip", "kind.egg"):
        sc.addPyFile(str(tmp / name))

    def values(_):
        import kind_egg
        import kind_py
        import kind_zip

        return [kind_py.VALUE, kind_zip.VALUE, kind_egg.VALUE]

    missing = raised(lambda: sc.addPyFile(str(tmp / "none.py")), "does not exist")
    return [sc.parallelize([1], 1).map(values).first(), values(0), missing]


@wide
def root_of_added_files(sc, tmp):
    import os

    from pyspark import SparkFiles

    root = SparkFiles.getRootDirectory()

    def of_task(_):
        from pyspark import SparkFiles

        return [SparkFiles.getRootDirectory(), SparkFiles.get("x")]

    return [
        os.path.isdir(root),
        SparkFiles.get("a/../b") == os.path.join(root, "b"),
        sc.parallelize([1], 1).map(of_task).first() == [root, os.path.join(root, "x")],
        raised(SparkFiles, "Do not construct SparkFiles objects"),
    ]
