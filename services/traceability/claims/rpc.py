"""What is judged of a history, over gRPC: the claim, the cold chain, the balances."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from produce.v1 import traceability_pb2

from provenance.balances.balance import Balance
from provenance.balances.sheet import balance_sheet
from provenance.balances.tolerances import Weighed
from provenance.days import day_at
from provenance.histories.history import History
from provenance.quantities import Kilograms, total
from provenance.rules.beside import Beside
from provenance.weights import gtin_of
from runtime.auth import current_principal
from services.traceability.claims.balances import sheet_seen_by
from services.traceability.claims.beside import beside
from services.traceability.claims.judging import Judged, judge
from services.traceability.histories.building import in_turn
from services.traceability.histories.telling import Told
from services.traceability.rpc_asking import Asking, refuse_large
from wire.balance_codec import balance_message
from wire.claim_codec import claim_message
from wire.cold_chain_codec import cold_chain_message, places_of
from wire.errors import NotFound, Rejected
from wire.history_codec import decimal_text
from wire.naming_codec import name_all

pb = traceability_pb2

JUDGED_FOR_MS = 10_000
"""So long a judgement stands while no fact changes: shelf life and transit go by the day."""

_GONE = frozenset({"sold", "lost"})


class JudgedCalls(Asking):
    """Judged when asked, of what is recorded then."""

    async def GetClaim(self, request: pb.GetClaimRequest, _: Any) -> pb.GetClaimResponse:  # noqa: N802
        told = await self._told(request.code, "back", request.after)
        model = await self._model(request.after)
        facts = await beside(told.history, model)
        judged = await self._judged(told, request, facts)
        if not isinstance(judged, Judged) or judged.claim.verdict != "granted":
            # A true claim is not refused because our copy of the registry is late (architecture.md, rule 2).
            await self._registry_caught_up()
            judged = await self._judged(told, request, facts)
        if not isinstance(judged, Judged):
            raise NotFound(judged)
        return pb.GetClaimResponse(
            claim=claim_message(judged.claim),
            kilograms=decimal_text(_bears_kg(told.history)),
            net_weight_kg=decimal_text(judged.net_weight_kg),
            brand_owner=judged.claim.brand.owner,
            left_kg=await self._left_kg(request) if request.with_left else "",
            made_of=_made_of(told.history) if request.with_made_of else (),
        )

    async def _left_kg(self, request: pb.GetClaimRequest) -> str:
        """Kilograms with whoever has them, on the way or come back; "" where some are not known, or are too much to be
        followed."""
        try:
            onward = await self._told(request.code, "forward", request.after)
        except Rejected:
            return ""
        return decimal_text(total(one.kilograms for one in onward.history.holders if one.state not in _GONE))

    async def _judged(self, told: Told, request: pb.GetClaimRequest, facts: Beside) -> Judged | str:
        """As it was judged last, while all that it rests on is the same, the time included."""
        asked = (request.brand, request.issued, request.issued_ms, current_principal())
        rests_on = (*asked, self._registry_revision(), self._now_ms() // JUDGED_FOR_MS, facts)
        if told.concluded.rests_on == rests_on:
            return cast("Judged | str", told.concluded.found)
        judging = partial(
            judge,
            told.history,
            request.brand,
            registry=self._registry,
            now_ms=self._now_ms(),
            reader=current_principal(),
            beside=facts,
            issued=request.issued,
            issued_ms=request.issued_ms,
        )
        found = await in_turn(judging, _work(told, facts))
        told.concluded.rests_on, told.concluded.found = rests_on, found
        return found

    async def GetColdChain(self, request: pb.GetColdChainRequest, _: Any) -> pb.GetColdChainResponse:  # noqa: N802
        told = await self._told(request.code, "back", request.after)
        model = await self._model(request.after)
        found, curve = await model.cold.judged(told.history)
        message = cold_chain_message(told.history.key, found, curve)
        today, products = day_at(self._now_ms()), {key: gtin for key in told.history.keys if (gtin := gtin_of(key))}
        name_all(message, self._registry, places=places_of(found), parties=(), products=products, today=today)
        return pb.GetColdChainResponse(cold_chain=message)

    async def GetBalance(self, request: pb.GetBalanceRequest, _: Any) -> pb.GetBalanceResponse:  # noqa: N802
        told = await self._told(request.code, "back", request.after)
        model = await self._model(request.after)
        facts = await beside(told.history, model, with_payments=False)
        today = day_at(self._now_ms())
        reader, now_ms = current_principal(), self._now_ms()

        def weigh() -> tuple[list[Weighed], int]:
            sheet = balance_sheet(told.history, facts, self._registry, now_ms, today)
            return sheet_seen_by(reader, sheet, told.history, facts.plot_picks, self._registry, today)

        shown, withheld = await in_turn(weigh, _work(told, facts))
        message = balance_message(told.history.key, shown, withheld)
        names = {name for one in shown for name in (one.balance.site, one.balance.key) if name}
        products = {one.balance.key: gtin for one in shown if (gtin := gtin_of(one.balance.key))}
        name_all(message, self._registry, places=dict.fromkeys(names), parties=(), products=products, today=today)
        refuse_large("code: all its balances", message.ByteSize())
        return pb.GetBalanceResponse(balance_sheet=message)


def _lots(history: History) -> Iterator[Balance]:
    return (one for one in history.balances if one.kind == "lot")


def _bears_kg(history: History) -> Kilograms:
    own = next((one for one in _lots(history) if one.key == history.key), None)
    return history.kilograms if own is None or history.kilograms is None else own.bears_kg


def _made_of(history: History) -> Iterator[pb.SourceLot]:
    others = (one for one in _lots(history) if one.key != history.key)
    return (pb.SourceLot(lot=one.key, bears_kg=decimal_text(one.bears_kg)) for one in others)


def _work(told: Told, facts: Beside) -> int:
    """Events and payments that are judged."""
    picks = sum(len(found.picks) for found in facts.plot_picks.values())
    return len(told.history.steps) + picks + len(facts.payments.recorded)
