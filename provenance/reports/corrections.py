"""Taking a report back. The first report stays; this one stands beside it (EPCIS 2.0, 7.4.1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from provenance.reports.event_json import Json, instant


def correction(event: Mapping[str, Any], *, at: datetime, corrective_event_ids: Sequence[str] = ()) -> Json:
    """The same event again, declared wrong: it did not happen, or the events named say how it was."""
    declaration: Json = {
        "declarationTime": instant(at),
        "reason": "incorrect_data" if corrective_event_ids else "did_not_occur",
    }
    if corrective_event_ids:
        declaration["correctiveEventIDs"] = list(corrective_event_ids)
    return {**event, "errorDeclaration": declaration}
