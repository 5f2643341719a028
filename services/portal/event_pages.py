"""The page of one event, for people: what `/epcis/events/{id}` is in a browser, beside the JSON that programs get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from services.portal.caller import Caller
from services.portal.callers import Callers
from services.portal.event_telling import named_by, tell_event
from services.portal.http_problems import HttpProblem
from services.portal.pages import Pages
from services.portal.ports import Histories, StoredEvent
from services.portal.sentences import N_, say
from services.portal.surroundings import Looking

MOST_NAMED = 60


class EventPages:
    def __init__(self, *, callers: Callers, pages: Pages, histories: Histories, looking: Looking) -> None:
        self._callers = callers
        self._pages = pages
        self._histories = histories
        self._looking = looking

    async def page(self, request: Request, event_id: str) -> Response:
        caller = await self._callers.reader(request)
        found = await self._histories.events([event_id], after=(), token=caller.token)
        if not found:
            sentence = say(N_("No report with this number is recorded."))
            problem = HttpProblem(404, "NoSuchResourceException", str(sentence), sentence=sentence)
            return self._pages.page(request, problem)
        told = tell_event(found, await self._named(found, caller), self._pages.language(request))
        return self._pages.render(request, "event.html", caller, told=told, event_path=event_path)

    async def _named(self, found: Sequence[StoredEvent], caller: Caller) -> Mapping[str, Mapping[str, Any]]:
        around = await self._looking.named(sorted(named_by(found))[:MOST_NAMED], caller)
        return {key: record for key, record in around.records.items() if record}


def event_path(event_id: str) -> str:
    return f"/epcis/events/{quote(event_id, safe='')}"
