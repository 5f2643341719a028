"""A forward history in pages says the same as the whole one, balances on every page, and reads what it shows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from provenance.graph.gathering import Gathering, Wanted
from provenance.histories.history import History, Holder, Step, build_from, reading
from provenance.histories.onward_pages import MOST_READINGS, OnwardPage, OnwardWalk
from provenance.histories.tracing import trace_forward
from provenance.quantities import total
from provenance.standing import Reported
from simulator.lot_graph import LotGraph, Shape
from simulator.season import Size, season
from tests.provenance.chains import Chain
from tests.provenance.foreign import uri
from tests.provenance.messy import messy
from tests.provenance.reported import reports

few = settings(max_examples=25, deadline=None)
chains = st.builds(lambda seed, deeds: Chain(Random(seed)).grow(deeds), st.integers(0, 10**6), st.integers(1, 14))
spoilt = st.builds(messy, st.integers(0, 10**6), st.integers(1, 14))
GRAIN = Fraction(1, 10**40)
"""What rounding to 120 places may leave."""

Read = Callable[[Wanted], Sequence[Reported]]


def driven(gathering: Gathering[OnwardPage], read: Read) -> OnwardPage:
    try:
        wanted = next(gathering)
        while True:
            wanted = gathering.send(read(wanted))
    except StopIteration as end:
        page: OnwardPage = end.value
        return page


def pages(key: str, read: Read, most: int) -> list[OnwardPage]:
    walk = OnwardWalk([key])
    found = [driven(walk.page(most), read)]
    while found[-1].ahead:
        found.append(driven(walk.page(most), read))
    return found


def amounts(histories: Iterable[History]) -> dict[tuple[str, str, str], tuple[Fraction | None, frozenset[str]]]:
    placed: defaultdict[tuple[str, str, str], list[Holder]] = defaultdict(list)
    for history in histories:
        for one in (*history.holders, *history.losses):
            placed[one.site, one.party, one.state].append(one)
    return {
        place: (total(one.kilograms for one in held), frozenset(key for one in held for key in one.keys))
        for place, held in placed.items()
    }


def same(one: Fraction | None, other: Fraction | None) -> bool:
    return one is other if one is None or other is None else abs(one - other) < GRAIN


def but_readings(steps: Iterable[Step]) -> set[str]:
    """A few readings are told of each page's things, so the pages may tell more of them."""
    return {step.document.record_id for step in steps if step.kind != "reading"}


def says_the_same(found: list[OnwardPage], whole: History) -> None:
    told = [page.history for page in found]
    assert {key for history in told for key in history.keys} == whole.keys
    assert but_readings(step for history in told for step in history.steps) == but_readings(whole.steps)
    here, there = amounts(told), amounts([whole])
    assert here.keys() == there.keys()
    for place, (kilograms, keys) in here.items():
        assert same(kilograms, there[place][0])
        assert keys == there[place][1]


def balances(found: list[OnwardPage]) -> None:
    so_far: Fraction | None = Fraction(0)
    for page in found:
        so_far = total([so_far, page.history.lost_kg, *(holder.kilograms for holder in page.history.holders)])
        assert same(total([so_far, page.ahead_kg]), page.history.kilograms)


@few
@given(chains, st.integers(1, 5))
def test_all_pages_together_are_the_whole_history_and_every_page_balances(chain: Chain, most: int) -> None:
    documents = reports(chain.bodies)
    for lot in chain.harvested:
        found = pages(uri(lot), reading(documents), most)
        says_the_same(found, build_from(documents, trace_forward([uri(lot)])))
        balances(found)


def test_boxes_pallets_and_shops_come_in_pages_as_they_come_at_once() -> None:
    documents = reports(season(seed=4, size=Size(stations=2, growers=3, days=2)))
    picked = [item.key for d in documents if d.event.commissions for item in d.event.objects]
    pallets = [d.event.parent for d in documents if d.event.parent and d.event.action == "ADD"]
    for key in (picked[0], picked[-1], pallets[0]):
        found = pages(key, reading(documents), 7)
        assert len(found) > 3
        says_the_same(found, build_from(documents, trace_forward([key])))
        balances(found)


