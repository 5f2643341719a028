"""`/api/labels`: ask for labels, check one, and the public keys for checking without us."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.http.receipts import read_receipts
from services.portal.http.requests import MAX_FORM_BYTES, read_body, require_content_type
from services.portal.ports import Labels
from services.portal.reporting.command_api import json_object
from services.portal.reporting.command_fields import MOST_LABELS
from services.portal.scanning.guessing import Guessing
from services.portal.scanning.looking import Looking
from services.portal.signing_in.callers import Callers
from services.portal.telling.codes import Codes
from services.portal.telling.history_json import claim_json, label_json
from services.portal.telling.trace import code_of
from services.portal.verification.recalls import Recalls, goods_of
from services.portal.verification.verdicts import judged
from wire.errors import Rejected


class LabelsApi:
    def __init__(
        self,
        *,
        callers: Callers,
        codes: Codes,
        labels: Labels,
        recalls: Recalls,
        looking: Looking,
        guessing: Guessing,
    ) -> None:
        self._callers = callers
        self._codes = codes
        self._labels = labels
        self._recalls = recalls
        self._looking = looking
        self._guessing = guessing

    def routes(self) -> list[Route]:
        return [
            Route("/api/labels", self.issue, methods=["POST"]),
            Route("/api/labels", self.verify, methods=["GET"]),
            Route("/.well-known/label-keys.json", self.keys, methods=["GET"]),
        ]

    async def issue(self, request: Request) -> Response:
        """201 with labels, or 409 with the claim that says why there are none."""
        require_content_type(request)
        caller = await self._callers.known_program(request)
        body = json_object(await read_body(request, MAX_FORM_BYTES))
        lot, count = body.get("lot"), body.get("count", 1)
        if not isinstance(lot, str) or not lot:
            raise Rejected("lot is missing: give the lot the labels are for.")
        if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MOST_LABELS:
            raise Rejected(f"count is a whole number from 1 to {MOST_LABELS}.")
        request_id = str(body.get("request_id") or uuid.uuid4())
        after = read_receipts(_texts(body.get("after", [])))
        brand = str(body.get("brand", ""))
        lot = await self._codes.one(lot, token=caller.token)
        issued = await self._labels.issue(request_id, brand, lot, count, after=after, token=caller.token)
        claim = {"claim": claim_json(issued.claim)} if issued.claim else {}
        answer = {"request_id": request_id, "labels": [dict(label) for label in issued.labels], **claim}
        return _json(answer, 201 if issued.labels else 409)

    async def verify(self, request: Request) -> Response:
        """Without its warnings, for which the box's history would have to be read: its own link has them."""
        caller, code = await self._callers.program(request), code_of(request)
        guessed = "/" not in code
        if guessed:
            self._guessing.check(request)
        label, seen = await self._labels.looked_up(code, token=caller.token)
        if guessed and not label.serial:
            self._guessing.missed(request)
        self._looking.opened(request, label, page=False)
        recall = await self._recalls.of(goods_of(label))
        return _json(label_json(judged(self._looking.counted(label, seen), recall)))

    async def keys(self, request: Request) -> Response:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
        return Response(await self._labels.keys(), headers=headers, media_type="application/jwk-set+json")


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Rejected("after is an array of receipts, each topic:partition:offset.")
    return value


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
