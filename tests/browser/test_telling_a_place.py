"""Whoever looks a label up may say roughly where: on a press alone, rounded in the browser, of one look-up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from provenance.registry.records import Point
from provenance.scans.cells import Cell
from services.portal.telling.histories import LabelVerdict
from tests.browser.portal_alone import LOTS, NOT_OURS, Portal, label, portal_alone
from tests.browser.test_forms import NARROW, fits
from tests.provenance.labels.cheats import GTIN

pytestmark = pytest.mark.browser

EXACT = {"latitude": 36.70412, "longitude": 110.93861}
AGENT = "Mozilla/5.0 (Linux; Android 9) MicroMessenger/8"  # a headless browser names itself, and is no look-up


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with portal_alone() as opened:
        one = label(LOTS[0])
        void: LabelVerdict = replace(NOT_OURS, verdict="void", gtin=GTIN, lot=one.lot, serial=one.serial)
        opened.known[opened.link()] = void
        yield opened


def phone(chromium: Browser, *, locale: str = "en-GB", **given: object) -> BrowserContext:
    return chromium.new_context(viewport={"width": NARROW, "height": 740}, locale=locale, user_agent=AGENT, **given)  # type: ignore[arg-type]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = phone(chromium, geolocation=EXACT, permissions=["geolocation"])
    yield opened
    opened.close()


def test_a_place_is_asked_for_on_a_press_alone_and_leaves_the_browser_rounded(
    context: BrowserContext, portal: Portal
) -> None:
    portal.scans.clear()
    sent: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    page.goto(portal.link())
    assert fits(page) and sent == []
    press = page.get_by_role("button", name="Help find copies: say roughly where you are")
    press.click()
    expect(page.get_by_text("Thank you: it is kept with this look-up.")).to_be_visible()
    expect(press).to_be_hidden()
    (body,) = sent
    assert "place=36.7%2C110.9" in body and "36.70" not in body
    look, told = portal.scans
    assert (told.tag, told.hour, look.cell, told.cell) == (look.tag, look.hour, None, Cell.at(Point(36.7, 110.9)))
    assert context.cookies() == []


def test_whoever_refuses_sends_nothing(chromium: Browser, portal: Portal) -> None:
    portal.scans.clear()
    context = phone(chromium, locale="zh-CN")
    page = context.new_page()
    page.goto(portal.link())
    page.get_by_role("button", name="帮助发现假冒标签：告诉我们您大概在哪里").click()
    expect(page.get_by_text("没有得到位置，什么也没有发送。")).to_be_visible()
    assert fits(page) and [scan.cell for scan in portal.scans] == [None]
    context.close()


def test_without_scripts_nobody_is_shown_the_button(chromium: Browser, portal: Portal) -> None:
    context = phone(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto(portal.link())
    expect(page.locator("#place")).to_be_hidden()
    context.close()
