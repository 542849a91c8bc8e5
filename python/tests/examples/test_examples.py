# SPDX-License-Identifier: Apache-2.0
"""Every Python program of examples/ runs and gives the right answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def run(*command: str, code: int = 0) -> str:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def test_words(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.mkdir()
    (text / "a.txt").write_text("One fish, two fish\n")
    (text / "b.txt").write_text("Red fish, blue fish. Two!\n")
    said = run(str(EXAMPLES / "words.py"), str(tmp_path / "out"), str(text))
    assert said == f"9 words, 5 of them distinct, in {tmp_path / 'out'}\n"
    lines = (tmp_path / "out" / "part-00000").read_text().splitlines()
    assert lines == ["fish\t4", "two\t2", "blue\t1", "one\t1", "red\t1"]
    assert run(str(EXAMPLES / "words.py"), code=1) == "usage: words.py OUTPUT PATH...\n"


def test_logs(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(
        '10.0.0.1 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 512\n'
        '10.0.0.1 - - [21/Nov/2026:10:00:01 +0000] "GET /a HTTP/1.1" 200 88\n'
        "what is this\n"
        '10.0.0.2 - - [21/Nov/2026:10:00:02 +0000] "GET /b HTTP/1.1" 404 -\n'
    )
    rows = [line.split() for line in run(str(EXAMPLES / "logs.py"), str(log)).splitlines()]
    assert rows[:2] == [["10.0.0.1", "served", "2", "600"], ["10.0.0.2", "refused", "1", "0"]]
    assert rows[2][0] == "1"


def test_pagerank() -> None:
    said = run("-m", "sluice.pyspark", str(EXAMPLES / "pagerank.py"), "3")
    ranks = {page: float(rank) for page, rank in map(str.split, said.splitlines())}
    assert next(iter(ranks)) == "home"
    expected = dict.fromkeys(("home", "news", "shop", "blog"), 1.0)
    links = {"home": ["news", "shop"], "news": ["home"], "shop": ["home", "news"], "blog": ["home"]}
    for _ in range(3):
        received: dict[str, float] = {}
        for page, targets in links.items():
            for target in targets if page in expected else ():
                received[target] = received.get(target, 0) + expected[page] / len(targets)
        expected = {page: 0.15 + 0.85 * value for page, value in received.items()}
    assert ranks == {page: round(value, 3) for page, value in expected.items()}


def test_there_is_no_program_without_a_test() -> None:
    tested = Path(__file__).read_text()
    assert all(path.name in tested for path in EXAMPLES.glob("*.py"))
