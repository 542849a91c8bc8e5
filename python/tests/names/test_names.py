# SPDX-License-Identifier: Apache-2.0
"""Every public name of PySpark's modules for RDD programs is here with its signature, or refused with a reason."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import sluice
from sluice import Context
from sluice.pyspark import refused
from sluice.pyspark.names import LISTED, TABLE
from sluice.pyspark.taken import TAKEN
from tests.names import registry
from tests.names.differences import DIFFERENT
from tests.names.reference import DOCS, document
from tests.names.registry import (
    BOOKS,
    MISSING,
    RECORDED,
    Entry,
    entries,
    incompatible,
    reason,
    resolve,
    status,
    taken,
)

TESTS = Path(__file__).resolve().parents[1]
#: What is said of a name that nobody thought of.
UNKNOWN = refused.reason("nothing.of.this.name")
BY_MODULE: dict[str, list[Entry]] = defaultdict(list)
for _entry in entries():
    BY_MODULE[_entry.module].append(_entry)


@pytest.mark.parametrize("module", BY_MODULE)
def test_a_name_works_with_its_signature_or_is_refused_with_a_reason(module: str) -> None:
    wrong: dict[str, str] = {}
    for entry in BY_MODULE[module]:
        found = status(entry)
        if found.kind == "refused" and found.text in ("", UNKNOWN):
            wrong[entry.path] = "is missing without a reason"
        elif found.kind == "works" and (what := incompatible(entry)):
            wrong[entry.path] = what
    assert not wrong


def test_constants_have_the_same_values() -> None:
    checked = 0
    for entry in entries():
        found = registry.value_of(entry)
        if "value" in entry.recorded and found is not MISSING and not entry.name.startswith("have_"):
            assert found == entry.recorded["value"], entry.path
            checked += 1
    assert checked > 40


def test_differences_are_of_names_that_work() -> None:
    known = {entry.path: entry for entry in entries()}
    assert set(DIFFERENT) <= set(known)
    assert {path for path in DIFFERENT if status(known[path]).kind == "refused"} == set()


def test_reasons_are_of_names_that_are_missing() -> None:
    """A reason that outlives its name would be shown by nothing, and mislead who reads the table."""
    missing = {entry.name for entry in entries() if not entry.member and status(entry).kind == "refused"}
    taken_names = {name for _, name, _ in taken()}
    assert set(refused.NAMES) <= missing | taken_names
    assert not {name for names in TABLE.values() for name in names} & set(refused.NAMES)
    for cls, table in registry.REASONS.items():
        members = {entry.member: entry for entry in entries() if entry.name.rpartition(".")[2] == cls}
        stale = {name for name in table if name in members and status(members[name]).kind != "refused"}
        assert not stale, cls


@pytest.mark.parametrize("module", RECORDED)
def test_what_a_module_takes_from_another_is_the_same_object(module: str) -> None:
    wrong = {}
    for _, name, home in (each for each in taken() if each[0] == module):
        here, there = resolve(module, name), resolve(home, name)
        refused_there = there is MISSING and refused.reason(f"{home}.{name}") != UNKNOWN
        if not refused_there and (here is MISSING or here is not there):
            wrong[name] = home
    assert not wrong


@pytest.mark.parametrize("module", sorted(LISTED))
def test_a_star_takes_what_it_takes_of_pyspark(module: str) -> None:
    source = RECORDED[RECORDED[module].get("is", module)]
    assert set(LISTED[module]) == {name for name in source["all"] if name in TABLE[module]}


def test_modules_without_a_list_have_none_in_pyspark() -> None:
    listing = {module for module, recorded in RECORDED.items() if recorded.get("all") and module in TABLE}
    same = {module for module in listing if set(RECORDED[module]["all"]) >= set(TABLE[module])}
    assert listing - same <= set(LISTED) | {"pyspark.cloudpickle", "pyspark.sql.functions"}


def test_words_that_modules_take_are_all_names() -> None:
    known = {name for names in TABLE.values() for name in names}
    for module, words in TAKEN.items():
        assert set(words.split()) <= known, module


def test_imports_of_refused_names_say_why() -> None:
    """In a process of its own, as a program would import them."""
    wanted = [
        (entry.module, entry.name, reason(entry))
        for entry in entries()
        if not entry.member and status(entry).kind == "refused" and registry.value_of(entry) is MISSING
    ]
    program = """
import json, sys
import sluice.pyspark
sluice.pyspark.install()
for module, name, why in json.load(sys.stdin):
    try:
        exec(f"from {module} import {name}")
    except ImportError as error:
        if str(error).endswith(f": {why}"):
            continue
        print("other words", error)
    print("imported", module, name)
"""
    variables = {**os.environ, "PYTHONPATH": str(Path(sluice.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(wanted),
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert len(wanted) > 30


def test_refused_members_are_not_there_and_say_why(sc: Context) -> None:
    from sluice.pyspark.session import SparkSession

    owners: dict[str, Any] = {
        "RDD": sc.parallelize([1]),
        "SparkContext": sc,
        "SparkSession": SparkSession(sc),
    }
    owners["Builder"] = SparkSession.builder
    checked = 0
    for cls, owner in owners.items():
        for name, why in registry.REASONS[cls].items():
            assert not hasattr(owner, name), name
            with pytest.raises(AttributeError) as caught:
                getattr(owner, name)
            assert name in str(caught.value)
            assert why in str(caught.value)
            checked += 1
    assert checked > 30


@cache
def _texts() -> str:
    """All tests, cases and examples, but for this directory, which only lists names."""
    files = [
        path
        for root in (TESTS, TESTS.parents[1] / "examples")
        for path in root.rglob("*.py")
        if TESTS / "names" not in path.parents
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_name_that_works_is_used_by_a_test() -> None:
    """Members as `.member`, or defined by a subclass in a test; exceptions by a case that goes through all of them.

    That the tests assert what these do is for readers to judge.
    """
    words = set(re.findall(r"\w+", _texts()))
    members = set(re.findall(r"(?:\.|def )(\w+)", _texts()))
    unused = {
        entry.path
        for entry in entries()
        if status(entry).kind != "refused"
        and entry.recorded["kind"] not in ("exception", "value")
        and not entry.member.startswith("__")
        and (entry.member not in members if entry.member else entry.name not in words)
    }
    assert not unused


@pytest.mark.parametrize("page", BOOKS)
def test_the_document_is_up_to_date(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert text == document(page), "run python -m tests.names.reference in python/"
