"""What has carried ten thousand loads is read for the time of one of them, and the answer is that of its whole life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from epcis.event_id import event_hash_id
from provenance.graph import gathering
from provenance.graph.containers import MOST_OF_ONE
from provenance.graph.gathering import Wanted
from provenance.histories.history import History, build_from, drive, reading
from provenance.histories.tracing import trace_back, trace_forward
from provenance.standing import Reported
from tests.provenance.foreign import harvest, joined, made, seen, uri
from tests.provenance.reported import Body, reports

TRUCK, TRAILER, BIN, ROOM = (
    "https://id.gs1.org/8004/9521234TRUCK",
    "https://id.gs1.org/8004/9521234TRAILER",
    "https://id.gs1.org/8003/09521234000013BIN",
    "https://id.gs1.org/414/9521234000037",
)
PALLET = "https://id.gs1.org/00/095212340000000010"
TRIPS = 5_000
HOURS = 8
Trace = Callable[..., Any]


def read_for(documents: Sequence[Reported], key: str, trace: Trace) -> tuple[History, int]:
    """The history, and how many documents were read for it."""
    answer, given = reading(documents), set[str]()

    def read(wanted: Wanted) -> Sequence[Reported]:
        found = answer(wanted)
        given.update(document.record_id for document in found)
        return found

    return drive(trace([key]), read), len(given)


def whole_life(documents: Sequence[Reported], key: str, trace: Trace) -> History:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gathering, "FEW", 10**9)
        patched.setattr("provenance.histories.history.FEW", 10**9)
        patched.setattr(gathering, "MOST_EVENTS", 10**9)
        return told(build_from(documents, trace([key])))


def told(history: History) -> History:
    """Without what was asked for, and what else was joined to the assets: a trailer is taken for a part of a truck, on
    which there may be loggers, unless it is read that it is loaded itself. Nor who measured there."""
    cold = tuple(replace(stay, joined=()) for stay in history.cold)
    assets = {one.asset for stay in cold for one in stay.everything}
    measurers = {asset: names for asset, names in history.measurers.items() if asset in assets}
    return replace(history, depends_on=frozenset(), cold=cold, measurers=measurers)


def trip(number: int, load: str, container: str) -> tuple[Body, ...]:
    hour = HOURS * number
    return (
        joined(hour, "ADD", container, load, at="house"),
        seen(hour + 1, "shipping", container, at="house", to="shop"),
        seen(hour + 2, "receiving", container, at="shop"),
        joined(hour + 3, "DELETE", container, at="shop"),
    )


def box_of(number: int, container: str) -> tuple[Body, ...]:
    hour = HOURS * number
    return (
        harvest(hour - 3, {"lot": 10}, at="orchard"),
        made(hour - 2, {"lot": 10}, {}, outputEPCList=["box"], at="house"),
        joined(hour - 1, "ADD", PALLET, "box", at="house"),
        *trip(number, PALLET, container),
        joined(hour + 4, "DELETE", PALLET, "box", at="shop"),
    )


def test_of_a_truck_with_five_thousand_trips_a_handful_is_read_for_one_box() -> None:
    trips = (body for n in range(TRIPS) if n != TRIPS // 2 for body in trip(n, f"other{n}", TRUCK))
    documents = reports([*box_of(TRIPS // 2, TRUCK), *trips])
    few = reports([*box_of(150, TRUCK), *(b for n in range(300) if n != 150 for b in trip(n, f"other{n}", TRUCK))])
    for key, trace in (("urn:x:box", trace_back), ("urn:x:lot", trace_forward)):
        history, read = read_for(documents, key, trace)
        assert read < 100 < len(documents)
        assert len(history.steps) > 6
        assert told(read_for(few, key, trace)[0]) == whole_life(few, key, trace)


def test_more_trips_than_one_history_may_read_refuse_nothing() -> None:
    documents = reports([*box_of(7, TRUCK), *(b for n in range(8, 6_800) for b in trip(n, f"other{n}", TRUCK))])
    history, _ = read_for(documents, "urn:x:box", trace_back)
    assert [share.lot for share in history.shares] == ["urn:x:lot"]


def test_a_box_in_a_room_that_things_are_joined_to_for_years_is_out_when_the_room_is_emptied() -> None:
    stood = ({**body, "type": "AssociationEvent"} for body in (joined(8, "ADD", ROOM, PALLET, at=ROOM),))
    traffic = [
        {
            **joined(9 + n / 10, action, ROOM, f"https://id.gs1.org/00/0952123400{n:08}", at=ROOM),
            "type": "AssociationEvent",
        }
        for n in range(3_000)
        for action in ("ADD", "DELETE")
    ]
    emptied = {**joined(5_000, "DELETE", ROOM, at=ROOM), "type": "AssociationEvent"}
    documents = reports([*box_of(0, "urn:x:cart")[:3], *stood, emptied, *traffic])
    history, read = read_for(documents, "urn:x:box", trace_back)
    assert read < 100
    assert any(one.asset == ROOM for stay in history.cold for one in stay.within)


def test_a_pallet_loaded_in_september_and_unloaded_in_january_stays_on_its_trailer() -> None:
    """And the trailer on the truck that it was fixed to long before, of which thousands of other loads are told."""
    fixed = {**joined(-9_000, "ADD", TRUCK, TRAILER), "type": "AssociationEvent"}
    before = (body for n in range(-200, -100) for body in trip(n, f"earlier{n}", TRAILER))
    drives = (seen(6 * n, "receiving", TRUCK, at=f"stop{n}") for n in range(-200, 600))
    out = joined(24 * 100, "DELETE", TRAILER, PALLET, at="shop")
    goods = (*box_of(0, "urn:x:cart")[:3], joined(1, "ADD", TRAILER, PALLET, at="house"), out)
    documents = reports([*goods, fixed, *before, *drives])
    history, _ = read_for(documents, "urn:x:box", trace_back)
    assert told(history) == whole_life(documents, "urn:x:box", trace_back)
    assert sum(step.carried for step in history.steps) > 300


def test_what_nobody_takes_out_is_not_followed_for_ever() -> None:
    drives = [seen(2 * n, "receiving", TRUCK, at="stop") for n in range(6 * MOST_OF_ONE)]
    documents = reports([*box_of(0, "urn:x:cart")[:3], joined(1, "ADD", TRUCK, PALLET, at="house"), *drives])
    history, read = read_for(documents, "urn:x:box", trace_back)
    assert read < 3 * MOST_OF_ONE
    assert "not-followed" in {gap.code for gap in history.gaps}


def test_of_a_bin_only_what_was_in_it_when_it_was_tipped_went_into_the_run() -> None:
    loads = [
        body
        for n in range(300)
        for body in (
            harvest(HOURS * n, {f"h{n}": 20}, at="orchard"),
            joined(HOURS * n + 1, "ADD", BIN, lots={f"h{n}": 20}, at="orchard"),
            made(HOURS * n + 2, {}, {f"m{n}": 19}, inputEPCList=[BIN], at="house"),
        )
    ]
    documents = reports(loads)
    for key, trace in (("urn:x:m200", trace_back), ("urn:x:h200", trace_forward)):
        history, read = read_for(documents, key, trace)
        assert read < 120
        assert told(history) == whole_life(documents, key, trace)
    assert [share.lot for share in read_for(documents, "urn:x:m200", trace_back)[0].shares] == ["urn:x:h200"]


def fleet(seed: int, deeds: int) -> tuple[list[Body], list[str]]:
    """Bins, a trailer on a truck and a room, loaded, moved, emptied or forgotten for months; some of it taken back."""
    random = Random(seed)
    vessels, bodies, lots = [TRUCK, TRAILER, BIN, PALLET, ROOM], list[Body](), list[str]()
    for number in range(deeds):
        hour, at = random.randint(0, 24 * 200), random.choice(("house", "shop", "centre"))
        vessel, other = random.sample(vessels[:-1], 2)
        whole, part = random.choice(((TRUCK, TRAILER), (ROOM, BIN)))
        lot = f"lot{number}"
        lots.append(lot)
        bodies.append(harvest(hour, {lot: 10}, at="orchard"))
        later = hour + random.choice((1, 5, 30, 24 * 60))
        bodies += random.choice(
            (
                [joined(hour + 1, "ADD", vessel, lots={lot: 4}, at=at), joined(later, "DELETE", vessel, at=at)],
                [joined(hour + 1, "ADD", vessel, lots={lot: 10}, at=at), joined(hour + 2, "ADD", other, vessel)],
                [joined(hour + 1, "ADD", vessel, lots={lot: 3}), seen(later, "shipping", vessel, at=at, to="shop")],
                [joined(hour + 1, "ADD", BIN, lots={lot: 10}), made(later, {}, {f"m{lot}": 9}, inputEPCList=[BIN])],
                [{**joined(hour + 1, "ADD", whole, part), "type": "AssociationEvent"}],
                [{**joined(hour + 1, "ADD", ROOM, PALLET), "type": "AssociationEvent"}, joined(later, "DELETE", ROOM)],
                [joined(hour + 1, "ADD", PALLET, lots={lot: 2}), seen(later, "receiving", PALLET, at="shop")],
                [joined(hour + 1, "ADD", TRUCK, PALLET, at=at), seen(later, "receiving", PALLET, at="centre")],
            )
        )
    # What is fixed to something and packed onto something else besides is told in the latter alone (ADR 0097).
    fixed = {part for body in bodies if body["type"] == "AssociationEvent" for part in body.get("childEPCs", ())}
    bodies = [b for b in bodies if b["type"] == "AssociationEvent" or fixed.isdisjoint(b.get("childEPCs", ()))]
    for body in random.sample(bodies, len(bodies) // 8):
        declared = {"declarationTime": "2027-12-01T00:00:00.000+08:00", "reason": "did_not_occur"}
        bodies.append({**body, "eventID": event_hash_id(body), "errorDeclaration": declared})
    return bodies, [*lots, *(f"m{lot}" for lot in lots)]


@settings(max_examples=20, deadline=None)
@example(335174, 9, 0)
@given(st.integers(0, 10**6), st.integers(2, 12), st.integers())
def test_read_in_part_or_whole_and_in_any_order_the_answer_is_the_same(seed: int, deeds: int, shuffling: int) -> None:
    bodies, lots = fleet(seed, deeds)
    documents = reports(bodies)
    shuffled = documents * 2
    Random(shuffling).shuffle(shuffled)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("provenance.graph.gathering.FEW", "provenance.histories.history.FEW"):
            patched.setattr(name, 1)
        parts = {
            (lot, trace): told(build_from(shuffled, trace([uri(lot)])))
            for lot in lots
            for trace in (trace_back, trace_forward)
        }
    for (lot, trace), history in parts.items():
        if not history.keys.isdisjoint((BIN, TRUCK, TRAILER, PALLET, ROOM)):
            continue  # a run of a bin with nothing in it: of its life no more is told than is read
        assert history == whole_life(documents, uri(lot), trace), (lot, trace.__name__)
