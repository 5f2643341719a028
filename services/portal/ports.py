"""What the portal calls: the other services, and the log of capture jobs. `rpc` and `job_log` carry the technology.

Every method takes the caller's `token` ("" for the public) and passes it on: who may do what is decided there again.
The promised exceptions are those of `wire.errors`, nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from epcis.problems import Problem
from provenance.access.authority import Principal
from provenance.labels.answers import Recall
from provenance.registry.records import Record
from services.portal.epcis_door.event_query import EventQuery
from services.portal.scanning.ports import Looks
from services.portal.telling.balances import BalanceSheet
from services.portal.telling.histories import Claim, ColdChain, FoundCode, History, LabelVerdict, OnwardPage
from stream.receipts import Receipt
from wire.errors import Overloaded, Rejected, Transient, Unauthenticated, Unauthorised
from wire.topics import Topic

Direction = Literal["back", "forward"]
Answer = TypeVar("Answer")

AWAY = (Transient, Overloaded, Rejected, Unauthorised, Unauthenticated)
"""What a service raises that has no answer for this caller now, where one is asked for only to say more."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An event's recorded bytes, its topic, and the sender's own clock (0 where unknown)."""

    topic: Topic
    event: bytes
    sent_time_ms: int = 0


@dataclass(frozen=True, slots=True)
class Captured:
    """The answer for the submission at the same position. `retry`: unknown whether recorded; send it again."""

    status: Literal["accepted", "rejected", "retry"]
    receipt: Receipt | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Who reported it and where it lies is known to whoever sees the whole."""

    record_id: str
    event: bytes
    content_hash: bytes = b""
    record_time_ms: int = 0
    capturer: str = ""
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`next_page_token` is empty on the last page."""

    events: tuple[StoredEvent, ...]
    next_page_token: str = ""


class Aside(Protocol):
    """Does long work where it holds up nobody else."""

    def __call__(self, work: Callable[[], Answer], /) -> Awaitable[Answer]: ...


class Capture(Protocol):
    async def capture(self, submissions: Sequence[Submission], *, token: str) -> Sequence[Captured]:
        """Any number of submissions; an item whose service did not answer is `retry`. Raises Overloaded where nothing
        was taken, Unauthenticated, Unauthorised."""


class Ambiguous(Rejected):
    """The code may mean any of `candidates`, the newest first."""

    def __init__(self, candidates: Sequence[FoundCode]) -> None:
        super().__init__("This code may mean several things: " + ", ".join(one.key for one in candidates))
        self.candidates = tuple(candidates)


class Goods(NamedTuple):
    """A box and its lot, as keys; "" where it has none, or is not known."""

    item: str
    lot: str


