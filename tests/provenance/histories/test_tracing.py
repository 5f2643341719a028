"""What a history asks for and tells: corrections, conflicts, spellings, certificates, and how often it reads."""

from collections.abc import Sequence
from typing import Any

import pytest

from epcis.event_id import event_hash_id
from provenance.graph import gathering
from provenance.graph.gathering import Wanted
from provenance.histories.history import History, build_from, drive
from provenance.histories.tracing import trace_back, trace_forward
from provenance.reports import correction
from provenance.standing import Reported
from simulator.world import World
from tests.provenance.foreign import START, back, forward, gaps, harvest, joined, made, seen, shares
from tests.provenance.reported import Body, known_as, report, reports

ME, OTHER = "urn:x:me", "urn:x:other"


def named(body: Body) -> dict[str, Any]:
    return {**body, "eventID": event_hash_id(body)}


def declared(body: Body, *corrected_by: Body) -> dict[str, Any]:
    return correction(body, at=START, corrective_event_ids=[named(c)["eventID"] for c in corrected_by])


TYPO = named(made(1, {"a": 400, "b": 1000}, {"mix": 500}))
RIGHT = named(made(1, {"a": 400, "b": 100}, {"mix": 500}))
CHAIN = (harvest(0, {"a": 400}), harvest(0, {"b": 1000}), TYPO)


def test_a_corrected_amount_changes_the_shares_and_both_reports_are_told() -> None:
    history = back("mix", *CHAIN, RIGHT, declared(TYPO, RIGHT))
    assert shares(history) == {"a": "4/5", "b": "1/5"}
    told = {step.event_id: (step.standing, step.related_event_ids) for step in history.steps}
    assert told[TYPO["eventID"]] == ("corrected", (RIGHT["eventID"],))
    assert told[RIGHT["eventID"]] == ("in_force", (TYPO["eventID"],))


def test_a_correction_declared_wrong_brings_the_original_back() -> None:
    history = back("mix", *CHAIN, RIGHT, declared(TYPO, RIGHT), declared(RIGHT))
    assert shares(history) == {"a": "2/7", "b": "5/7"}


def test_what_somebody_else_declares_wrong_still_counts_and_is_shown_as_disputed() -> None:
    documents = [*reports(CHAIN, capturer=ME), report(declared(TYPO), recorded=9, capturer=OTHER)]
    history = build_from(documents, trace_back(["urn:x:mix"]))
    assert shares(history) == {"a": "2/7", "b": "5/7"}
    assert [step.standing for step in history.steps] == ["in_force", "in_force", "disputed"]
    inspected = build_from(documents, trace_back(["urn:x:mix"], may_declare=known_as(OTHER)))
    assert gaps(inspected) == {("missing-origin", "mix")}


def test_a_packing_taken_back_was_never_in_there() -> None:
    packed = named(joined(1, "ADD", "pallet", "box"))
    chain = (made(0, {"a": 5}, {}, outputEPCList=["box"]), packed, seen(2, "shipping", "pallet"))
    assert len(back("box", *chain).carried) == 1
    assert len(back("box", *chain, declared(packed)).carried) == 0


def test_an_unpacking_taken_back_left_it_in_there() -> None:
    emptied = named(joined(2, "DELETE", "pallet"))
    chain = (joined(1, "ADD", "pallet", "box"), emptied, seen(3, "sensor_reporting", "pallet"))
    assert len(back("box", *chain).carried) == 1
    assert len(back("box", *chain, declared(emptied)).carried) == 2


def test_a_void_event_leads_nowhere() -> None:
    wrong = named(made(1, {"stranger": 5}, {"x": 5}))
    history = back("x", harvest(0, {"stranger": 5}), harvest(0, {"x": 5}), wrong, declared(wrong))
    assert shares(history) == {"x": "1"}
    assert "urn:x:stranger" not in history.keys


def test_nobody_holds_what_was_never_brought_in() -> None:
    wrong = named(harvest(0, {"x": 5}, at="farm"))
    assert forward("x", wrong, declared(wrong)).holders == ()


def test_of_two_contents_under_one_id_the_first_reported_is_told_and_the_conflict_shown() -> None:
    second = {**made(1, {"b": 5}, {"x": 5}), "eventID": "urn:x:same"}
    first = {**made(1, {"a": 5}, {"x": 5}), "eventID": "urn:x:same"}
    documents = [report(second, recorded=2), report(first, recorded=1), *reports([harvest(0, {"a": 5, "b": 5})])]
    history = build_from(documents, trace_back(["urn:x:x"]))
    assert shares(history) == {"a": "1"}
    assert [len(conflict.record_ids) for conflict in history.conflicts] == [2]


def test_an_item_nobody_named_answers_as_its_lot() -> None:
    history = build_from(reports([harvest(0, {"lot": 5})]), trace_back(["urn:x:item", "urn:x:lot"]))
    assert history.key == "urn:x:lot"
    assert build_from([], trace_back(["urn:x:item", "urn:x:lot"])).key == "urn:x:item"


def test_all_spellings_of_a_key_are_one_thing() -> None:
    urn, link = "urn:epc:class:lgtin:9520001.070001.L1", "https://example.com/01/09520001700019/10/L1"
    history = back("x", harvest(0, {urn: 5}), made(1, {link: 5}, {"x": 5}))
    assert gaps(history) == set()
    assert len(history.events) == 2


