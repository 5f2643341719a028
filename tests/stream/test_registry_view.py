"""What the registry's view adds to the port: restarts, erasure, waiting, other clusters' files."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from provenance.registry.records import Party, Record
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.receipts import Receipt
from stream.registry_view import OLDEST_FILE_S, RegistryView
from wire.errors import Transient
from wire.registry_codec import decode, encode, key
from wire.topics import REGISTRY

TODAY = date(2026, 11, 1)
LI = Party(id="https://suyuan.example/grower/7f3a", kind="grower", name_zh="李秀英的名字")


@dataclass
class Views:
    """One topic, and views of it that are opened and closed."""

    folder: Path
    bootstrap: str
    topic: str
    producer: KeyedProducer
    now: float = 1_000_000.0

    async def put(self, *records: Record) -> Receipt:
        return (await self.producer.send_all([Message(self.topic, key(r), encode(r)) for r in records]))[-1]

    async def erase(self, record: Record) -> Receipt:
        return await self.producer.send(self.topic, key(record), None)

    def open(self, decoding: Callable[[bytes], Record] = decode) -> RegistryView:
        view = RegistryView(
            self.file, bootstrap=self.bootstrap, topic=self.topic, decode=decoding, now=lambda: self.now
        )
        view.start()
        return view

    @property
    def file(self) -> Path:
        return self.folder / "registry.sqlite"


@pytest.fixture
async def views(kafka_bootstrap: str, topic_prefix: str, tmp_path: Path) -> AsyncIterator[Views]:
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[REGISTRY])
    producer = KeyedProducer(bootstrap=kafka_bootstrap, client_id="views", transactional_id=f"{topic_prefix}-registry")
    await producer.start()
    yield Views(tmp_path, kafka_bootstrap, REGISTRY.name(topic_prefix), producer)
    await producer.close()


async def test_a_view_goes_on_after_a_restart_from_where_it_was(views: Views) -> None:
    await views.put(LI)
    first = views.open()
    await first.caught_up(10)
    reached = first.next_offset
    first.close()
    await views.put(replace(LI, version=2, name_zh="乙"))
    decoded = []

    def counting(value: bytes) -> Record:
        decoded.append(value)
        return decode(value)

    second = views.open(counting)
    assert second.next_offset == reached
    await second.caught_up(10)
    assert len(decoded) == 1
    assert [record.version for record in second.versions("party", LI.id)] == [2, 1]
    second.close()


async def test_a_tombstone_erases_the_record_from_memory_and_from_the_disk(views: Views) -> None:
    await views.put(LI, replace(LI, version=2, name_zh="public"))
    view = views.open()
    await view.caught_up(10)
    assert len(view.versions("party", LI.id)) == 2
    await view.applied(await views.erase(LI), 10)
    assert [record.version for record in view.versions("party", LI.id)] == [2]
    view.close()
    on_disk = b"".join(path.read_bytes() for path in views.folder.glob("registry.sqlite*"))
    assert LI.name_zh.encode() not in on_disk


async def test_a_write_is_read_once_its_receipt_is_applied(views: Views) -> None:
    view = views.open()
    await view.applied(await views.put(LI), 10)
    assert view.party(LI.id, TODAY) == LI
    view.close()


async def test_a_record_that_never_comes_is_transient_and_another_topic_is_none_of_its_business(views: Views) -> None:
    view = views.open()
    with pytest.raises(Transient):
        await view.applied(Receipt(views.topic, 0, 99), 0.2)
    await view.applied(Receipt("another", 0, 99), 0.2)
    view.close()


async def test_without_a_broker_being_caught_up_is_not_known(tmp_path: Path) -> None:
    view = RegistryView(tmp_path / "r.sqlite", bootstrap="127.0.0.1:22099", topic="t", decode=decode)
    view.start()
    with pytest.raises(Transient):
        await view.caught_up(0.3)
    view.close()


async def test_ids_are_listed_in_order_in_pages(views: Views) -> None:
    parties = [Party(id=f"p{number:02}", kind="shop", name_zh="x") for number in range(25)]
    await views.put(*parties, replace(parties[3], version=2, valid_to=date(2026, 1, 1)), LI)
    view = views.open()
    await view.caught_up(10)
    pages, after = [], ""
    while page := view.ids_after("party", after, 10):
        pages.append(page)
        after = page[-1]
    assert [len(page) for page in pages] == [10, 10, 6]
    assert [id for page in pages for id in page] == sorted([party.id for party in parties] + [LI.id])
    view.close()


async def test_a_record_that_cannot_be_read_is_passed_over(views: Views) -> None:
    await views.producer.send(views.topic, b"not a key", b"x")
    await views.producer.send(views.topic, b"party/x/1", b"\xff\xff")
    view = views.open()
    await view.applied(await views.put(LI), 10)
    assert view.party(LI.id, TODAY) == LI
    view.close()


@pytest.mark.parametrize("why", ["another topic's life", "too old"])
async def test_a_file_that_cannot_be_trusted_is_begun_anew(views: Views, why: str) -> None:
    stray = replace(LI, id="stray")
    await views.put(LI, stray)
    view = views.open()
    await view.caught_up(10)
    view.close()
    if why == "too old":  # it would have missed an erasure whose tombstone is gone by now
        views.now += OLDEST_FILE_S + 1
    with closing(sqlite3.connect(views.file, isolation_level=None)) as file:
        file.execute("UPDATE record SET id = 'ghost' WHERE id = 'stray'")
        if why == "another topic's life":
            file.execute("UPDATE progress SET next_offset = 1000")
    view = views.open()
    await view.caught_up(10)
    assert view.versions("party", "ghost") == ()
    assert view.versions("party", "stray") == (stray,)
    view.close()
