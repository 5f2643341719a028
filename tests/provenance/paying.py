"""Payments for tests: a few words each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from provenance.payments.records import Answer, PaidFor, Payment, Recorded, Reply, Said, Withdrawal
from provenance.standing import First

STATION, GROWER = "urn:x:station", "urn:x:grower"
RECORDED_MS = int(datetime(2026, 9, 21, tzinfo=UTC).timestamp() * 1000)
LOT = "https://id.gs1.org/01/09520001007019/10/G1"


def id_of(name: str) -> str:
    return f"urn:uuid:{UUID(bytes=sha256(name.encode()).digest()[:16])}"


def payment(name: str, yuan: str = "400", **changed: Any) -> Payment:
    fields: dict[str, Any] = {
        "kind": "settlement",
        "payer": STATION,
        "payee": GROWER,
        "paid_on": date(2026, 9, 20),
        "deliveries": (PaidFor(LOT, Decimal(100)),),
    }
    return Payment(id=id_of(name), yuan=Decimal(yuan), **(fields | changed))


def correction(name: str, of: str, yuan: str = "300", **changed: Any) -> Payment:
    return payment(name, yuan, replaces=id_of(of), reason="weighed again", **changed)


def withdrawal(name: str, of: str) -> Withdrawal:
    return Withdrawal(id=id_of(name), withdraws=id_of(of), reason="never paid")


def answer(name: str, to: str, reply: Reply = "confirmed", *, time_ms: int = 1000) -> Answer:
    reason = "not what was agreed" if reply == "disputed" else ""
    return Answer(id=id_of(name), payment=id_of(to), answer=reply, time_ms=time_ms, reason=reason)


def recorded(said: Said, *, by: str = STATION, at_ms: int = 1) -> Recorded:
    first = First(RECORDED_MS + at_ms, "produce.payments.v1", 0, at_ms, by)
    return Recorded(sha256(repr(said).encode()).hexdigest(), said, first)
