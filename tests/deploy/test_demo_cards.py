"""What the demo's cards lead to is there, and is what their people may report."""

from pathlib import Path

import pytest

from deploy.demo.cards import FIRST_PAGES, Card, hand_out
from deploy.demo.story import read_season
from services.portal.home import OFFERED
from services.portal.reporting.commands import COMMANDS


@pytest.mark.parametrize("who", FIRST_PAGES.keys() - {"brand office"})
def test_a_cards_form_is_one_of_its_roles_with_fields_it_has(who: str) -> None:
    page, fields = FIRST_PAGES[who]
    noun = page.removeprefix("/forms/")
    assert noun in {noun for role in read_season().reporters[who].roles for noun in OFFERED[role]}
    assert fields.keys() <= set(COMMANDS[noun].field_names())


def test_the_lot_the_brand_office_may_ask_labels_for_is_packed_and_has_none_yet() -> None:
    story = read_season()
    _, fields = FIRST_PAGES["brand office"]
    product, lot = fields["lot"].removeprefix("(01)").split("(10)")
    assert any(f"/01/{product}/10/{lot}" in str(told.event.get("outputQuantityList")) for told in story.told)
    assert not any(order.lot.endswith(lot) for order in story.labels)


def test_only_their_owner_can_read_the_cards(tmp_path: Path) -> None:
    file = tmp_path / "demo" / "cards.json"
    for _ in range(2):
        hand_out([Card("station", "http://127.0.0.1/sign-in?card=X")], file)
    assert file.stat().st_mode & 0o777 == 0o600
