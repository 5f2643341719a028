"""Histories as messages: exact numbers as text, days on the reporter's clock, nothing of a trade for the public."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from produce.v1 import traceability_pb2

from epcis.canonical_json import canonical_bytes
from epcis.events import Event
from provenance.access.public_view import PUBLIC_FIELDS
from provenance.days import day_at
from provenance.histories.history import History, Holder, Share, Step
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import County, Party, Product, Site
from provenance.standing import First, Reported
from wire.history_codec import decimal_text, facts_of, public_step, step_message
from wire.naming_codec import named

LOT = "https://id.gs1.org/01/09521234543213/10/A"
PLOT = "https://suyuan.example/plot/1"
GROWER = "https://suyuan.example/grower/7"
STATION = "https://id.gs1.org/417/9521234000006"
BUYER = "https://id.gs1.org/417/9521234000020"
# 02:00 in China on 13 September is still the 12th in Greenwich.
BODY: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:1",
    "eventTime": "2026-09-12T18:00:00.000Z",
    "eventTimeZoneOffset": "+08:00",
    "action": "ADD",
    "bizStep": "commissioning",
    "readPoint": {"id": PLOT},
    "quantityList": [{"epcClass": LOT, "quantity": 400.5, "uom": "KGM"}],
    "sourceList": [{"type": "owning_party", "source": GROWER}],
    "destinationList": [{"type": "owning_party", "destination": BUYER}],
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:uuid:order"}],
    "ex:price": 12,
}


def step() -> Step:
    first = First(1_789_000_000_000, "produce.harvest.v1", 0, 0, STATION)
    return Step(Reported("ab" * 32, Event(BODY), bytes(32), first), "harvest", False, "in_force")


def history(*steps: Step) -> History:
    share = Share(lot=LOT, fraction=Fraction(1, 3), kilograms=Fraction(401, 2), grower=GROWER, plot=PLOT)
    holder = Holder(site="", party=BUYER, kilograms=Fraction(7), keys=(LOT,))
    return History(key=LOT, direction="back", keys=frozenset({LOT}), steps=steps, shares=(share,), holders=(holder,))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Fraction(0), "0"),
        (Fraction(400), "400"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(2, 3), "0.666666666667"),
        (Fraction(-5, 2), "-2.5"),
        (Decimal("2.50"), "2.5"),
        (Fraction(10**15, 3), "333333333333333.333333333333"),
    ],
)
def test_numbers_travel_as_decimal_texts(value: Fraction | Decimal | None, text: str) -> None:
    assert decimal_text(value) == text


@given(st.fractions(min_value=0, max_value=1))
def test_a_fraction_has_twelve_places_and_is_not_far_off(fraction: Fraction) -> None:
    text = decimal_text(fraction, fixed=True)
    assert len(text.partition(".")[2]) == 12
    assert abs(Fraction(text) - fraction) <= Fraction(1, 2 * 10**12)


@pytest.mark.parametrize(
    ("offset", "day"),
    [("+08:00", date(2026, 9, 13)), ("+00:00", date(2026, 9, 12)), ("-10:30", date(2026, 9, 12))],
)
def test_a_day_is_that_on_the_reporters_clock(offset: str, day: date) -> None:
    assert day_at(Event(BODY).time_ms, offset) == day


def test_a_day_beyond_the_calendar_is_the_last_or_the_first() -> None:
    assert (day_at(10**17), day_at(-(10**17))) == (date.max, date.min)


def test_a_step_is_told_whole() -> None:
    recorded = canonical_bytes(BODY)
    message = step_message(step(), recorded)
    assert message.event == recorded
    assert (message.kind, message.biz_step, message.read_point, message.capturer) == (
        "harvest",
        "commissioning",
        PLOT,
        STATION,
    )
    assert [(amount.key, amount.quantity, amount.uom) for amount in message.objects] == [(LOT, "400.5", "KGM")]
    assert [(end.type, end.id) for end in message.sources] == [("owning_party", GROWER)]


def test_the_public_sees_the_listed_fields_and_nothing_read_out_of_others() -> None:
    message = public_step(step(), canonical_bytes(BODY))
    shown = json.loads(message.event)
    assert set(shown) == set(BODY) & PUBLIC_FIELDS
    text = str(message)
    assert not [hidden for hidden in (BUYER, GROWER, STATION, "urn:uuid:order", "price") if hidden in text]
    assert message.objects[0].quantity == "400.5"


def test_every_field_of_a_step_was_thought_of() -> None:
    """A new field must be put on one of the two lists before the public can see it."""
    public = {
        *("event_id", "record_id", "kind", "event_type", "action", "biz_step", "disposition", "time_ms", "offset"),
        *("read_point", "biz_location", "objects", "inputs", "outputs", "children", "parent", "certificates"),
        *("carried", "standing", "related_event_ids", "counting_event_ids", "counts_again", "event"),
    }
    hidden = {"sources", "destinations", "transactions", "capturer", "record_time_ms"}
    assert {field.name for field in traceability_pb2.Step.DESCRIPTOR.fields} == public | hidden
    message = public_step(step(), canonical_bytes(BODY))
    assert not {field.name for field, _ in message.ListFields()} & hidden


def test_names_are_those_of_the_day_and_growers_are_named_as_they_wish() -> None:
    day = date(2026, 9, 13)
    registry = MemoryRegistry(
        [
            Site(id=PLOT, valid_from=day, kind="plot", party=GROWER, name_zh="东坡地", county_code="141031"),
            County(id="141031", name_zh="隰县", name_en="Xi County", province_zh="山西省"),
            Party(id=GROWER, kind="grower", name_zh="王家", public_name_zh="王师傅", personal_name="王大山"),
            Party(id=BUYER, kind="shop", name_zh="城南店"),
            Product(id="https://id.gs1.org/01/09521234543213", name_zh="玉露香梨", net_weight_kg=Decimal("2.50")),
        ]
    )
    told = history(step())
    facts = facts_of(told, [step_message(step(), b"{}")], told.holders)
    message = named(facts, registry, products={LOT: "https://id.gs1.org/01/09521234543213"}, today=date(2027, 1, 1))
    assert (message.places[PLOT].county_zh, message.places[PLOT].verified) == ("隰县", True)
    assert message.parties[GROWER].name_zh == "王师傅"
    assert message.parties[BUYER].name_zh == "城南店"
    assert message.products[LOT].net_weight_kg == "2.5"
    assert "王大山" not in str(message)
    assert not facts.message.places
