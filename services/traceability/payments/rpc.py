"""Payments and deliveries over gRPC."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from produce.v1 import payments_pb2, traceability_pb2

from epcis.identifiers import canonical
from provenance.codes import read
from provenance.days import day_at
from provenance.payments.admission import records_at_all
from runtime.auth import current_principal
from services.traceability.histories import codes
from services.traceability.model import ReadModel
from services.traceability.payments import paying
from services.traceability.payments.delivering import Delivering
from services.traceability.rpc_asking import Asking, refuse_large
from wire.delivery_codec import delivery_message, recorded_now
from wire.errors import NotFound, Rejected, Unauthenticated, Unauthorised
from wire.history_codec import decimal_text
from wire.payment_codec import doubt_messages, price_message, standing_message

pb = traceability_pb2

MAX_PAYMENTS = 500


class PaymentCalls(Asking):
    """To whom they concern."""

    async def GetPayments(self, request: pb.GetPaymentsRequest, _: Any) -> pb.GetPaymentsResponse:  # noqa: N802
        if not current_principal().party:
            raise Unauthenticated("payments are told to those who paid or were paid; send a token")
        if not request.about:
            raise Rejected("about: name a party, a lot, the event of a delivery, or a payment")
        model = await self._model(request.after)
        keys = {canonical(request.about), *read(request.about).keys}
        found = await paying.payments_about(keys, model.payments)
        if not found.recorded:
            with suppress(NotFound, Rejected, codes.Ambiguous):  # of goods: of the deliveries that they came of
                told = await self._told(request.about, "back", ())
                found = await paying.payments_for(told.history, model.payments)
        shown = await paying.readable(found, current_principal(), self._registry, day_at(self._now_ms()))
        in_doubt = await self._delivering(model).doubts_of(shown)
        messages = [standing_message(one, in_doubt.get(one.payment.id, ())) for one in shown]
        refuse_large("about: its payments", sum(message.ByteSize() for message in messages))
        return pb.GetPaymentsResponse(payments=messages, total_yuan=decimal_text(paying.total(shown)))

    async def ConsiderPayments(  # noqa: N802
        self, request: pb.ConsiderPaymentsRequest, _: Any
    ) -> pb.ConsiderPaymentsResponse:
        if not records_at_all(current_principal()):
            raise Unauthorised("none of your roles records payments")
        if len(request.records) > MAX_PAYMENTS:
            raise Rejected(f"records: {MAX_PAYMENTS} are the most that one call may ask about")
        model = await self._model(request.after)
        given = recorded_now(request.records, current_principal().party, self._now_ms())
        found = await self._delivering(model).considered(given)
        return pb.ConsiderPaymentsResponse(
            considered=[payments_pb2.PaymentDoubts(doubts=doubt_messages(one)) for one in found]
        )

    async def GetDeliveries(self, request: pb.GetDeliveriesRequest, _: Any) -> pb.GetDeliveriesResponse:  # noqa: N802
        grower = canonical(request.grower) if request.grower else current_principal().party
        if not current_principal().party:
            raise Unauthenticated("deliveries are told to who brought them and who took them in; send a token")
        model = await self._model(request.after)
        found = await self._delivering(model).deliveries(grower)
        today = day_at(self._now_ms())
        messages = (
            delivery_message(
                one.brought, paid_yuan=one.paid_yuan, unpaid_kg=one.unpaid_kg, registry=self._registry, today=today
            )
            for one in found
        )
        return pb.GetDeliveriesResponse(deliveries=messages)

    async def GetPaidPrice(self, request: pb.GetPaidPriceRequest, _: Any) -> pb.GetPaidPriceResponse:  # noqa: N802
        told = await self._told(request.code, "back", request.after)
        model = await self._model(request.after)
        found = await paying.payments_for(told.history, model.payments)
        today = day_at(self._now_ms())
        price, may_tell = await paying.price(told.history, found, current_principal(), self._registry, today)
        return pb.GetPaidPriceResponse(price=price_message(price, may_tell=may_tell))

    def _delivering(self, model: ReadModel) -> Delivering:
        return Delivering(
            events=model.store,
            payments=model.payments,
            registry=self._registry,
            reader=current_principal(),
            today=day_at(self._now_ms()),
        )
