# SPDX-License-Identifier: Apache-2.0
"""The web pages in a real browser: hostile texts, no scripts, phone width, both schemes, the keyboard, killing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.browsers import Browser
from tests.support.drivers import Driver
from tests.support.waiting import eventually

PARTS = ["", "/jobs/0", "/jobs/1", "/stages/0", "/workers", "/storage", "/settings", "/logs"]

HOSTILE = "<script>window.owned=1</script><img src=x onerror=window.owned=1>\"'&\u202e{{7*7}}"

PROGRAM = """
import os, sys, threading, time
from sluice import Conf, Context

hostile = sys.argv[1]
sc = Context(conf=Conf().setMaster("local[2]").setAppName(hostile).set("spark.hostile", hostile))
sc.setJobDescription(hostile)
sc.setJobGroup(hostile, hostile)
held = sc.broadcast(list(range(1000)))

def shout(n):
    print(hostile, flush=True)
    return n + len(held.value)

sc.parallelize(range(4), 2).map(shout).cache().map(lambda n: (n % 2, n)).reduceByKey(lambda a, b: a + b).collect()
try:
    sc.parallelize(range(2), 2).map(lambda n: exec("raise ValueError(hostile)", {"hostile": hostile})).collect()
except Exception as error:
    print("failed:", type(error).__name__, flush=True)
print("pages", sc.uiWebUrl, flush=True)

def forever(n):
    while True:
        time.sleep(0.01)

sc.setJobGroup("endless", "endless")
try:
    sc.parallelize(range(2), 2).map(forever).collect()
except Exception as error:
    print("killed:", str(error).splitlines()[0], flush=True)
while True:
    sc.parallelize(range(2), 2).map(lambda n: time.sleep(0.05)).count()
"""


@pytest.fixture(scope="module")
def program() -> Iterator[Driver]:
    with Driver(PROGRAM, HOSTILE) as driver:
        driver.says("pages ")
        yield driver


@pytest.fixture(scope="module")
def link(program: Driver) -> str:
    """The address of the program's first page, with the token."""
    return next(line.split()[1] for line in program.output.splitlines() if line.startswith("pages "))


@pytest.fixture(scope="module")
def base(link: str) -> str:
    return link.partition("?")[0]


@pytest.fixture(scope="module")
def browser(link: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("browser"))
    opened.page.get(link)
    yield opened
    opened.close()


def test_the_token_leaves_the_address(browser: Browser, link: str, base: str) -> None:
    browser.page.get(link)
    assert browser.page.current_url == base
    assert all(cookie["httpOnly"] for cookie in browser.page.get_cookies())


@pytest.mark.parametrize("part", PARTS)
def test_hostile_texts_are_shown_and_do_nothing(browser: Browser, base: str, part: str) -> None:
    browser.show()
    browser.page.get(base + part)
    assert "<script>window.owned=1</script>" in browser.page.title + browser.text()
    assert browser.page.execute_script("return window.owned") is None
    assert not browser.all("img")
    assert len(browser.all("script")) == len(browser.all("head script"))
    assert browser.complaints() == []


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("dark", [False, True])
def test_contrast_is_enough_in_both_schemes(browser: Browser, base: str, part: str, dark: bool) -> None:
    browser.show(dark=dark)
    browser.page.get(base + part)
    ground = browser.page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(","))) < 300) is dark
    ratio, text = browser.contrast()
    assert ratio >= 4.5, text


@pytest.mark.parametrize("part", PARTS)
def test_a_phone_need_not_scroll_sideways(browser: Browser, base: str, part: str) -> None:
    for width in (390, 320):
        browser.show(width, 800)
        browser.page.get(base + part)
        assert browser.page.execute_script("return document.documentElement.scrollWidth") <= width


def test_it_reads_without_scripts(link: str, base: str, tmp_path: Path) -> None:
    plain = Browser(tmp_path, scripts=False)
    try:
        plain.page.get(link)
        assert "endless" in plain.text()
        plain.page.get(base + "/stages/0")
        for word in ("Timeline", "user code", "succeeded", "Partition"):
            assert word in plain.text()
        assert plain.all("svg.timeline rect")
        plain.page.get(base + "/jobs/0")
        assert len(plain.all("svg.plan .node")) >= 4
        plain.page.get(base + "/workers")
        assert "MiB" in plain.text()
        # Another browser has not been let in.
        plain.page.delete_all_cookies()
        plain.page.get(base)
        assert "A token is needed" in plain.text()
    finally:
        plain.close()


def test_the_keyboard_reaches_everything(browser: Browser, base: str) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.show()
    browser.page.get(base + "/jobs/0")

    def focused() -> Any:
        return browser.page.switch_to.active_element

    browser.page.find_element("css selector", "body").send_keys(Keys.TAB)
    assert focused().text == "Skip to content"
    assert focused().rect["x"] >= 0
    seen = []
    for _ in range(8):
        focused().send_keys(Keys.TAB)
        seen.append(focused().text)
        outline = focused().value_of_css_property("outline-width")
        assert outline != "0px", seen
    assert seen[:6] == ["Sluice", "Jobs", "Workers", "Storage", "Settings", "Logs"]


def test_killing_a_job_and_seeing_it_go(browser: Browser, base: str, program: Driver) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.show()
    browser.page.get(base)
    row = next(row for row in browser.all("tbody tr") if "endless" in row.text)
    assert "running" in row.text
    row.find_element("css selector", "a").click()
    summary = browser.page.find_element("css selector", ".kill summary")
    summary.send_keys(Keys.ENTER)
    button = browser.page.find_element("css selector", ".kill button")
    eventually(button.is_displayed, bool)
    button.send_keys(Keys.ENTER)
    program.says("killed: ")
    eventually(browser.text, lambda text: "failed" in text and "it was killed from the web pages" in text)
    assert not browser.all(".kill")


def test_a_page_is_live(browser: Browser, base: str, program: Driver) -> None:
    program.says("killed: ")
    browser.page.get(base)
    browser.page.execute_script("window.same = 1")

    def jobs() -> int:
        return int(browser.page.execute_script("return document.querySelector('tbody a').textContent"))

    browser.page.find_element("css selector", ".kill summary").click()
    first = jobs()
    eventually(jobs, lambda now: now > first + 3)
    # It was fetched again, and merged: what was opened is open.
    assert browser.page.find_element("css selector", ".kill button").is_displayed()
    assert browser.page.execute_script("return window.same") == 1
    assert browser.complaints() == []
