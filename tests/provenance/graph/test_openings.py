"""What left and nobody said to whom has one receiver; and whose own word alone brings fruit into nobody's lot."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from provenance import reports
from provenance.registry.records import Channel, Mandate
from provenance.standing import Reported
from tests.provenance.graph.test_strangers import STRANGER, Honest, results
from tests.provenance.reported import report

SHOP = "https://example.org/shopkeeper"


def two_receivers(honest: Honest, *, shop_h: float, rival_h: float, late: bool = False) -> list[Reported]:
    """A box leaves for nobody in particular; the shop says it has it, and a rival says so and recalls it."""
    box, world = honest.boxes[0], honest.world
    world.report(reports.shipment, from_site=honest.season.house, items=[box])
    own, left = honest.documents(), world.now
    told = {
        SHOP: [reports.receipt(event_id="urn:x:s", at=left + timedelta(hours=shop_h), site=honest.shop, items=[box])],
        STRANGER: [
            reports.receipt(event_id="urn:x:r", at=left + timedelta(hours=rival_h), site=honest.elsewhere, items=[box]),
            reports.hold(event_id="urn:x:h", at=left + timedelta(hours=90), items=[box], reason="x", recall=True),
        ],
    }
    first = (STRANGER, SHOP) if late else (SHOP, STRANGER)
    bodies = [(by, body) for by in first for body in told[by]]
    return [*own, *(report(body, recorded=9000 + n, capturer=by) for n, (by, body) in enumerate(bodies))]


def strange(honest: Honest, documents: list[Reported]) -> set[str]:
    steps = honest.history(honest.boxes[0], documents=documents).steps
    return {step.document.first.capturer for step in steps if step.stranger}


@pytest.mark.parametrize("late", [False, True])
def test_who_received_first_what_nobody_said_the_destination_of_had_it_and_later_ones_had_not(late: bool) -> None:
    honest = Honest()
    documents = two_receivers(honest, shop_h=5, rival_h=50, late=late)
    assert strange(honest, documents) == {STRANGER}
    without = [document for document in documents if document.first.capturer != STRANGER]
    found = (honest.claim(honest.boxes[0], documents=listed) for listed in (documents, without))
    assert results(next(found)) == results(next(found))


@pytest.mark.parametrize("late", [False, True])
def test_who_trades_in_it_for_the_brand_received_it_whatever_hour_another_says(late: bool) -> None:
    honest = Honest()
    brand = honest.season.brand.id
    documents = two_receivers(honest, shop_h=5, rival_h=0.1, late=late)
    assert strange(honest, documents) == {SHOP}, "as long as both are anybody"
    honest.world.records.append(
        Channel(id="urn:x:c", brand=brand, party=SHOP, name_zh="店", valid_from=date(2026, 1, 1))
    )
    assert strange(honest, documents) == {STRANGER}


@pytest.mark.parametrize(("behind_h", "known"), [(0.2, True), (3, False)])
def test_who_receives_by_a_clock_that_is_behind_what_left_for_nobody_in_particular_has_it(
    behind_h: float, known: bool
) -> None:
    honest = Honest()
    documents = two_receivers(honest, shop_h=-behind_h, rival_h=90)
    assert (SHOP not in strange(honest, documents)) == known
    without = [document for document in documents if document.first.capturer != STRANGER]
    custody = next(one for one in results(honest.claim(honest.boxes[0], documents=without)) if one[0] == "custody")
    assert (custody[1] == "passed") == known


def test_who_sent_it_and_has_it_back_afterwards_took_no_other_ones_place() -> None:
    """The house counts whatever it says; were its receipt the one that departure had, the shop's would be nobody's."""
    honest = Honest()
    documents = two_receivers(honest, shop_h=5, rival_h=90)
    at, house = honest.world.now + timedelta(hours=50), honest.season.house
    back = reports.receipt(event_id="urn:x:back", at=at, site=house, items=[honest.boxes[0]])
    documents.append(report(back, recorded=8000, capturer=honest.keepers[house]))
    assert strange(honest, documents) == {STRANGER}


def test_what_is_sent_on_to_nobody_in_particular_is_received_by_one_after_the_other() -> None:
    honest = Honest()
    box, site, now = honest.boxes[0], honest.season.house, honest.world.now
    others = (honest.shop, honest.elsewhere)
    honest.world.report(reports.shipment, from_site=site, items=[box])
    documents = honest.documents()
    for n, place in enumerate(others):
        at = now + timedelta(hours=10 * (n + 1))
        came = reports.receipt(event_id=f"urn:x:r{n}", at=at, site=place, items=[box])
        went = reports.shipment(event_id=f"urn:x:s{n}", at=at + timedelta(hours=1), from_site=place, items=[box])
        documents += [report(body, recorded=9000 - n, capturer=f"urn:x:by{n}") for body in (came, went)]
    assert not strange(honest, documents)


@pytest.mark.parametrize(
    ("author", "approved_by", "brings"),
    [("", "", True), ("urn:x:station", "urn:x:office", True), ("grower", "urn:x:office", True), ("grower", "", False)],
)
def test_a_growers_own_word_alone_brings_no_fruit_into_a_stations_lot(
    author: str, approved_by: str, brings: bool
) -> None:
    honest = Honest()
    lot, station = honest.season.lots[0], honest.season.station
    plot = honest.world.grow()
    mandate = Mandate(
        id="urn:x:m",
        from_party=plot.id,
        to_party=honest.keepers[station],
        actions=frozenset({"report"}),
        author=plot.id if author == "grower" else author,
        approved_by=approved_by,
        valid_from=date(2026, 1, 1),
    )
    honest.world.records[:] = [one for one in honest.world.records if getattr(one, "from_party", "") != plot.id]
    honest.world.records.append(mandate)
    own = honest.documents()
    fields = {"lot": lot, "plot": plot.plot, "grower": plot.id, "station": station}
    brought = honest.strangely(reports.delivery, kg=Decimal(50), **fields)
    documents = [*own, report(brought, recorded=9000, capturer=plot.id)]
    told = honest.history(lot, documents=documents).steps
    assert [step.stranger for step in told if step.document.first.capturer == plot.id] == [not brings]


def test_whom_the_station_itself_names_on_the_lot_brings_more_into_it() -> None:
    honest = Honest()
    lot, station, plot = honest.season.lots[0], honest.season.station, honest.world.grow()
    fields = {"lot": lot, "plot": plot.plot, "grower": plot.id, "station": station}
    honest.world.report(reports.delivery, kg=Decimal(30), **fields)
    named = honest.taken()
    honest.strange.clear()
    own = honest.documents()
    honest.strangely(reports.delivery, kg=Decimal(20), **fields)
    by_station = [report(body, recorded=8000, capturer=honest.keepers[station]) for body in named]
    by_grower = [report(body, recorded=8001, capturer=plot.id) for body in honest.strange]
    history = honest.history(lot, documents=[*own, *by_station, *by_grower])
    assert not [step for step in history.steps if step.stranger]
