"""What is reported of a container is judged once for all things alike in it, in one order, from when they came in."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from provenance import reports
from provenance.access.say import NOBODYS
from provenance.graph import container_reports, loads
from provenance.graph.loads import Load, Loads
from provenance.graph.strangers import Strangers
from provenance.graph.voices import Voices, bottom_up
from provenance.order import in_order
from provenance.standing import Reported
from tests.provenance.foreign import joined, seen, uri
from tests.provenance.graph.test_strangers import STRANGER, Honest
from tests.provenance.reported import report

PALLETS = [f"https://id.gs1.org/00/09520001202600001{n}" for n in range(3)]
TRUCKS = ["https://id.gs1.org/8004/9520001T1", "https://id.gs1.org/8004/9520001T2"]
BOXES = [f"https://id.gs1.org/01/09520001000015/21/{n}" for n in range(3)]


def judged(told: Iterable[tuple[str, Any]]) -> Strangers:
    """By whom each is told: a party of the place's name."""
    made = [("house", seen(0, "commissioning", *BOXES, action="ADD", at="house"))]
    documents = [report(body, recorded=n, capturer=f"urn:x:of-{by}") for n, (by, body) in enumerate([*made, *told])]
    return Strangers(in_order(documents), NOBODYS)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Honest, str], int]:
    """How often a report on a container was looked at for what is in there, in making a history."""
    speaks, looked = Loads._speaks, [0]

    def counting(loads: Loads, load: Load, document: Reported, container: str) -> bool:
        looked[0] += 1
        return speaks(loads, load, document, container)

    def of(honest: Honest, key: str) -> int:
        looked[0] = 0
        honest.history(key)
        return looked[0]

    monkeypatch.setattr(Loads, "_speaks", counting)
    return of


def wide(boxes: int, *, times: int = 100, own: bool = False, scanned: bool = False) -> Honest:
    """A pallet of so many boxes, `scanned` one by one, that a stranger, or its `own`, report on so often."""
    honest = Honest()
    world, site = honest.world, honest.season.house
    honest.boxes = [world.numbers.serial(honest.season.box) for _ in range(boxes)]
    world.report(reports.labelling, boxes=honest.boxes, lot=honest.graded, site=site)
    honest.pallet = world.palletise([] if scanned else honest.boxes, site=site)
    for box in honest.boxes if scanned else ():
        world.report(reports.palletising, pallet=honest.pallet, items=[box], lots={}, site=site)
    again(honest, 1, own=True)
    honest.own = len(world.events)
    again(honest, times, own=own)
    return honest


def again(honest: Honest, times: int, *, own: bool = False) -> None:
    for n in range(times):
        at = honest.world.now + timedelta(seconds=n)
        if own:
            honest.world.report(reports.storing, items=[honest.pallet], room=honest.season.house, at=at)
        else:
            honest.strangely(reports.storing, items=[honest.pallet], room=honest.elsewhere, at=at)


@pytest.mark.parametrize("own", [True, False])
def test_a_thousand_boxes_on_a_pallet_cost_what_ten_do(looks: Callable[[Honest, str], int], own: bool) -> None:
    few, many = wide(10, own=own), wide(1000, own=own)
    for whose in ("pallet", "box"):
        cost, more = (looks(h, h.pallet if whose == "pallet" else h.boxes[0]) for h in (few, many))
        assert 0 < more < 3 * cost


def test_ten_times_the_boxes_scanned_one_by_one_cost_ten_times_as_much(looks: Callable[[Honest, str], int]) -> None:
    few, many = (wide(boxes, times=10, own=True, scanned=True) for boxes in (20, 200))
    cost, more = looks(few, few.boxes[0]), looks(many, many.boxes[0])
    assert 0 < more < 15 * cost


def test_thousands_of_boxes_that_nobody_has_put_on_my_pallet_cost_what_ten_do(
    looks: Callable[[Honest, str], int],
) -> None:
    cost = []
    for invented in (10, 5000):
        honest = wide(10, times=0)
        his = [honest.world.numbers.serial(honest.season.box) for _ in range(invented)]
        honest.strangely(reports.palletising, pallet=honest.pallet, items=his, lots={}, site=honest.elsewhere)
        again(honest, 100)
        cost.append(looks(honest, honest.boxes[0]))
    assert 0 < cost[1] < 3 * cost[0]


