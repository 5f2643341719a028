"""What a service that captures holds open: its producer, its copy of the registry, and the door between them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from provenance.access.admission import Checks, Examined
from stream.capture import CaptureDoor, Desk, EventDesk, Looked
from stream.producer import EnvelopeProducer
from stream.registry_view import RegistryView
from wire.registry_codec import decode
from wire.topics import REGISTRY, Topic


@asynccontextmanager
async def opened_door(
    topic: Topic, *, checks: Checks, bootstrap: str, prefix: str, folder: Path
) -> AsyncIterator[tuple[CaptureDoor[Examined], EnvelopeProducer]]:
    """The door for the events of `topic`, and the producer behind it; `folder` holds the view of the registry.

    Raises BrokerAway.
    """
    async with (
        followed_registry(bootstrap=bootstrap, prefix=prefix, folder=folder) as registry,
        door_for(topic, EventDesk(topic, checks), registry=registry, bootstrap=bootstrap, prefix=prefix) as opened,
    ):
        yield opened


@asynccontextmanager
async def followed_registry(*, bootstrap: str, prefix: str, folder: Path) -> AsyncIterator[RegistryView]:
    """A copy of the registry in `folder`, for all the doors of a service."""
    view = RegistryView(folder / "registry.sqlite", bootstrap=bootstrap, topic=REGISTRY.name(prefix), decode=decode)
    view.start()
    yield view
    view.close()


@asynccontextmanager
async def door_for(
    topic: Topic, desk: Desk[Looked], *, registry: RegistryView, bootstrap: str, prefix: str
) -> AsyncIterator[tuple[CaptureDoor[Looked], EnvelopeProducer]]:
    """The door into `topic`, and the producer behind it. Raises BrokerAway."""
    producer = EnvelopeProducer(bootstrap=bootstrap, topic_name=topic.name(prefix), client_id=topic.noun)
    await producer.start()
    yield CaptureDoor(desk=desk, log=producer, registry=registry, now_ms=_now_ms), producer
    await producer.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
