"""`POST /api/labels/verify`: up to a thousand codes in one call, each with its one answer.

Whether they are recalled `recalls` asks.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.http.requests import read_body, require_content_type
from services.portal.ports import Labels
from services.portal.reporting.command_api import json_object
from services.portal.signing_in.callers import Callers
from services.portal.telling.history_json import label_json
from services.portal.verification.recalls import Recalls
from services.portal.verification.verdicts import judged
from wire.errors import Rejected

MOST_CODES = 1_000
MOST_BYTES = 1 << 20


class BulkVerification:
    def __init__(self, *, callers: Callers, labels: Labels, recalls: Recalls) -> None:
        self._callers = callers
        self._labels = labels
        self._recalls = recalls

    def routes(self) -> list[Route]:
        return [Route("/api/labels/verify", self.verify, methods=["POST"])]

    async def verify(self, request: Request) -> Response:
        """For programs with a token: whoever could ask without one would guess codes by the thousand."""
        require_content_type(request)
        caller = await self._callers.known_program(request)
        codes = _codes(json_object(await read_body(request, MOST_BYTES)))
        labels = await self._labels.verify_all(codes, token=caller.token)
        recalls = await self._recalls.of_all(labels, token=caller.token)
        answers = list(map(judged, labels, recalls))
        listed = [{"code": code, **label_json(one)} for code, one in zip(codes, answers, strict=True)]
        return Response(orjson.dumps({"answers": listed}), media_type="application/json")


def _codes(body: dict[str, Any]) -> list[str]:
    codes = body.get("codes")
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise Rejected("codes is an array of texts: signed links or short codes of labels.")
    if len(codes) > MOST_CODES:
        raise Rejected(f"codes: {len(codes)} are too many for one call; send at most {MOST_CODES} at a time.")
    return codes
