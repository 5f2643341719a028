"""What a grower brought, as protobuf, and payments that are to be looked at before they are recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from hashlib import sha256

from produce.v1 import payments_pb2, traceability_pb2

from provenance.payments.deliveries import Brought
from provenance.payments.reading import InvalidPayment
from provenance.payments.records import Recorded
from provenance.registry.records import Registry
from provenance.standing import First
from provenance.weights import gtin_of
from wire.errors import Rejected
from wire.history_codec import decimal_text
from wire.payment_codec import encode, from_message
from wire.topics import PAYMENTS


def delivery_message(
    one: Brought, *, paid_yuan: Fraction, unpaid_kg: Fraction | None, registry: Registry, today: date
) -> traceability_pb2.Delivery:
    """With the names of the registry; a person's is not among them."""
    lot, ilmd = one.event.objects[0].key, one.event.body.get("ilmd", {})
    gtin = gtin_of(lot)
    product = registry.product(gtin, today) if gtin else None
    plot, reporter = registry.site(one.pick.plot, today), registry.party(one.reporter, today)
    return traceability_pb2.Delivery(
        event_id=one.event.event_id,
        lot=lot,
        day=one.day.isoformat(),
        kilograms=decimal_text(one.pick.kilograms),
        gross_kg=_text(ilmd.get("suyuan:grossKg")),
        tare_kg=_text(ilmd.get("suyuan:tareKg")),
        reported=_text(ilmd.get("suyuan:reported")),
        plot=one.pick.plot,
        reporter=one.reporter,
        paid_yuan=decimal_text(paid_yuan),
        unpaid_kg=decimal_text(unpaid_kg),
        product_zh=product.name_zh if product else "",
        product_en=product.name_en if product else "",
        plot_zh=plot.name_zh if plot else "",
        plot_en=plot.name_en if plot else "",
        reporter_zh=reporter.name_zh if reporter else "",
        reporter_en=reporter.name_en if reporter else "",
    )


def recorded_now(records: Iterable[payments_pb2.PaymentRecord], party: str, now_ms: int) -> list[Recorded]:
    """As they would be recorded from this party, in their order. Raises Rejected."""
    found = []
    for n, record in enumerate(records):
        try:
            said = from_message(record)
        except InvalidPayment as error:
            raise Rejected(f"records/{n}: {error}") from error
        first = First(now_ms, PAYMENTS.noun, 0, n, party)
        found.append(Recorded(sha256(encode(said)).hexdigest(), said, first))
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)
