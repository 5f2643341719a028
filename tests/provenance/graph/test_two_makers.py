"""One number on the goods of two makers: held where both had what they are made of, only shown where one did not."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from provenance import reports as reports_of
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back
from provenance.registry.records import Party
from provenance.rules.claims import claim
from provenance.rules.verdicts import RuleResult
from provenance.weights import registered
from tests.provenance.claimed import NOW, Season, good
from tests.provenance.reported import report

HOUSE, OTHER = "urn:x:house", "urn:x:other-house"


class Packed:
    """A season's boxes, and another house that says it packed outside fruit under the same numbers."""

    def __init__(self, *, sent: str | None) -> None:
        """`sent` is what the first house sent the other one: "boxes", "lot", or None where they never met."""
        self.season: Season = good()
        world, house = self.season.world, self.season.house
        for party in (HOUSE, OTHER):
            world.register(Party(id=party, kind="packer", name_zh=f"{party}厂", name_en=party))
        self.other_site = world.site("packing_house")
        pooled = world.pool(self.season.lots, site=house)
        self.boxes = world.pack(pooled, 10, product=self.season.box, site=house, kg=50)
        if sent:
            world.send(self.boxes if sent == "boxes" else [pooled], to=self.other_site)
        self.honest = len(world.events)
        outside = world.pick(world.grow(county="430426"), 50, station=world.site("station"))
        world.report(reports_of.packing, inputs={outside: Decimal(50)}, boxes=self.boxes, site=self.other_site)

    def capturers(self) -> Iterable[str]:
        for n, event in enumerate(self.season.world.events):
            received = event.get("bizStep") == "receiving" and event["readPoint"]["id"] == self.other_site
            yield OTHER if n >= self.honest or received else HOUSE

    def custody(self, more: Iterable[tuple[str, str]] = ()) -> RuleResult:
        world = self.season.world
        by = dict(more)
        told = [
            report(event, recorded=n, capturer=by.get(event["eventID"], capturer))
            for n, (event, capturer) in enumerate(zip(world.events, self.capturers(), strict=True))
        ]
        history = build_from(told, trace_back([self.boxes[0]], net_weight=registered(world.registry)))
        results = claim(history, world.registry, self.season.brand, NOW).results
        return next(one for one in results if one.rule == "custody")


def test_two_makers_who_both_had_what_it_is_made_of_leave_custody_unknown_and_are_both_named() -> None:
    found = Packed(sent="lot").custody()
    assert found.outcome == "unknown"
    assert f"({HOUSE}, {OTHER})" in found.sentence_en and f"{OTHER}厂" in found.sentence_zh
    assert found.remedy_en and found.concerns and len(found.event_ids) >= 2


@pytest.mark.parametrize("sent", [None, "boxes"])
def test_neither_a_stranger_nor_who_was_sent_the_boxes_holds_them_by_saying_that_he_packed_them(sent: str) -> None:
    assert Packed(sent=sent).custody().outcome == "passed"


def test_a_stranger_does_not_bring_himself_in_by_receiving_it_or_by_being_named_by_another() -> None:
    packed = Packed(sent=None)
    world = packed.season.world
    world.report(reports_of.receipt, lots={}, items=packed.boxes[1:2], site=packed.other_site)
    friend = world.report(
        reports_of.shipment, from_site=world.site("shop"), to_site=packed.other_site, items=packed.boxes[:1], lots={}
    )
    assert "More than one" not in packed.custody([(friend, "urn:x:friend")]).sentence_en
