"""`POST /api/readings`: a logger's CSV file as events, 500 to a capture job.

Checked whole before any is taken, also beside what is stored of the logger.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.documents import SCHEMA_VERSION
from epcis.event_id import event_hash_id
from epcis.events import Event
from epcis.identifiers import canonical
from epcis.problems import Problem
from provenance.reports.event_json import CONTEXT, Json
from provenance.reports.logger_file import LoggerFile, LoggerFileError, Readings, read_logger_file, text_of
from provenance.reports.logger_stored import Beside, beside
from services.portal.epcis_door.capture import PATH, sent_time_ms
from services.portal.epcis_door.event_query import MAX_PER_PAGE, EventQuery
from services.portal.epcis_door.handlers_documents import DocumentCapture
from services.portal.http.requests import MAX_CAPTURE_BYTES, read_body, require_content_type
from services.portal.pages import Pages
from services.portal.ports import AWAY, Histories, Records
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.callers import Callers
from services.portal.telling.naming import short
from wire.errors import NotFound, Rejected

CSV_TYPES = ("text/csv",)
EVENTS_A_JOB = 500
MOST_STORED = 100_000
"""Events that one file is compared with."""


class LoggerFiles:
    def __init__(
        self, *, callers: Callers, pages: Pages, documents: DocumentCapture, histories: Histories, records: Records
    ) -> None:
        self._callers = callers
        self._pages = pages
        self._documents = documents
        self._histories = histories
        self._records = records

    def routes(self) -> list[Route]:
        return [Route("/api/readings", self.post, methods=["POST"])]

    async def post(self, request: Request) -> Response:
        """202 with the capture jobs. Who may report one reading of a file may report all: they differ in time alone."""
        require_content_type(request, CSV_TYPES)
        caller, language = await self._callers.known_program(request), self._pages.language(request)
        raw = await read_body(request, MAX_CAPTURE_BYTES)
        try:
            of = _logger(request)
            read = await asyncio.to_thread(_read, raw, of)
            stored = [one async for one in self._stored(read, of, caller.token)]
            found = await asyncio.to_thread(beside, read, stored)
            if found.new and request.query_params.get("sure") != "1":
                _refuse_unlikely(read)
        except LoggerFileError as error:
            said = language.pick(error.words.zh, error.words.en)
            raise Rejected(said, [Problem("", "invalid-file", said)]) from error
        sent_ms = sent_time_ms(request)
        jobs = [await self._documents.take(part, "rollback", caller, sent_ms) for part in _documents(found.new)]
        body = _answer(read, found) | {"captures": [f"{PATH}/{job}" for job in jobs]}
        warnings = [*_suspected(read), *await self._unregistered(of, caller.token)]
        body["warnings"] = list(map(language.say, warnings))
        return Response(orjson.dumps(body), 202, media_type="application/json")

    async def _stored(self, read: Readings, of: LoggerFile, token: str) -> AsyncIterator[Json]:
        """Every event of the file's times at its place, and the declarations about them. Raises LoggerFileError."""
        times = [Event(one).time_ms for one in read.events]
        query = EventQuery(
            match_epc=(of.goods,) if of.goods else (),
            read_points=(canonical(of.site),) if of.site else (),
            biz_steps=("sensor_reporting",),
            ge_event_time_ms=min(times),
            lt_event_time_ms=max(times) + 1,
            per_page=MAX_PER_PAGE,
        )
        for _ in range(MOST_STORED // MAX_PER_PAGE):
            page = await self._histories.query(query, token=token)
            for stored in page.events:
                yield orjson.loads(stored.event)
            if not page.next_page_token:
                return
            query = replace(query, page_token=page.next_page_token)
        raise LoggerFileError(
            f"这段时间里那里已有{MOST_STORED:,}条以上的记录：请把文件按时间分成几个",
            f"more than {MOST_STORED:,} reports of that place and time are here: split the file by time",
        )

    async def _unregistered(self, of: LoggerFile, token: str) -> Sequence[Sentence]:
        try:
            await self._records.get("logger", of.device, "", token=token)
        except NotFound:
            sentence = N_("The logger {device} is not registered: its readings hold as those of any logger.")
            return [say(sentence, device=short(of.device))]
        except AWAY:
            return []
        return []


def _read(raw: bytes, of: LoggerFile) -> Readings:
    return read_logger_file(text_of(raw), of)


def _refuse_unlikely(read: Readings) -> None:
    """Raises LoggerFileError: of a program nobody can ask, so that it says that it is sure."""
    if read.unlikely:
        raise LoggerFileError(f"{read.unlikely.zh}如果确实如此，请加上sure=1", f"{read.unlikely.en} If not: sure=1")


def _logger(request: Request) -> LoggerFile:
    asked = {name: request.query_params.get(name, "") for name in ("device", "goods", "site")}
    return LoggerFile(**asked, unit=request.query_params.get("unit", "CEL"))


def _answer(read: Readings, found: Beside) -> dict[str, Any]:
    """`event_ids` are those of the whole file: what `POST /api/corrections` takes back."""
    return {
        "readings": len(read.events),
        "new": len(found.new),
        "doubles": read.doubles,
        "there": len(found.there),
        "taken_back": len(found.taken_back),
        "event_ids": list(map(event_hash_id, read.events)),
    }


def _suspected(read: Readings) -> Iterator[Sentence]:
    if read.other_unit:
        yield say(
            N_("In {unit} these would be the temperatures of a cold room: is the unit wrong?"), unit=read.other_unit
        )


def _documents(events: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    for first in range(0, len(events), EVENTS_A_JOB):
        part = [{n: v for n, v in e.items() if n != "@context"} for e in events[first : first + EVENTS_A_JOB]]
        yield orjson.dumps(
            {
                "@context": CONTEXT,
                "type": "EPCISDocument",
                "schemaVersion": SCHEMA_VERSION,
                "creationDate": part[0]["eventTime"],
                "epcisBody": {"eventList": part},
            }
        )
