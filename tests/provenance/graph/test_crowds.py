"""However often a stranger reports on somebody's goods, they are looked up and told as without him (docs/adr/0112)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from provenance import reports
from provenance.graph import gathering
from provenance.graph.gathering import CROWD, FIRST_TOLD, TooMuchError
from provenance.histories.history import History, drive, reading
from provenance.histories.onward_pages import OnwardWalk
from provenance.histories.tracing import trace_forward
from provenance.standing import Reported
from tests.provenance.graph.test_strangers import STRANGER, Honest, results
from tests.provenance.reported import report

MANY = 3 * CROWD


@pytest.fixture(autouse=True)
def few_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_EVENTS", 2 * CROWD)


def flooding(h: Honest, goods: dict[str, Any], by: str = STRANGER, many: int = MANY) -> Iterator[Reported]:
    for n in range(many):
        at = h.world.now + timedelta(seconds=n)
        body = reports.receipt(event_id=f"urn:x:{by[-4:]}:{n}", at=at, site=h.elsewhere, **goods)
        yield report(body, recorded=9000 + n, capturer=by)


def more(history: History) -> list[str]:
    return [gap.message for gap in history.gaps if gap.code == "stranger" and " more." in gap.message]


@pytest.mark.parametrize("direction", ["back", "forward"])
def test_a_flood_on_a_lot_refuses_nobody_its_history_and_is_counted(direction: str) -> None:
    h = Honest()
    flood = list(flooding(h, {"lots": {h.graded: Decimal(1)}}))
    how: dict[str, Any] = {"tracing": trace_forward} if direction == "forward" else {}
    before = h.history(h.graded, **how)
    after = h.history(h.graded, documents=[*h.documents(), *flood], **how)
    assert [s for s in after.steps if not s.stranger] == list(before.steps)
    assert sum(step.stranger for step in after.steps) == FIRST_TOLD
    assert (after.kilograms, after.holders, after.shares) == (before.kilograms, before.holders, before.shares)
    assert [f"and {MANY - FIRST_TOLD:,} more." in said for said in more(after)] == [True]


def test_no_claim_of_the_goods_changes() -> None:
    h = Honest()
    flood = [*flooding(h, {"items": h.boxes[:1]}), *flooding(h, {"lots": {h.season.lots[0]: Decimal(1)}}, by="urn:x:y")]
    for key in (h.boxes[0], h.graded):
        assert results(h.claim(key, documents=[*h.documents(), *flood])) == results(h.claim(key))


def test_nor_by_a_pallet_or_under_the_id_of_an_honest_report() -> None:
    h = Honest()
    before = h.history(h.boxes[7])
    packing = next(step.document for step in before.steps if step.document.event.type == "TransformationEvent")
    flood = list(flooding(h, {"items": [h.pallet]}))
    for n in range(MANY):
        body = {**packing.event.body, "eventTime": (h.world.now + timedelta(seconds=n)).isoformat()}
        flood.append(report(body, recorded=9000 + n, capturer=STRANGER))
    after = h.history(h.boxes[7], documents=[*h.documents(), *flood])
    assert [s.event_id for s in after.steps if not s.stranger] == [s.event_id for s in before.steps]
    assert after.shares == before.shares


def test_who_had_to_do_with_them_is_read_whole_or_it_is_too_much() -> None:
    h = Honest()
    flood = list(flooding(h, {"lots": {h.graded: Decimal(1)}}))
    house = h.keepers[h.season.house]
    body = reports.stock_take
    own = [
        report(
            body(event_id=f"urn:x:o{n}", at=h.world.now, site=h.season.house, lots={h.graded: Decimal(n + 1)}),
            recorded=8000 + n,
            capturer=house,
        )
        for n in range(CROWD)
    ]
    after = h.history(h.graded, documents=[*h.documents(), *flood, *own[:100]])
    assert {d.event.event_id for d in own[:100]} <= {step.event_id for step in after.steps}
    with pytest.raises(TooMuchError):
        h.history(
            h.graded, documents=[*h.documents(), *flood, *own, *flooding(h, {"lots": {h.graded: Decimal(1)}}, house)]
        )


def test_nor_by_few_reports_that_name_very_many_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_NAMES", 20_000)
    h = Honest()
    others = [h.world.numbers.serial(h.season.box) for _ in range(3_000)]
    flood = list(flooding(h, {"lots": {h.graded: Decimal(1)}, "items": others}, many=20))
    before = h.history(h.graded)
    after = h.history(h.graded, documents=[*h.documents(), *flood])
    assert [s for s in after.steps if not s.stranger] == list(before.steps)
    assert ["and 17 more." in said for said in more(after)] == [True]


def test_forward_in_pages_too() -> None:
    h = Honest()
    flood = list(flooding(h, {"lots": {h.graded: Decimal(1)}}))

    def first(documents: list[Reported]) -> History:
        return drive(OnwardWalk([h.graded]).page(50), reading(documents)).history

    before, after = first(h.documents()), first([*h.documents(), *flood])
    assert [s for s in after.steps if not s.stranger] == list(before.steps)
    assert after.holders == before.holders
    assert more(after)