def test_a_site_has_no_history_of_what_was_seen_there_or_sent_there() -> None:
    sent = seen(1, "shipping", "b", at="house", to="shop")
    for place in ("house", "shop"):
        assert back(place, harvest(0, {"a": 1}, at="house"), sent).events == ()
        assert forward(place, harvest(0, {"a": 1}, at="house"), sent).events == ()


@pytest.mark.parametrize("trace", [trace_back, trace_forward])
def test_more_events_than_one_caller_may_ask_for_are_refused(trace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_EVENTS", 50)
    readings = reports(seen(n, "sensor_reporting", "truck") for n in range(51))
    assert len(build_from(readings[:50], trace(["urn:x:truck"])).events) == 50
    with pytest.raises(gathering.TooMuchError, match="more than 50 events"):
        build_from(readings, trace(["urn:x:truck"]))


def test_more_names_than_one_caller_may_ask_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_NAMES", 100)
    with pytest.raises(gathering.TooMuchError, match="100 names"):
        back("lot", made(1, {}, {"lot": 1}, outputEPCList=[f"box{n}" for n in range(100)]))


def test_what_was_packed_and_used_up_over_and_over_is_not_judged_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each crate goes into a run together with what was in it, which is found out only by judging all again."""
    monkeypatch.setattr(gathering, "MOST_JUDGED", 2_000)
    depth = 100
    packed = (joined(2 * n, "ADD", f"crate{n}", f"fruit{n}") for n in range(depth))
    runs = (made(2 * n + 1, {}, {}, inputEPCList=[f"crate{n}"], outputEPCList=[f"fruit{n + 1}"]) for n in range(depth))
    with pytest.raises(gathering.TooMuchError, match="too deeply"):
        back(f"fruit{depth}", *packed, *runs)


def test_certificates_of_what_it_was_made_from_come_with_the_history() -> None:
    world = World(seed=1)
    grower = world.grow()
    world.certify("urn:x:by-plot", scheme="organic", scope=[grower.plot])
    world.certify("urn:x:by-party", scheme="organic", scope=[grower.id])
    world.certify("urn:x:by-product", scheme="organic", scope=[world.fruit])
    world.certify("urn:x:of-others", scheme="organic", scope=[world.grow().plot])
    lot = world.pick(grower, 5, certificates=["urn:x:named"])
    world.certify("urn:x:named", scheme="organic", scope=["urn:x:elsewhere"])
    history = build_from(reports(world.events), trace_back([lot]))
    assert {c.id.rpartition(":")[2] for c in history.certificates} == {"by-plot", "by-party", "by-product", "named"}
    assert len(history.events) == 1


def test_a_certificate_has_states_and_comes_from_no_orchard() -> None:
    world = World(seed=1)
    world.certify("urn:x:c", scheme="organic", scope=[world.grow().plot])
    world.certify("urn:x:c", scheme="organic", scope=["urn:x:else"], state="revoked")
    history = build_from(reports(world.events), trace_back(["urn:x:c"]))
    assert (history.shares, history.gaps, len(history.certificates[0].states)) == ((), (), 2)


def counted(documents: Sequence[Reported], building: Any) -> tuple[History, list[int]]:
    """The history, and how many keys each read asked for."""
    asked: list[int] = []

    def read(wanted: Wanted) -> list[Reported]:
        asked.append(len(wanted.names))
        return [d for d in documents if {key for _, key in d.event.keys} & wanted.names]

    return drive(building, read), asked


@pytest.mark.parametrize("depth", [5, 60, 300])
def test_a_deep_history_reads_once_a_level(depth: int) -> None:
    bodies = [harvest(0, {"l0": 100})]
    bodies += [made(n + 1, {f"l{n}": 100}, {f"l{n + 1}": 100}) for n in range(depth)]
    for building in (trace_back([f"urn:x:l{depth}"]), trace_forward(["urn:x:l0"])):
        history, asked = counted(reports(bodies), building)
        assert len(history.events) == depth + 1
        assert len(asked) <= depth + 5


def test_a_wide_history_asks_for_whole_frontiers() -> None:
    lots = {f"l{n}": 1.0 for n in range(300)}
    _, asked = counted(
        reports([harvest(0, {lot: 1}) for lot in lots] + [made(1, dict(lots), {"x": 300})]), trace_back(["urn:x:x"])
    )
    assert len(asked) <= 6


def test_news_of_a_key_it_did_not_ask_for_cannot_change_a_history() -> None:
    bodies = [*CHAIN, joined(2, "ADD", "pallet", lots={"mix": 500}), seen(3, "shipping", "pallet")]
    history = build_from(reports(bodies), trace_back(["urn:x:mix"]))
    assert {"urn:x:mix", "urn:x:a", "urn:x:pallet", TYPO["eventID"]} <= history.depends_on
    beside = [seen(4, "shipping", "other"), harvest(0, {"z": 1}), made(3, {"z": 1}, {"w": 1})]
    assert not history.depends_on & {key for r in reports(beside) for _, key in r.event.keys}
    again = build_from(reports([*bodies, *beside]), trace_back(["urn:x:mix"]))
    assert (again.steps, again.shares) == (history.steps, history.shares)


def test_forward_from_one_grower_through_a_box_names_the_pallet_only_as_carrier() -> None:
    bodies = (
        harvest(0, {"a": 10}),
        made(1, {"a": 10}, {}, outputEPCList=["box"]),
        joined(2, "ADD", "pallet", "box"),
        seen(3, "receiving", "pallet", at="shop"),
    )
    history = forward("a", *bodies)
    assert [holder.site for holder in history.holders] == ["urn:x:shop"]
    assert (len(history.events), len(history.carried)) == (3, 1)
