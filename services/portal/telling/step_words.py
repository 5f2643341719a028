"""What a step of a history is called: what happened, how it came out, and how the report stands."""

from __future__ import annotations

from collections.abc import Mapping

from services.portal.sentences import N_
from services.portal.telling.histories import Hold, Step

TITLES: Mapping[str, str] = {
    "harvest": N_("Picked"),
    "farm_input": N_("Orchard treated"),
    "inspection": N_("Inspected"),
    "certificate": N_("Certificate"),
    "sampling": N_("Sample taken"),
    "hold": N_("Held back"),
    "recall": N_("Recalled"),
    "release": N_("Released"),
    "pooling": N_("Deliveries pooled"),
    "transformation": N_("Sorted and graded"),
    "packing": N_("Packed"),
    "labelling": N_("Labelled"),
    "unpacking": N_("Unpacked"),
    "shipping": N_("Sent on its way"),
    "receiving": N_("Arrived"),
    "storing": N_("Stored"),
    "stock_take": N_("Stock taken"),
    "reading": N_("Temperature measured"),
    "sale": N_("Sold"),
    "return": N_("Returned"),
    "loss": N_("Loss recorded"),
    "destroying": N_("Destroyed"),
    "other": N_("Reported"),
}

POWERLESS: Mapping[str, str] = {
    "hold": N_("Asked to be held back"),
    "recall": N_("Asked to be recalled"),
    "release": N_("Asked to be released"),
}
"""What changes nothing is not called what it would have been."""

LOADING: Mapping[str, str] = {"packing": N_("Loaded"), "unpacking": N_("Unloaded")}
"""What is put on a pallet or into a truck is not packed: it is the same box afterwards."""

OUTCOMES: Mapping[str, str] = {
    "conformant": N_("conforms"),
    "non_conformant": N_("does not conform"),
    "issued": N_("issued"),
    "suspended": N_("suspended"),
    "reinstated": N_("reinstated"),
    "revoked": N_("revoked"),
    "expired": N_("expired"),
}

WORDS_OF_VALIDITY: Mapping[str, str] = {
    "valid": N_("valid"),
    "not_begun": N_("not valid yet"),
    "expired": N_("expired"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "not_issued": N_("not issued"),
    "unverified": N_("not verified"),
}
"""Of a certificate today."""

STANDINGS: Mapping[str, str] = {
    "void": N_("taken back"),
    "corrected": N_("corrected later"),
    "disputed": N_("disputed"),
}


def title_of(step: Step, hold: Hold | None = None) -> str:
    """`hold` is what the step comes to, where it holds, recalls or releases."""
    if hold and step.kind in POWERLESS:
        return POWERLESS[step.kind] if hold.sentence_en else TITLES[hold.kind]
    if step.event_type in ("AggregationEvent", "AssociationEvent") and step.kind in LOADING:
        return LOADING[step.kind]
    return TITLES.get(step.kind, TITLES["other"])
