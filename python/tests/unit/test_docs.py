# SPDX-License-Identifier: Apache-2.0
"""The documentation cannot rot: links lead somewhere, settings exist, programs run and print what stands below them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from sluice.worker import wire

ROOT = Path(__file__).resolve().parents[3]
RUNNABLE = "<!-- runnable -->"
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SETTING = re.compile(r"(?<![\w./])sluice\.[a-z]+(?:\.[A-Za-z*]+)*\b\*?")


@cache
def pages() -> dict[str, str]:
    """Every page that is written by hand, by its path."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted(found)}


def prose(text: str) -> str:
    return _BLOCK.sub("", text)


@pytest.mark.parametrize("page", pages())
def test_links_lead_to_files_and_headings_that_are_there(page: str) -> None:
    for target in _LINK.findall(prose(pages()[page])):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), f"{page} links to {target}"
        if heading:
            assert heading in set(headings(file.read_text(encoding="utf-8"))), f"{page} links to {target}"


def headings(text: str) -> Iterator[str]:
    """The anchors of a page, as they are made of its headings."""
    for line in prose(text).splitlines():
        if line.startswith("#"):
            yield re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")


def known_settings() -> set[str]:
    listed = json.loads((ROOT / "python/sluice/settings.json").read_text())["settings"]
    return {entry["name"] for entry in listed}


@pytest.mark.parametrize("page", pages())
def test_settings_that_are_named_exist(page: str) -> None:
    known = known_settings()
    groups = {name.rpartition(".")[0] for name in known} | {name.removesuffix(".*") for name in known}
    for name in _SETTING.findall(pages()[page]):
        # The last is the file that `python -m sluice.spark.package` writes.
        if name in known or name in groups or name.startswith(("sluice.worker.env.", "sluice.py")):
            continue
        path = ROOT / "python" / name.replace(".", "/")
        is_module = (
            path.is_dir() or path.with_suffix(".py").exists() or path.parent.with_suffix(".py").exists()
        )
        assert is_module, f"{page} names {name}, which is no setting"


@pytest.mark.parametrize("page", pages())
def test_paths_in_code_marks_exist(page: str) -> None:
    """Such as `python/sluice/worker/wire.py`: relative to the root, or to the page."""
    for path in re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|java|md|json|xml))`", prose(pages()[page])):
        near = [
            ROOT / path,
            (ROOT / page).parent / path,
            ROOT / "python/sluice" / path,
            ROOT / "python" / path,
        ]
        assert any(file.exists() for file in near), f"{page} names {path}"


def programs() -> list[tuple[str, str, str]]:
    """Page, program and what it prints: README's, and those marked as runnable."""
    found = []
    for page, text in pages().items():
        blocks = list(_BLOCK.finditer(text))
        for block, after in pairwise(blocks):
            marked = text[: block.start()].rstrip().endswith(RUNNABLE)
            if block[1] == "python" and after[1] == "text" and (marked or page == "README.md"):
                found.append((page, block[2], after[2]))
    return found


def test_programs_print_what_stands_below_them(tmp_path: Path) -> None:
    """In one process, each in a main module's namespace of its own, since a JVM for each would take seconds."""
    listed = programs()
    assert len(listed) >= 7
    assert sum(page == "README.md" for page, _, _ in listed) == 1
    marks = sum(text.count(RUNNABLE) for text in pages().values())
    assert marks == sum(page != "README.md" for page, _, _ in listed), "a mark has no program with its output"
    for number, (_, program, _) in enumerate(listed):
        (tmp_path / f"{number}.py").write_text(program)
    runner = (
        "import sys\n"
        "for path in sys.argv[1:]:\n"
        "    exec(compile(open(path).read(), path, 'exec'), {'__name__': '__main__'})\n"
        "    print('end of', path, flush=True)\n"
    )
    paths = [str(tmp_path / f"{number}.py") for number in range(len(listed))]
    done = subprocess.run([sys.executable, "-c", runner, *paths], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    rest = done.stdout
    for path, (page, program, expected) in zip(paths, listed, strict=True):
        printed, _, rest = rest.partition(f"end of {path}\n")
        assert printed == expected, f"{page}:\n{program}"


def test_the_program_of_the_readme_is_ten_lines() -> None:
    program = next(program for page, program, _ in programs() if page == "README.md")
    assert sum(1 for line in program.splitlines() if line) <= 10


def labels() -> set[str]:
    """What the benchmark calls its rows."""
    sources = [path.read_text() for path in (ROOT / "benchmarks/scenarios").glob("*.py")]
    return {label for source in sources for label in re.findall(r'Metric\(\s*"\w+",\s+"([^"]+)"', source)}


def test_the_table_of_figures_has_a_row_for_each_metric() -> None:
    lines = pages()["README.md"].splitlines()
    rows = {line.split("|")[1].strip() for line in lines if line.count("|") == 7 and "---" not in line}
    assert len(labels()) >= 14
    assert rows - {"scenario"} == labels()


def test_every_scenario_is_described() -> None:
    names = set(re.findall(r'^    "(\w+)",$', (ROOT / "benchmarks/run.py").read_text(), re.MULTILINE))
    assert names == set(re.findall(r"^\| `(\w+)` \|", pages()["benchmarks/README.md"], re.MULTILINE))


def test_frames_have_the_same_codes_in_the_document_in_python_and_in_java() -> None:
    listed = re.findall(r"^\| (\d+) \| ([A-Z_]+) \|", pages()["docs/wire.md"], re.MULTILINE)
    documented = {name: int(code) for code, name in listed}
    java = (ROOT / "core/src/main/java/dev/sluice/core/frame/FrameType.java").read_text()
    assert documented == {
        name: int(code) for name, code in re.findall(r"^    ([A-Z_]+)\((\d+)\)", java, re.MULTILINE)
    }
    assert documented == {name: getattr(wire, name) for name in documented}


def test_decisions_are_all_in_the_list() -> None:
    listed = re.findall(r"\((\d{3}-[\w-]+\.md)\)", pages()["docs/decisions/README.md"])
    assert listed == sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))


def test_nodes_of_a_task_are_all_in_the_document() -> None:
    source = (ROOT / "python/sluice/worker/task.py").read_text()
    opcodes = set(re.findall(r"^    '([A-Z])' ", source, re.MULTILINE))
    assert opcodes == set(re.findall(r"^\| `([A-Z])` \|", pages()["docs/wire.md"], re.MULTILINE))


def test_answers_that_differ_on_purpose_are_all_listed() -> None:
    source = (ROOT / "python/tests/answers/test_answers.py").read_text()
    table = source[source.index("\nDIFFERENT = {") :].split("\n}\n")[0]
    listed = re.findall(r"^\| `(\w+/\w+)` \|", pages()["docs/differences.md"], re.MULTILINE)
    assert sorted(listed) == sorted(re.findall(r'^    "(\w+/\w+)":', table, re.MULTILINE))
