"""Payment records as protobuf and back: the bytes that are recorded, and what readers are told.

Bytes are deterministic, so that what is sent again by the same release has the same record id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from google.protobuf.message import DecodeError
from produce.v1 import payments_pb2 as pb

from epcis.problems import Problem
from provenance.payments.doubts import Doubt
from provenance.payments.paid_price import Paid
from provenance.payments.paid_words import price_words
from provenance.payments.reading import InvalidPayment, answer_of, payment_of, values_of, withdrawal_of
from provenance.payments.records import Answer, Payment, Said, yuan_text
from provenance.payments.standing import Standing
from wire.history_codec import decimal_text

_READERS: Mapping[str, Callable[[Mapping[str, Any]], Said]] = {
    "payment": payment_of,
    "withdrawal": withdrawal_of,
    "answer": answer_of,
}


class PaymentError(ValueError):
    """The bytes are no payment record."""


def encode(said: Said) -> bytes:
    """What is recorded."""
    return to_message(said).SerializeToString(deterministic=True)


def decode(value: bytes) -> Said:
    """From what was recorded. Raises PaymentError, whose message goes into logs: it names fields, and no amount."""
    try:
        return read(value)
    except InvalidPayment as error:
        wrong = ", ".join(f"{problem.pointer} [{problem.code}]" for problem in error.problems)
        raise PaymentError(f"not a payment record: {wrong}") from None


def read(value: bytes) -> Said:
    """From what was sent. Raises PaymentError where it is no such message, InvalidPayment where a field is wrong."""
    try:
        return from_message(pb.PaymentRecord.FromString(value))
    except DecodeError as error:
        raise PaymentError(f"not a payment record: {error}") from error


def to_message(said: Said) -> pb.PaymentRecord:
    values = values_of(said)
    id_ = values.pop("id")
    match said:
        case Payment():
            return pb.PaymentRecord(id=id_, payment=pb.Payment(**values))
        case Answer():
            return pb.PaymentRecord(id=id_, answer=pb.PaymentAnswer(**values))
        case _:
            return pb.PaymentRecord(id=id_, withdrawal=pb.PaymentWithdrawal(**values))


def from_message(message: pb.PaymentRecord) -> Said:
    """Raises InvalidPayment."""
    kind = message.WhichOneof("said")
    if kind is None:
        raise InvalidPayment([Problem("", "says-nothing", "set payment, withdrawal or answer")])
    inner = getattr(message, kind)
    said = _READERS[kind]({"id": message.id} | _values(inner))
    return replace(said, by_card=inner.by_card, card_by=inner.card_by) if isinstance(said, Answer) else said


def _values(inner: Any) -> dict[str, Any]:
    found = {}
    for descriptor in inner.DESCRIPTOR.fields:
        value = getattr(inner, descriptor.name)
        plain = isinstance(value, str | int)
        if descriptor.name not in ("by_card", "card_by"):
            found[descriptor.name] = value if plain else [_values(member) for member in value]
    return found


def price_message(found: Paid, *, may_tell: bool) -> pb.PaidPrice:
    """The figure only where it may be told."""
    words = price_words(found, may_tell=may_tell)
    told = may_tell and found.yuan_per_kg is not None
    return pb.PaidPrice(
        yuan_per_kg=yuan_text(found.yuan_per_kg) if told and found.yuan_per_kg is not None else "",
        covered=decimal_text(found.covered),
        confirmed=decimal_text(found.confirmed) if told else "",
        disputed=decimal_text(found.disputed) if told else "",
        growers=found.growers if told else 0,
        sentence_zh=words.zh,
        sentence_en=words.en,
    )


def doubt_messages(found: Iterable[Doubt]) -> list[pb.PaymentDoubt]:
    return [
        pb.PaymentDoubt(
            code=one.code,
            pointer=one.pointer,
            about=one.about,
            sentence_zh=one.words.zh,
            sentence_en=one.words.en,
        )
        for one in found
    ]


def standing_message(standing: Standing, doubts: Iterable[Doubt] = ()) -> pb.PaymentStanding:
    """As somebody who may read it is told."""
    answer, first, uncounted = standing.answer, standing.recorded.first, standing.uncounted
    return pb.PaymentStanding(
        id=standing.payment.id,
        payment=to_message(standing.payment).payment,
        state=standing.state,
        corrected_by=standing.corrected_by,
        because="; ".join(filter(None, standing.because)),
        answer=answer.answer if answer else "",
        answer_reason=answer.reason if answer else "",
        answered_ms=answer.time_ms if answer else 0,
        by_card=answer.by_card if answer else False,
        capturer=first.capturer,
        record_time_ms=first.record_time_ms,
        conflicting=standing.conflicting,
        net_yuan=f"{standing.payment.net_yuan:f}",
        doubts=doubt_messages(doubts),
        uncounted_answer=uncounted.answer if uncounted else "",
        uncounted_reason=uncounted.reason if uncounted else "",
        uncounted_by=uncounted.card_by if uncounted else "",
    )
