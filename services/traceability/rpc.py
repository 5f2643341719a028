"""TraceabilityService over gRPC: messages in, the read model asked, what the caller may see out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any, TypeVar

from produce.v1 import capture_pb2, payments_pb2, traceability_pb2, traceability_pb2_grpc

from epcis.identifiers import canonical
from provenance.access.declaring import may_declare
from provenance.balances.sheet import balance_sheet
from provenance.balances.tolerances import Weighed
from provenance.certificates.issuers import verified
from provenance.certificates.states import Certificate
from provenance.codes import Code, read
from provenance.days import day_at
from provenance.histories.history import Direction
from provenance.payments.admission import records_at_all
from provenance.registry.records import Registry
from provenance.rules.beside import Beside
from provenance.weights import gtin_of
from runtime.auth import current_principal
from runtime.grpc_server import Servicer
from runtime.metrics import CACHED_HISTORIES
from services.traceability import codes, depending, leaning, paying
from services.traceability.balance_reading import sheet_seen_by
from services.traceability.beside import beside, overdrawn
from services.traceability.building import in_turn
from services.traceability.delivering import Delivering
from services.traceability.event_query import (
    DEFAULT_PER_PAGE,
    EventQuery,
    Match,
    Position,
    QueryError,
    Range,
    match,
    words,
)
from services.traceability.judging import Judged, judge
from services.traceability.model import Models, ReadModel
from services.traceability.ports import StoredEvent
from services.traceability.reading import Shown, shown_to
from services.traceability.telling import Question, Told, as_seen_by
from services.traceability.walks import Onward
from stream.receipts import Receipt
from wire.balance_codec import balance_message
from wire.certificate_codec import certificate_message, dependent_message
from wire.claim_codec import claim_message
from wire.cold_chain_codec import cold_chain_message, places_of
from wire.delivery_codec import delivery_message, recorded_now
from wire.errors import NotFound, Rejected, Unauthenticated, Unauthorised
from wire.history_codec import decimal_text, gap_message
from wire.naming_codec import name_all, named
from wire.payment_codec import doubt_messages, price_message, standing_message

pb = traceability_pb2

Answer = TypeVar("Answer", Told, Onward)

MAX_IDS = 1000
MAX_CODES = 100
MAX_PUBLIC_CODES = 5
"""Of whoever is nobody: a page of the portal asks for one."""
MAX_NAMED = 100
MAX_PAYMENTS = 500
DEFAULT_WAYS, MAX_WAYS = 10, 100
"""Of what leaned on a certificate, the things made under it whose ways one page follows."""
DEFAULT_ONWARD, MAX_ONWARD = 200, 1000
"""Of what became of a thing, how many things a page tells of."""
MOST_ANSWER_BYTES = 15 << 20
"""A message has 16 MiB at most (`runtime.grpc_server`)."""
DIRECTIONS: dict[int, Direction] = {pb.DIRECTION_BACK: "back", pb.DIRECTION_FORWARD: "forward"}


class TraceabilityServicer(traceability_pb2_grpc.TraceabilityServiceServicer):
    """`registry` answers with its present state, which `registry_revision` numbers; `registry_applied` waits for a
    receipt of its topic, and `registry_caught_up` for the topic's present end."""

    def __init__(
        self,
        *,
        models: Models,
        registry: Registry,
        registry_applied: Callable[[Receipt], Awaitable[None]],
        registry_caught_up: Callable[[], Awaitable[None]],
        registry_revision: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        self._models = models
        self._registry = registry
        self._registry_applied = registry_applied
        self._registry_caught_up = registry_caught_up
        self._registry_revision = registry_revision
        self._now_ms = now_ms

    async def GetHistory(self, request: pb.GetHistoryRequest, _: Any) -> pb.GetHistoryResponse:  # noqa: N802
        if request.direction not in DIRECTIONS:
            raise Rejected("direction: say DIRECTION_BACK or DIRECTION_FORWARD")
        today = day_at(self._now_ms())
        try:
            if request.page_size or request.page_token:
                return await self._onward(request)
            told = await self._told(request.code, DIRECTIONS[request.direction], request.after)
        except codes.Ambiguous as error:
            return pb.GetHistoryResponse(candidates=[self._found(key, today) for key in error.found])
        response = pb.GetHistoryResponse()
        await self._show(request.code, told, response.history)
        model = await self._model(request.after)
        response.history.gaps.extend(map(gap_message, await overdrawn(told.history, model)))
        return response

    async def _onward(self, request: pb.GetHistoryRequest) -> pb.GetHistoryResponse:
        """A page of a forward history."""
        size = onward_size(request)

        async def page(keys: tuple[str, ...], model: ReadModel) -> Onward:
            return await model.walks.page(keys, size, request.page_token)

        onward = await self._about(request.code, request.after, page)
        response = pb.GetHistoryResponse()
        message = response.history
        await self._show(request.code, onward.told, message)
        fresh = [step for step in message.steps if step.record_id not in onward.page.repeated]
        del message.steps[:]
        message.steps.extend(fresh)
        ahead_kg = decimal_text(onward.page.ahead_kg) if current_principal().party else ""
        told = response.page
        told.next_page_token, told.ahead_kg = onward.token, ahead_kg
        told.followed, told.ahead = onward.page.followed, onward.page.ahead
        return response

    async def _show(self, code: str, told: Told, message: pb.History) -> None:
        """As the caller may see it, with names. Raises Rejected where it is too much for one answer."""
        rests_on = (current_principal(), day_at(self._now_ms()), self._registry_revision())
        if told.last.rests_on != rests_on:
            shown = await self._shown_history(told)
            told.last.rests_on, told.last.message = rests_on, shown
        message.CopyFrom(told.last.message)
        message.code = code
        certificates = (verified(c, self._registry) for c in told.history.certificates)
        message.certificates.extend(certificate_message(c, self._now_ms()) for c in certificates)

    async def _shown_history(self, told: Told) -> pb.History:
        """All of it but what changes by the hour: in which state certificates are."""
        today = day_at(self._now_ms())
        seeing = partial(as_seen_by, current_principal(), told, self._registry, today)
        seen = await in_turn(seeing, len(told.history.steps))
        products = {key: gtin for key in told.history.keys if (gtin := gtin_of(key))}
        message = named(seen.facts, self._registry, products=products, today=today)
        message.withheld_holders, message.withheld_kg = seen.withheld_places, decimal_text(seen.withheld_kg)
        _refuse_large("code: its whole history", message.ByteSize())
        return message

    async def GetClaim(self, request: pb.GetClaimRequest, _: Any) -> pb.GetClaimResponse:  # noqa: N802
        told = await self._told(request.code, "back", request.after)
        model = await self._model(request.after)
        facts = await beside(told.history, model)
        judged = await self._judged(told, request, facts)
        if not isinstance(judged, Judged) or judged.claim.verdict != "granted":
            # A true claim is not refused because our copy of the registry is late (architecture.md, rule 2).
            await self._registry_caught_up()
            judged = await self._judged(told, request, facts)
        if not isinstance(judged, Judged):
            raise NotFound(judged)
        return pb.GetClaimResponse(
            claim=claim_message(judged.claim),
            kilograms=decimal_text(told.history.kilograms),
            net_weight_kg=decimal_text(judged.net_weight_kg),
            brand_owner=judged.claim.brand.owner,
        )

    async def GetColdChain(self, request: pb.GetColdChainRequest, _: Any) -> pb.GetColdChainResponse:  # noqa: N802
        told = await self._told(request.code, "back", request.after)
        model = await self._model(request.after)
        found, curve = await model.cold.judged(told.history)
        message = cold_chain_message(told.history.key, found, curve)
        today, products = day_at(self._now_ms()), {key: gtin for key in told.history.keys if (gtin := gtin_of(key))}
        name_all(message, self._registry, places=places_of(found), parties=(), products=products, today=today)
        return pb.GetColdChainResponse(cold_chain=message)

    async def GetBalance(self, request: pb.GetBalanceRequest, _: Any) -> pb.GetBalanceResponse:  # noqa: N802
        told = await self._told(request.code, "back", request.after)
        model = await self._model(request.after)
        facts = await beside(told.history, model, with_payments=False)
        today = day_at(self._now_ms())
        reader, now_ms = current_principal(), self._now_ms()

        def weigh() -> tuple[list[Weighed], int]:
            sheet = balance_sheet(told.history, facts, self._registry, now_ms, today)
            return sheet_seen_by(reader, sheet, told.history, facts.plot_picks, self._registry, today)

        shown, withheld = await in_turn(weigh, _work(told, facts))
        message = balance_message(told.history.key, shown, withheld)
        names = {name for one in shown for name in (one.balance.site, one.balance.key) if name}
        products = {one.balance.key: gtin for one in shown if (gtin := gtin_of(one.balance.key))}
        name_all(message, self._registry, places=dict.fromkeys(names), parties=(), products=products, today=today)
        _refuse_large("code: all its balances", message.ByteSize())
        return pb.GetBalanceResponse(balance_sheet=message)

    async def _judged(self, told: Told, request: pb.GetClaimRequest, facts: Beside) -> Judged | str:
        judging = partial(
            judge,
            told.history,
            request.brand,
            registry=self._registry,
            now_ms=self._now_ms(),
            reader=current_principal(),
            beside=facts,
            issued=request.issued,
        )
        return await in_turn(judging, _work(told, facts))

    async def GetPayments(self, request: pb.GetPaymentsRequest, _: Any) -> pb.GetPaymentsResponse:  # noqa: N802
        if not current_principal().party:
            raise Unauthenticated("payments are told to those who paid or were paid; send a token")
        if not request.about:
            raise Rejected("about: name a party, a lot, the event of a delivery, or a payment")
        model = await self._model(request.after)
        keys = {canonical(request.about), *read(request.about).keys}
        found = await paying.payments_about(keys, model.payments)
        if not found.recorded:
            with suppress(NotFound, Rejected, codes.Ambiguous):  # of goods: of the deliveries that they came of
                told = await self._told(request.about, "back", ())
                found = await paying.payments_for(told.history, model.payments)
        shown = await paying.readable(found, current_principal(), self._registry, day_at(self._now_ms()))
        in_doubt = await self._delivering(model).doubts_of(shown)
        messages = [standing_message(one, in_doubt.get(one.payment.id, ())) for one in shown]
        _refuse_large("about: its payments", sum(message.ByteSize() for message in messages))
        return pb.GetPaymentsResponse(payments=messages, total_yuan=decimal_text(paying.total(shown)))

    async def ConsiderPayments(  # noqa: N802
        self, request: pb.ConsiderPaymentsRequest, _: Any
    ) -> pb.ConsiderPaymentsResponse:
        if not records_at_all(current_principal()):
            raise Unauthorised("none of your roles records payments")
        if len(request.records) > MAX_PAYMENTS:
            raise Rejected(f"records: {MAX_PAYMENTS} are the most that one call may ask about")
        model = await self._model(request.after)
        given = recorded_now(request.records, current_principal().party, self._now_ms())
        found = await self._delivering(model).considered(given)
        return pb.ConsiderPaymentsResponse(
            considered=[payments_pb2.PaymentDoubts(doubts=doubt_messages(one)) for one in found]
        )

    async def GetDeliveries(self, request: pb.GetDeliveriesRequest, _: Any) -> pb.GetDeliveriesResponse:  # noqa: N802
        grower = canonical(request.grower) if request.grower else current_principal().party
        if not current_principal().party:
            raise Unauthenticated("deliveries are told to who brought them and who took them in; send a token")
        model = await self._model(request.after)
        found = await self._delivering(model).deliveries(grower)
        today = day_at(self._now_ms())
        messages = (
            delivery_message(
                one.brought, paid_yuan=one.paid_yuan, unpaid_kg=one.unpaid_kg, registry=self._registry, today=today
            )
            for one in found
        )
        return pb.GetDeliveriesResponse(deliveries=messages)

    def _delivering(self, model: ReadModel) -> Delivering:
        return Delivering(
            events=model.store,
            payments=model.payments,
            registry=self._registry,
            reader=current_principal(),
            today=day_at(self._now_ms()),
        )

    async def GetPaidPrice(self, request: pb.GetPaidPriceRequest, _: Any) -> pb.GetPaidPriceResponse:  # noqa: N802
        told = await self._told(request.code, "back", request.after)
        model = await self._model(request.after)
        found = await paying.payments_for(told.history, model.payments)
        today = day_at(self._now_ms())
        price, may_tell = await paying.price(told.history, found, current_principal(), self._registry, today)
        return pb.GetPaidPriceResponse(price=price_message(price, may_tell=may_tell))

    async def QueryEvents(self, request: pb.QueryEventsRequest, _: Any) -> pb.QueryEventsResponse:  # noqa: N802
        query = event_query(request)
        model = await self._model(request.after)
        page = await model.store.query(query)
        token = page.next.token if page.next else ""
        return pb.QueryEventsResponse(events=self._shown(page.events), next_page_token=token)

    async def GetEvents(self, request: pb.GetEventsRequest, _: Any) -> pb.GetEventsResponse:  # noqa: N802
        _refuse_many("event_ids", request.event_ids)
        wanted = frozenset(request.event_ids)
        model = await self._model(request.after)
        found = await model.store.naming(wanted)
        meant = (e for e in found if not wanted.isdisjoint(_meant(e, request.with_corrected)))
        named = sorted(meant, key=lambda e: (e.first, e.record_id))
        _refuse_large("event_ids: their events", sum(len(event.event) for event in named))
        return pb.GetEventsResponse(events=self._shown(named))

    async def FindStored(self, request: pb.FindStoredRequest, _: Any) -> pb.FindStoredResponse:  # noqa: N802
        _refuse_many("record_ids", request.record_ids)
        model = await self._model(request.after)
        return pb.FindStoredResponse(record_ids=sorted(await model.store.stored(request.record_ids)))

    async def FindCodes(self, request: pb.FindCodesRequest, _: Any) -> pb.FindCodesResponse:  # noqa: N802
        most = MAX_CODES if current_principal().party else MAX_PUBLIC_CODES
        if len(request.codes) > most:
            raise Rejected(f"codes: {most} are the most that one call may ask for")
        model = await self._model(request.after)
        today = day_at(self._now_ms())
        found = [await self._find(read(code), model) for code in request.codes]
        return pb.FindCodesResponse(
            found=[pb.FoundCodes(codes=[self._found(key, today) for key in keys]) for keys in found]
        )

    async def FindNamed(self, request: pb.FindNamedRequest, _: Any) -> pb.FindNamedResponse:  # noqa: N802
        if len(request.keys) > MAX_NAMED:
            raise Rejected(f"keys: {MAX_NAMED} are the most that one call may ask for")
        model = await self._model(request.after)
        found = await model.store.named_by_others(frozenset(map(canonical, request.keys)), request.but_event_id)
        return pb.FindNamedResponse(keys=[key for key in request.keys if canonical(key) in found])

    async def GetCertificate(self, request: pb.GetCertificateRequest, _: Any) -> pb.GetCertificateResponse:  # noqa: N802
        if not 1 <= len(request.codes) <= MAX_NAMED:
            raise Rejected(f"codes: give the id or the printed number of one certificate, at most {MAX_NAMED}")
        model = await self._model(request.after)
        found = await self._certificates(request.codes, model)
        answer = pb.GetCertificateResponse(certificates=[certificate_message(c, self._now_ms()) for c in found])
        self._name(answer, (id_ for c in found for id_ in (c.issuer, *c.scope)))
        return answer

    async def GetDependents(self, request: pb.GetDependentsRequest, _: Any) -> pb.GetDependentsResponse:  # noqa: N802
        reader, now_ms = current_principal(), self._now_ms()
        if not reader.party:
            raise Unauthorised("what leaned on a certificate is told to those who trade in it: sign in first")
        model = await self._model(request.after)
        certificate = _one(request.certificate, await self._certificates([request.certificate], model))
        found = await leaning.ways(
            certificate,
            store=model.store,
            forward=lambda key: self._answer(Question((key,), "forward"), model),
            registry=self._registry,
            most=_page_size(request.page_size),
            after=_position(request.page_token),
            now_ms=now_ms,
        )
        page = depending.page(
            found.ways, certificate, reader=reader, registry=self._registry, today=day_at(now_ms), now_ms=now_ms
        )
        answer = pb.GetDependentsResponse(
            certificate=certificate_message(certificate, now_ms),
            dependents=[dependent_message(row, row.holders) for row in page.rows],
            next_page_token=found.next.token if found.next else "",
            withheld=len(page.withheld),
            withheld_kg=decimal_text(page.withheld_kg),
        )
        holders = [holder for row in page.rows for holder in row.holders]
        keys = [row.key for row in page.rows]
        ends = [id_ for holder in holders for id_ in (holder.site, holder.party) if id_]
        self._name(answer, [certificate.issuer, *certificate.scope, *keys, *ends])
        _refuse_large("page_size: a page of so many", answer.ByteSize())
        return answer

    async def _certificates(self, typed: Sequence[str], model: ReadModel) -> tuple[Certificate, ...]:
        declaring = partial(may_declare, registry=self._registry, today=day_at(self._now_ms()))
        found = await leaning.find_certificates([canonical(code.strip()) for code in typed], model.store, declaring)
        return tuple(verified(certificate, self._registry) for certificate in found)

    def _name(self, message: Any, ids: Iterable[str]) -> None:
        """What the registry calls each of these, whichever it is."""
        listed = list(dict.fromkeys(ids))
        products = {key: gtin for key in listed if (gtin := gtin_of(key))}
        today = day_at(self._now_ms())
        name_all(message, self._registry, places=listed, parties=listed, products=products, today=today)

    async def _find(self, code: Code, model: ReadModel) -> tuple[str, ...]:
        """What it may mean; the lots of a product are trade, and told to no public."""
        declaring = partial(may_declare, registry=self._registry, today=day_at(self._now_ms()))
        listing = bool(current_principal().party)
        return await codes.find(code, model.store, may_declare=declaring, list_lots=listing)

    async def _told(self, text: str, direction: Direction, after: Iterable[capture_pb2.Receipt]) -> Told:
        async def answer(keys: tuple[str, ...], model: ReadModel) -> Told:
            return await self._answer(Question(keys, direction), model)

        return await self._about(text, after, answer)

    async def _about(
        self,
        text: str,
        after: Iterable[capture_pb2.Receipt],
        answer: Callable[[tuple[str, ...], ReadModel], Awaitable[Answer]],
    ) -> Answer:
        """By what the code names, else by what it may mean. Raises NotFound, Rejected, `codes.Ambiguous`."""
        code = read(text)
        if not code.text:
            raise Rejected("code: give a lot, item or pallet as it is scanned, or the number under it")
        model = await self._model(after)
        for keys in filter(None, (code.keys, code.in_capitals)):
            if (told := await answer(keys, model)).history.steps:
                return told
        found = await self._find(code, model)
        if len(found) > 1 or (found and found[0].startswith(f"{code.product}/10/")):
            raise codes.Ambiguous(code, found)
        if not found:
            raise (Rejected if code.problem or not (code.keys or code.numbers) else NotFound)(codes.unknown(code))
        return await answer(found, model)

    async def _answer(self, question: Question, model: ReadModel) -> Told:
        told, kept = await model.histories.answer(question)
        CACHED_HISTORIES.labels("cache" if kept else "built").inc()
        return told

    def _found(self, key: str, today: date) -> pb.FoundCode:
        product = self._registry.product(gtin_of(key) or key, today)
        names = {"name_zh": product.name_zh, "name_en": product.name_en} if product else {}
        return pb.FoundCode(key=key, **names)

    async def _model(self, after: Iterable[capture_pb2.Receipt]) -> ReadModel:
        """The read model once it has applied `after`; where its feed has not seen so much, it answers nothing kept."""
        model = self._models.current
        receipts = [Receipt(receipt.topic, receipt.partition, receipt.offset) for receipt in after]
        events = [receipt for receipt in receipts if receipt.topic in model.following.topics]
        await asyncio.gather(*(self._registry_applied(receipt) for receipt in receipts if receipt not in events))
        seen = await model.following.until_applied(events)
        return model if seen else model.read_now()

    def _shown(self, events: Iterable[StoredEvent]) -> list[pb.StoredEvent]:
        principal, today = current_principal(), day_at(self._now_ms())
        return [_message(shown_to(principal, event, self._registry, today)) for event in events]


def _work(told: Told, facts: Beside) -> int:
    """Events and payments that are judged."""
    picks = sum(len(found.picks) for found in facts.plot_picks.values())
    return len(told.history.steps) + picks + len(facts.payments.recorded)


def _meant(event: StoredEvent, with_corrected: bool) -> Iterator[str]:
    """Its own id; of a declaration, where asked for, those that it names as right."""
    yield event.parsed.event_id
    declaration = event.parsed.error_declaration
    if with_corrected and declaration is not None:
        yield from declaration.corrective_event_ids


def as_service(implementation: TraceabilityServicer) -> Servicer:
    """For `runtime.grpc_server`."""
    name = pb.DESCRIPTOR.services_by_name["TraceabilityService"].full_name
    return Servicer(implementation, traceability_pb2_grpc.add_TraceabilityServiceServicer_to_server, name)


def _one(typed: str, found: Sequence[Certificate]) -> Certificate:
    if not typed.strip():
        raise Rejected("certificate: give its id or its printed number")
    if not found:
        raise NotFound(f"no certificate {typed} is recorded; type its number as it is printed, or its code (GDTI)")
    issued = [one for one in found if any(change.state == "issued" for change in one.states)] or found
    if len({one.id for one in issued}) > 1:
        raise Rejected(f"certificate: {typed} is on several; say which: {', '.join(one.id for one in issued)}")
    return min(issued, key=lambda one: min(change.recorded_ms for change in one.told))


def onward_size(request: pb.GetHistoryRequest) -> int:
    """Things a page tells of. Raises Rejected, naming the field."""
    if request.direction != pb.DIRECTION_FORWARD:
        raise Rejected("page_size: only a forward history comes in pages")
    if not 0 <= request.page_size <= MAX_ONWARD:
        raise Rejected(f"page_size: {request.page_size} is not between 1 and {MAX_ONWARD}")
    return request.page_size or DEFAULT_ONWARD


def _page_size(asked: int) -> int:
    if not 0 <= asked <= MAX_WAYS:
        raise Rejected(f"page_size: {asked} is not between 1 and {MAX_WAYS}")
    return asked or DEFAULT_WAYS


def _position(token: str) -> Position | None:
    try:
        return Position.of_token(token) if token else None
    except QueryError as error:
        raise Rejected(str(error)) from error


def event_query(request: pb.QueryEventsRequest) -> EventQuery:
    """Raises Rejected, naming the field."""
    matches: tuple[tuple[Match, Iterable[str]], ...] = (
        ("MATCH_epc", request.match_epc),
        ("MATCH_anyEPC", request.match_any_epc),
        ("MATCH_epcClass", request.match_epc_class),
        ("MATCH_anyEPCClass", request.match_any_epc_class),
    )
    try:
        return EventQuery(
            event_types=frozenset(request.event_types),
            actions=frozenset(request.actions),
            biz_steps=words(request.biz_steps),
            dispositions=words(request.dispositions),
            read_points=frozenset(map(canonical, request.read_points)),
            biz_locations=frozenset(map(canonical, request.biz_locations)),
            event_ids=frozenset(request.event_ids),
            event_time=_event_time(request),
            record_time=_record_time(request),
            matches=tuple(match(parameter, patterns) for parameter, patterns in matches if patterns),
            per_page=request.per_page or DEFAULT_PER_PAGE,
            after=Position.of_token(request.page_token) if request.page_token else None,
        )
    except QueryError as error:
        raise Rejected(str(error)) from error


def _event_time(request: pb.QueryEventsRequest) -> Range:
    """An absent bound is open; 0 is 1970."""
    return Range(
        request.ge_event_time_ms if request.HasField("ge_event_time_ms") else None,
        request.lt_event_time_ms if request.HasField("lt_event_time_ms") else None,
    )


def _record_time(request: pb.QueryEventsRequest) -> Range:
    return Range(
        request.ge_record_time_ms if request.HasField("ge_record_time_ms") else None,
        request.lt_record_time_ms if request.HasField("lt_record_time_ms") else None,
    )


def _refuse_many(field: str, given: Iterable[str]) -> None:
    if len(list(given)) > MAX_IDS:
        raise Rejected(f"{field}: {MAX_IDS} are the most that one call may ask for")


def _refuse_large(what: str, size: int) -> None:
    if size > MOST_ANSWER_BYTES:
        raise Rejected(f"{what} would take {size >> 20} MiB, more than one answer has; ask for less at a time")


def _message(shown: Shown) -> pb.StoredEvent:
    message = pb.StoredEvent(
        record_id=shown.record_id,
        event=shown.event,
        content_hash=shown.content_hash,
        record_time_ms=shown.record_time_ms,
        capturer=shown.capturer,
    )
    if shown.receipt is not None:
        topic, partition, offset = shown.receipt.topic, shown.receipt.partition, shown.receipt.offset
        message.receipt.CopyFrom(capture_pb2.Receipt(topic=topic, partition=partition, offset=offset))
    return message
