# SPDX-License-Identifier: Apache-2.0
"""The benchmark's page against the JSON that it is made of."""

from __future__ import annotations

import json

import pytest
from bench.amounts import human
from bench.page import page
from bench.results import summary, text

from tests.benchmarks.documents import Page, document, metric, run

HOSTILE = "</style></pre><script>alert(1)</script>\"'><img src=x onerror=y>&lt;\u202e"


def test_a_page_is_well_formed_and_asks_nobody_for_anything() -> None:
    text = page(document(run(sluice=[0.1, 0.2, 0.3], pyspark=[1.0], floor=[0.01])))
    read = Page(text)
    assert text.startswith("<!DOCTYPE html>\n")
    assert {name for name, _ in read.tags} & {"script", "link", "img", "iframe", "object", "form"} == set()
    assert "url(" not in text
    assert "@import" not in text
    assert all(str(link["href"]).startswith("#") for link in read.named("a"))
    identities = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(identities) == len(set(identities))
    assert {str(link["href"])[1:] for link in read.named("a")} <= set(identities)


def test_every_figure_of_the_json_is_in_the_page() -> None:
    made = document(
        run(sluice=[0.111, 0.222, 0.333], cluster=[0.44], pyspark=[5.5, 6.6], loky=[0.07], floor=[0.0123])
    )
    read = Page(page(made))
    shown = read.text()
    one = made["scenarios"][0]["metrics"][0]
    for engine, median in one["median"].items():
        assert human(median, "seconds") in shown, engine
        assert human(min(one["values"][engine]), "seconds") in shown, engine
        assert human(max(one["values"][engine]), "seconds") in shown, engine
    raw = "".join(data for tag, data in read.texts if tag == "pre")
    assert json.loads(raw) == made
    assert len(read.named("circle")) == sum(map(len, one["values"].values())) - 1 + 4


def test_the_floor_is_a_line_at_its_place() -> None:
    read = Page(page(document(run(sluice=[0.01, 1.0], floor=[0.1]))))
    floors = [line for line in read.named("line") if line.get("class") == "floor"]
    assert len(floors) == 1
    rounds = [circle for circle in read.named("circle") if str(circle["class"]).startswith("round")]
    left, right = (float(str(circle["cx"]).rstrip("%")) for circle in rounds)
    # Halfway between, on a logarithmic scale.
    assert float(str(floors[0]["x1"]).rstrip("%")) == pytest.approx((left + right) / 2, abs=0.02)


def test_hostile_texts_are_only_text() -> None:
    bad = run(HOSTILE, [metric(label=HOSTILE, times=2.0)], sluice=[1.0])
    bad.about = HOSTILE
    bad.problems["pyspark"] = f"failed: {HOSTILE}"
    made = document(bad, version=HOSTILE, command=HOSTILE, begun=HOSTILE)
    made["machine"] |= {"processor": HOSTILE, "kernel": HOSTILE, "system": HOSTILE, "java": HOSTILE}
    made["engines"][0] |= {"reason": HOSTILE, "title": HOSTILE}
    read = Page(page(made))
    assert not read.named("script")
    assert not read.named("img")
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    assert json.loads("".join(data for tag, data in read.texts if tag == "pre")) == made


def test_engines_that_are_not_here_are_shown_with_how_to_get_them() -> None:
    shown = Page(page(document(run(sluice=[0.1])))).text()
    assert "not here: not installed; --install gets it" in shown
    assert shown.count("PySpark, standalone cluster") == 1


def test_a_scenario_without_any_figure_is_shown() -> None:
    failed = run()
    failed.problems["sluice"] = "failed: it did"
    assert "No figures." in Page(page(document(failed))).text()


def test_a_figure_of_zero_is_drawn_from_zero() -> None:
    read = Page(
        page(document(run(metrics=[metric(unit="share", at_most=0.01)], sluice=[0.0, 0.004], floor=[0.0])))
    )
    assert "0.40 %" in read.text()
    assert "1.00 %" in read.text()


@pytest.mark.parametrize(
    ("more", "values", "reached"),
    [
        ({"times": 5.0}, {"sluice": [1.0], "pyspark": [5.0]}, True),
        ({"times": 5.0}, {"sluice": [1.0], "pyspark": [4.9]}, False),
        ({"times": 5.0}, {"sluice": [1.0]}, None),
        ({"at_most": 1.0}, {"sluice": [0.5, 1.0, 9.0]}, True),
        ({"at_most": 1.0}, {"sluice": [1.1]}, False),
        ({"at_most": 1.0}, {}, None),
        ({"copies": 1.5, "unit": "bytes"}, {"sluice": [3.0], "floor": [2.0]}, True),
        ({"copies": 1.5, "unit": "bytes"}, {"sluice": [3.1], "floor": [2.0]}, False),
        ({"cluster": 1.2}, {"sluice": [1.0], "cluster": [1.2]}, True),
        ({"cluster": 1.2}, {"sluice": [1.0], "cluster": [1.3]}, False),
        ({"cluster": 1.2}, {"cluster": [1.3]}, None),
        ({"at_most": 1.0, "engine": "cluster"}, {"sluice": [9.0], "cluster": [1.0]}, True),
    ],
)
def test_a_goal_is_reached_missed_or_untold(
    more: dict[str, float], values: dict[str, list[float]], reached: bool | None
) -> None:
    told = summary(run(metrics=[metric(**more)], **values))
    assert [want["reached"] for want in told["metrics"][0]["wants"]] == [reached]
    word = {True: "reached", False: "missed", None: "cannot be told"}[reached]
    made = document()
    made["scenarios"] = [told]
    assert word in Page(page(made)).text()
    assert {True: "yes", False: "no", None: "?"}[reached] in text([told]).split()


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.0000382, "seconds", "38.2 µs"),
        (0.9996, "seconds", "1.00 s"),
        (134.2, "seconds", "134 s"),
        (0.00000000004, "seconds", "0.04 ns"),
        (2.21e9, "bytes", "2.21 GB"),
        (12_345_678_901_234, "bytes", "12,346 GB"),
        (0.0, "seconds", "0 s"),
        (0.004, "share", "0.40 %"),
    ],
)
def test_amounts_have_three_digits_and_a_unit(value: float, unit: str, shown: str) -> None:
    assert human(value, unit) == shown


def test_a_loaded_machine_and_a_quick_run_are_said_first() -> None:
    made = document(run(sluice=[0.1]), quick=True, interrupted=True)
    made["machine"]["load"] = 9.5
    shown = Page(page(made)).text()
    assert "no figures to quote" in shown
    assert "load 9.50 on 2 cores" in shown
    assert "was interrupted" in shown
