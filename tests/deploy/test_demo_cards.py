"""What the demo's cards lead to is there, and is what their people may report."""

import json
from pathlib import Path

import httpx
import pytest
import yaml

from deploy.demo.cards import FIRST_PAGES, GROWER, Card, Issuer, hand_out
from deploy.demo.story import REGISTRIES, read_season
from provenance.quality.holds import MAY_LIFT_RECALLS
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


def test_one_of_those_with_a_card_is_registered_as_who_may_end_a_recall() -> None:
    master = yaml.safe_load(REGISTRIES[0].read_text(encoding="utf-8"))
    kinds = {one["id"]: one.get("kind") for one in master if one["record"] == "party"}
    assert kinds[read_season().reporters["regulator"].party] in MAY_LIFT_RECALLS


def test_a_growers_card_is_among_them_and_the_brand_office_makes_it() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, json.loads(request.content)))
        return httpx.Response(200, json={"card": "CODE"})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    cards = {one.who: one.link for one in Issuer("http://p", "http://i", "secret", http).cards(read_season().reporters)}
    assert cards[f"grower {GROWER}"] == "http://p/g/CODE"
    path, wish = asked[-1]
    assert (path, wish["by"]) == ("/grower-cards", read_season().reporters["brand office"].party)
    assert read_season().reporters["brand office"] == read_season().office


def test_only_their_owner_can_read_the_cards(tmp_path: Path) -> None:
    file = tmp_path / "demo" / "cards.json"
    for _ in range(2):
        hand_out([Card("station", "http://127.0.0.1/sign-in?card=X")], file)
    assert file.stat().st_mode & 0o777 == 0o600
