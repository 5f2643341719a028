"""The services behind the portal, in memory: real validation, admission and tracing; a dict for log and store."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from produce.v1 import traceability_pb2 as pb

from epcis.event_id import content_hash, record_id
from epcis.events import Event
from epcis.identifiers import canonical
from provenance import codes
from provenance.access.admission import Refused, Report, examine
from provenance.access.authority import PUBLIC, Principal
from provenance.certificates.dependents import Dependent, dependents, leaning
from provenance.certificates.numbers import tidied
from provenance.certificates.reading import read_certificates
from provenance.certificates.states import Certificate
from provenance.histories.history import History as Traced
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.label_link import LabelLink, SigningKey, serial
from provenance.labels.answers import Recall
from provenance.log.notes import Kind, VerifierKey
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Record
from provenance.scans.scan import Scan
from provenance.standing import First, Reported
from provenance.weights import gtin_of, registered
from services.portal.admission import RegistryAdmission
from services.portal.app import Settings, Upstream, build
from services.portal.certificates.ports import DependentsPage, Found
from services.portal.enrolment.rpc import _message
from services.portal.epcis_door.event_query import EventQuery
from services.portal.http.addresses import read_networks
from services.portal.ports import (
    Ambiguous,
    Captured,
    Direction,
    Goods,
    IssuedLabels,
    JobEntry,
    JobTail,
    MadeOrder,
    Page,
    RecordPage,
    StoredEvent,
    Submission,
)
from services.portal.rpc import shaped
from services.portal.scanning.ports import Looks
from services.portal.telling.balances import BalanceSheet
from services.portal.telling.histories import Claim, ColdChain, FoundCode, History, LabelVerdict, OnwardPage
from services.portal.telling.naming import short
from services.portal.verification.verdicts import recall_of
from stream.receipts import Receipt
from tests.services.portal.enrolling import Enrolling
from tests.services.portal.listed import MemoryListings
from tests.services.portal.logged import MemoryTransparency
from tests.services.portal.paying import MemoryCards, MemoryPayments
from tests.services.portal.rolled import RolledLabels
from wire.certificate_codec import certificate_message, dependent_message
from wire.errors import NotFound, Unauthenticated, Unauthorised
from wire.history_codec import facts_of, step_message
from wire.naming_codec import name_all, named
from wire.quality_codec import hold_messages, test_messages
from wire.registry_codec import from_message

NOW = datetime(2026, 9, 20, 8, 0, tzinfo=UTC)
NOW_S = NOW.timestamp()
NOW_MS = int(NOW_S * 1000)
SESSION_KEY = b"a session key for tests, 32 bytes or more"
PUBLIC_URL = "http://portal.test"
SIGNING_KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))


class LateRegistry(MemoryRegistry):
    async def caught_up(self, timeout_s: float = 2.0) -> None:
        """Memory is never late."""


@dataclass
class MemoryLog:
    """Capture and histories over one dict. `unacknowledged` counts the next submissions that are not answered for."""

    registry: LateRegistry
    claims: dict[str, Claim] = field(default_factory=dict)
    issued_claims: dict[str, Claim] = field(default_factory=dict)
    left_kg: dict[str, Decimal] = field(default_factory=dict)
    cold_chains: dict[str, ColdChain] = field(default_factory=dict)
    balance_sheets: dict[str, BalanceSheet] = field(default_factory=dict)
    stored_events: dict[str, StoredEvent] = field(default_factory=dict)
    unacknowledged: int = 0
    failure: Exception | None = None
    hold_back: bool = False
    waiting: list[StoredEvent] = field(default_factory=list)
    principals: dict[str, Principal] = field(default_factory=dict)

    async def capture(self, submissions: Sequence[Submission], *, token: str) -> Sequence[Captured]:
        if self.failure is not None:
            raise self.failure
        if token not in self.principals:
            raise Unauthorised("the public may not report")
        return [self._capture(one, self.principals[token].party) for one in submissions]

    def _capture(self, one: Submission, capturer: str) -> Captured:
        if self.unacknowledged:
            self.unacknowledged -= 1
            return Captured("retry")
        now_ms = int(NOW_S * 1000)
        report = Report(one.event, one.sent_time_ms)
        examined = examine(report, now_ms=now_ms, elsewhere=lambda body: None, checks=lambda event, latest: ())
        if isinstance(examined, Refused):
            return Captured("rejected", problems=examined.problems)
        body = orjson.loads(one.event)
        receipt = Receipt(one.topic.name(), 0, len(self.stored_events.keys() | {record_id(one.event)}))
        stored = StoredEvent(record_id(one.event), one.event, content_hash(body), now_ms, capturer, receipt)
        (self.waiting.append if self.hold_back else self._store)(stored)
        return Captured("accepted", receipt)

    def _store(self, stored: StoredEvent) -> None:
        self.stored_events.setdefault(stored.record_id, stored)

    def release(self) -> None:
        """The projector catches up."""
        self.hold_back = False
        for stored in self.waiting:
            self._store(stored)
        self.waiting.clear()

    async def history(self, code: str, direction: Direction, *, after: Sequence[Receipt], token: str) -> History:
        tracing = {"back": trace_back, "forward": trace_forward}[direction]
        read = codes.read(code)
        for keys in filter(None, (read.keys, read.in_capitals)):
            if (traced := build_from(self._reported(), tracing(keys))).steps:
                return shaped(self._message(code, traced), History)
        found = self._found(read, token)
        if len(found) > 1 or (found and read.product):
            raise Ambiguous(found)
        if not found:
            raise NotFound("nothing is known of this code")
        traced = build_from(self._reported(), tracing([found[0].key]))
        return shaped(self._message(code, traced), History)

    async def onward(
        self, code: str, *, page_size: int, page_token: str, after: Sequence[Receipt], token: str
    ) -> tuple[History, OnwardPage]:
        """Steps by twos, so that a test sees pages; the token is where the next begins."""
        whole = await self.history(code, "forward", after=after, token=token)
        begin = int(page_token or 0)
        end = begin + min(page_size, 2)
        left = max(0, len(whole.steps) - end)
        page = OnwardPage(next_page_token=str(end) if left else "", followed=min(end, len(whole.steps)), ahead=left)
        return replace(whole, steps=whole.steps[begin:end]), page

    async def find(self, texts: Sequence[str], *, token: str, branded: bool = False) -> Sequence[Sequence[FoundCode]]:
        return [self._found(codes.read(text), token or branded) for text in texts]

    def _found(self, code: codes.Code, token: str | bool) -> list[FoundCode]:
        """The lots of a product only for whoever is somebody."""
        events = [one.event for one in self._reported()]
        made = dict.fromkeys(item.key for event in events for item in (*event.objects, *event.outputs))
        of_product = [key for key in made if token and code.product and key.startswith(f"{code.product}/10/")]
        wanted = {number.upper() for number in code.numbers}
        return [FoundCode(key=key) for key in of_product or made if of_product or short(key).upper() in wanted]

    def _reported(self) -> list[Reported]:
        return [
            Reported(
                one.record_id,
                Event(orjson.loads(one.event)),
                one.content_hash,
                First(one.record_time_ms, "t", 0, place, one.capturer),
            )
            for place, one in enumerate(self.stored_events.values())
        ]

    def _message(self, code: str, traced: Traced) -> Any:
        steps = [step_message(step, self.stored_events[step.document.record_id].event) for step in traced.steps]
        facts = facts_of(traced, steps, traced.holders, traced.losses)
        gtins = {key: key.split("/10/")[0].split("/21/")[0] for key in traced.keys if "/01/" in key}
        message = named(facts, self.registry, products=gtins, today=NOW.date())
        message.code = code
        if traced.direction == "back":
            message.tests.extend(test_messages(traced, self.registry))
        message.holds.extend(hold_messages(traced, self.registry))
        now_ms = int(NOW_S * 1000)
        message.certificates.extend(certificate_message(one, now_ms) for one in traced.certificates)
        return message

    async def certificate(self, ids: Sequence[str], *, after: Sequence[Receipt], token: str) -> Found:
        known = self._known(ids)
        message = pb.GetCertificateResponse(certificates=[certificate_message(one, NOW_MS) for one in known])
        named_ids = [id_ for one in known for id_ in (one.issuer, *one.scope)]
        gtins = {key: gtin for key in named_ids if (gtin := gtin_of(key))}
        name_all(message, self.registry, places=named_ids, parties=named_ids, products=gtins, today=NOW.date())
        return shaped(message, Found)

    def _known(self, ids: Sequence[str]) -> list[Certificate]:
        wanted = {canonical(id_) for id_ in ids} | {tidied(id_) for id_ in ids}
        return [one for one in read_certificates(self._reported()) if {one.id, tidied(one.number)} & wanted]

    async def dependents(
        self, certificate: str, *, page_size: int, page_token: str, after: Sequence[Receipt], token: str
    ) -> DependentsPage:
        """All on one page; everything is everybody's."""
        (known,) = self._known([certificate])
        rows: dict[str, Dependent] = {}
        for one in self._reported():
            for seed in leaning(one.event, known, {}):
                traced = build_from(self._reported(), trace_forward([seed]))
                found = dependents(seed, one.event.time_ms, traced, known, NOW_MS, registered(self.registry))
                rows |= {row.key: row for row in found if row.key not in rows}
        message = pb.GetDependentsResponse(
            certificate=certificate_message(known, NOW_MS),
            dependents=[dependent_message(row, row.holders) for row in rows.values()],
        )
        return shaped(message, DependentsPage)

    async def claim(
        self, code: str, brand: str, *, after: Sequence[Receipt], token: str, issued: bool = False, issued_ms: int = 0
    ) -> Claim:
        for key in _keys(code):
            if issued and key in self.issued_claims:
                return self.issued_claims[key]
        for key in _keys(code):
            if key in self.claims:
                return self.claims[key]
        raise NotFound("no brand lists this product")

    async def claim_and_left(self, code: str, brand: str) -> tuple[Claim, Decimal | None]:
        return await self.claim(code, brand, after=(), token=""), self.left_kg.get(code)

    async def recalled(self, goods: Sequence[Goods], *, token: str) -> Sequence[Recall]:
        """As the claims about them say."""
        found = ((self.claims[key] for key in keys if key in self.claims) for keys in goods)
        return [next((said for said in map(recall_of, claims) if said != "none"), "none") for claims in found]

    async def balance_sheet(self, code: str, *, after: Sequence[Receipt], token: str) -> BalanceSheet:
        for key in _keys(code):
            if key in self.balance_sheets:
                return self.balance_sheets[key]
        raise NotFound("nothing was weighed")

    async def cold_chain(self, code: str, *, after: Sequence[Receipt], token: str) -> ColdChain:
        for key in _keys(code):
            if key in self.cold_chains:
                return self.cold_chains[key]
        raise NotFound("nothing was measured")

    async def query(self, query: EventQuery, *, token: str) -> Page:
        found = [one for one in self.stored_events.values() if _matches(Event(orjson.loads(one.event)), query)]
        start = int(query.page_token or 0)
        page = found[start : start + query.per_page]
        more = start + query.per_page < len(found)
        return Page(tuple(page), str(start + query.per_page) if more else "")

    async def named_by_others(self, keys: Sequence[str], event_id: str, *, token: str) -> frozenset[str]:
        others = [one.event for one in self._reported() if one.event.event_id != event_id]
        return frozenset(keys) & {key for event in others for _, key in event.keys}

    async def events(self, event_ids: Sequence[str], *, after: Sequence[Receipt], token: str) -> Sequence[StoredEvent]:
        return [one for one in self.stored_events.values() if orjson.loads(one.event)["eventID"] in event_ids]

    async def versions(
        self, event_ids: Sequence[str], *, after: Sequence[Receipt], token: str
    ) -> Sequence[StoredEvent]:
        named = [one for one in self.stored_events.values() if _named_right(one) & set(event_ids)]
        own = await self.events(event_ids, after=after, token=token)
        return [*own, *(one for one in named if one not in own)]

    async def stored(self, record_ids: Sequence[str], *, token: str) -> frozenset[str]:
        return frozenset(record_ids) & frozenset(self.stored_events)