def test_a_lot_that_led_to_many_says_the_same_in_pages() -> None:
    graph = LotGraph(shape=Shape(lots=1_500, sites=4, deepest=10, stock=8, silo_uses=40))
    documents = reports(graph.reports())
    found = pages(graph.silos[0], reading(documents), 25)
    says_the_same(found, build_from(documents, trace_forward([graph.silos[0]])))
    balances(found)


@few
@example(messy(1333, 14), 1, 0)
@given(spoilt, st.integers(1, 5), st.integers())
def test_whatever_comes_in_pages_end_hold_no_more_than_there_was_and_do_not_mind_the_order(
    documents: list[Reported], most: int, seed: int
) -> None:
    shuffled = documents * 2
    Random(seed).shuffle(shuffled)
    for key in sorted({item.key for d in documents for item in (*d.event.objects, *d.event.inputs)})[::3]:
        found = pages(key, reading(documents), most)
        assert found == pages(key, reading(shuffled), most)
        assert {key for page in found for key in page.history.keys} >= {key}
        known = [one.kilograms for page in found for one in (*page.history.holders, *page.history.losses)]
        assert all(kg is None or kg >= 0 for kg in known)
        if found[0].history.kilograms is not None:
            assert sum((kg for kg in known if kg is not None), Fraction(0)) <= found[0].history.kilograms + GRAIN


def test_a_page_reads_of_its_own_things_alone_however_many_there_are() -> None:
    wanted: list[int] = []
    for lots in (1_500, 6_000):
        graph = LotGraph(shape=Shape(lots=lots, sites=1, deepest=40, stock=20, silo_uses=40))
        read = reading(reports(graph.reports()))
        asked: list[str] = []

        def noted(wanted: Wanted, asked: list[str] = asked, read: Read = read) -> Sequence[Reported]:
            asked.extend(wanted.names)
            return read(wanted)

        driven(OnwardWalk([graph.silos[0]]).page(20), noted)
        wanted.append(len(asked))
    assert wanted[0] == wanted[1]


def test_a_long_thin_chain_goes_on_with_the_next_page() -> None:
    chain = [{"epcClass": uri(f"a{n}"), "quantity": 10, "uom": "KGM"} for n in range(MOST_READINGS * 2)]
    bodies = [_picked(chain[0]), *(_made_of(n, chain[n], chain[n + 1]) for n in range(len(chain) - 1))]
    found = pages(uri("a0"), reading(reports(bodies)), 1000)
    assert [page.followed for page in found] == [MOST_READINGS, 2 * MOST_READINGS]
    balances(found)


def test_a_step_of_things_on_two_pages_is_marked_as_told_before() -> None:
    chain = [{"epcClass": uri(f"a{n}"), "quantity": 10, "uom": "KGM"} for n in range(3)]
    found = pages(uri("a0"), reading(reports(_made_of(n, chain[n], chain[n + 1]) for n in range(2))), 1)
    assert [len(page.history.steps) for page in found] == [1, 2, 1]
    assert [len(page.repeated) for page in found] == [0, 1, 1]


def _picked(lot: dict[str, object]) -> dict[str, object]:
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "commissioning",
        "eventTime": "2026-08-01T00:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "eventID": "urn:x:picked",
        "quantityList": [lot],
    }


def _made_of(day: int, source: dict[str, object], made: dict[str, object]) -> dict[str, object]:
    return {
        "type": "TransformationEvent",
        "eventTime": f"2026-09-01T{day // 60:02}:{day % 60:02}:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "eventID": f"urn:x:event{day}",
        "inputQuantityList": [source],
        "outputQuantityList": [made],
        "bizLocation": {"id": "urn:x:house"},
    }
