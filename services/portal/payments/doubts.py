"""What is in doubt of payments, asked before they are recorded: a typing error is seen by him who has just typed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provenance.payments.records import Said
from services.portal.languages import Language
from services.portal.payments.ports import PaymentDoubt, Payments
from services.portal.ports import AWAY
from services.portal.sentences import Sentence, say


async def warnings_about(said: Sequence[Said], payments: Payments, token: str) -> Sequence[tuple[PaymentDoubt, ...]]:
    """For each, in order. Nothing where nobody can say: a payment is recorded all the same."""
    try:
        return await payments.considered(said, token=token)
    except AWAY:
        return [()] * len(said)


def in_words(doubt: PaymentDoubt, language: Language) -> str:
    return language.pick(doubt.sentence_zh, doubt.sentence_en)


def as_sentences(doubts: Iterable[PaymentDoubt]) -> list[Sentence]:
    """In the language that stands for both: what was asked is known again in the other."""
    return [say("{sentence}", sentence=one.sentence_en) for one in doubts]
