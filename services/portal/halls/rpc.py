"""Listings and the labels of brands over gRPC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import grpc
from produce.v1 import listings_pb2, listings_pb2_grpc

from services.portal.halls.ports import Checked, LabelCounts
from services.portal.rpc import READ_TIMEOUT_S, call, shaped


class GrpcListings:
    """`services.portal.halls.ports.Listings`: asked as the public asks."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = listings_pb2_grpc.ListingServiceStub(channel)

    async def check(self, listings: Sequence[Mapping[str, str]]) -> Sequence[Checked]:
        request = listings_pb2.CheckListingsRequest(listings=[listings_pb2.Listing(**one) for one in listings])
        answer = await call(self._stub.CheckListings, request, "", READ_TIMEOUT_S)
        return [Checked(one.said, one.jws) for one in answer.checked]

    async def counts(self, brands: Sequence[str]) -> Sequence[LabelCounts]:
        answer = await call(self._stub.CountLabels, listings_pb2.CountLabelsRequest(brands=brands), "", READ_TIMEOUT_S)
        return [shaped(one, LabelCounts) for one in answer.counts]

    async def keys(self) -> str:
        answer = await call(self._stub.GetListingKeys, listings_pb2.GetListingKeysRequest(), "", READ_TIMEOUT_S)
        return str(answer.jwks_json)
