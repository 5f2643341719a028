"""A report without the things its teller had nothing to do with: what is left of it counts like any other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from epcis.events import JOINING, Event
from epcis.identifiers import canonical
from provenance.standing import Reported

_NAMED = {"epcList": None, "childEPCs": None, "quantityList": "epcClass", "childQuantityList": "epcClass"}
"""Lists of things, and where in an element each is named; inputs and outputs stay (`provenance.graph.runs`)."""


def without(document: Reported, strange: Collection[str]) -> Reported | None:
    """None where nothing is left that it says something of.

    What was used stays: whoever made goods is believed to have made them of it, whosever it was. An emptied container
    stays emptied only by those who may empty it: what names no children any more is not about all of them.
    """
    event = document.event
    if event.type == "TransformationEvent":
        return document
    body = {name: kept for name, value in event.body.items() if (kept := _kept(name, value, strange)) not in ([], None)}
    if event.parent in strange:
        del body["parentID"]
    left = Event(body)
    nothing_left = not left.items_by_key and (bool(event.items_by_key) or event.parent in strange)
    if nothing_left or (event.type in JOINING and event.children and not left.children):
        return None
    return replace(document, event=left)


def _kept(name: str, value: Any, strange: Collection[str]) -> Any:
    if name not in _NAMED:
        return value
    field = _NAMED[name]
    return [one for one in value if canonical(one if field is None else _class(one)) not in strange]


def _class(element: Mapping[str, Any]) -> str:
    return str(element["epcClass"])
