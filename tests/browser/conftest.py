"""A real Chromium before the running product, with the demo season played: forms and pages as people see them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.local.site import ROOT
from tests.running_product import RunningProduct

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True)
class Demo:
    """What the demo's player left: addresses by name, and the link of a card by who it signs in."""

    shown: dict[str, str]
    cards: dict[str, str]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install it, or name it with CHROMIUM=/path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo(chromium: Browser, product: RunningProduct) -> Demo:
    """The season played through the public doors, as `make up` does; new cards each time."""
    site = product.site
    where = ("--portal", site.portal_url, "--identity", f"http://{site.address('identity')}", "--var", str(site.var))
    words = (sys.executable, "-m", "deploy.demo", *where)
    played = subprocess.run(words, cwd=ROOT, env={**os.environ, **product.environ}, capture_output=True, text=True)
    assert played.returncode == 0, played.stderr
    shown, cards = (json.loads((site.var / "demo" / name).read_text()) for name in ("story.json", "cards.json"))
    return Demo(shown, {card["who"]: card["link"] for card in cards})
