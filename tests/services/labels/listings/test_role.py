"""The role as a process of its own, on the real log and store: what a platform hears, though it is killed between."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey
from produce.v1 import listings_pb2, listings_pb2_grpc, traceability_pb2, traceability_pb2_grpc

from runtime.grpc_client import channel
from services.labels.domain import Order, Reservation
from services.labels.mongo import MongoLedger
from stream.admin import ensure_topics
from tests.services.labels.listings.market import BRAND, GTIN, LISTING, records, subscription
from tests.services.labels.listings.platform import platform
from tests.services.running import Site, eventually, free_port
from wire.topics import REGISTRY

LOT = f"{GTIN}/10/P1"


@dataclass
class Traceability(traceability_pb2_grpc.TraceabilityServiceServicer):
    """As far as listings ask it: 100 kg of one lot, of which 60 are left, until its claim is granted no more."""

    verdict: str = "granted"
    left_kg: str = "60"
    asked: list[Any] = field(default_factory=list)

    async def FindCodes(self, request: Any, context: Any) -> traceability_pb2.FindCodesResponse:  # noqa: N802
        assert request.branded
        found = traceability_pb2.FoundCodes(codes=[traceability_pb2.FoundCode(key=LOT)])
        return traceability_pb2.FindCodesResponse(found=[found])

    async def GetClaim(self, request: Any, context: Any) -> traceability_pb2.GetClaimResponse:  # noqa: N802
        self.asked.append(request)
        assert request.with_left and not request.issued
        claim = traceability_pb2.Claim(verdict=self.verdict)
        return traceability_pb2.GetClaimResponse(claim=claim, kilograms="100", left_kg=self.left_kg)


@dataclass
class Role:
    """How to start and kill it."""

    environ: dict[str, str]
    grpc_port: int
    http_port: int
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        command = [sys.executable, "-m", "services.labels.listings"]
        self.process = await asyncio.to_thread(subprocess.Popen, command, env=self.environ)

        async def ready() -> bool:
            assert self.process and self.process.poll() is None, "it ended"
            try:
                async with httpx.AsyncClient() as client:
                    return (await client.get(f"http://127.0.0.1:{self.http_port}/ready")).status_code == 200
            except httpx.HTTPError:
                return False

        await eventually(ready, 60)

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    async def metric(self, name: str) -> float:
        async with httpx.AsyncClient() as client:
            lines = (await client.get(f"http://127.0.0.1:{self.http_port}/metrics")).text.splitlines()
        return next((float(line.split()[-1]) for line in lines if line.startswith(f"{name} ")), 0.0)


@asynccontextmanager
async def served(implementation: Traceability) -> AsyncIterator[str]:
    server, target = grpc.aio.server(), f"127.0.0.1:{free_port()}"
    traceability_pb2_grpc.add_TraceabilityServiceServicer_to_server(implementation, server)
    server.add_insecure_port(target)
    await server.start()
    yield target
    await server.stop(0)


@pytest.fixture
async def traceability() -> AsyncIterator[tuple[Traceability, str]]:
    implementation = Traceability()  # type: ignore[abstract]
    async with served(implementation) as target:
        yield implementation, target


def role(site: Site, mongo_url: str, unique: str, target: str, folder: Path) -> Role:
    port, http_port = free_port(), free_port()
    settings = {
        "KAFKA": site.bootstrap, "TOPIC_PREFIX": unique, "GRPC_PORT": port, "HTTP_PORT": http_port,
        "JWKS_URL": f"{site.issuer}/.well-known/jwks.json", "MONGO_URL": mongo_url, "DATABASE": unique,
        "TRACEABILITY": target, "PUBLIC_URL": "https://suyuan.example", "STATE_FOLDER": folder / "listings",
        "PRIVATE_TARGETS": "127.0.0.0/8, ::1",
    }  # fmt: skip
    own = {f"SUYUAN_{name}": str(value) for name, value in settings.items()}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
    path = os.pathsep.join(filter(None, sys.path))
    return Role(plain | own | {"SSL_CERT_FILE": str(folder / "platform.crt"), "PYTHONPATH": path}, port, http_port)


async def test_what_was_written_down_is_heard_though_the_process_is_killed_and_a_recall_within_seconds(
    site: Site, mongo_url: str, unique: str, tmp_path: Path, traceability: tuple[Traceability, str]
) -> None:
    known, target = traceability
    await asyncio.to_thread(ensure_topics, site.bootstrap, prefix=unique, topics=(REGISTRY,))
    async with platform(tmp_path) as (there, _):
        await replace(site, prefix=unique).register([*records(), subscription(there.url)])
        there.answers = [0, 204]
        running = role(site, mongo_url, unique, target, tmp_path)
        await running.start()
        await there.hears(1)
        running.kill()
        await running.start()
        try:
            (first, body), (again, same) = await there.hears(2)
            assert (again["webhook-id"], same) == (first["webhook-id"], body)
            known.verdict = "held"
            headers, body = (await there.hears(3))[2]
            assert json.loads(body)["data"]["lots"] == []
            keys = await published(running)
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            (key,) = keys.keys
            assert isinstance(key, OKPKey)
            key.public_key.verify(b64decode(headers["webhook-signature"].removeprefix("v1a,")), signed)  # type: ignore[union-attr]
            jws.deserialize_compact(json.loads(body)["data"]["jws"], keys, algorithms=["Ed25519"])
            known.verdict = "granted"
            assert [lot["lot"] for lot in json.loads((await there.hears(4))[3][1])["data"]["lots"]] == ["P1"]

            async def all_heard() -> bool:
                return await running.metric("suyuan_webhook_waiting_messages") == 0

            await eventually(all_heard)
            assert await running.metric("suyuan_webhook_given_up_messages") == 0
        finally:
            running.kill()


async def test_labels_are_told_with_the_lot_and_counted_against_the_brand(
    site: Site, mongo_url: str, unique: str, tmp_path: Path, traceability: tuple[Traceability, str]
) -> None:
    await asyncio.to_thread(ensure_topics, site.bootstrap, prefix=unique, topics=(REGISTRY,))
    await replace(site, prefix=unique).register(records())
    ledger = MongoLedger(mongo_url, unique)
    order = Order("r1", BRAND, "09520001000010", "P1", 8)
    assert await ledger.reserve(Reservation(order, b"seed", 1, "owner", net_g=5000, lot_g=100_000))
    returned = Reservation(replace(order, request_id="r2", count=2), b"", 2, "owner", net_g=5000, act="returned")
    assert await ledger.reserve(returned)
    ledger.close()
    running = role(site, mongo_url, unique, traceability[1], tmp_path)
    await running.start()
    try:
        async with channel(f"127.0.0.1:{running.grpc_port}") as opened:
            stub = listings_pb2_grpc.ListingServiceStub(opened)
            listing = listings_pb2.Listing(shop=LISTING.shop, gtin=LISTING.gtin, brand=LISTING.brand)
            answer = await stub.CheckListings(listings_pb2.CheckListingsRequest(listings=[listing]))
            (lot,) = json.loads(answer.checked[0].said)["lots"]
            assert (lot["kilograms"], lot["kilograms_labelled"], lot["kilograms_left"]) == ("100", "30", "60")
            traceability[0].left_kg = "0"

            async def sold_out() -> bool:
                later = await stub.CheckListings(listings_pb2.CheckListingsRequest(listings=[listing]))
                return not json.loads(later.checked[0].said)["lots"]

            await eventually(sold_out)
            counts = await stub.CountLabels(listings_pb2.CountLabelsRequest(brands=[BRAND, "urn:x:none"]))
            mine, none = counts.counts
            assert (mine.issued, mine.returned, mine.kilograms) == (8, 2, "30")
            assert (none.issued, none.kilograms) == (0, "0")
    finally:
        running.kill()


async def published(running: Role) -> KeySet:
    async with channel(f"127.0.0.1:{running.grpc_port}") as opened:
        stub = listings_pb2_grpc.ListingServiceStub(opened)
        answer = await stub.GetListingKeys(listings_pb2.GetListingKeysRequest())
    return KeySet.import_key_set(json.loads(answer.jwks_json))
