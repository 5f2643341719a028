"""Histories of outside material: the ten worked events, and a foreign chain with reused event ids."""

import json
from fractions import Fraction
from typing import Any

import pytest

from epcis.documents import read_document
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from tests.material import shared
from tests.provenance.reported import report, reports

BOX = "https://id.gs1.org/01/19520001000017/21/BX0001"
LOT = "https://id.gs1.org/01/09520001000010/10/XX20260912A"
PALLET = "https://id.gs1.org/00/095200010000000010"
PACKED_TUNA = "urn:gdst:example.org:product:lot:class:processor.2u.v1-0122-2022"


def _examples() -> dict[str, dict[str, Any]]:
    files = sorted(shared("examples").glob("*.jsonld"))
    return {file.stem[:2]: read_document(file.read_bytes()).events[0] for file in files}


def _foreign() -> list[dict[str, Any]]:
    return list(read_document(shared("oracles", "trace_back", "traceback_tests.jsonld").read_bytes()).events)


def _numbers(ids: tuple[str, ...], examples: dict[str, dict[str, Any]]) -> set[str]:
    named = {report(body).event.event_id: number for number, body in examples.items()}
    return {named[id_] for id_ in ids}


def _back(key: str, bodies: list[dict[str, Any]]) -> History:
    return build_from(reports(bodies), trace_back([key]))


def test_a_box_has_six_events_of_its_own_and_three_that_carried_it() -> None:
    examples = _examples()
    history = _back(BOX, list(examples.values()))
    assert _numbers(history.events, examples) == {"01", "02", "03", "04", "08", "09"}
    assert _numbers(history.carried, examples) == {"05", "06", "07"}
    assert [(share.lot, share.fraction) for share in history.shares] == [(LOT, Fraction(1))]


def test_forward_from_the_orchard_goes_through_the_pallet_to_the_shop() -> None:
    examples = _examples()
    history = build_from(reports(list(examples.values())), trace_forward([LOT]))
    assert _numbers(history.events, examples) == {"01", "02", "03", "04", "08", "09", "10"}
    assert _numbers(history.carried, examples) == {"05", "06", "07"}
    held = {(holder.site, holder.state == "sold"): holder.kilograms for holder in history.holders}
    assert held == {
        ("https://id.gs1.org/414/9520001000201", False): Fraction("750.5"),
        ("https://id.gs1.org/414/9520001000300", True): Fraction(250),
    }
    assert history.lost_kg == 250
    assert {gap.code for gap in history.gaps} == {"unknown-quantity"}


def test_a_pallet_tells_the_union_of_what_was_on_it() -> None:
    examples = _examples()
    history = _back(PALLET, list(examples.values()))
    assert _numbers(history.events, examples) == set(examples)


def test_reused_event_ids_are_conflicts_to_show() -> None:
    history = _back(PACKED_TUNA, _foreign())
    assert len(history.conflicts) == 3
    assert sorted(len(conflict.record_ids) for conflict in history.conflicts) == [2, 3, 3]


@pytest.mark.parametrize("reverse", [False, True])
def test_without_its_reused_ids_the_foreign_chain_has_seventeen_events(reverse: bool) -> None:
    bodies = [{key: value for key, value in body.items() if key != "eventID"} for body in _foreign()]
    history = _back(PACKED_TUNA, bodies[::-1] if reverse else bodies)
    assert len(history.events) == 17
    carried = [json.dumps(step.event.body.get("epcList", [])) for step in history.steps if step.carried]
    assert len(carried) == 4
    assert sum(share.fraction for share in history.shares) == 1
    assert {share.lot.rsplit(":", 1)[-1] for share in history.shares} == {
        "hatchery.1u.tf12012021",
        "feedmill.1u.ff11252021",
        "fisherman01.tunau.v1-0122-2022",
    }
