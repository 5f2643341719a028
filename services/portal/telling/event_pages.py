"""The page of one event, for people: what `/epcis/events/{id}` is in a browser, beside the JSON that programs get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response

from epcis.events import Event
from provenance.step_kinds import kind_of
from services.portal.correcting.versions import Versions, counting
from services.portal.correcting.versions import told as version
from services.portal.http.problems import HttpProblem
from services.portal.languages import Language
from services.portal.log.telling import LogTelling
from services.portal.pages import Pages
from services.portal.ports import StoredEvent
from services.portal.reporting.looking_around import Looking
from services.portal.reporting.quality_checks import QualityChecks, judged_lines
from services.portal.reporting.understood import Line
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.telling.event_telling import named_by, tell_event

MOST_NAMED = 60


class EventPages:
    def __init__(
        self,
        *,
        callers: Callers,
        pages: Pages,
        versions: Versions,
        looking: Looking,
        quality: QualityChecks,
        log: LogTelling,
    ) -> None:
        self._callers = callers
        self._pages = pages
        self._versions = versions
        self._looking = looking
        self._quality = quality
        self._log = log

    async def page(self, request: Request, event_id: str) -> Response:
        caller = await self._callers.reader(request)
        documents = await self._versions.documents(event_id, (), caller)
        found = [one for one, event in documents if event.event_id == event_id]
        if not found:
            sentence = say(N_("No report with this number is recorded."))
            problem = HttpProblem(404, "NoSuchResourceException", str(sentence), sentence=sentence)
            return self._pages.page(request, problem)
        language, named = self._pages.language(request), await self._named(found, caller)
        told = tell_event(found, named, language)
        judged = await self._judged(found[0], named, language, caller)
        # Whose word counts is known to whoever sees who reported; the others are told that it was called wrong.
        standings = self._versions.standings(documents) if all(one.capturer for one, _ in documents) else {}
        return self._pages.render(
            request,
            "event.html",
            caller,
            told=told,
            judged=judged,
            standing=standings.get(event_id),
            kept=await self._log.of(found, event_id, caller),
            counting=[(one.event_id, version(one, language)) for one in counting(standings, event_id)],
            event_path=event_path,
        )

    async def _judged(
        self, stored: StoredEvent, named: Mapping[str, Mapping[str, Any]], language: Language, caller: Caller
    ) -> list[Line]:
        """What an inspection's values are by the standard of that day; nothing of any other event."""
        body = orjson.loads(stored.event)
        if kind_of(Event(body)) != "inspection":
            return []
        judged = await self._quality.judged(body, token=caller.token)
        reporter = str(named.get(stored.capturer, {}).get("kind", ""))
        return judged_lines(judged, {reporter}, language) if judged and judged.compared else []

    async def _named(self, found: Sequence[StoredEvent], caller: Caller) -> Mapping[str, Mapping[str, Any]]:
        around = await self._looking.named(sorted(named_by(found))[:MOST_NAMED], caller)
        return {key: record for key, record in around.records.items() if record}


def event_path(event_id: str) -> str:
    return f"/epcis/events/{quote(event_id, safe='')}"
