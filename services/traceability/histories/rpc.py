"""Histories and what codes may mean, over gRPC."""

from __future__ import annotations

from functools import partial
from typing import Any

from produce.v1 import traceability_pb2

from provenance.certificates.issuers import verified
from provenance.codes import read
from provenance.days import day_at
from provenance.histories.history import Direction
from provenance.weights import gtin_of
from runtime.auth import current_principal
from services.traceability.claims.beside import overdrawn
from services.traceability.histories import codes
from services.traceability.histories.building import in_turn
from services.traceability.histories.telling import Told, as_seen_by
from services.traceability.histories.walks import Onward
from services.traceability.model import ReadModel
from services.traceability.rpc_asking import Asking, refuse_large
from wire.certificate_codec import certificate_message
from wire.errors import Rejected
from wire.history_codec import decimal_text, gap_message
from wire.naming_codec import named
from wire.quality_codec import hold_messages, test_messages

pb = traceability_pb2

MAX_CODES = 100
MAX_PUBLIC_CODES = 5
"""Of whoever is nobody: a page of the portal asks for one."""

DEFAULT_ONWARD, MAX_ONWARD = 200, 1000
"""Of what became of a thing, how many things a page tells of."""

DIRECTIONS: dict[int, Direction] = {pb.DIRECTION_BACK: "back", pb.DIRECTION_FORWARD: "forward"}


class HistoryCalls(Asking):
    """Back, and forward in pages; each as the caller may see it."""

    async def GetHistory(self, request: pb.GetHistoryRequest, _: Any) -> pb.GetHistoryResponse:  # noqa: N802
        if request.direction not in DIRECTIONS:
            raise Rejected("direction: say DIRECTION_BACK or DIRECTION_FORWARD")
        today = day_at(self._now_ms())
        try:
            if request.page_size or request.page_token:
                return await self._onward(request)
            told = await self._told(request.code, DIRECTIONS[request.direction], request.after)
        except codes.Ambiguous as error:
            return pb.GetHistoryResponse(candidates=[self._found(key, today) for key in error.found])
        response = pb.GetHistoryResponse()
        await self._show(request.code, told, response.history)
        model = await self._model(request.after)
        response.history.gaps.extend(map(gap_message, await overdrawn(told.history, model)))
        return response

    async def _onward(self, request: pb.GetHistoryRequest) -> pb.GetHistoryResponse:
        """A page of a forward history."""
        size = onward_size(request)

        async def page(keys: tuple[str, ...], model: ReadModel) -> Onward:
            return await model.walks.page(keys, size, request.page_token)

        onward = await self._about(request.code, request.after, page)
        response = pb.GetHistoryResponse()
        await self._show(request.code, onward.told, response.history)
        ahead_kg = decimal_text(onward.page.ahead_kg) if current_principal().party else ""
        told = response.page
        told.next_page_token, told.ahead_kg = onward.token, ahead_kg
        told.followed, told.ahead = onward.page.followed, onward.page.ahead
        return response

    async def _show(self, code: str, told: Told, message: pb.History) -> None:
        """As the caller may see it, with names. Raises Rejected where it is too much for one answer."""
        rests_on = (current_principal(), day_at(self._now_ms()), self._registry_revision())
        if told.last.rests_on != rests_on:
            shown = await self._shown_history(told)
            told.last.rests_on, told.last.message = rests_on, shown
        message.CopyFrom(told.last.message)
        message.code = code
        certificates = (verified(c, self._registry) for c in told.history.certificates)
        message.certificates.extend(certificate_message(c, self._now_ms()) for c in certificates)

    async def _shown_history(self, told: Told) -> pb.History:
        """All of it but what changes by the hour: in which state certificates are."""
        today = day_at(self._now_ms())
        seeing = partial(as_seen_by, current_principal(), told, self._registry, today)
        seen = await in_turn(seeing, len(told.history.steps))
        products = {key: gtin for key in told.history.keys if (gtin := gtin_of(key))}
        message = named(seen.facts, self._registry, products=products, today=today)
        if told.history.direction == "back":
            message.tests.extend(test_messages(told.history, self._registry))
        message.holds.extend(hold_messages(told.history, self._registry))
        message.withheld_holders, message.withheld_kg = seen.withheld_places, decimal_text(seen.withheld_kg)
        refuse_large("code: its whole history", message.ByteSize())
        return message

    async def FindCodes(self, request: pb.FindCodesRequest, _: Any) -> pb.FindCodesResponse:  # noqa: N802
        most = MAX_CODES if current_principal().party else MAX_PUBLIC_CODES
        if len(request.codes) > most:
            raise Rejected(f"codes: {most} are the most that one call may ask for")
        model = await self._model(request.after)
        today = day_at(self._now_ms())
        found = [await self._find(read(code), model, branded=request.branded) for code in request.codes]
        return pb.FindCodesResponse(
            found=[pb.FoundCodes(codes=[self._found(key, today) for key in keys]) for keys in found]
        )


def onward_size(request: pb.GetHistoryRequest) -> int:
    """Things a page tells of. Raises Rejected, naming the field."""
    if request.direction != pb.DIRECTION_FORWARD:
        raise Rejected("page_size: only a forward history comes in pages")
    if not 0 <= request.page_size <= MAX_ONWARD:
        raise Rejected(f"page_size: {request.page_size} is not between 1 and {MAX_ONWARD}")
    return request.page_size or DEFAULT_ONWARD
