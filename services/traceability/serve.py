"""Role `serve`: answers from the store. `python -m services.traceability.serve`."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from functools import partial

from provenance.access.declaring import may_declare
from provenance.access.say import parties_of
from provenance.cold_chain.loggers import registered_on
from provenance.days import day_at
from provenance.graph.gathering import backward
from provenance.histories.history import History
from provenance.registry.records import Registry
from provenance.weights import registered
from runtime import config, logs, process
from runtime.auth import Verifier
from runtime.grpc_server import serve
from runtime.health import Health, HealthServer, not_yet
from services.traceability.claims.plot_seasons import Caches, PlotCache, size_of_picks, trace_plot
from services.traceability.cold_chain.days import ColdDays
from services.traceability.cold_chain.reading import ColdReading
from services.traceability.cold_chain.sweep import DaySweep
from services.traceability.config import ServeConfig
from services.traceability.histories.cache import HistoryCache
from services.traceability.histories.following import Following
from services.traceability.histories.kept_names import KeptNames
from services.traceability.histories.telling import Question, Told, size_of, tell, trace, walk
from services.traceability.histories.walks import Walks
from services.traceability.model import Models, ReadModel
from services.traceability.mongo.connection import Client, connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.feed import MongoChangeFeed
from services.traceability.mongo.fitness import check_fit
from services.traceability.mongo.generations import MongoPointer, generation_database
from services.traceability.mongo.payments import MongoPaymentStore
from services.traceability.mongo.progress import MongoProgress
from services.traceability.patience import patiently
from services.traceability.recalls.reaching import Recalls, recall_lists, recall_reaches
from services.traceability.rpc import TraceabilityServicer, as_service
from stream.registry_view import RegistryView
from wire.registry_codec import decode
from wire.topics import REGISTRY

PLOTS_PART, NAMES_PART, WALKS_PART, RECALLS_PART = 8, 4, 8, 16
"""One part in so many of the cache is for what was picked on plots, for what the store said of names, for forward
histories that are told in pages, and twice for recalls: which there are, and where they lead."""


async def main(stop: asyncio.Event) -> None:
    settings = config.read(ServeConfig, os.environ)
    logs.configure("traceability-serve")
    await run(settings, stop)


async def run(settings: ServeConfig, stop: asyncio.Event) -> None:
    health = Health()
    health.ready["registry"], registry_ready = not_yet("the registry was not read yet")
    probes = HealthServer(health, port=settings.http_port)
    await probes.start()

    client = connect(settings.mongo_url)
    await patiently(partial(check_fit, client), stop)
    registry = RegistryView(
        settings.state_folder / "registry.sqlite",
        bootstrap=settings.kafka,
        topic=REGISTRY.name(settings.topic_prefix),
        decode=decode,
    )
    registry.start()
    models = Models(
        pointer=MongoPointer(client, settings.database),
        open_model=partial(open_model, client, settings, registry),
    )
    health.ready["store"] = models.not_ready
    servicer = TraceabilityServicer(
        models=models,
        registry=registry,
        registry_applied=registry.applied,
        registry_caught_up=registry.caught_up,
        registry_revision=lambda: registry.revision,
        now_ms=now_ms,
    )
    following = asyncio.create_task(models.run())
    following.add_done_callback(lambda _: stop.set())
    try:
        await patiently(registry.caught_up, stop)
        registry_ready()
        verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)
        await serve([as_service(servicer)], port=settings.grpc_port, verifier=verifier, stop=stop)
    finally:
        await _end(following)
        registry.close()
        client.close()
        await probes.close()


async def _end(following: asyncio.Task[None]) -> None:
    """Raises what ended it before it was told to."""
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


def open_model(client: Client, settings: ServeConfig, registry: Registry, generation: int) -> ReadModel:
    """The read model of a generation, its feed not yet followed."""
    database = generation_database(settings.database, generation)
    store = MongoEventStore(client, database)
    declaring = partial(may_declare, registry)
    parties = parties_of(registry, lambda: day_at(now_ms()))
    weights = registered(registry)
    parts = (PLOTS_PART, NAMES_PART, WALKS_PART, RECALLS_PART, RECALLS_PART)
    apart = sum(settings.cache_bytes // part for part in parts)
    names = KeptNames(store.gathered, max_bytes=settings.cache_bytes // NAMES_PART)
    histories: HistoryCache[Question, History, Told] = HistoryCache(
        naming=store.gathered,
        as_kept=lambda question: names.naming(backward if question.direction == "back" else None),
        trace=partial(trace, may_declare=declaring, net_weight=weights, parties=parties),
        tell=tell,
        size_of=size_of,
        max_bytes=settings.cache_bytes - apart,
    )
    plots: PlotCache = HistoryCache(
        naming=store.gathered,
        trace=partial(trace_plot, may_declare=declaring, net_weight=weights),
        tell=lambda picks, _read: picks,
        size_of=size_of_picks,
        max_bytes=settings.cache_bytes // PLOTS_PART,
    )
    of_recalls = settings.cache_bytes // RECALLS_PART
    recalls = recall_lists(store.gathered, max_bytes=of_recalls)
    reaches = recall_reaches(store.gathered, may_declare=declaring, parties=parties, max_bytes=of_recalls)
    days = ColdDays(store, partial(registered_on, registry), declaring)
    following = Following(
        feed=MongoChangeFeed(client, database),
        progress=MongoProgress(client, database),
        cache=Caches(names, histories, plots, recalls, reaches, DaySweep(days, now_ms)),
        topics=settings.topics,
    )
    payments = MongoPaymentStore(client, database)
    cold = ColdReading(days, registry, now_ms)
    begin = partial(walk, may_declare=declaring, net_weight=weights, parties=parties)
    walks = Walks(naming=store.gathered, begin=begin, tell=tell, max_bytes=settings.cache_bytes // WALKS_PART)
    return ReadModel(
        generation, store, histories, names, plots, cold, following, payments, walks, Recalls(recalls, reaches)
    )


def now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    process.run(main)
