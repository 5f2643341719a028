"""Chains as they really come in: amounts left out, reports missing, lot numbers mixed up, anything taken back."""

from copy import deepcopy
from random import Random
from typing import Any

from provenance.reports import correction
from provenance.standing import Reported
from tests.provenance.chains import Chain
from tests.provenance.foreign import START, event, uri
from tests.provenance.reported import report

_LISTS = ("quantityList", "inputQuantityList", "outputQuantityList", "childQuantityList")
_PEOPLE = ("urn:x:me", "urn:x:other", "urn:x:inspector")


def messy(seed: int, deeds: int) -> list[Reported]:
    """Documents of a random chain after everything has happened to them."""
    random = Random(seed)
    chain = Chain(random).grow(deeds)
    bodies = [_spoilt(body, random, [*chain.left, "p3"]) for body in chain.bodies if random.random() < 0.92]
    bodies += [_container(random, [*chain.left]) for _ in range(random.randint(0, 4))]
    documents = [report(body, recorded=n, capturer=random.choice(_PEOPLE)) for n, body in enumerate(bodies)]
    ids = [document.event.event_id for document in documents]
    for document in random.sample(documents, len(documents) // 4):
        corrected_by = random.sample(ids, random.randint(0, 2))
        declared = correction(document.event.body, at=START, corrective_event_ids=corrected_by)
        documents.append(report(declared, recorded=len(documents), capturer=random.choice(_PEOPLE)))
    return documents


def _spoilt(body: Any, random: Random, names: list[str]) -> dict[str, Any]:
    spoilt: dict[str, Any] = deepcopy(body)
    for element in (element for name in _LISTS for element in spoilt.get(name, ())):
        fate = random.random()
        if fate < 0.1:
            element.pop("quantity", None)
            element.pop("uom", None)
        elif fate < 0.15:
            element["uom"] = random.choice(("LTR", "TNE", "LBR"))
        elif fate < 0.2:
            element.pop("uom", None)
        elif fate < 0.3:
            element["epcClass"] = uri(random.choice(names))
    if spoilt["type"] == "TransformationEvent" and random.random() < 0.2:
        spoilt["transformationID"] = f"urn:x:run{random.randint(0, 2)}"
    if random.random() < 0.1:
        spoilt.pop("readPoint", None)
    if random.random() < 0.05:
        spoilt["eventID"] = f"urn:x:id{random.randint(0, 2)}"
    return spoilt


def _container(random: Random, names: list[str]) -> dict[str, Any]:
    """Things and containers packed into each other without sense, rings included."""
    boxes = [uri(name) for name in ("c0", "c1", "c2", *random.sample(names, min(2, len(names))))]
    parent, child = random.choice(boxes), random.choice(boxes)
    kind = random.choice(("AggregationEvent", "AssociationEvent"))
    action = random.choice(("ADD", "ADD", "OBSERVE", "DELETE"))
    return event(kind, random.randint(0, 20), action=action, parentID=parent, childEPCs=[child], bizStep="packing")
