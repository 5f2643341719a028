"""A real Chromium before the running product, with the demo season played: forms and pages as people see them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.played_demo import Demo, play_demo
from tests.running_product import RunningProduct

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@pytest.fixture(scope="session")
def browsers() -> Iterator[BrowserType]:
    """What starts a Chromium; one for the whole run, for Playwright has one loop a thread."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install it, or name it with CHROMIUM=/path")
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def chromium(browsers: BrowserType) -> Iterator[Browser]:
    browser = browsers.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def demo(chromium: Browser, product: RunningProduct) -> Demo:
    return play_demo(product)
