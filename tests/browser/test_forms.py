"""Two flows in a real browser: a delivery on a narrow phone to its history, and the page behind a label's square."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.played_demo import Demo

pytestmark = pytest.mark.browser

NARROW = 360


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A small one, in English, with scripts switched off: no page needs them."""
    context = chromium.new_context(
        viewport={"width": NARROW, "height": 740}, locale="en-GB", java_script_enabled=False, service_workers="block"
    )
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways: the page is as wide as the screen in a full picture of it."""
    return int.from_bytes(page.screenshot(full_page=True)[16:20], "big") == NARROW


def test_a_station_weighs_a_delivery_in_and_sees_its_history(phone: Page, demo: Demo) -> None:
    phone.goto(demo.cards["station"])
    phone.get_by_role("button", name="Sign in").click()
    assert fits(phone)
    phone.get_by_label("斤 (0.5 kg)").check()
    phone.get_by_label("Gross weight").fill("824")
    phone.get_by_label("Tare").fill("24 斤")
    phone.get_by_role("button", name="Record").last.click()
    if "out of season" in phone.locator("main").inner_text():  # whether that is asked depends on the day of the test
        phone.get_by_role("button", name="It is right: report it").click()

    expect(phone.get_by_role("status")).to_contain_text("The delivery is recorded.")
    expect(phone.get_by_role("definition").filter(has_text="400 kg")).to_be_visible()
    assert fits(phone)
    lot = phone.get_by_role("definition").first.inner_text()

    phone.get_by_role("link", name="Show its history").click()
    expect(phone.get_by_role("heading", name="History of a code")).to_be_visible()
    expect(phone.locator("main")).to_contain_text(lot)
    expect(phone.locator("main")).to_contain_text("Grower 01")
    expect(phone.locator(".timeline li")).to_have_count(1)
    assert fits(phone)


def test_a_weight_that_cannot_be_keeps_what_was_typed_and_says_so_at_the_field(phone: Page, demo: Demo) -> None:
    phone.goto(demo.cards["inspector"])
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_label("Value").first.fill("sweet")
    phone.get_by_role("button", name="Record").last.click()
    expect(phone.get_by_role("alert")).to_contain_text("What you typed is still here.")
    wrong = phone.get_by_label("Value").first
    expect(wrong).to_have_value("sweet")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    assert fits(phone)


def test_the_page_behind_a_label_says_first_what_the_label_is_worth(phone: Page, demo: Demo) -> None:
    phone.goto(demo.shown["box"])
    verdict, product = phone.get_by_role("status"), phone.get_by_role("heading", level=1)
    expect(verdict).to_contain_text("This label was issued by this system.")
    above, below = verdict.bounding_box(), product.bounding_box()
    assert above and below and above["y"] + above["height"] <= below["y"]
    expect(phone.locator(".badges")).to_contain_text("left it in 2018")
    expect(phone.locator(".timeline")).to_contain_text("Picked")
    assert fits(phone)


def test_a_label_with_one_character_changed_is_not_ours_and_borrows_no_history(phone: Page, demo: Demo) -> None:
    link = demo.shown["box"]
    phone.goto(link[:-10] + ("A" if link[-10] != "A" else "B") + link[-9:])
    expect(phone.get_by_role("status")).to_contain_text("This is not a label of this system.")
    expect(phone.locator(".timeline")).to_have_count(0)


def test_the_brands_office_prints_squares_wide_enough_for_a_phone(phone: Page, demo: Demo) -> None:
    phone.goto(demo.cards["brand office"])
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_label("How many labels").fill("1")
    phone.get_by_role("button", name="Ask for labels").click()
    expect(phone.get_by_role("heading", name="Labels of lot F0916")).to_be_visible()
    assert fits(phone)
    box = phone.locator(".labels svg").bounding_box()
    assert box and box["width"] / 96 * 25.4 >= 24
