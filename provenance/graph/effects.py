"""What a report does to the goods it names: one table, read by every account that is kept of them.

Whether goods are gone is asked first: what is sold or destroyed is no more, in whichever step. Goods that are received
with the disposition `returned` had gone out before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from epcis.events import Event
from provenance.graph.whereabouts import COUNTING, LEAVING, RECEIVING, SOLD, STORING, ends, returns, says
from provenance.steps import APPLYING_INPUT

Effect = Literal["used", "sold", "lost", "sent", "unsent", "returned", "received", "stored", "counted", ""]

GONE: frozenset[Effect] = frozenset({"used", "sold", "lost"})
BACK: frozenset[Effect] = frozenset({"unsent", "returned"})

_BY_STEP: Mapping[str, Effect] = {
    **dict.fromkeys(LEAVING, "sent"),
    "void_shipping": "unsent",
    **dict.fromkeys(RECEIVING, "received"),
    **dict.fromkeys(STORING, "stored"),
    **dict.fromkeys(COUNTING, "counted"),
}


def effect(event: Event) -> Effect:
    """ "" where the goods stay where and what they were."""
    if ends(event):
        return "used" if event.biz_step == APPLYING_INPUT else "sold" if says(event, SOLD) else "lost"
    return "returned" if returns(event) else _BY_STEP.get(event.biz_step or "", "")
