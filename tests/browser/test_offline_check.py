"""Labels checked by the page that a phone keeps: in flight mode, in a real browser, as Python checks them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from provenance.label_link import NotALabel, read_short_code, short_code_for_people
from provenance.labels.offline import check_offline
from provenance.labels.published_keys import read_keys
from tests.browser.portal_alone import LOTS, WITHDRAWN, Portal, label, portal_alone
from tests.browser.test_forms import NARROW, fits
from tests.provenance.labels.cheats import ISSUER, KEY, STRANGER, URL, cheats

pytestmark = pytest.mark.browser

EACH = 40
"""Of each way to cheat and each lot: some 3,000 links in all."""
_ALL = """async ([links, jwks]) => {
  const page = document.querySelector("link[rel=modulepreload]").href;
  const { check, readKeys } = await import(page);
  const keys = await readKeys(JSON.parse(jwks));
  return Promise.all(links.map((link) => check(link, keys)));
}"""
_CODES = """async (codes) => {
  const { readShortCode } = await import(document.querySelector("link[rel=modulepreload]").href);
  return codes.map(readShortCode);
}"""


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with portal_alone() as opened:
        yield opened


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": NARROW, "height": 740}, locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, portal: Portal) -> Page:
    """A phone that opened the front page once, and then lost its network."""
    opened = context.new_page()
    opened.goto(portal.url)
    opened.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    return opened


def said(page: Page) -> str:
    shown = page.locator("[data-verdict]:visible")
    expect(shown).to_have_count(1)
    return shown.inner_text()


def test_the_browser_and_python_say_the_same_of_thousands_of_links_and_none_of_the_cheats_passes(
    context: BrowserContext, portal: Portal
) -> None:
    labels = [label(lot, at) for at, lot in enumerate(LOTS)]
    made = [made.replace(URL, portal.url) for one in labels for _, made in cheats(Random(5), one, EACH)]
    by_withdrawn = [portal.link(lot, WITHDRAWN) for lot in LOTS]
    altered = [link[:at] + "A" + link[at + 1 :] for link in by_withdrawn for at in range(0, len(link), 3)]
    added = ["&from=groupmessage", "&a=b#top", " ", "\n", "\ufeff", "\u00a0", "\x0b", "&sig=A", "&", "#"]
    true = [portal.link(lot) for lot in LOTS]
    links = [*made, *true, *by_withdrawn, *altered, *(link + more for link in true for more in added)]

    opened = context.new_page()
    opened.goto(f"{portal.url}/offline")
    answers: list[dict[str, Any]] = opened.evaluate(_ALL, [links, portal.jwks])

    keys = read_keys(portal.jwks)
    ours = [check_offline(link, keys, url=portal.url, issuer=ISSUER) for link in links]
    theirs = [answer["verdict"] for answer in answers]
    assert [
        (link, one.verdict, other) for link, one, other in zip(links, ours, theirs, strict=True) if one.verdict != other
    ] == []
    assert len(made) >= 2_500 and {one.verdict for one in ours[: len(made)]} == {"not_ours"}
    named = [(one["label"]["lot"], one["label"]["roll"]) for one in answers if "label" in one]
    assert named == [(one.label.lot, one.label.roll) for one in ours if one.label]


def test_the_browser_reads_short_codes_as_python_does(context: BrowserContext, portal: Portal) -> None:
    random = Random(7)
    right = [label("", at).serial for at in range(300)]
    wrong = [code[:at] + random.choice("23479ACZ0O") + code[at + 1 :] for code in right for at in (2, 11)]
    codes = [*right, *wrong, *(short_code_for_people(code).lower() for code in right), "", "ABC", "BX7K-3QM9-TPWR1"]
    opened = context.new_page()
    opened.goto(f"{portal.url}/offline")
    assert opened.evaluate(_CODES, codes) == [_read(code) for code in codes]


def _read(code: str) -> str | None:
    try:
        return read_short_code(code)
    except NotALabel:
        return None


@pytest.mark.parametrize("lot", LOTS)
def test_in_flight_mode_a_labels_own_link_opens_and_says_that_copying_is_not_checked(
    page: Page, portal: Portal, lot: str
) -> None:
    page.goto(portal.link(lot))
    assert "This label bears this system's signature. Copying is not checked offline" in said(page)
    expect(page.locator("#facts")).to_contain_text(short_code_for_people(label(lot).serial))
    expect(page.locator("#with_keys")).to_contain_text("Checked with the keys of")
    assert fits(page)


def test_in_flight_mode_no_forged_altered_cut_or_foreign_label_passes(page: Page, portal: Portal) -> None:
    link = portal.link()
    others = (
        portal.link(by=STRANGER),
        link.replace("PK260913-1", "PK260913-2"),
        link[:-7],
        link.partition("?")[0],
        f"{portal.link(at=1).partition('?')[0]}?{link.partition('?')[2]}",
    )
    for other in others:
        page.goto(other)
        assert "This is not a label of this system." in said(page)
        expect(page.locator("#facts")).to_be_hidden()
    page.get_by_label("Code").fill(KEY.link(label(LOTS[0]), public_url="https://evil.example", issuer=ISSUER))
    page.get_by_role("button", name="Look up").click()
    assert "This is not a label of this system." in said(page)


def test_in_flight_mode_a_label_of_a_withdrawn_key_is_to_be_asked_for_online(page: Page, portal: Portal) -> None:
    page.goto(portal.link(by=WITHDRAWN))
    assert "ask online" in said(page)


def test_a_key_that_the_phone_does_not_keep_may_be_a_newer_one(page: Page, portal: Portal) -> None:
    page.goto(portal.link(by=STRANGER))
    expect(page.locator("#unknown_key")).to_contain_text("look it up online")


def test_in_flight_mode_a_link_is_typed_and_a_short_code_tells_only_whether_it_is_typed_rightly(
    page: Page, portal: Portal
) -> None:
    page.goto(portal.url)
    for typed, answer in (
        (portal.link(), "bears this system's signature"),
        (short_code_for_people(label("").serial), "cannot be told without a network"),
        (label("").serial[:-1] + "2", "a character is missing or mistyped"),
    ):
        page.get_by_label("Code").fill(typed)
        page.get_by_role("button", name="Look up").click()
        expect(page.locator("[data-verdict]:visible")).to_contain_text(answer)


def test_keys_older_than_a_week_are_said_to_be_old(page: Page, portal: Portal) -> None:
    page.clock.install()
    page.clock.fast_forward(8 * 24 * 3600 * 1000)
    page.goto(portal.link())
    expect(page.locator("#old_keys")).to_contain_text("older than a week")


def test_a_browser_without_ed25519_says_that_it_cannot_check(context: BrowserContext, portal: Portal) -> None:
    context.add_init_script("crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))")
    old = context.new_page()
    old.goto(f"{portal.url}/offline?code={portal.link().partition('?')[0]}")
    expect(old.locator("#unable")).to_contain_text("Look labels up online instead")
    expect(old.locator("[data-verdict]:visible")).to_have_count(0)


def test_whoever_opened_the_page_of_one_label_can_check_the_next_in_flight_mode(
    context: BrowserContext, portal: Portal
) -> None:
    opened = context.new_page()
    opened.goto(portal.link())
    opened.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    opened.goto(portal.link(at=1))
    assert "bears this system's signature" in said(opened)


def test_the_pages_ask_no_other_host_and_set_no_cookie(context: BrowserContext, portal: Portal) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    opened = context.new_page()
    for path in ("/", "/offline"):
        opened.goto(portal.url + path)
    assert {url.split("/")[2] for url in asked} == {portal.url.split("/")[2]}
    assert context.cookies() == []
