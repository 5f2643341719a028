"""LabelService over gRPC: messages in, handlers called, messages out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from produce.v1 import labels_pb2, labels_pb2_grpc, traceability_pb2, traceability_pb2_grpc

from epcis.identifiers import Gtin, IdentifierError, Lgtin, parse
from provenance.label_link import LabelLink, SigningKey
from runtime.auth import current_principal
from runtime.grpc_server import Servicer
from services.labels import handlers
from services.labels.domain import Issued, Order, Reservation
from services.labels.keys import jwk_set
from services.labels.ports import Grant, Ledger, Publisher
from stream.keyed_producer import KeyedProducer
from wire.errors import NotFound, Rejected, Transient

_AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


@dataclass(frozen=True, slots=True)
class Signing:
    """How links are written and read."""

    key: SigningKey
    keys: Mapping[bytes, Ed25519PublicKey]
    public_url: str
    issuer: str

    def label(self, label: LabelLink) -> labels_pb2.Label:
        link = self.key.link(label, public_url=self.public_url, issuer=self.issuer)
        return labels_pb2.Label(link=link, gtin=label.gtin, lot=label.lot, serial=label.serial, short_code=label.serial)


class LabelServicer(labels_pb2_grpc.LabelServiceServicer):
    """`issue` and `ordered` are handlers with their ports bound."""

    def __init__(self, *, issue: partial[Any], ordered: partial[Any], ledger: Ledger, signing: Signing) -> None:
        self._issue, self._ordered, self._ledger, self._signing = issue, ordered, ledger, signing

    async def IssueLabels(self, request: labels_pb2.IssueLabelsRequest, _: Any) -> labels_pb2.IssueLabelsResponse:  # noqa: N802
        labels, grant = await self._issue(_order(request), after=request.after, principal=current_principal())
        return labels_pb2.IssueLabelsResponse(
            labels=[self._signing.label(label) for label in labels], claim=grant.claim if grant else None
        )

    async def GetOrder(self, request: labels_pb2.GetOrderRequest, _: Any) -> labels_pb2.GetOrderResponse:  # noqa: N802
        labels, grant = await self._ordered(request.request_id, principal=current_principal())
        return labels_pb2.GetOrderResponse(labels=[self._signing.label(label) for label in labels], claim=grant.claim)

    async def VerifyLabel(self, request: labels_pb2.VerifyLabelRequest, _: Any) -> labels_pb2.VerifyLabelResponse:  # noqa: N802
        signing = self._signing
        checked = await handlers.check(
            request.code,
            ledger=self._ledger,
            public_url=signing.public_url,
            issuer=signing.issuer,
            keys=signing.keys,
        )
        response = labels_pb2.VerifyLabelResponse(
            verdict=checked.verdict, sentence_zh=checked.sentence_zh, sentence_en=checked.sentence_en
        )
        if checked.issued:
            self._describe(checked.issued, response)
        return response

    async def GetKeys(self, request: labels_pb2.GetKeysRequest, _: Any) -> labels_pb2.GetKeysResponse:  # noqa: N802
        return labels_pb2.GetKeysResponse(jwks_json=json.dumps(jwk_set(self._signing.keys)))

    def _describe(self, issued: Issued, response: labels_pb2.VerifyLabelResponse) -> None:
        response.label.CopyFrom(self._signing.label(issued.label))
        response.issued_ms, response.brand = issued.issued_ms, issued.brand


def served(implementation: LabelServicer) -> Servicer:
    name = labels_pb2.DESCRIPTOR.services_by_name["LabelService"].full_name
    return Servicer(implementation, labels_pb2_grpc.add_LabelServiceServicer_to_server, name)


class TraceabilityClaims:
    """`services.labels.ports.ClaimSource` over gRPC."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = traceability_pb2_grpc.TraceabilityServiceStub(channel)

    async def grant(self, order: Order, after: Sequence[Any]) -> Grant:
        code = str(Lgtin(Gtin(order.gtin), order.lot))
        request = traceability_pb2.GetClaimRequest(code=code, brand=order.brand, after=after)
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
        )


class TopicPublisher(Publisher):
    """Puts what the ledger decided on the labels topic, keyed by lot."""

    def __init__(self, producer: KeyedProducer, topic: str, key_id: bytes) -> None:
        self._producer, self._topic, self._key_id = producer, topic, key_id

    async def publish(self, reservation: Reservation, serials: Sequence[str]) -> None:
        order = reservation.order
        record = labels_pb2.LabelsIssued(
            request_id=order.request_id,
            brand=order.brand,
            gtin=order.gtin,
            lot=order.lot,
            serials=serials,
            key_id=self._key_id.hex(),
            issued_ms=reservation.reserved_ms,
            event_ids=reservation.event_ids,
        )
        await self._producer.send(self._topic, order.lot_key.encode(), record.SerializeToString())


def _order(request: labels_pb2.IssueLabelsRequest) -> Order:
    try:
        lot = parse(request.lot)
    except IdentifierError as error:
        raise Rejected(f"lot: {error}") from error
    if not isinstance(lot, Lgtin):
        raise Rejected("lot: name a product and a lot, for example (01)09520001000010(10)PK260913-1.")
    return Order(request.request_id, request.brand, lot.gtin.value, lot.lot, request.count)


def _trouble(error: grpc.aio.AioRpcError) -> Exception:
    sentence = error.details() or "traceability gave no reason"
    if error.code() == grpc.StatusCode.NOT_FOUND:
        return NotFound(sentence)
    return Transient(sentence) if error.code() in _AWAY else Rejected(sentence)
