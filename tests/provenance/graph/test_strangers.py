"""Who had nothing to do with the goods changes nothing about them: told, and counted for nothing (docs/adr/0106)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance import reports
from provenance.access.declaring import may_declare
from provenance.access.say import parties_of
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.rules.claims import Claim, claim
from provenance.standing import Reported
from provenance.weights import registered
from tests.provenance.claimed import NOW, Season, good
from tests.provenance.reported import report

STRANGER = "https://example.org/stranger"
RUN = "urn:uuid:11111111-1111-4111-8111-111111111111"


@dataclass
class Honest:
    """Fruit of two growers pooled, graded in a run, boxed and put on a pallet, each told by its party."""

    season: Season = field(default_factory=good)
    strange: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        world, house = self.season.world, self.season.house
        self.shop, self.elsewhere = world.site("shop"), world.site("shop")
        lots = {lot: world.kg[lot] for lot in self.season.lots}
        world.report(reports.shipment, from_site=self.season.station, to_site=house, lots=lots)
        world.report(reports.receipt, site=house, lots=lots)
        self.pooled = world.pool(self.season.lots, site=house)
        self.graded = world.grade(self.pooled, [100], site=house, run=RUN)[0]
        self.boxes = world.pack(self.graded, 10, product=self.season.box, site=house, kg=50)
        self.pallet = world.palletise(self.boxes[5:], site=house)
        self.own = len(world.events)

    @property
    def world(self) -> Any:
        return self.season.world

    def strangely(self, builder: Any, **fields: Any) -> dict[str, Any]:
        """A report of somebody else."""
        self.world.report(builder, **fields)
        return self.taken()[0]

    def taken(self) -> list[dict[str, Any]]:
        """What was told since by strangers."""
        told: list[dict[str, Any]] = self.world.events[self.own :]
        del self.world.events[self.own :]
        self.strange += told
        return told

    @cached_property
    def keepers(self) -> dict[str, str]:
        return {
            record.id: record.party
            for record in self.world.records
            if hasattr(record, "county_code") and hasattr(record, "party")
        }

    def documents(self) -> list[Reported]:
        own = [report(e, recorded=n + 1000, capturer=self._teller(e)) for n, e in enumerate(self.world.events)]
        return [*own, *(report(e, recorded=5000 + n, capturer=STRANGER) for n, e in enumerate(self.strange))]

    def _teller(self, event: Any) -> str:
        """Each station and house itself; a delivery by the station."""
        at = event.get("bizLocation", event.get("readPoint", {"id": ""}))["id"]
        return self.keepers.get(at, "https://example.org/certifier")

    def history(self, key: str, *, documents: list[Reported] | None = None, tracing: Any = trace_back) -> History:
        registry = self.world.registry
        asked = tracing(
            [key],
            may_declare=partial(may_declare, registry),
            net_weight=registered(registry),
            parties=parties_of(registry, NOW.date),
        )
        found: History = build_from(self.documents() if documents is None else documents, asked)
        return found

    def claim(self, key: str, **how: Any) -> Claim:
        return claim(self.history(key, **how), self.world.registry, self.season.brand, NOW)


def results(found: Claim) -> list[tuple[Any, ...]]:
    return [(r.rule, r.outcome, r.sentence_en, r.concerns) for r in found.results]


Attack = Callable[[Honest], object]


def with_disposition(h: Honest) -> None:
    h.strangely(reports.stock_take, site=h.elsewhere, lots={h.graded: Decimal(1)})["disposition"] = "recalled"


def outside_fruit(h: Honest) -> str:
    return str(h.world.pick(h.world.grow(county="430426"), 500, station=h.elsewhere))


def into_my_run(h: Honest) -> None:
    lot = outside_fruit(h)
    h.strangely(reports.grading, inputs={lot: Decimal(500)}, outputs={}, site=h.elsewhere, run=RUN)


def out_of_my_run(h: Honest) -> None:
    lot = h.world.numbers.lot(h.world.fruit)
    h.strangely(reports.grading, inputs={}, outputs={lot: Decimal(9000)}, site=h.elsewhere, run=RUN)


def into_my_lot(h: Honest) -> None:
    plot = h.world.grow(county="430426")
    lot = h.season.lots[0]
    h.strangely(reports.delivery, lot=lot, kg=Decimal(5000), plot=plot.plot, grower=plot.id, station=h.elsewhere)


def another_pool(h: Honest) -> None:
    lot = outside_fruit(h)
    h.strangely(reports.pooling, inputs={lot: Decimal(500)}, output=h.pooled, site=h.elsewhere)


def shop_packs(h: Honest) -> None:
    h.world.kg[h.graded] = Decimal(2000)
    h.world.pack(h.graded, 400, product=h.world.product("fake", net_weight_kg=5), site=h.elsewhere)
    h.taken()


def shop_labels(h: Honest) -> None:
    boxes = [h.world.numbers.serial(h.world.fruit) for _ in range(400)]
    h.strangely(reports.labelling, boxes=boxes, lot=h.graded, site=h.elsewhere)


def of_his_lot(h: Honest) -> None:
    """My box named as of a lot of his own, by its label."""
    event = h.strangely(reports.receipt, site=h.elsewhere, items=[h.boxes[0]])
    event["epcList"] = [h.boxes[0].replace("/21/", "/10/HIS/21/")]


def on_his_pallet(h: Honest) -> None:
    pallet = h.world.numbers.pallet()
    h.strangely(reports.palletising, pallet=pallet, items=[h.boxes[0]], lots={}, site=h.elsewhere)
    h.strangely(reports.shipment, items=[pallet], from_site=h.elsewhere, to_site=h.elsewhere)


def empties_mine(h: Honest) -> None:
    h.strangely(reports.unpacking, pallet=h.pallet, items=(), site=h.elsewhere)


def from_my_site(h: Honest) -> None:
    event = h.strangely(reports.shipment, from_site=h.elsewhere, to_site=h.elsewhere, lots={h.graded: Decimal(900)})
    event["sourceList"] = [{"type": "location", "source": h.season.house}]


def at_my_location(h: Honest) -> None:
    event = h.strangely(reports.loss, site=h.elsewhere, lots={h.graded: Decimal(900)})
    event["bizLocation"] = {"id": h.season.house}


def objects(step: Callable[[dict[str, Any]], bool]) -> Attack:
    def attack(h: Honest) -> None:
        event = next(event for event in h.world.events if step(event))
        h.strange.append(reports.correction(event, at=h.world.now))

    return attack


def never_reported(h: Honest) -> None:
    h.strangely(
        reports.sample, sample="urn:x:s1", lot=h.graded, kg=Decimal(900), due_on=date(2026, 9, 12), site=h.elsewhere
    )


def failing(h: Honest) -> None:
    h.world.inspect([h.graded], site=h.elsewhere, measurements=[], conformant=False, kind="laboratory")
    h.taken()


def failing_withdrawn(h: Honest) -> None:
    failing(h)
    h.strange.append(reports.correction(h.strange[-1], at=h.world.now))


def does(builder: Any, **fields: Any) -> Attack:
    """The goods are those of `Honest` by these names."""

    def attack(h: Honest) -> None:
        named = {name: value(h) if callable(value) else value for name, value in fields.items()}
        h.strangely(builder, **named)

    return attack


def box(h: Honest) -> list[str]:
    return [h.boxes[0], h.boxes[7]]


def lots(h: Honest) -> dict[str, Decimal]:
    return {h.graded: Decimal(900), h.season.lots[0]: Decimal(900)}


def named(h: Honest) -> list[str]:
    return list(lots(h))


def site(h: Honest) -> str:
    return h.elsewhere


def unregistered(_h: Honest) -> str:
    return "urn:x:nowhere"


ATTACKS: dict[str, Attack] = {
    "a hold": does(reports.hold, site=site, lots=named, items=box, reason="x"),
    "a hold at no site": does(reports.hold, lots=named, items=box, reason="x"),
    "a hold at an unregistered site": does(reports.hold, site=unregistered, lots=named, items=box, reason="x"),
    "a hold on the pallet": does(reports.hold, items=lambda h: [h.pallet], reason="x"),
    "a recall": does(reports.hold, site=site, lots=named, items=box, reason="x", recall=True),
    "a stock-take of what is recalled": with_disposition,
    "a loss": does(reports.loss, site=site, lots=lots, items=box),
    "a loss at no registered site": does(reports.loss, site=unregistered, lots=lots, items=box),
    "a loss at my location": at_my_location,
    "a sale": does(reports.sale, site=site, lots=lots, items=box),
    "a stock-take": does(reports.stock_take, site=site, lots=lots),
    "packing of my lot": shop_packs,
    "boxes labelled as of my lot": shop_labels,
    "use of my boxes": does(
        reports.packing,
        inputs=lambda h: dict.fromkeys(h.boxes),
        boxes=lambda h: [h.world.numbers.serial(h.season.box)],
        site=site,
    ),
    "a shipment": does(reports.shipment, from_site=site, to_site=site, lots=lots, items=box),
    "a shipment from my site": from_my_site,
    "a shipment of my pallet": does(reports.shipment, from_site=site, to_site=site, items=lambda h: [h.pallet]),
    "a receipt": does(reports.receipt, site=site, lots=lots, items=box),
    "a return": does(reports.returned, site=site, lots=lots, items=box),
    "storing": does(reports.storing, room=site, lots=lots, items=box),
    "his pallet": on_his_pallet,
    "my pallet emptied": empties_mine,
    "fruit into my run": into_my_run,
    "an output of my run": out_of_my_run,
    "fruit into my harvest lot": into_my_lot,
    "fruit into my pool": another_pool,
    "my box named as of his lot": of_his_lot,
    "a sample nobody reports on": never_reported,
    "a failing test": failing,
    "a failing test taken back": failing_withdrawn,
    "my harvest disputed": objects(lambda e: e.get("action") == "ADD" and e["type"] == "ObjectEvent"),
    "my packing disputed": objects(lambda e: bool(e.get("outputEPCList"))),
    "my inspection disputed": objects(lambda e: e.get("bizStep") == "inspecting"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_rule_of_the_honest_lot_or_box_changes_and_the_report_is_told(name: str) -> None:
    honest = Honest()
    honest.world.inspect([honest.graded], site=honest.season.house, measurements=[], conformant=True)
    honest.own = len(honest.world.events)
    keys = (honest.boxes[0], honest.boxes[7], honest.graded)
    before = {key: results(honest.claim(key)) for key in keys}
    ATTACKS[name](honest)
    strange = {event["eventID"] for event in honest.strange}
    told: set[str] = set()
    for key in keys:
        assert results(honest.claim(key)) == before[key]
        history = honest.history(key)
        told |= {id_ for gap in history.gaps if gap.code in ("stranger", "made-elsewhere") for id_ in gap.event_ids}
        assert {step.event_id for step in history.steps if step.stranger} <= strange
    assert told & strange or name in UNTOLD


UNTOLD = {"an output of my run", "fruit into my run", "a failing test taken back"}
"""What says nothing of the goods, and is of his own run alone; or nothing any more."""


few = settings(max_examples=12, deadline=None)
attacks = st.lists(st.sampled_from(sorted(ATTACKS)), min_size=1, max_size=4, unique=True)


@few
@given(attacks, st.integers())
def test_order_and_repeats_do_not_matter_and_strangers_do_not_help_each_other(names: list[str], seed: int) -> None:
    honest = Honest()
    honest.world.inspect([honest.graded], site=honest.season.house, measurements=[], conformant=True)
    honest.own = len(honest.world.events)
    before = results(honest.claim(honest.boxes[7]))
    for name in names:
        ATTACKS[name](honest)
    documents = honest.documents()
    shuffled = documents * 2
    Random(seed).shuffle(shuffled)
    for tracing in (trace_back, trace_forward):
        for key in (honest.boxes[7], honest.season.lots[0]):
            whole = honest.history(key, documents=documents, tracing=tracing)
            assert honest.history(key, documents=shuffled, tracing=tracing) == whole
    assert results(honest.claim(honest.boxes[7])) == before


@few
@given(attacks, st.data())
def test_no_honest_report_left_out_makes_a_stranger_one_who_had_to_do_with_it(
    names: list[str], data: st.DataObject
) -> None:
    """What made the goods stays: of a thing nobody made, whoever names it first is believed to have had it."""
    honest = Honest()
    for name in names:
        if "inspection" not in name:
            ATTACKS[name](honest)
    documents = honest.documents()
    moving = [d for d in documents if d.first.capturer != STRANGER and d.event.biz_step in ("shipping", "receiving")]
    left_out = data.draw(st.sampled_from(moving))
    key = honest.boxes[7]
    strange = {step.event_id for step in honest.history(key, documents=documents).steps if step.stranger}
    fewer = honest.history(key, documents=[d for d in documents if d is not left_out])
    assert not [step.event_id for step in fewer.steps if step.event_id in strange and not step.stranger]


def test_who_is_sent_the_goods_had_to_do_with_them_and_at_once() -> None:
    honest = Honest()
    lots = {honest.graded: Decimal(50)}
    sent = honest.world.now
    honest.strangely(reports.receipt, site=honest.elsewhere, lots=lots, at=sent + timedelta(days=1))
    assert [gap.code for gap in honest.history(honest.graded).gaps] == ["stranger"]
    house = honest.season.house
    honest.world.report(reports.shipment, from_site=house, to_site=honest.elsewhere, lots=lots, at=sent)
    history = honest.history(honest.graded)
    assert not history.gaps and not any(step.stranger for step in history.steps)


def test_goods_made_of_what_their_maker_never_had_are_held_and_take_nothing_of_it() -> None:
    honest = Honest()
    fake = [honest.world.numbers.serial(honest.season.box)]
    honest.strangely(reports.packing, inputs={honest.graded: Decimal(5)}, boxes=fake, site=honest.elsewhere)
    assert ("missing-shipment", honest.graded) in {(gap.code, gap.key) for gap in honest.history(fake[0]).gaps}
    outcomes = {result.rule: result.outcome for result in honest.claim(fake[0]).results}
    assert outcomes["custody"] == "unknown"
    assert fake[0] not in honest.history(honest.graded, tracing=trace_forward).keys


@pytest.mark.parametrize(
    ("kind", "holds"), [("inspector", True), ("regulator", True), ("operator", True), ("shop", False)]
)
def test_who_may_hold_anybodys_goods_is_told_by_the_registry(kind: str, holds: bool) -> None:
    honest = Honest()
    official = honest.world.party(kind)
    honest.world.report(reports.hold, lots=[honest.graded], reason="x")
    held = report(honest.taken()[0], recorded=9000, capturer=official)
    honest.strange.clear()
    found = honest.claim(honest.graded, documents=[*honest.documents(), held])
    assert {r.rule: r.outcome for r in found.results}["standard"] == ("failed" if holds else "passed")


def test_who_owns_the_brand_may_recall_its_boxes() -> None:
    honest = Honest()
    honest.world.report(reports.hold, items=[honest.boxes[0]], reason="x", recall=True)
    recalled = report(honest.taken()[0], recorded=9000, capturer=honest.season.brand.owner)
    honest.strange.clear()
    found = honest.claim(honest.boxes[0], documents=[*honest.documents(), recalled])
    assert {r.rule: r.outcome for r in found.results}["not_recalled"] == "failed"
