"""ListingService over gRPC, and traceability as it asks it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any

import grpc
from produce.v1 import listings_pb2, listings_pb2_grpc, traceability_pb2, traceability_pb2_grpc

from provenance.labels.on_sale import is_on_sale
from runtime.grpc_server import Servicer
from services.labels.listings.domain import MOST_LISTINGS, Listing, is_whole
from services.labels.listings.ports import Books, Granted
from services.labels.listings.signing import Signer
from wire.errors import Rejected, Transient

MOST_BRANDS = 100
TIMEOUT_S = 8.0
_UNKNOWN = (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.PERMISSION_DENIED)


class ListingServicer(listings_pb2_grpc.ListingServiceServicer):
    def __init__(
        self, *, check: Callable[[Sequence[Listing]], Awaitable[list[dict[str, Any]]]], books: Books, signer: Signer
    ) -> None:
        self._check, self._books, self._signer = check, books, signer

    async def CheckListings(  # noqa: N802
        self, request: listings_pb2.CheckListingsRequest, _: Any
    ) -> listings_pb2.CheckListingsResponse:
        if not 0 < len(request.listings) <= MOST_LISTINGS:
            raise Rejected(f"listings: give 1 to {MOST_LISTINGS} of them.")
        listings = [Listing(shop=one.shop, gtin=one.gtin, brand=one.brand) for one in request.listings]
        found = await self._check(listings)
        if not any(map(is_whole, found)):
            raise Transient("traceability does not say what is on sale: try again.")
        answers = [json.dumps(said, ensure_ascii=False).encode() for said in found]
        checked = [listings_pb2.CheckedListing(said=said, jws=self._signer.jws(said)) for said in answers]
        return listings_pb2.CheckListingsResponse(checked=checked)

    async def CountLabels(  # noqa: N802
        self, request: listings_pb2.CountLabelsRequest, _: Any
    ) -> listings_pb2.CountLabelsResponse:
        if len(request.brands) > MOST_BRANDS:
            raise Rejected(f"brands: give at most {MOST_BRANDS}.")
        counted = [await self._books.counts(brand) for brand in request.brands]
        rows = [
            listings_pb2.LabelCounts(
                issued=one.issued,
                on_rolls=one.on_rolls,
                bound=one.bound,
                returned=one.returned,
                voided=one.voided,
                kilograms=f"{(Decimal(one.grams) / 1000).normalize():f}",
            )
            for one in counted
        ]
        return listings_pb2.CountLabelsResponse(counts=rows)

    async def GetListingKeys(  # noqa: N802
        self, request: listings_pb2.GetListingKeysRequest, _: Any
    ) -> listings_pb2.GetListingKeysResponse:
        return listings_pb2.GetListingKeysResponse(jwks_json=self._signer.jwks)


def served(implementation: ListingServicer) -> Servicer:
    name = listings_pb2.DESCRIPTOR.services_by_name["ListingService"].full_name
    return Servicer(implementation, listings_pb2_grpc.add_ListingServiceServicer_to_server, name)


class TraceabilityLots:
    """`services.labels.listings.ports.Lots`: asked as the public asks."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = traceability_pb2_grpc.TraceabilityServiceStub(channel)

    async def of_product(self, product: str) -> Sequence[str]:
        request = traceability_pb2.FindCodesRequest(codes=[product], branded=True)
        try:
            answer = await self._stub.FindCodes(request, timeout=TIMEOUT_S)
        except grpc.aio.AioRpcError as error:
            if error.code() in _UNKNOWN:
                return ()
            raise Transient(f"traceability does not answer: {error.details()}") from error
        return [code.key for found in answer.found for code in found.codes]

    async def granted(self, lot: str, brand: str) -> Granted | None:
        request = traceability_pb2.GetClaimRequest(code=lot, brand=brand, with_left=True)
        try:
            answer = await self._stub.GetClaim(request, timeout=TIMEOUT_S)
        except grpc.aio.AioRpcError as error:
            if error.code() in _UNKNOWN:
                return None
            raise Transient(f"traceability does not answer: {error.details()}") from error
        left_kg = _kilograms(answer.left_kg)
        return Granted(_kilograms(answer.kilograms), left_kg) if is_on_sale(answer.claim.verdict, left_kg) else None


def _kilograms(text: str) -> Decimal | None:
    return Decimal(text) if text else None
