"""LabelService over gRPC: messages in, handlers called, messages out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from produce.v1 import labels_pb2, labels_pb2_grpc, traceability_pb2, traceability_pb2_grpc

from epcis.identifiers import Gtin, IdentifierError, Lgtin, parse
from provenance.label_link import ROLL_LENGTH, LabelLink, NotALabel, read_short_code
from provenance.labels.scanned_link import read_scanned
from runtime.auth import current_principal
from runtime.grpc_server import Servicer
from services.labels.domain import Checked, Order, Reservation, lot_key
from services.labels.handlers_looking import RollState
from services.labels.handlers_rolls import Ends
from services.labels.keys import Keyring
from services.labels.ports import Grant
from services.labels.rolls import RollOrder
from services.labels.scans_ports import Looked
from services.labels.scratch import secret
from services.labels.voids import VoidOrder
from wire.errors import NotFound, Overloaded, Rejected, Transient

_SIGNED_AT_ONCE = 100
_TROUBLES: Mapping[grpc.StatusCode, type[Exception]] = {
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.INVALID_ARGUMENT: Rejected,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
}


@dataclass(frozen=True, slots=True)
class Signing:
    """How links are written and read."""

    keys: Keyring
    public_url: str
    issuer: str
    scratch_key: bytes

    def label(self, label: LabelLink, *, with_secret: bool = False) -> labels_pb2.Label:
        link = self.keys.signer.link(label, public_url=self.public_url, issuer=self.issuer)
        return labels_pb2.Label(
            link=link,
            gtin=label.gtin,
            lot=label.lot,
            serial=label.serial,
            short_code=label.serial,
            roll=label.roll,
            secret=secret(self.scratch_key, label.serial) if with_secret else "",
        )

    def serial(self, code: str) -> str:
        """The serial of a short code, or of a link that is signed by us. Raises NotALabel."""
        if "/" not in code:
            return read_short_code(code)
        keys = self.keys.verifying
        return read_scanned(code.strip(), public_url=self.public_url, issuer=self.issuer, keys=keys).serial

    async def labels(self, labels: Sequence[LabelLink], *, with_secrets: bool) -> list[labels_pb2.Label]:
        """Some at a time: while ten thousand are signed, look-ups are answered in between."""
        signed: list[labels_pb2.Label] = []
        for start in range(0, len(labels), _SIGNED_AT_ONCE):
            signed += [self.label(one, with_secret=with_secrets) for one in labels[start : start + _SIGNED_AT_ONCE]]
            await asyncio.sleep(0)
        return signed


@dataclass(frozen=True, slots=True)
class Calls:
    """The handlers, with their ports bound."""

    issue: partial[Any]
    ordered: partial[Any]
    issue_roll: partial[Any]
    printed: partial[Any]
    bind: partial[Any]
    give_back: partial[Any]
    make_void: partial[Any]
    roll: partial[Any]
    rolls: partial[Any]
    orders: partial[Any]
    between: partial[Any]
    check: partial[Any]
    looked: partial[Any]
    check_secret: partial[Any]
    check_all: partial[Any]


class LabelServicer(labels_pb2_grpc.LabelServiceServicer):
    def __init__(self, *, calls: Calls, signing: Signing) -> None:
        self._calls, self._signing = calls, signing

    async def IssueLabels(self, request: labels_pb2.IssueLabelsRequest, _: Any) -> labels_pb2.IssueLabelsResponse:  # noqa: N802
        labels, grant = await self._calls.issue(_order(request), after=request.after, principal=current_principal())
        return labels_pb2.IssueLabelsResponse(
            labels=await self._signing.labels(labels, with_secrets=request.with_secrets),
            claim=grant.claim if grant else None,
        )

    async def GetOrder(self, request: labels_pb2.GetOrderRequest, _: Any) -> labels_pb2.GetOrderResponse:  # noqa: N802
        labels, grant = await self._calls.ordered(request.request_id, principal=current_principal())
        return labels_pb2.GetOrderResponse(
            labels=await self._signing.labels(labels, with_secrets=request.with_secrets), claim=grant.claim
        )

    async def ListOrders(self, request: labels_pb2.ListOrdersRequest, _: Any) -> labels_pb2.ListOrdersResponse:  # noqa: N802
        listed = await self._calls.orders(principal=current_principal())
        return labels_pb2.ListOrdersResponse(orders=map(_made_order, listed))

    async def GetRoll(self, request: labels_pb2.GetRollRequest, _: Any) -> labels_pb2.GetRollResponse:  # noqa: N802
        labels = await self._calls.printed(request.request_id, principal=current_principal())
        number = labels[0].roll
        return labels_pb2.GetRollResponse(
            roll=number, labels=await self._signing.labels(labels, with_secrets=request.with_secrets)
        )

    async def IssueRoll(self, request: labels_pb2.IssueRollRequest, _: Any) -> labels_pb2.IssueRollResponse:  # noqa: N802
        order = RollOrder(request.request_id, request.brand, _gtin(request.gtin), request.count)
        labels = await self._calls.issue_roll(order, principal=current_principal())
        return labels_pb2.IssueRollResponse(
            roll=order.roll, labels=await self._signing.labels(labels, with_secrets=request.with_secrets)
        )

    async def BindRoll(self, request: labels_pb2.BindRollRequest, _: Any) -> labels_pb2.BindRollResponse:  # noqa: N802
        ends, lot = self._ends(request), _lot(request.lot)
        bind = self._calls.bind
        count, grant = await bind(
            ends, lot.lot, gtin=lot.gtin.value, after=request.after, principal=current_principal()
        )
        return labels_pb2.BindRollResponse(count=count, claim=grant.claim if grant else None)

    async def ReturnLabels(self, request: labels_pb2.ReturnLabelsRequest, _: Any) -> labels_pb2.ReturnLabelsResponse:  # noqa: N802
        count = await self._calls.give_back(self._ends(request), principal=current_principal())
        return labels_pb2.ReturnLabelsResponse(count=count)

    async def VoidLabels(self, request: labels_pb2.VoidLabelsRequest, _: Any) -> labels_pb2.VoidLabelsResponse:  # noqa: N802
        serials = tuple(sorted({self._serial(code) for code in request.codes}))
        order = VoidOrder(request.request_id, serials, request.reason)
        return labels_pb2.VoidLabelsResponse(count=await self._calls.make_void(order, principal=current_principal()))

    async def GetRollState(self, request: labels_pb2.GetRollStateRequest, _: Any) -> labels_pb2.GetRollStateResponse:  # noqa: N802
        code = request.code.strip()
        number, serial = (code.upper(), "") if len(code) == ROLL_LENGTH else ("", self._serial(code))
        state = await self._calls.roll(number, serial, principal=current_principal())
        return labels_pb2.GetRollStateResponse(roll=_roll_state(state))

    async def ListRolls(self, request: labels_pb2.ListRollsRequest, _: Any) -> labels_pb2.ListRollsResponse:  # noqa: N802
        listed = await self._calls.rolls(principal=current_principal())
        return labels_pb2.ListRollsResponse(rolls=map(_roll_state, listed))

    async def GetStretch(self, request: labels_pb2.GetStretchRequest, _: Any) -> labels_pb2.GetStretchResponse:  # noqa: N802
        found = await self._calls.between(
            self._serial(request.first), self._serial(request.last), principal=current_principal()
        )
        return labels_pb2.GetStretchResponse(gtin=found.gtin, roll=found.roll, lots=found.lots, serials=found.serials)

    async def VerifyLabel(self, request: labels_pb2.VerifyLabelRequest, _: Any) -> labels_pb2.VerifyLabelResponse:  # noqa: N802
        # Both at once: a code that is not ours is asked about for nothing, and nobody else waits for two answers.
        checked, looked = await asyncio.gather(self._calls.check(request.code), self._calls.looked(request.code))
        return self._with_look_ups(request.code, checked, looked)

    async def VerifyLabels(self, request: labels_pb2.VerifyLabelsRequest, _: Any) -> labels_pb2.VerifyLabelsResponse:  # noqa: N802
        codes = request.codes
        if not request.with_look_ups:
            return labels_pb2.VerifyLabelsResponse(answers=map(_answered, await self._calls.check_all(codes)))
        looking = asyncio.gather(*map(self._calls.looked, codes))
        checked, looked = await asyncio.gather(self._calls.check_all(codes), looking)
        return labels_pb2.VerifyLabelsResponse(answers=map(self._with_look_ups, codes, checked, looked))

    def _with_look_ups(self, code: str, checked: Checked, looked: Looked | None) -> labels_pb2.VerifyLabelResponse:
        response = _answered(checked)
        if checked.issued:
            # A signature is dear, and whoever has the link has it already.
            given = code.strip()
            response.label.link = given if "/" in given else self._signing.label(checked.issued.label).link
            if looked is not None:
                response.look_ups.MergeFrom(_look_ups(looked))
        return response

    async def CheckSecret(self, request: labels_pb2.CheckSecretRequest, _: Any) -> labels_pb2.CheckSecretResponse:  # noqa: N802
        try:
            serial = self._signing.serial(request.code)
        except NotALabel:
            return labels_pb2.CheckSecretResponse(verdict="not_ours")
        tried = await self._calls.check_secret(serial, request.secret)
        return labels_pb2.CheckSecretResponse(verdict=tried.verdict, confirmed_ms=tried.confirmed_ms)

    async def GetKeys(self, request: labels_pb2.GetKeysRequest, _: Any) -> labels_pb2.GetKeysResponse:  # noqa: N802
        signing = self._signing
        return labels_pb2.GetKeysResponse(
            jwks_json=signing.keys.jwk_set(issuer=signing.issuer, url=signing.public_url),
            verifier_keys=signing.keys.verifier_keys(name=f"{signing.issuer}/labels"),
        )

    def _ends(self, request: labels_pb2.BindRollRequest | labels_pb2.ReturnLabelsRequest) -> Ends:
        return Ends(request.request_id, self._serial(request.first), self._serial(request.last))

    def _serial(self, code: str) -> str:
        """Of what somebody who packs scanned: a forged label at the end of a roll binds nothing. Raises Rejected."""
        try:
            return self._signing.serial(code)
        except NotALabel as error:
            raise Rejected(f"{error} {error.sentence_zh}".rstrip()) from None


def _made_order(made: Reservation) -> labels_pb2.MadeOrder:
    order = made.order
    return labels_pb2.MadeOrder(
        request_id=order.request_id, gtin=order.gtin, lot=order.lot, count=order.count, made_ms=made.reserved_ms
    )


def _roll_state(state: RollState) -> labels_pb2.RollState:
    roll = state.roll
    order = roll.order
    return labels_pb2.RollState(
        roll=order.roll,
        request_id=order.request_id,
        brand=order.brand,
        gtin=order.gtin,
        count=order.count,
        printed_ms=roll.printed_ms,
        void=state.void,
        parts=[
            labels_pb2.RollPart(
                first=part.first + 1,
                last=part.last + 1,
                lot=part.reservation.order.lot,
                state="bound" if part.is_bound else "under_way",
            )
            for part in sorted(roll.parts, key=lambda part: part.first)
        ],
    )


def _answered(checked: Checked) -> labels_pb2.VerifyLabelResponse:
    """Without the link, which is signed anew."""
    response = labels_pb2.VerifyLabelResponse(
        verdict=checked.verdict, sentence_zh=checked.sentence_zh, sentence_en=checked.sentence_en
    )
    if issued := checked.issued:
        label = issued.label
        response.label.MergeFrom(
            labels_pb2.Label(
                gtin=label.gtin, lot=issued.lot, serial=label.serial, short_code=label.serial, roll=label.roll
            )
        )
        response.issued_ms, response.brand = issued.issued_ms, issued.brand
    return response


def _look_ups(looked: Looked) -> labels_pb2.LookUps:
    looks = [labels_pb2.Look(hour=look.hour, cell=str(look.cell or "")) for look in looked.looks]
    return labels_pb2.LookUps(looks=looks, more=looked.more)


def served(implementation: LabelServicer) -> Servicer:
    name = labels_pb2.DESCRIPTOR.services_by_name["LabelService"].full_name
    return Servicer(implementation, labels_pb2_grpc.add_LabelServiceServicer_to_server, name)


class TraceabilityClaims:
    """`services.labels.ports.ClaimSource` over gRPC."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)

    async def grant(self, order: Order, after: Sequence[Any]) -> Grant:
        code = str(Lgtin(Gtin(order.gtin), order.lot))
        request = traceability_pb2.GetClaimRequest(code=code, brand=order.brand, after=after, with_made_of=True)
        try:
            answer = await self._stub.GetClaim(request)
        except grpc.aio.AioRpcError as error:
            raise _trouble(error) from error
        return Grant(
            answer.claim.verdict == "granted",
            answer.claim,
            answer.kilograms,
            answer.net_weight_kg,
            answer.brand_owner,
            tuple(dict.fromkeys(id_ for result in answer.claim.results for id_ in result.event_ids)),
            dict(_made_of(answer)),
        )


