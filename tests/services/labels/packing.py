"""The world of the tests of rolls and voidings: an office, a packing line, and a process that may end between steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from provenance.access.authority import Principal
from provenance.label_link import LabelLink
from provenance.registry.records import Brand
from services.labels import handlers, handlers_looking, handlers_rolls, handlers_voids
from services.labels.domain import Checked, Order, Reservation
from services.labels.handlers_looking import RollState, Stretch
from services.labels.handlers_rolls import Ends
from services.labels.ports import Grant, Ledger, Rolls, Voids
from services.labels.rolls import Roll, RollOrder
from services.labels.voids import Voiding, VoidOrder

OWNER = "https://id.gs1.org/417/9520001000409"
OFFICE = Principal(OWNER, frozenset({"brand_office"}))
PACKER = Principal("https://id.gs1.org/417/9520001000508", frozenset({"packer"}))
GTIN = "19520001000017"
BRAND = Brand(
    id="brand", name_zh="玉露", owner=OWNER, county_code="141031", gtins=frozenset({f"https://id.gs1.org/01/{GTIN}"})
)
GRANTED = Grant(True, None, "100", "5", OWNER, ("event",))


@dataclass
class PackingHouse:
    """`told` is the topic: (act or "roll" or "void", request id). `mandates`: (owner of a brand, who labels for it)."""

    ledger: Ledger
    rolls: Rolls
    voids: Voids
    grant: Grant = GRANTED
    told: list[tuple[str, str]] = field(default_factory=list)
    mandates: set[tuple[str, str]] = field(default_factory=set)

    async def print_roll(
        self,
        request_id: str = "roll",
        count: int = 30,
        *,
        brand: str = "brand",
        gtin: str = GTIN,
        principal: Principal = OFFICE,
    ) -> list[LabelLink]:
        return await handlers_rolls.issue_roll(
            RollOrder(request_id, brand, gtin, count),
            principal=principal,
            new_seed=request_id.encode,
            now_ms=lambda: 1_000,
            **self._made(),
        )

    async def bind(
        self,
        request_id: str,
        first: LabelLink,
        last: LabelLink,
        *,
        lot: str = "PK1",
        gtin: str = GTIN,
        principal: Principal = OFFICE,
    ) -> int:
        count, _ = await handlers_rolls.bind(
            Ends(request_id, first.serial, last.serial),
            lot,
            gtin=gtin,
            after=(),
            principal=principal,
            claims=Claims(self.grant),
            now_ms=lambda: 2_000,
            **self._made(),
        )
        return count

    async def give_back(
        self, request_id: str, first: LabelLink, last: LabelLink, *, principal: Principal = OFFICE
    ) -> int:
        ends = Ends(request_id, first.serial, last.serial)
        return await handlers_rolls.give_back(ends, principal=principal, now_ms=lambda: 3_000, **self._made())

    async def state(self, label: LabelLink, *, principal: Principal = OFFICE) -> RollState:
        return await handlers_looking.roll("", label.serial, principal=principal, **self._looked())

    async def between(self, first: LabelLink, last: LabelLink, *, principal: Principal = OFFICE) -> Stretch:
        return await handlers_looking.between(first.serial, last.serial, principal=principal, **self._looked())

    async def brand(self, id: str, gtin: str) -> Brand | None:
        return BRAND if id in ("", BRAND.id) else None

    async def mandated(self, owner: str, party: str) -> bool:
        return (owner, party) in self.mandates

    async def issue(self, request_id: str, count: int, *, lot: str = "PK1") -> list[LabelLink]:
        labels, _ = await handlers.issue(
            Order(request_id, "brand", GTIN, lot, count),
            after=(),
            principal=OFFICE,
            claims=Claims(self.grant),
            ledger=self.ledger,
            publisher=self,
            new_seed=request_id.encode,
            now_ms=lambda: 1_000,
        )
        return labels

    async def ordered(self, request_id: str) -> list[LabelLink]:
        labels, _ = await handlers.ordered(
            request_id, principal=OFFICE, claims=Claims(self.grant), ledger=self.ledger, publisher=self
        )
        return labels

    async def make_void(
        self,
        request_id: str,
        labels: Sequence[LabelLink],
        reason: str = "misprinted",
        *,
        principal: Principal = OFFICE,
    ) -> int:
        order = VoidOrder(request_id, tuple(sorted(label.serial for label in labels)), reason)
        return await handlers_voids.make_void(
            order,
            principal=principal,
            ledger=self.ledger,
            rolls=self.rolls,
            voids=self.voids,
            publisher=self,
            now_ms=lambda: 4_000,
        )

    async def start_again(self) -> int:
        """What the next process does before it answers anybody."""
        finished = await handlers.finish_interrupted(ledger=self.ledger, publisher=self)
        finished += await handlers_rolls.finish_interrupted(ledger=self.ledger, rolls=self.rolls, publisher=self)
        return finished + await handlers_voids.finish_interrupted(ledger=self.ledger, voids=self.voids, publisher=self)

    async def check_code(self, code: str) -> str:
        """The verdict on a short code."""
        return (await self.check(LabelLink("", "", code))).verdict

    async def check(self, label: LabelLink) -> Checked:
        return await handlers.check(
            label.serial, ledger=self.ledger, rolls=self.rolls, public_url="", issuer="", keys={}, revoked_ms={}
        )

    async def verdicts(self, labels: Sequence[LabelLink]) -> list[tuple[str, str]]:
        """Verdict and lot of each."""
        checked = [await self.check(label) for label in labels]
        return [(one.verdict, one.issued.lot if one.issued else "") for one in checked]

    async def publish(self, reservation: Reservation, serials: Sequence[str]) -> None:
        self.told.append((reservation.act, reservation.order.request_id))

    async def publish_roll(self, roll: Roll, serials: Sequence[str]) -> None:
        self.told.append(("roll", roll.order.request_id))

    async def publish_void(self, voiding: Voiding) -> None:
        self.told.append(("void", voiding.request_id))

    def weighs(self, kilograms: str) -> None:
        self.grant = replace(self.grant, kilograms=kilograms)

    def _made(self) -> dict[str, Any]:
        return {**self._looked(), "publisher": self}

    def _looked(self) -> dict[str, Any]:
        return {"ledger": self.ledger, "rolls": self.rolls, "register": self}


@dataclass(frozen=True)
class Claims:
    answer: Grant

    async def grant(self, order: Order, after: Sequence[Any]) -> Grant:
        return self.answer
