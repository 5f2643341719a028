"""What a service that captures holds open: its producer, its copy of the registry, and the door between them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from provenance.admission import Checks
from stream.capture import CaptureDoor
from stream.producer import EnvelopeProducer
from stream.registry_view import RegistryView
from wire.registry_codec import decode
from wire.topics import REGISTRY, Topic


@asynccontextmanager
async def opened_door(
    topic: Topic, *, checks: Checks, bootstrap: str, prefix: str, folder: Path
) -> AsyncIterator[tuple[CaptureDoor, EnvelopeProducer]]:
    """The door into `topic`, and the producer behind it; `folder` holds the view of the registry. Raises BrokerAway."""
    producer = EnvelopeProducer(bootstrap=bootstrap, topic_name=topic.name(prefix), client_id=topic.noun)
    view = RegistryView(folder / "registry.sqlite", bootstrap=bootstrap, topic=REGISTRY.name(prefix), decode=decode)
    await producer.start()
    view.start()
    yield CaptureDoor(topic=topic, checks=checks, log=producer, registry=view, now_ms=_now_ms), producer
    await producer.close()
    view.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