def _named_right(one: StoredEvent) -> set[str]:
    declaration = Event(orjson.loads(one.event)).error_declaration
    return set(declaration.corrective_event_ids) if declaration else set()


def _keys(code: str) -> list[str]:
    key = canonical(code)
    lot = canonical(code.split("/21/")[0]) if "/21/" in code else key
    return list(dict.fromkeys((key, lot)))


def _matches(event: Event, query: EventQuery) -> bool:
    wanted = (
        (query.event_types, event.type),
        (query.biz_steps, event.biz_step),
        (query.dispositions, event.disposition),
        (query.read_points, event.read_point),
        (query.event_ids, event.event_id),
    )
    keys = {key for _, key in event.keys}
    named = (*query.match_any_epc, *query.match_any_epc_class)
    return all(not words or word in words for words, word in wanted) and (
        not named or any(canonical(key) in keys for key in named)
    )


@dataclass
class MemoryJobs:
    entries: list[JobEntry] = field(default_factory=list)

    async def append(self, key: str, value: bytes) -> Receipt:
        self.entries.append(JobEntry(key, value))
        return Receipt("produce.captures.v1", 0, len(self.entries) - 1)

    async def read(self, partition: int, offset: int, limit: int) -> Sequence[JobEntry]:
        return self.entries[offset : offset + limit] if partition == 0 else []

    async def recent(self, limit: int, before: Mapping[int, int]) -> JobTail:
        end = min(len(self.entries), before.get(0, len(self.entries)))
        placed = [(Receipt("produce.captures.v1", 0, place), entry) for place, entry in enumerate(self.entries[:end])]
        return JobTail(placed[-limit:][::-1], {0: end}, {0: 0})


