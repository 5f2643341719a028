"""What somebody keeps of a report: `/events/{id}/promise`, and once a checkpoint covers it `/events/{id}/proof`.

Text as C2SP writes it, or its QR code. Under one id there may be several records: the report, and what declared it
wrong; each is an entry of its own, named by `?record=`.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.http.problems import HttpProblem
from services.portal.http.receipts import read_receipts
from services.portal.http.requests import raw_path
from services.portal.log.ports import Log
from services.portal.log.proof_code import TooLong, png, svg
from services.portal.log.tiles import TEXT
from services.portal.ports import Histories, StoredEvent
from services.portal.rpc import READ_TIMEOUT_S
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from wire.errors import NotFound, Rejected, Unauthenticated, Unauthorised

_PATH = "/events/"
_OWN = {"Cache-Control": "no-store"}
_PICTURES = {"svg": (svg, "image/svg+xml"), "png": (png, "image/png")}


class EvidencePages:
    def __init__(self, *, callers: Callers, histories: Histories, log: Log) -> None:
        self._callers = callers
        self._histories = histories
        self._log = log

    def routes(self) -> list[Route]:
        return [
            Route(_PATH + "{event_id:path}/promise", self.promise, methods=["GET"]),
            Route(_PATH + "{event_id:path}/proof", self.proof, methods=["GET"]),
        ]

    async def promise(self, request: Request) -> Response:
        """For who reported it."""
        caller = await self._callers.reader(request)
        stored = await self._record(request, caller, "/promise")
        if stored.receipt is None:
            raise _not_shown(caller)
        asked = [(stored.record_id, stored.receipt)]
        (promise,) = await self._log.promises(asked, token=caller.token, timeout_s=READ_TIMEOUT_S)
        return Response(promise, headers=_file(stored, "promise"), media_type=TEXT)

    async def proof(self, request: Request) -> Response:
        """For whom the whole of it is shown."""
        caller = await self._callers.reader(request)
        stored = await self._record(request, caller, "/proof")
        if stored.receipt is None:
            raise _not_shown(caller)
        proof = await self._log.proof(stored.record_id, token=caller.token, timeout_s=READ_TIMEOUT_S)
        wanted = request.query_params.get("format", "text")
        if wanted == "text":
            return Response(proof, headers=_file(stored, "tlog-proof"), media_type=TEXT)
        if wanted not in _PICTURES:
            raise HttpProblem(400, "QueryParameterException", "format is text, svg or png.", parameter="format")
        draw, media_type = _PICTURES[wanted]
        try:
            return Response(draw(proof), headers=_OWN, media_type=media_type)
        except TooLong as error:
            raise HttpProblem(404, "NoSuchResourceException", str(error)) from error

    async def _record(self, request: Request, caller: Caller, ending: str) -> StoredEvent:
        """The one of `?record=`, else the first report. Raises NotFound."""
        event_id = unquote(raw_path(request).removeprefix(_PATH).removesuffix(ending))
        after = read_receipts(request.query_params.getlist("after"))
        found = await self._histories.events([event_id], after=after, token=caller.token)
        wanted = request.query_params.get("record", "")
        if wanted:
            found = [one for one in found if one.record_id == wanted]
        reports = [one for one in found if "errorDeclaration" not in orjson.loads(one.event)]
        if not found:
            raise NotFound("No event with this id is recorded.")
        return (reports or list(found))[0]


def _file(stored: StoredEvent, suffix: str) -> Mapping[str, str]:
    return {**_OWN, "Content-Disposition": f'inline; filename="{stored.record_id[:16]}.{suffix}"'}


def _not_shown(caller: Caller) -> Rejected | Unauthenticated | Unauthorised:
    """With it the entry in the log could be told to be this event's."""
    if not caller.is_known:
        return Unauthenticated("This is for those whose event it is: sign in.")
    return Unauthorised("This is for those who see the whole event.")
