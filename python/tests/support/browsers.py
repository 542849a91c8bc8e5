# SPDX-License-Identifier: Apache-2.0
"""Chromium, driven by Selenium. It looks up nothing and leaves nothing: profile and home are in a given directory."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: The least contrast of each visible text with what lies behind it, and the text.
_CONTRAST = """
function rgb(text) {
  const parts = text.match(/[\\d.]+/g).map(Number);
  return text.startsWith('color(srgb') ? [...parts.slice(0, 3).map(x => x * 255), parts[3] ?? 1]
                                       : [parts[0], parts[1], parts[2], parts[3] ?? 1];
}
function light(c) {
  const l = c.slice(0, 3).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
}
function ground(element) {
  for (let e = element; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3] > 0.9) return c;
  }
  return [255, 255, 255, 1];
}
let worst = [99, ''];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode, parent = node.parentElement;
  if (!node.data.trim() || !parent.getClientRects().length || parent.closest('.skip, title, option')) continue;
  const svg = parent.closest('svg');
  const color = rgb(svg ? getComputedStyle(parent).fill : getComputedStyle(parent).color);
  const a = light(color), b = light(ground(svg ?? parent));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < worst[0]) worst = [ratio, node.data.trim().slice(0, 60)];
}
return worst;
"""


class Browser:
    """One browser with a profile of its own.

    Args:
        directory: where its files go; the caller removes it.
        scripts: whether pages may run scripts.
    """

    def __init__(self, directory: Path, scripts: bool = True) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.options import Options
        from selenium.webdriver.chrome.service import Service

        found = [shutil.which(name) for name in ("chromium", "chromedriver")]
        if not all(found):
            why = "Debian's chromium and chromium-driver are not installed"
            pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
        options = Options()
        options.binary_location = str(found[0])
        for flag in (*_FLAGS, f"--user-data-dir={directory / 'profile'}"):
            options.add_argument(flag)
        if not scripts:
            options.add_experimental_option(
                "prefs", {"profile.managed_default_content_settings.javascript": 2}
            )
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = Service(str(found[1]), env={**os.environ, "HOME": str(directory), "TMPDIR": str(directory)})
        self.page: Any = webdriver.Chrome(options=options, service=service)
        self.page.set_page_load_timeout(60)

    def close(self) -> None:
        """End it and wait for its processes."""
        self.page.quit()

    def show(self, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Set the size of the window and the scheme of colours."""
        self.page.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700},
        )
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def text(self) -> str:
        """What a person reads on the page."""
        return str(self.page.find_element("css selector", "body").text)

    def all(self, selector: str) -> list[Any]:
        """The elements that a selector chooses."""
        return list(self.page.find_elements("css selector", selector))

    def complaints(self) -> list[str]:
        """What the console says of scripts, styles and addresses that were refused or failed."""
        return [entry["message"] for entry in self.page.get_log("browser") if entry["level"] == "SEVERE"]

    def contrast(self) -> tuple[float, str]:
        """The least contrast of a text with its ground, and that text."""
        ratio, text = self.page.execute_script(_CONTRAST)
        return float(ratio), str(text)
