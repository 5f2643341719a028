"""The stand with labels: an orchard's lots, so many labels of them in the ledger, and the product's own processes."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.look_up import stored
from bench.orchards import RECORDED_MS, START
from bench.stand import ROOT, Engines, Stand, outside
from deploy.local.ports import free_port, taken
from deploy.local.processes import services
from deploy.local.server import Server, listens
from deploy.local.site import PORTS, Site
from provenance.label_link import LabelLink
from provenance.registry.records import Record
from provenance.reports import Json
from services.labels import keys
from services.labels.domain import Order, Reservation
from services.labels.mongo import MongoLedger
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.generations import MongoPointer
from services.traceability.ports import Generations
from simulator.world import World
from stream.admin import ensure_topics
from wire.topics import ALL_TOPICS

MOST_LOTS = 100
NET_G = 5_000
NEEDED = ("traceability-serve", "labels", "portal")
ANYBODYS = {"SUYUAN_REQUESTS_PER_SECOND": "1000000", "SUYUAN_TRUSTED_PROXIES": "127.0.0.1"}
"""The load comes from one machine and names callers as a proxy does."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Lots of a brand with what was reported of them, each pooled of three growers and graded, and their labels."""

    brand: str
    gtin: str
    lots: Sequence[str]
    records: Sequence[Record]
    bodies: Sequence[Json]
    each: int

    @classmethod
    def grown(cls, labels: int) -> Labelled:
        world = World(seed=6, start=START)
        station, growers = world.site("station"), [world.grow() for _ in range(3)]
        lots, bodies = list[str](), list[Json]()
        for _ in range(min(MOST_LOTS, max(1, labels // 100))):
            pooled = world.pool([world.pick(one, 400, station=station) for one in growers], site=station)
            world.inspect([pooled], site=station)
            lots += world.grade(pooled, [1100], site=station)
            bodies += world.events
            world.forget()
            world.now = START
        brand, gtin = world.brand(gtins=[world.fruit]), world.fruit.rsplit("/", 1)[1]
        return cls(brand.id, gtin, lots, tuple(world.records), bodies, labels // len(lots))


class LabelStand(Stand):
    """`links` are signed as the labels service signs them, once it was started."""

    def __init__(self, engines: Engines, folder: Path) -> None:
        super().__init__(engines, folder)
        ensure_topics(engines.bootstrap, prefix=self.prefix, topics=ALL_TOPICS)
        self.site = Site(_free_base(), self._folder / "var", engines.bootstrap, engines.store_url)

    @property
    def ledger(self) -> str:
        """Name of the database."""
        return f"{self.prefix}labels"

    @property
    def portal(self) -> int:
        return self.site.port("portal")

    @property
    def probes(self) -> int:
        """Port of the probes and figures of who looks histories up."""
        return self.site.port("traceability-http")

    def start(self) -> None:
        """The processes of the product that a label's page needs, with the settings they have there."""
        for process in services(self.site):
            if process.name in NEEDED:
                probe = f"http://127.0.0.1:{self.site.port(process.probe)}/ready"
                self._start(process.name, process.module, self._settings(process.settings), probe)

    def stock(self) -> int:
        """Port of the pages of stock pieces, and behind them a gRPC server that answers with nothing."""
        called, port = free_port(), free_port()
        self._beside("bare-grpc", called, str(called))
        self._beside("plain-http", port, str(port), f"127.0.0.1:{called}", self.engines.store_url, self.ledger)
        return port

    def _beside(self, name: str, port: int, *arguments: str) -> None:
        self._servers[name] = Server(
            name,
            [sys.executable, "-m", f"bench.{name.replace('-', '_')}", *arguments],
            folder=ROOT,
            log=self._folder / f"{name}.log",
            answers=partial(listens, port),
            environment=outside(),
        )

    def link(self, label: LabelLink) -> str:
        owned = keys.load(self.site.var / "labels" / "keys", stamp="")
        return owned.signer.link(label, public_url=self.site.portal_url, issuer="suyuan")

    def _settings(self, of: Mapping[str, str]) -> dict[str, str]:
        ours = {"SUYUAN_TOPIC_PREFIX": self.prefix, "SUYUAN_JWKS_URL": f"{self._issuer}/.well-known/jwks.json"}
        ours |= {"SUYUAN_TOKEN_ISSUER": self._issuer}
        if database := of.get("SUYUAN_DATABASE"):
            ours["SUYUAN_DATABASE"] = self.ledger if "labels" in database else self.prefix
        if "SUYUAN_PUBLIC_URL" in of and "SUYUAN_IDENTITY" in of:
            ours |= {"SUYUAN_SESSION_KEY": secrets.token_hex(32), "SUYUAN_IDENTITY": self._issuer, **ANYBODYS}
        return {**of, **ours}


@contextmanager
def label_stand(engines: Engines, folder: Path) -> Iterator[LabelStand]:
    standing = LabelStand(engines, folder)
    try:
        yield standing
    finally:
        standing.close()


async def planted(standing: LabelStand, grown: Labelled) -> list[LabelLink]:
    """What was reported into the event store, and the labels into the ledger, by the code that writes them there."""
    client = connect(standing.engines.store_url)
    await MongoPointer(client, standing.prefix).replace(Generations(), Generations())
    store = MongoEventStore(client, standing.database)
    await store.prepare()
    events = stored(grown.bodies)
    for start in range(0, len(events), 50):
        await store.record(events[start : start + 50])
    client.close()
    ledger = MongoLedger(standing.engines.store_url, standing.ledger)
    await ledger.prepare()
    labels = [label for key in grown.lots for label in await _issued(ledger, grown, key.rsplit("/", 1)[1])]
    ledger.close()
    return labels


async def _issued(ledger: MongoLedger, grown: Labelled, lot: str) -> list[LabelLink]:
    order = Order(f"bench-{lot}", grown.brand, grown.gtin, lot, grown.each)
    entered = Reservation(
        order, secrets.token_bytes(32), RECORDED_MS, "", published=True, net_g=NET_G, lot_g=NET_G * grown.each
    )
    if not await ledger.reserve(entered):
        raise ValueError(f"the ledger takes no labels for lot {lot}")
    return [LabelLink(order.gtin, order.lot, one) for one in await ledger.serials(entered.series)]


def _free_base() -> int:
    while any(taken((base := free_port()) + distance) for distance in PORTS.values()):
        pass
    return base


def plant(standing: LabelStand, grown: Labelled) -> list[LabelLink]:
    standing.register(grown.records)
    return asyncio.run(planted(standing, grown))
