"""A weight mistyped in the orchard, asked about, sent all the same and corrected, on a narrow phone without scripts."""

from playwright.sync_api import Page, expect

from tests.browser.test_forms import fits, phone, pytestmark
from tests.played_demo import Demo

__all__ = ["phone", "pytestmark"]


def test_a_station_corrects_a_mistyped_weight_from_its_receipt(phone: Page, demo: Demo) -> None:
    phone.goto(demo.cards["station"])
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_label("Gross weight").fill("4120公斤")
    phone.get_by_label("Tare").fill("36 斤")
    phone.get_by_role("button", name="Record").last.click()

    expect(phone.get_by_role("alert")).to_contain_text("4102 kg is a great deal for one delivery.")
    assert fits(phone)
    phone.get_by_role("button", name="It is right: report it").click()
    expect(phone.get_by_role("status")).to_contain_text("The delivery is recorded.")
    expect(phone.get_by_role("definition").filter(has_text="4102 kg (8204 斤)")).to_be_visible()
    assert fits(phone)

    phone.get_by_role("link", name="Take back or correct").first.click()
    assert fits(phone)
    phone.get_by_role("link", name="Correct it").click()
    gross = phone.get_by_label("Gross weight")
    expect(gross).to_have_value("8240")  # in 斤, as the unit beside it says
    assert fits(phone)
    gross.fill("430公斤")
    phone.get_by_role("button", name="Record the correction").last.click()

    expect(phone.get_by_role("status")).to_contain_text("The report is corrected.")
    expect(phone.get_by_role("definition").filter(has_text="412 kg (824 斤)")).to_be_visible()
    assert fits(phone)
    phone.get_by_role("link", name="Show its history").click()
    expect(phone.locator(".timeline li.struck")).to_contain_text("corrected this on")
    expect(phone.locator(".timeline")).to_contain_text("412 kg")
    assert fits(phone)
