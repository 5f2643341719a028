"""Balance sheets as messages."""

from __future__ import annotations

from collections.abc import Iterable

from produce.v1 import traceability_pb2 as pb

from provenance.balances.tolerances import Weighed
from wire.history_codec import decimal_text


def balance_message(key: str, sheet: Iterable[Weighed], withheld: int) -> pb.BalanceSheet:
    return pb.BalanceSheet(key=key, balances=map(_balance, sheet), withheld=withheld)


def _balance(one: Weighed) -> pb.Balance:
    balance = one.balance
    return pb.Balance(
        kind=balance.kind,
        key=balance.key,
        site=balance.site,
        there_kg=decimal_text(balance.there_kg),
        went_kg=decimal_text(balance.went_kg),
        lost_kg=decimal_text(balance.lost_kg),
        left_kg=decimal_text(balance.left_kg),
        counted_kg=decimal_text(balance.counted_kg),
        excess_kg=decimal_text(balance.excess_kg),
        tolerance=decimal_text(one.tolerance),
        state=one.state,
        product=balance.product,
        event_ids=balance.event_ids,
        since_ms=balance.since_ms,
        provisional_until_ms=balance.provisional_until_ms or 0,
    )