def _made_of(answer: traceability_pb2.GetClaimResponse) -> Iterator[tuple[str, str]]:
    for source in answer.made_of:
        with suppress(IdentifierError):
            if isinstance(lot := parse(source.lot), Lgtin):  # what is no lot of a product bears no labels
                yield lot_key(lot.gtin.value, lot.lot), source.bears_kg


def _order(request: labels_pb2.IssueLabelsRequest) -> Order:
    lot = _lot(request.lot)
    return Order(request.request_id, request.brand, lot.gtin.value, lot.lot, request.count)


def _lot(code: str) -> Lgtin:
    try:
        lot = parse(code)
    except IdentifierError as error:
        raise Rejected(f"lot: {error}") from error
    if not isinstance(lot, Lgtin):
        raise Rejected("lot: name a product and a lot, for example (01)09520001000010(10)PK260913-1.")
    return lot


def _gtin(digits: str) -> str:
    try:
        return Gtin(digits).value
    except IdentifierError as error:
        raise Rejected(f"gtin: {error}") from error


def _trouble(error: grpc.aio.AioRpcError) -> Exception:
    """What is no answer about the lot is no refusal: the same request may be sent again."""
    sentence = error.details() or "traceability gave no reason"
    return _TROUBLES.get(error.code(), Transient)(sentence)