class Histories(Protocol):
    async def history(self, code: str, direction: Direction, *, after: Sequence[Receipt], token: str) -> History:
        """Raises Ambiguous where the code names no one thing, NotFound where nothing is recorded of it."""

    async def onward(
        self, code: str, *, page_size: int, page_token: str, after: Sequence[Receipt], token: str
    ) -> tuple[History, OnwardPage]:
        """A page of the forward history. Raises as `history`, and Rejected for a token that is good no more."""

    async def find(self, codes: Sequence[str], *, token: str, branded: bool = False) -> Sequence[Sequence[FoundCode]]:
        """For each lot number or serial without its product, or product without its lot, what it may mean; `branded`
        where the public is told the lots of a product that a brand lists."""

    async def recalled(self, goods: Sequence[Goods], *, token: str) -> Sequence[Recall]:
        """Which of these are recalled now, in their order; at most a thousand, of who is nobody 50."""
        ...

    async def claim(
        self, code: str, brand: str, *, after: Sequence[Receipt], token: str, issued: bool = False, issued_ms: int = 0
    ) -> Claim:
        """`issued` where its label is out, since `issued_ms`."""

    async def claim_and_left(self, code: str, brand: str) -> tuple[Claim, Decimal | None]:
        """As the public asks; the kilograms left of it, None where some are not known."""
        ...

    async def balance_sheet(self, code: str, *, after: Sequence[Receipt], token: str) -> BalanceSheet: ...

    async def cold_chain(self, code: str, *, after: Sequence[Receipt], token: str) -> ColdChain: ...

    async def query(self, query: EventQuery, *, token: str) -> Page: ...

    async def named_by_others(self, keys: Sequence[str], event_id: str, *, token: str) -> frozenset[str]:
        """Which of these goods, at most 100, any event but this one speaks of."""

    async def events(
        self, event_ids: Sequence[str], *, after: Sequence[Receipt], token: str
    ) -> Sequence[StoredEvent]: ...

    async def versions(
        self, event_ids: Sequence[str], *, after: Sequence[Receipt], token: str
    ) -> Sequence[StoredEvent]:
        """`events`, and the declarations that name one of the ids as what is right instead."""

    async def stored(self, record_ids: Sequence[str], *, token: str) -> frozenset[str]:
        """Which of these are stored; any number."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    records: tuple[Mapping[str, Any], ...]
    next_page_token: str = ""


class Records(Protocol):
    """Registry records as plain objects: kind, id, version, valid_from, and the fields of their kind."""

    async def get(self, kind: str, id: str, on: str, *, token: str) -> Mapping[str, Any]: ...

    async def record(self, kind: str, id: str, on: str, *, token: str) -> Record:
        """The same as what rules are asked about."""

    async def several(self, kinds: Mapping[str, str], *, token: str) -> Mapping[str, Mapping[str, Any] | None]:
        """Today's records by id, of these kinds by id; None for what is not registered. What could not be asked for is
        left out."""

    async def list(
        self, kind: str, on: str, page_size: int, page_token: str, *, token: str, naming: str = ""
    ) -> RecordPage:
        """`naming`: of those alone that are looked up by this id, as mandates by who gave them."""

    async def put(self, records: Sequence[Mapping[str, Any]], *, token: str) -> Sequence[Mapping[str, Any]]: ...

    async def propose(
        self, proposals: Sequence[tuple[str, Mapping[str, Any]]], *, token: str
    ) -> Sequence[Mapping[str, Any]]:
        """Each record under the id of its proposal; for each status, state, proposal, flags and problems."""

    async def decide(self, decisions: Sequence[Mapping[str, str]], *, token: str) -> Sequence[Mapping[str, Any]]:
        """Each with proposal, verdict, and reason, valid_from or confirmed; answered as `propose` is."""

    async def pending(self, page_size: int, page_token: str, *, token: str) -> RecordPage:
        """What waits: each with the fields of its proposal, record, present (or None), flags, may_decide, problems."""

    async def story(self, kind: str, id: str, *, token: str) -> Mapping[str, Any]:
        """versions (the newest first), proposals and flags. Raises NotFound."""


@dataclass(frozen=True, slots=True)
class IssuedLabels:
    """Labels (link, gtin, lot, serial, short_code), or the claim that says why there are none."""

    labels: tuple[Mapping[str, str], ...] = ()
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class MadeOrder:
    """Labels ordered for a lot; `made_ms` is in milliseconds since 1970."""

    request_id: str
    gtin: str
    lot: str
    count: int
    made_ms: int


class Labels(Protocol):
    async def verify(self, code: str, *, token: str) -> LabelVerdict: ...

    async def looked_up(self, code: str, *, token: str) -> tuple[LabelVerdict, Looks | None]:
        """`verify`, and the looks at a label of ours before; None where nobody could count them."""

    async def verify_all(self, codes: Sequence[str], *, token: str) -> Sequence[LabelVerdict]:
        """At most 1,000, in their order; without links. Raises Rejected for more."""

    async def issue(
        self, request_id: str, brand: str, lot: str, count: int, *, after: Sequence[Receipt], token: str
    ) -> IssuedLabels: ...

    async def ordered(self, request_id: str, *, with_secrets: bool = False, token: str) -> IssuedLabels:
        """The labels of an earlier request and their claim as it stands now; those of a roll, which has none.

        Raises NotFound, Unauthorised.
        """

    async def listed(self, *, token: str) -> Sequence[MadeOrder]:
        """The caller's newest. Raises Unauthorised."""

    async def keys(self) -> str:
        """A JWK set as JSON."""

    async def verifier_keys(self) -> Sequence[str]:
        """Those that are not withdrawn, as verifier keys of signed notes."""


class CardUsed(Unauthenticated):
    """A card is good once; `used_s` says when it was, in seconds since 1970."""

    def __init__(self, used_s: int) -> None:
        super().__init__("This card was used already.")
        self.used_s = used_s


class Identity(Protocol):
    async def token_for_card(self, code: str) -> str:
        """Raises Unauthenticated for a code that is none, CardUsed for one that was good."""


class Admission(Protocol):
    """Whether a caller may report valid events, by the registry of each event's day."""

    async def refusals(
        self, bodies: Sequence[Mapping[str, Any]], principal: Principal, sent_time_ms: int
    ) -> Sequence[Sequence[Problem]]:
        """For each body why not; empty where it is admitted. Raises Transient while the registry view is too late to
        refuse by."""

    def may_declare(self, party: str, on: date | None = None) -> bool:
        """Whether it might declare anybody's report wrong on a day, or may now (architecture.md, rule 4)."""


class Tokens(Protocol):
    async def principal(self, token: str) -> Principal:
        """Who the bearer is; the public for "". Raises Unauthenticated."""


@dataclass(frozen=True, slots=True)
class JobEntry:
    """A record of the captures topic."""

    key: str
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class JobTail:
    """Latest records of the captures topic, newest first; by partition, below which offset they lie, and the oldest."""

    entries: Sequence[tuple[Receipt, JobEntry]]
    bounds: Mapping[int, int]
    firsts: Mapping[int, int]


class JobLog(Protocol):
    async def append(self, key: str, value: bytes) -> Receipt: ...

    async def read(self, partition: int, offset: int, limit: int) -> Sequence[JobEntry]:
        """At most `limit` records from `offset` on, in order; empty past the end or before the oldest kept."""

    async def recent(self, limit: int, before: Mapping[int, int]) -> JobTail:
        """About the last `limit` records; of a partition that `before` names, below that offset."""