@dataclass
class MemoryRecords(Enrolling):
    records: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    async def get(self, kind: str, id: str, on: str, *, token: str) -> Mapping[str, Any]:
        if (kind, id) not in self.records:
            raise NotFound("no such record")
        return self.records[kind, id]

    async def record(self, kind: str, id: str, on: str, *, token: str) -> Record:
        return from_message(_message(await self.get(kind, id, on, token=token)))

    async def several(self, kinds: Mapping[str, str], *, token: str) -> Mapping[str, Mapping[str, Any] | None]:
        return {id_: self.records.get((kind, id_)) for id_, kind in kinds.items()}

    async def list(
        self, kind: str, on: str, page_size: int, page_token: str, *, token: str, naming: str = ""
    ) -> RecordPage:
        listed = (record for (of, _), record in self.records.items() if of == kind)
        named = (one for one in listed if not naming or naming in one.values() or naming in one.get("gtins", ()))
        found = sorted(named, key=lambda one: str(one["id"]))
        rest = tuple(one for one in found if str(one["id"]) > page_token)
        page = rest[:page_size]
        return RecordPage(page, str(page[-1]["id"]) if len(rest) > page_size else "")

    async def put(self, records: Sequence[Mapping[str, Any]], *, token: str) -> Sequence[Mapping[str, Any]]:
        self.records |= {(record["kind"], record["id"]): record for record in records}
        return [{"status": "accepted", "version": 1} for _ in records]