def test_who_puts_in_one_by_one_what_nobody_could_follow_is_not_followed_and_mine_is_as_ever(
    looks: Callable[[Honest, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = []
    for most in (2_000_000, 500):
        monkeypatch.setattr(container_reports, "MOST_LOOKS", most)
        honest = wide(10, times=0)
        for _ in range(40):
            his = [honest.world.numbers.serial(honest.season.box)]
            honest.strangely(reports.palletising, pallet=honest.pallet, items=his, lots={}, site=honest.elsewhere)
            again(honest, 1)
        cost.append(looks(honest, honest.boxes[0]))
        told = honest.history(honest.boxes[0]).steps
        assert all(step.stranger for step in told if step.document.first.capturer == STRANGER)
    assert cost[1] * 4 < cost[0]


def test_who_puts_it_on_many_trucks_of_his_besides_is_not_followed_onto_them_for_each(
    looks: Callable[[Honest, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = []
    for most in (2_000_000, 40 * 40):
        monkeypatch.setattr(container_reports, "MOST_LOOKS", most)
        honest = wide(10, times=0)
        for n in range(40):
            his = [honest.world.numbers.serial(honest.season.box)]
            for container, items in ((honest.pallet, his), (f"{TRUCKS[0]}{n}", [honest.pallet])):
                honest.strangely(reports.palletising, pallet=container, items=items, lots={}, site=honest.elsewhere)
        cost.append(looks(honest, honest.boxes[0]))
        told = honest.history(honest.boxes[0]).steps
        assert all(step.stranger for step in told if step.document.first.capturer == STRANGER)
    assert cost[1] * 10 < cost[0]


def test_who_scans_box_by_box_is_followed_and_what_strangers_recall_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(container_reports, "MOST_LOOKS", 1000)
    honest = wide(60, times=0, scanned=True)
    world, site, shop = honest.world, honest.season.house, honest.shop
    honest.strangely(reports.hold, items=[honest.pallet], reason="mine", site=honest.elsewhere, recall=True)
    world.report(reports.shipment, items=[honest.pallet], from_site=site, to_site=shop)
    world.report(reports.receipt, items=[honest.pallet], site=shop)
    world.report(reports.unpacking, pallet=honest.pallet, items=[honest.boxes[0]], site=shop)
    world.report(reports.sale, items=[honest.boxes[0]], site=shop)
    history = honest.history(honest.boxes[0])
    assert not any(step.stranger for step in history.steps if step.document.first.capturer != STRANGER)
    assert [gap.code for gap in history.gaps] == ["stranger"]
    assert ("not_recalled", "passed") in [(r.rule, r.outcome) for r in honest.claim(honest.boxes[0]).results]


def test_pallets_that_somebody_puts_each_into_all_the_others_and_mine_into_one_are_followed_so_far_and_no_further(
    looks: Callable[[Honest, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = []
    for most in (10_000_000, 500):
        monkeypatch.setattr(loads, "MOST_NESTED_LOOKS", most)
        honest = wide(10, times=0)
        his = [honest.world.numbers.pallet() for _ in range(9)]
        for pallet in his:
            inside = [honest.pallet, *(other for other in his if other != pallet)]
            honest.strangely(reports.palletising, pallet=pallet, items=inside, lots={}, site=honest.elsewhere)
        cost.append(looks(honest, honest.boxes[0]))
        assert not any(step.document.first.capturer == STRANGER for step in honest.history(honest.boxes[0]).steps)
    assert cost[1] * 4 < cost[0]


def test_what_was_reported_of_a_pallet_before_the_goods_came_says_nothing_of_them() -> None:
    sent_before = ("house", seen(1, "shipping", PALLETS[0], at="house", to="far"))
    put_in = ("house", joined(2, "ADD", PALLETS[0], BOXES[0], at="house"))
    by_far = ("far", seen(3, "storing", PALLETS[0], at="far"))
    assert len(judged([sent_before, put_in, by_far]).aside(BOXES[0])) == 1
    sent_since = ("house", seen(2.5, "shipping", PALLETS[0], at="house", to="far"))
    assert not judged([sent_since, put_in, by_far]).aside(BOXES[0])


def test_where_my_people_put_others_goods_in_nobody_has_to_do_with_mine_by_that() -> None:
    mine = ("house", joined(1, "ADD", PALLETS[0], BOXES[0], at="house"))
    by_far = ("far", seen(3, "storing", PALLETS[0], at="far"))
    for action in ("ADD", "DELETE"):
        others = ("house", joined(2, action, PALLETS[0], BOXES[1], at="far"))
        assert len(judged([mine, others, by_far]).aside(BOXES[0])) == 1
    assert not judged([mine, ("house", joined(2, "OBSERVE", PALLETS[0], BOXES[0], at="far")), by_far]).aside(BOXES[0])


def test_who_was_named_by_whom_is_followed_however_late_each_reports() -> None:
    """Each names the one who reported before him."""
    chain = ["house", "a", "b", "c", "d"]
    told = [("house", joined(1, "ADD", PALLETS[0], BOXES[0], at="house"))]
    told += [(by, seen(9 - n, "shipping", PALLETS[0], at=by, to=f"{chain[n + 1]}")) for n, by in enumerate(chain[:-1])]
    told += [("d", seen(2, "storing", PALLETS[0], at="d"))]
    assert not judged(told).aside(BOXES[0])


def test_what_is_inside_is_shared_before_what_it_is_in_whatever_the_set_begins_with() -> None:
    told = [
        joined(1, "ADD", TRUCKS[0], PALLETS[0], PALLETS[2], at="x"),
        joined(2, "ADD", PALLETS[0], PALLETS[1], at="x"),
    ]
    told.append(joined(3, "ADD", PALLETS[1], TRUCKS[0], at="x"))
    naming = Voices([report(body, recorded=n) for n, body in enumerate(told[:2])], NOBODYS).naming
    assert bottom_up({*PALLETS, TRUCKS[0]}, naming) == [PALLETS[1], PALLETS[0], PALLETS[2], TRUCKS[0]]
    round_and_round = Voices([report(body, recorded=n) for n, body in enumerate(told)], NOBODYS).naming
    assert sorted(bottom_up({*PALLETS, TRUCKS[0]}, round_and_round)) == sorted([*PALLETS, TRUCKS[0]])


def shuffled(seed: int) -> list[Reported]:
    """Pallets in pallets and on trucks, told by three parties."""
    random, told = Random(seed), [("me", seen(0, "commissioning", *BOXES, action="ADD", at="house"))]
    for _ in range(random.randint(5, 11)):
        hour, by, at = (
            random.randint(1, 6),
            random.choice(("me", "you", "him")),
            random.choice(("house", "shop", "far")),
        )
        action, step = random.choice(("ADD", "ADD", "DELETE")), random.choice(("shipping", "receiving", "storing"))
        pallet, truck = random.choice(PALLETS), random.choice(TRUCKS)
        doing = random.choice(
            (
                joined(hour, action, pallet, *random.sample(BOXES, 2), at=at),
                joined(hour, action, truck, *random.sample(PALLETS, 2), at=at),
                joined(hour, "ADD", pallet, random.choice(PALLETS), at=at),
                seen(hour, step, random.choice((*BOXES, *PALLETS, *TRUCKS)), at=at, to=random.choice((None, "shop"))),
            )
        )
        told.append((by, doing))
    return in_order(
        report(body, recorded=random.randint(1, 99), capturer=uri(by))
        for by, body in told
        if body.get("parentID") not in body.get("childEPCs", ())
    )


def digest(seasons: int) -> str:
    """Of all that is judged of so many."""
    found: list[object] = []
    for seed in range(seasons):
        documents = shuffled(seed)
        strangers = Strangers(documents, NOBODYS)
        things = (*BOXES, *PALLETS, *TRUCKS)
        found.append([sorted(strangers.of.get(document.record_id, ())) for document in documents])
        found.append([(sorted(strangers.aside(t)), sorted(strangers.concerned_with(t))) for t in things])
    return sha256(repr(found).encode()).hexdigest()


def test_two_processes_that_walk_through_sets_otherwise_judge_the_same() -> None:
    code = "from tests.provenance.graph.test_loads import digest; print(digest(600))"
    found = set()
    for seed in ("0", "1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(told.stdout)
    assert len(found) == 1
