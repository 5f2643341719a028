"""What a payment must be to be recorded, on the running harvest service and the real broker."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
import pytest
import pytest_asyncio
from produce.v1 import capture_pb2, harvest_pb2, harvest_pb2_grpc, payments_pb2

from provenance.payments.records import Answer, Payment
from provenance.registry.records import Mandate, Party
from stream.log_reader import end_offsets, read_log
from tests.services.capturing import ACCEPTED, REJECTED, SERVICES
from tests.services.running import Site, calling
from wire.envelope import RecordedEvent
from wire.envelope import decode as envelope
from wire.payment_codec import decode
from wire.topics import PAYMENTS

HARVEST = SERVICES[0]
STATION, GROWER, STRANGER = "urn:x:station", "urn:x:payee", "urn:x:stranger"
LOT = "https://id.gs1.org/01/09520001007019/10/G1"


def payment(**changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "kind": "settlement",
        "payer": STATION,
        "payee": GROWER,
        "yuan": "2480.50",
        "paid_on": "2026-09-20",
        "deliveries": [{"key": LOT, "kilograms": "412.5"}],
    }
    return fields | changed


def record(id_: str = "", **fields: Any) -> payments_pb2.PaymentItem:
    said = payments_pb2.PaymentRecord(id=id_ or str(uuid.uuid4()), payment=payments_pb2.Payment(**payment(**fields)))
    return payments_pb2.PaymentItem(record=said)


def answer(to: str, **fields: Any) -> payments_pb2.PaymentItem:
    given: dict[str, Any] = {"payment": to, "answer": "confirmed", "time_ms": 1_790_000_000_000} | fields
    said = payments_pb2.PaymentRecord(id=str(uuid.uuid4()), answer=payments_pb2.PaymentAnswer(**given))
    return payments_pb2.PaymentItem(record=said)


class Door:
    def __init__(self, site: Site, target: str) -> None:
        self.site, self.target = site, target

    async def record(
        self, *items: payments_pb2.PaymentItem, party: str = STATION, role: str = "station"
    ) -> list[capture_pb2.CaptureResult]:
        async with calling(self.target, await self.site.token(party, role)) as opened:
            call: Any = harvest_pb2_grpc.HarvestServiceStub(opened).RecordPayments
            return list((await call(harvest_pb2.RecordPaymentsRequest(items=items), timeout=30)).results)

    async def recorded(self) -> Sequence[RecordedEvent]:
        ends = await asyncio.to_thread(end_offsets, self.site.bootstrap, [PAYMENTS.name(self.site.prefix)])
        records = await asyncio.to_thread(lambda: list(read_log(self.site.bootstrap, ends)))
        return [event for record in records for event in envelope(record.value or b"")]


@pytest_asyncio.fixture(scope="module")
async def door(site: Site) -> AsyncIterator[Door]:
    await site.register(
        [
            Party(id=STATION, kind="station", name_zh="站"),
            Party(id=GROWER, kind="grower", name_zh="甲"),
            Mandate(id="urn:x:m", from_party=GROWER, to_party=STATION, actions=frozenset({"report"})),
        ]
    )
    async with site.serving("payments-harvest", HARVEST.run, HARVEST.config) as target:
        yield Door(site, target)


async def test_what_is_accepted_lies_on_the_restricted_topic(door: Door) -> None:
    (result,) = await door.record(record())
    assert (result.status, list(result.problems)) == (ACCEPTED, [])
    assert result.receipt.topic == PAYMENTS.name(door.site.prefix)
    (event,) = [one for one in await door.recorded() if one.record_id == result.record_id]
    said = decode(event.event)
    assert isinstance(said, Payment)
    assert (said.id, str(said.yuan), event.capturer) == (result.event_id, "2480.50", STATION)


async def test_a_payment_sent_again_is_the_same_record(door: Door) -> None:
    id_ = str(uuid.uuid4())
    first, second = [(await door.record(record(id_)))[0] for _ in range(2)]
    assert (first.status, second.status) == (ACCEPTED, ACCEPTED)
    assert first.record_id == second.record_id


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "negative yuan": ({"yuan": "-5"}, "/yuan", "not-positive"),
    "absurd yuan": ({"yuan": "999999999999"}, "/yuan", "absurd"),
    "another currency": ({"yuan": "USD 5"}, "/yuan", "no-number"),
    "more deducted than paid": (
        {"deductions": [{"reason": "肥料", "yuan": "9999"}]},
        "/deductions",
        "more-than-paid",
    ),
    "for nothing": ({"deliveries": []}, "/deliveries", "missing"),
    "a stranger": ({"payee": STRANGER}, "/payee", "not-registered"),
    "in another's name": ({"payer": "urn:x:other"}, "/payer", "no-mandate"),
    "a correction without a reason": ({"replaces": str(uuid.uuid4())}, "/reason", "missing"),
    "next year": ({"paid_on": "2999-01-01"}, "/paid_on", "in-the-future"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_payment_is_refused_with_one_sentence_naming_the_field(door: Door, wrong: str) -> None:
    fields, pointer, code = WRONG[wrong]
    good, bad = await door.record(record(), record(**fields))
    assert (good.status, bad.status) == (ACCEPTED, REJECTED)
    assert [(problem.pointer, problem.code) for problem in bad.problems] == [(pointer, code)]
    assert bad.problems[0].message


async def test_a_registered_payee_without_a_mandate_is_recorded_and_said_so(door: Door) -> None:
    newcomer = f"urn:x:{secrets.token_hex(4)}"
    await door.site.register([Party(id=newcomer, kind="grower", name_zh="乙")])
    (result,) = await door.record(record(payee=newcomer))
    assert (result.status, result.problems[0].code, result.problems[0].warning) == (ACCEPTED, "no-mandate", True)


async def test_the_payee_answers_by_card_or_token_and_nobody_else_does(door: Door) -> None:
    (paid,) = await door.record(record())
    (by_card,) = await door.record(answer(paid.event_id), party=GROWER, role="cardholder")
    (by_payer,) = await door.record(answer(paid.event_id), role="station")
    assert (by_card.status, by_payer.status) == (ACCEPTED, REJECTED)
    (event,) = [one for one in await door.recorded() if one.record_id == by_card.record_id]
    said = decode(event.event)
    assert isinstance(said, Answer)
    assert said.by_card


async def test_what_is_disputed_says_why(door: Door) -> None:
    item = answer(str(uuid.uuid4()), answer="disputed")
    (result,) = await door.record(item, party=GROWER, role="grower")
    assert (result.status, result.problems[0].pointer) == (REJECTED, "/reason")


async def test_who_neither_pays_nor_is_paid_is_refused_as_a_whole(door: Door) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await door.record(record(), role="inspector")
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
