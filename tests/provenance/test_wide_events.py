"""An event that names thousands of things is read a few times for all of them, and not once for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from epcis.events import Event
from provenance.graph import containment, evidence
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from tests.provenance.foreign import harvest, joined, made, seen
from tests.provenance.reported import Body, reports

WIDE = 400
BOXES = [f"box{n}" for n in range(WIDE)]
GTIN = "https://id.gs1.org/01/09521234543213"
LISTS = ("objects", "children", "inputs", "outputs", "item_lots")

PACKED = (
    harvest(0, {"lot": WIDE}),
    made(1, {"lot": WIDE}, {}, outputEPCList=BOXES),
    joined(2, "ADD", "pallet", *BOXES),
    seen(3, "shipping", "pallet", at="house", to="shop"),
)
POOLED = (
    harvest(0, {f"lot{n}": 1 for n in range(WIDE)}),
    made(1, {f"lot{n}": None for n in range(WIDE)}, {"mix": WIDE}),
)
SERIALISED = (
    harvest(0, {f"{GTIN}/10/A": WIDE}),
    seen(1, "commissioning", *(f"{GTIN}/21/{n}" for n in range(WIDE)), action="ADD", ilmd={"cbvmda:lotNumber": "A"}),
)


class Counted(tuple[Any, ...]):
    """Counts how many members were looked at."""

    looked_at = 0

    def __iter__(self) -> Iterator[Any]:
        for member in tuple.__iter__(self):
            Counted.looked_at += 1
            yield member


class CountedList(list[Any]):
    """The same of a list that grows."""

    def __iter__(self) -> Iterator[Any]:
        for member in list.__iter__(self):
            Counted.looked_at += 1
            yield member


def watched(event: Event) -> None:
    for name in LISTS:
        event.__dict__[name] = Counted(getattr(event, name))


@pytest.mark.parametrize(
    ("key", "trace", "bodies"),
    [
        ("urn:x:lot", trace_forward, PACKED),
        ("urn:x:pallet", trace_back, PACKED),
        ("urn:x:mix", trace_back, POOLED),
        ("urn:x:lot7", trace_forward, POOLED),
        (f"{GTIN}/10/A", trace_forward, SERIALISED),
    ],
)
def test_the_work_grows_with_the_items_and_not_with_their_square(
    key: str, trace: Callable[..., Any], bodies: tuple[Body, ...]
) -> None:
    documents = reports(bodies)
    for document in documents:
        watched(document.event)
    Counted.looked_at = 0
    history: History = build_from(documents, trace([key]))
    assert history.kilograms
    assert Counted.looked_at < 60 * WIDE < WIDE * WIDE


LOADS = 100


def load(number: int) -> tuple[Body, ...]:
    """A crate goes onto the pallet, which is shipped and emptied: five events of the asset, over and over."""
    crate, hour = f"crate{number}", 6 * number
    return (
        made(hour, {}, {}, outputEPCList=[crate]),
        joined(hour + 1, "ADD", "asset", crate),
        seen(hour + 2, "shipping", "asset", at="house", to="shop"),
        seen(hour + 3, "receiving", "asset", at="shop"),
        joined(hour + 4, "DELETE", "asset", at="shop"),
    )


@pytest.mark.parametrize("trace", [trace_back, trace_forward])
def test_an_asset_that_was_loaded_very_often_is_not_read_through_for_each_load(
    trace: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = reports(body for number in range(LOADS) for body in load(number))
    for module in (evidence, containment):
        monkeypatch.setattr(module, "list", CountedList, raising=False)
    Counted.looked_at = 0
    history: History = build_from(documents, trace(["urn:x:asset"]))
    assert len(history.steps) == 5 * LOADS
    assert Counted.looked_at < 120 * LOADS
