"""The versions of a report are read however many there are said to be."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import orjson

from services.portal.correcting.versions import MOST_ASKED, Versions
from services.portal.ports import Admission, Histories
from services.portal.signing_in.caller import Caller
from tests.services.traceability.events import LOT, harvest

REPORT = harvest("h", LOT + "A")
MANY = [f"urn:uuid:00000000-0000-4000-8000-{n:012d}" for n in range(MOST_ASKED * 4)]
DECLARED = {"declarationTime": "2026-09-13T08:00:00.000+08:00", "correctiveEventIDs": MANY}


class Asked:
    def __init__(self) -> None:
        self.ids: list[str] = []

    async def versions(self, ids: Sequence[str], **_: Any) -> Sequence[Any]:
        assert len(ids) <= MOST_ASKED
        self.ids += ids
        bodies = (REPORT, {**REPORT, "errorDeclaration": DECLARED}) if REPORT["eventID"] in ids else ()
        return [SimpleNamespace(record_id=str(n), event=orjson.dumps(body)) for n, body in enumerate(bodies)]


async def test_a_declaration_of_very_many_ids_is_followed_in_parts() -> None:
    asked = Asked()
    versions = Versions(histories=cast("Histories", asked), admission=cast("Admission", None))
    found = await versions.documents(REPORT["eventID"], (), cast("Caller", SimpleNamespace(token="t")))
    assert len(found) == 2
    assert sorted(asked.ids) == sorted([REPORT["eventID"], *MANY])
