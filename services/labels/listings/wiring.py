"""Binds the ports to the technology: the ledger, the registry's view, traceability, the way to platforms."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from provenance.days import day_at
from runtime.grpc_client import channel
from runtime.grpc_server import Servicer
from runtime.health import Health
from services.labels import keys
from services.labels.listings import handlers
from services.labels.listings.addresses import read_networks
from services.labels.listings.config import ListingsConfig
from services.labels.listings.delivering import Delivering
from services.labels.listings.mongo import MongoBooks, MongoTellings
from services.labels.listings.on_sale import OnSale
from services.labels.listings.posting import Poster
from services.labels.listings.rounds import rounds
from services.labels.listings.rpc import ListingServicer, TraceabilityLots, served
from services.labels.listings.signing import Signer
from services.labels.mongo import MongoLedger
from stream.registry_view import RegistryView
from wire.registry_codec import decode
from wire.topics import REGISTRY


@dataclass(frozen=True, slots=True)
class Role:
    """What is served, and what goes on beside it."""

    servicer: Servicer
    telling: asyncio.Task[None]


@asynccontextmanager
async def connected(settings: ListingsConfig, health: Health) -> AsyncIterator[Role]:
    """Raises at its end what ended the telling before it was told to."""
    ledger = MongoLedger(settings.mongo_url, settings.database)
    books, tellings = MongoBooks(ledger), MongoTellings(ledger)
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    signer = Signer(keys.load(settings.state_folder / "keys", stamp=stamp), settings.issuer)
    registry = _registry(settings)
    delivering = Delivering(
        tellings=tellings,
        signer=signer,
        post=Poster(read_networks(settings.private_targets)),
        subscription=registry.subscription,
        today=lambda: day_at(_now_ms()),
        now_ms=_now_ms,
    )
    async with channel(settings.traceability) as traceability:
        lots = TraceabilityLots(traceability)
        on_sale = OnSale(lots=lots, books=books, clock_s=time.monotonic, root=settings.issuer)
        check = partial(handlers.check, registry=registry, on_sale=on_sale, issuer=settings.issuer, now_ms=_now_ms)
        noticing = partial(handlers.look, registry=registry, tellings=tellings, check=check, sign=signer.jws)
        look = partial(noticing, new_id=lambda: f"msg_{uuid.uuid4().hex}", now_ms=_now_ms)
        telling = asyncio.create_task(rounds(books, tellings, look, delivering, health))
        try:
            yield Role(served(ListingServicer(check=check, books=books, signer=signer)), telling)
        finally:
            try:
                await _end(telling)
            finally:
                await delivering.close()
                registry.close()
                ledger.close()


def _registry(settings: ListingsConfig) -> RegistryView:
    topic = REGISTRY.name(settings.topic_prefix)
    file = settings.state_folder / "registry.sqlite"
    view = RegistryView(file, bootstrap=settings.kafka, topic=topic, decode=decode)
    view.start()
    return view


async def _end(telling: asyncio.Task[None]) -> None:
    telling.cancel()
    with suppress(asyncio.CancelledError):
        await telling


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
