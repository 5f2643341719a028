"""Taking a report back. The first report stays; this one stands beside it (EPCIS 2.0, 7.4.1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from provenance.reports.event_json import Json, instant

Reason = Literal["did_not_occur", "incorrect_data"]
"""CBV 2.0, 7.6."""


def correction(
    event: Mapping[str, Any],
    *,
    at: datetime,
    corrective_event_ids: Sequence[str] = (),
    reason: Reason | None = None,
) -> Json:
    """The same event again, declared wrong: it did not happen, or the events named say how it was.

    Without a `reason` it is the one that fits. Raises ValueError for corrected versions of what did not occur.
    """
    if reason == "did_not_occur" and corrective_event_ids:
        raise ValueError("what did not occur has no corrected version (CBV 2.0, 7.6)")
    declaration: Json = {
        "declarationTime": instant(at),
        "reason": reason or ("incorrect_data" if corrective_event_ids else "did_not_occur"),
    }
    if corrective_event_ids:
        declaration["correctiveEventIDs"] = list(corrective_event_ids)
    return {**event, "errorDeclaration": declaration}
