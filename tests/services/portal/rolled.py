"""Rolls behind a portal in memory: the handlers of `labels` themselves, over its ledger in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from epcis.identifiers import Lgtin, parse
from provenance.access.authority import PUBLIC, Principal
from provenance.label_link import LabelLink
from provenance.registry.records import Brand
from services.labels import handlers_looking, handlers_rolls, handlers_voids
from services.labels.domain import Order, Reservation
from services.labels.handlers_rolls import Ends
from services.labels.ports import Grant
from services.labels.rolls import Roll, RollOrder
from services.labels.scratch import check_secret, secret
from services.labels.voids import Voiding, VoidOrder
from services.portal.rolls.ports import Bound, RollPart, RollState, Stretch, Tried
from services.portal.telling.histories import Claim
from stream.receipts import Receipt
from tests.services.labels.memory_ledger import MemoryLedger, MemoryRolls, MemoryVoids

SCRATCH_KEY = bytes(32)


@dataclass
class RolledLabels:
    """Every lot weighs 100 kg at 5 kg a box, and its claim is `claim`. `mandates`: (owner, who packs for it)."""

    principals: Mapping[str, Principal]
    owner: str
    claim: Claim = Claim(verdict="granted")  # noqa: RUF009 - it is frozen
    mandates: set[tuple[str, str]] = field(default_factory=set)
    printed: dict[str, Sequence[LabelLink]] = field(default_factory=dict)
    failure: Exception | None = None
    now_ms: int = 1_790_000_000_000

    def __post_init__(self) -> None:
        self._ledger, self._rolls, self._voids = MemoryLedger(), MemoryRolls(), MemoryVoids()

    async def order(self, request_id: str, brand: str, gtin: str, count: int, *, token: str) -> str:
        order = RollOrder(request_id, brand, gtin, count)
        made: dict[str, Any] = {"new_seed": request_id.encode, "now_ms": self._now, "principal": self._who(token)}
        self.printed[order.roll] = await handlers_rolls.issue_roll(order, **made, **self._made())
        return order.roll

    async def state(self, code: str, *, token: str) -> RollState:
        number, serial = ("", code) if len(code) == 12 else (code, "")
        return _told(await handlers_looking.roll(number, serial, principal=self._who(token), **self._looked()))

    async def listed(self, *, token: str) -> Sequence[RollState]:
        listed = await handlers_looking.listed(principal=self._who(token), ledger=self._ledger, rolls=self._rolls)
        return [_told(one) for one in listed]

    async def bind(
        self, request_id: str, first: str, last: str, lot: str, *, after: Sequence[Receipt], token: str
    ) -> Bound:
        named = parse(lot)
        assert isinstance(named, Lgtin)
        count, grant = await handlers_rolls.bind(
            Ends(request_id, first, last),
            named.lot,
            gtin=named.gtin.value,
            after=after,
            principal=self._who(token),
            claims=self,
            now_ms=self._now,
            **self._made(),
        )
        return Bound(count, grant.claim if grant else None)

    async def give_back(self, request_id: str, first: str, last: str, *, token: str) -> int:
        ends = Ends(request_id, first, last)
        return await handlers_rolls.give_back(ends, principal=self._who(token), now_ms=self._now, **self._made())

    async def make_void(self, request_id: str, codes: Sequence[str], reason: str, *, token: str) -> int:
        order = VoidOrder(request_id, tuple(sorted(set(codes))), reason)
        kept: dict[str, Any] = {"ledger": self._ledger, "rolls": self._rolls, "voids": self._voids}
        return await handlers_voids.make_void(
            order, principal=self._who(token), publisher=self, now_ms=self._now, **kept
        )

    async def between(self, first: str, last: str, *, token: str) -> Stretch:
        found = await handlers_looking.between(first, last, principal=self._who(token), **self._looked())
        return Stretch(found.gtin, found.roll, found.lots, found.serials)

    async def check_secret(self, code: str, secret: str) -> Tried:
        tried = await check_secret(code, secret, key=SCRATCH_KEY, tries=self._ledger, now_ms=self._now)
        return Tried(tried.verdict, tried.confirmed_ms)

    def secret(self, code: str) -> str:
        return secret(SCRATCH_KEY, code)

    async def grant(self, order: Order, after: Sequence[Any]) -> Grant:
        return Grant(self.claim.verdict == "granted", self.claim, "100", "5", self.owner, ())

    async def brand(self, id: str, gtin: str) -> Brand | None:
        listed = frozenset({f"https://id.gs1.org/01/{gtin}"})
        return Brand(id="brand", name_zh="玉露", owner=self.owner, county_code="141031", gtins=listed)

    async def mandated(self, owner: str, party: str) -> bool:
        return (owner, party) in self.mandates

    async def publish(self, reservation: Reservation, serials: Sequence[str]) -> None: ...

    async def publish_roll(self, roll: Roll, serials: Sequence[str]) -> None: ...

    async def publish_void(self, voiding: Voiding) -> None: ...

    def _now(self) -> int:
        return self.now_ms

    def _who(self, token: str) -> Principal:
        if self.failure is not None:
            raise self.failure
        return self.principals.get(token, PUBLIC)

    def _made(self) -> dict[str, Any]:
        return {**self._looked(), "publisher": self}

    def _looked(self) -> dict[str, Any]:
        return {"ledger": self._ledger, "rolls": self._rolls, "register": self}


def _told(state: handlers_looking.RollState) -> RollState:
    order = state.roll.order
    parts = sorted(state.roll.parts, key=lambda part: part.first)
    return RollState(
        order.roll, order.request_id, order.brand, order.gtin, order.count, state.roll.printed_ms, state.void,
        tuple(RollPart(p.first + 1, p.last + 1, p.reservation.order.lot, "bound") for p in parts),
    )  # fmt: skip
