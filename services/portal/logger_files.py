"""`POST /api/readings`: a logger's CSV file as events. Checked whole before any is taken; 500 to a capture job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.documents import SCHEMA_VERSION
from epcis.problems import Problem
from provenance.reports.event_json import CONTEXT
from provenance.reports.logger_file import LoggerFile, LoggerFileError, readings_of_file
from services.portal.callers import Callers
from services.portal.epcis_capture import PATH, sent_time_ms
from services.portal.handlers_documents import DocumentCapture
from services.portal.requests import MAX_CAPTURE_BYTES, read_body, require_content_type
from wire.errors import Rejected

CSV_TYPES = ("text/csv",)
EVENTS_A_JOB = 500


class LoggerFiles:
    def __init__(self, *, callers: Callers, documents: DocumentCapture) -> None:
        self._callers = callers
        self._documents = documents

    def routes(self) -> list[Route]:
        return [Route("/api/readings", self.post, methods=["POST"])]

    async def post(self, request: Request) -> Response:
        """202 with the capture jobs. Who may report one reading of a file may report all: they differ in time alone."""
        require_content_type(request, CSV_TYPES)
        caller = await self._callers.known_program(request)
        events = _read(await read_body(request, MAX_CAPTURE_BYTES), request)
        sent_ms = sent_time_ms(request)
        jobs = [await self._documents.take(part, "rollback", caller, sent_ms) for part in _documents(events)]
        body = {"readings": len(events), "captures": [f"{PATH}/{job}" for job in jobs]}
        return Response(orjson.dumps(body), 202, media_type="application/json")


def _read(raw: bytes, request: Request) -> Sequence[dict[str, Any]]:
    """Raises Rejected, naming the row and the column."""
    asked = {name: request.query_params.get(name, "") for name in ("device", "goods", "site")}
    try:
        of = LoggerFile(**asked, unit=request.query_params.get("unit", "CEL"))
        return readings_of_file(raw.decode("utf-8-sig"), of)
    except (LoggerFileError, UnicodeDecodeError) as error:
        said = "this is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise Rejected(said, [Problem("", "invalid-file", said)]) from error


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
