"""Issuing against a claim, and checking what people scan or type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.access.authority import Principal
from provenance.label_link import SigningKey, short_code_for_people
from services.labels import handlers
from services.labels.domain import Checked, Order, Reservation
from services.labels.ports import Grant
from services.labels.rolls import Roll
from services.labels.voids import Voiding
from tests.services.labels.memory_ledger import MemoryLedger, MemoryRolls
from wire.errors import NotFound, Rejected, Unacknowledged, Unauthorised

URL, ISSUER = "https://suyuan.example", "suyuan"
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
OWNER = "https://id.gs1.org/417/9520001000409"
OFFICE = Principal(OWNER, frozenset({"brand_office"}))
ORDER = Order("r1", "brand", "19520001000017", "PK1", 2)
GRANTED = Grant(True, None, "100", "5", OWNER, ("event",))


@dataclass
class Office:
    """The world of one test: a claim that stands ready, a ledger, and a topic that may fail."""

    grant: Grant = GRANTED
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    published: list[tuple[str, ...]] = field(default_factory=list)
    broker_fails: int = 0
    revoked_ms: dict[bytes, int] = field(default_factory=dict)

    async def issue(self, order: Order = ORDER, principal: Principal = OFFICE) -> list[Any]:
        labels, _ = await handlers.issue(
            order,
            after=(),
            principal=principal,
            claims=_Claims(self.grant),
            ledger=self.ledger,
            publisher=self,
            new_seed=lambda: b"seed",
            now_ms=lambda: 1_000,
        )
        return labels

    async def ordered(self, request_id: str, principal: Principal = OFFICE) -> Any:
        claims = _Claims(self.grant)
        return await handlers.ordered(
            request_id, principal=principal, claims=claims, ledger=self.ledger, publisher=self
        )

    async def publish(self, reservation: Reservation, serials: Sequence[str]) -> None:
        if self.broker_fails:
            self.broker_fails -= 1
            raise Unacknowledged("the broker is away")
        self.published.append(tuple(serials))

    async def check(self, code: str) -> Checked:
        keys = {KEY.key_id: KEY.private.public_key()}
        return await handlers.check(
            code,
            ledger=self.ledger,
            rolls=MemoryRolls(),
            public_url=URL,
            issuer=ISSUER,
            keys=keys,
            revoked_ms=self.revoked_ms,
        )

    async def publish_roll(self, roll: Roll, serials: Sequence[str]) -> None:
        raise AssertionError("no roll is printed here")

    async def publish_void(self, voiding: Voiding) -> None:
        raise AssertionError("nothing is made void here")


@dataclass(frozen=True)
class _Claims:
    answer: Grant

    async def grant(self, order: Order, after: Sequence[Any]) -> Grant:
        return self.answer


async def test_a_granted_lot_gets_its_labels_and_the_topic_hears_of_them() -> None:
    office = Office()
    labels = await office.issue()
    assert len(labels) == 2
    assert office.published == [tuple(label.serial for label in labels)]


async def test_a_held_or_refused_lot_gets_none_and_leaves_no_trace() -> None:
    office = Office(replace(GRANTED, granted=False))
    assert await office.issue() == []
    assert office.published == [] and await office.ledger.reservation(ORDER) is None


async def test_a_request_that_met_a_dead_broker_is_completed_by_its_retry() -> None:
    office = Office(broker_fails=1)
    with pytest.raises(Unacknowledged):
        await office.issue()
    labels = await office.issue()
    assert office.published == [tuple(label.serial for label in labels)]
    assert await office.issue() == labels and len(office.published) == 1


async def test_a_restart_publishes_what_a_crash_left_between_two_steps() -> None:
    office = Office(broker_fails=1)
    with pytest.raises(Unacknowledged):
        await office.issue()
    assert await handlers.finish_interrupted(ledger=office.ledger, publisher=office) == 1
    assert len(office.published) == 1


async def test_more_labels_than_the_lot_weighs_are_refused_with_the_kilograms() -> None:
    with pytest.raises(Rejected, match="more than the lot's 100 kg at 5 kg"):
        await Office().issue(replace(ORDER, count=21))


@pytest.mark.parametrize(("kilograms", "net"), [("", "5"), ("100", "")])
async def test_a_lot_whose_weight_nobody_knows_bears_no_labels(kilograms: str, net: str) -> None:
    with pytest.raises(Rejected, match="not known"):
        await Office(replace(GRANTED, kilograms=kilograms, net_weight_kg=net)).issue()


@pytest.mark.parametrize(
    "principal", [Principal(OWNER, frozenset({"station"})), Principal("https://other.example", OFFICE.roles)]
)
async def test_only_the_brands_own_office_may_ask(principal: Principal) -> None:
    with pytest.raises(Unauthorised):
        await Office().issue(principal=principal)


async def test_a_strange_office_that_knows_a_request_id_gets_nothing() -> None:
    office = Office()
    await office.issue()
    with pytest.raises(Unauthorised):
        await office.issue(principal=Principal("https://other.example", OFFICE.roles))


async def test_a_brand_without_an_owner_gets_no_labels() -> None:
    with pytest.raises(Unauthorised):
        await Office(replace(GRANTED, brand_owner="")).issue(principal=Principal("", OFFICE.roles))


async def test_a_link_and_its_short_code_find_the_label() -> None:
    office = Office()
    label = (await office.issue())[0]
    for code in (KEY.link(label, public_url=URL, issuer=ISSUER), short_code_for_people(label.serial).lower()):
        checked = await office.check(code)
        assert checked.verdict == "issued" and checked.issued and checked.issued.label == label
        assert "genuine" not in checked.sentence_en and "正品" not in checked.sentence_zh


@pytest.mark.parametrize(("revoked_from_ms", "verdict"), [(1_001, "issued"), (1_000, "not_ours")])
async def test_a_leaked_key_spoils_no_label_that_was_made_before(revoked_from_ms: int, verdict: str) -> None:
    office = Office(revoked_ms={KEY.key_id: revoked_from_ms})
    label = (await office.issue())[0]
    assert (await office.check(KEY.link(label, public_url=URL, issuer=ISSUER))).verdict == verdict
    assert (await office.check(label.serial)).verdict == "issued"


async def test_a_well_signed_label_the_ledger_never_issued_is_not_ours() -> None:
    office = Office()
    label = (await office.issue())[0]
    forged = replace(label, lot="PK2")
    for code in (KEY.link(forged, public_url=URL, issuer=ISSUER), "2222-2222-2222"):
        assert (await office.check(code)).verdict == "not_ours"


@pytest.mark.parametrize("code", ["", " ", "/", "hello", "https://suyuan.example/01/1/10/2/21/3", "七" * 12, "a" * 999])
async def test_what_is_no_code_at_all_is_answered_with_a_sentence(code: str) -> None:
    checked = await Office().check(code)
    assert checked.verdict == "not_ours" and len(checked.sentence_en) < 200


async def test_an_order_gives_its_labels_again_with_the_claim_as_it_stands_now() -> None:
    office = Office()
    labels = await office.issue()
    office.grant = replace(GRANTED, granted=False)
    assert await office.ordered("r1") == (labels, office.grant)


async def test_an_order_is_shown_to_its_brands_office_alone() -> None:
    office = Office()
    await office.issue()
    with pytest.raises(Unauthorised):
        await office.ordered("r1", Principal("https://other.example", OFFICE.roles))
    with pytest.raises(NotFound):
        await office.ordered("r2")