class RecordedScans(list[Scan]):
    def record(self, scan: Scan) -> None:
        self.append(scan)


@dataclass
class MemoryLabels:
    """Issues what is asked for while `claim` is granted, with links signed by a real key."""

    known: dict[str, LabelVerdict] = field(default_factory=dict)
    orders: dict[str, IssuedLabels] = field(default_factory=dict)
    claim: Claim = Claim(verdict="granted")  # noqa: RUF009 - it is frozen
    failure: Exception | None = None
    looks: dict[str, Looks] = field(default_factory=dict)
    uncounted: bool = False

    async def looked_up(self, code: str, *, token: str) -> tuple[LabelVerdict, Looks | None]:
        label = await self.verify(code, token=token)
        return label, None if self.uncounted or not label.serial else self.looks.get(label.serial, Looks())

    async def verify(self, code: str, *, token: str) -> LabelVerdict:
        if self.failure is not None:
            raise self.failure
        not_ours = LabelVerdict(
            verdict="not_ours", sentence_zh="这不是本系统签发的标签。", sentence_en="This label is not ours."
        )
        return self.known.get(code, not_ours)

    async def verify_all(self, codes: Sequence[str], *, token: str) -> Sequence[LabelVerdict]:
        return [await self.verify(code, token=token) for code in codes]

    async def issue(
        self, request_id: str, brand: str, lot: str, count: int, *, after: Sequence[Receipt], token: str
    ) -> IssuedLabels:
        if self.failure is not None:
            raise self.failure
        if "held" in brand or self.claim.verdict != "granted":
            return IssuedLabels((), replace(self.claim, verdict="held"))
        gtin, number = canonical(lot).split("/01/")[1].split("/10/")
        labels = [LabelLink(gtin, number, serial(request_id.encode(), n)) for n in range(count)]
        self.orders[request_id] = IssuedLabels(tuple(self._label(label) for label in labels), self.claim)
        return self.orders[request_id]

    async def ordered(self, request_id: str, *, with_secrets: bool = False, token: str) -> IssuedLabels:
        if request_id not in self.orders:
            raise NotFound("no labels were issued for this request")
        order = self.orders[request_id]
        hidden = {"secret": "2345678923"} if with_secrets else {}
        return replace(order, labels=tuple({**label, **hidden} for label in order.labels))

    async def listed(self, *, token: str) -> Sequence[MadeOrder]:
        firsts = [(request_id, order.labels[0], len(order.labels)) for request_id, order in self.orders.items()]
        made_ms = int(NOW_S * 1000)
        return [MadeOrder(id_, first["gtin"], first["lot"], count, made_ms) for id_, first, count in firsts[::-1]]

    def _label(self, label: LabelLink) -> Mapping[str, str]:
        link = SIGNING_KEY.link(label, public_url=PUBLIC_URL, issuer="suyuan")
        verdict = LabelVerdict(verdict="issued", sentence_zh="本系统", sentence_en="Issued by this system.", link=link)
        self.known[label.serial] = verdict
        said = {name: value for name, value in asdict(label).items() if value}
        return {"link": link, **said, "short_code": label.serial}

    async def keys(self) -> str:
        return '{"keys": []}'

    async def verifier_keys(self) -> Sequence[str]:
        return [str(VerifierKey("portal.test/labels", Kind.LOG, SIGNING_KEY.private.public_key()))]


