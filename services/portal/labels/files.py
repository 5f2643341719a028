"""`/labels/orders/{request_id}.pdf|zpl|csv`: an order's labels for a printer, written while they are sent.

The same address gives the same bytes again, and `first` or `after` begins where a printer stopped. Drawing ten thousand
takes a core ten seconds, so only a few files are drawn at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from provenance.label_link import NotALabel, read_short_code
from services.portal.http.problems import HttpProblem
from services.portal.labels.order import KINDS, MEDIA_TYPES, SIZE, Kind, Printing, print_order, words_of
from services.portal.ports import IssuedLabels, Labels, Records
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from wire.errors import NotFound, Overloaded, Rejected, Unauthenticated

AT_ONCE = 3
LONGEST_S = 900.0
"""How long a file may take to be fetched: whoever stops reading holds no place for ever."""
FIRST_HEADER, COUNT_HEADER, TOTAL_HEADER = "Suyuan-First-Label", "Suyuan-Labels", "Suyuan-Labels-Of-Order"


class _Fetched(StreamingResponse):
    """Gives its place back when it ends, however it ends."""

    def __init__(self, printing: Printing, headers: Mapping[str, str], places: Places) -> None:
        super().__init__(printing.pieces, headers=headers)
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_S):
                    await super().__call__(scope, receive, send)
        finally:
            self._places.taken -= 1


@dataclass(slots=True)
class Places:
    """Files under way."""

    taken: int = 0

    def take(self) -> None:
        if self.taken >= AT_ONCE:
            raise Overloaded(f"{self.taken} files of labels are being written at this moment: try again in a minute.")
        self.taken += 1


class LabelFiles:
    def __init__(self, *, callers: Callers, labels: Labels, records: Records, public_url: str) -> None:
        self._callers = callers
        self._labels = labels
        self._records = records
        self._public_url = public_url
        self._places = Places()

    def routes(self) -> list[Route]:
        return [Route(f"/labels/orders/{{request_id}}.{kind}", self.file, methods=["GET"]) for kind in KINDS]

    async def file(self, request: Request) -> Response:
        """200 with the file; 409 where the claim does not hold now, for then the labels would lie."""
        caller = await self._callers.reader(request)
        if not caller.is_known:
            raise Unauthenticated("Sign in, or send a token as `Authorization: Bearer …`.")
        self._places.take()
        try:
            printing = await self._printing(request, caller)
        except BaseException:
            self._places.taken -= 1
            raise
        return _Fetched(printing, _headers(request.path_params["request_id"], printing), self._places)

    async def _printing(self, request: Request, caller: Caller) -> Printing:
        asked, kind = request.query_params, _kind(request)
        with_secrets = asked.get("secrets", "") == "yes"
        request_id = request.path_params["request_id"]
        order = await self._labels.ordered(request_id, with_secrets=with_secrets, token=caller.token)
        if order.claim and order.claim.verdict != "granted":
            raise HttpProblem(
                409,
                "ImplementationException",
                f"These labels are not printed now: the claim of their lot is {order.claim.verdict}.",
            )
        words = words_of(order, await self._product(order.labels[0]["gtin"], caller.token), self._public_url)
        size, first = asked.get("size") or SIZE[kind], _first(asked, order)
        count = _number(asked["count"]) if asked.get("count") else None
        return await run_in_threadpool(print_order, order, words, kind, size, first, count)

    async def _product(self, gtin: str, token: str) -> Mapping[str, Any]:
        try:
            return await self._records.get("product", f"https://id.gs1.org/01/{gtin}", "", token=token)
        except NotFound:
            return {}


def _kind(request: Request) -> Kind:
    ending = request.url.path.rpartition(".")[2]
    return next(kind for kind in KINDS if kind == ending)


def _first(asked: Mapping[str, str], order: IssuedLabels) -> int:
    """The number asked for; or the one that follows the label whose code is `after`, the last that came out well."""
    if not asked.get("after"):
        return _number(asked.get("first") or "1")
    try:
        code = read_short_code(asked["after"])
    except NotALabel as error:
        raise Rejected(f"after: {error}") from error
    numbers = {label["short_code"]: number for number, label in enumerate(order.labels, start=1)}
    if code not in numbers:
        raise Rejected(f"after: the order has no label {code}.")
    return numbers[code] + 1


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Rejected("first and count are whole numbers, counted from 1.")
    return int(text)


def _headers(request_id: str, printing: Printing) -> dict[str, str]:
    name = f"labels-{request_id[:8]}-{printing.first}.{printing.kind}"
    length = {"Content-Length": str(printing.length)} if printing.length else {}
    return {
        "Content-Type": MEDIA_TYPES[printing.kind],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        FIRST_HEADER: str(printing.first),
        COUNT_HEADER: str(printing.count),
        TOTAL_HEADER: str(printing.total),
        **length,
    }