@dataclass
class MemoryIdentity:
    principals: dict[str, Principal]
    cards: dict[str, str] = field(default_factory=dict)

    async def token_for_card(self, code: str) -> str:
        if code not in self.cards:
            raise Unauthenticated("this code is not known")
        return self.cards[code]

    async def principal(self, token: str) -> Principal:
        if not token:
            return PUBLIC
        if token not in self.principals:
            raise Unauthenticated("the token is not valid")
        return self.principals[token]


@dataclass
class Behind:
    """Everything behind one portal, to be looked into by tests."""

    log: MemoryLog
    jobs: MemoryJobs
    records: MemoryRecords
    labels: MemoryLabels
    identity: MemoryIdentity
    registry: LateRegistry
    payments: MemoryPayments
    transparency: MemoryTransparency
    cards: MemoryCards = field(default_factory=MemoryCards)
    now_s: float = NOW_S
    scans: RecordedScans = field(default_factory=RecordedScans)

    def __post_init__(self) -> None:
        self.listings = MemoryListings(self.registry, self.log, PUBLIC_URL, lambda: int(self.now_s * 1000))
        self.rolls = RolledLabels(self.identity.principals, owner="")

    def upstream(self) -> Upstream:
        admission = RegistryAdmission(registry=self.registry, now_ms=lambda: int(self.now_s * 1000))
        return Upstream(
            capture=self.log,
            histories=self.log,
            jobs=self.jobs,
            records=self.records,
            labels=self.labels,
            rolls=self.rolls,
            listings=self.listings,
            log=self.transparency,
            identity=self.identity,
            tokens=self.identity,
            admission=admission,
            certificates=self.log,
            payments=self.payments,
            cards=self.cards,
            registry=self.registry,
            scans=self.scans,
        )

    def app(self, requests_per_second: float = 1e6, proxies: str = "", places: tuple[str, ...] = ()) -> Any:
        settings = Settings(
            public_url=PUBLIC_URL,
            session_key=SESSION_KEY,
            id_base="https://suyuan.example/",
            requests_per_second=requests_per_second,
            trusted_proxies=read_networks(proxies),
            place_headers=places,
        )
        return build(self.upstream(), settings, now_s=lambda: self.now_s)


def behind(principals: Mapping[str, Principal], registry: LateRegistry) -> Behind:
    identity = MemoryIdentity(dict(principals))
    log = MemoryLog(registry, principals=identity.principals)
    records = MemoryRecords(identity.principals)
    payments = MemoryPayments(registry, identity.principals, events=log.stored_events)
    transparency = MemoryTransparency(log.stored_events, identity.principals)
    return Behind(log, MemoryJobs(), records, MemoryLabels(), identity, registry, payments, transparency)


SINCE = date(2020, 1, 1)
