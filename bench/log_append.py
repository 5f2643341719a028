"""Append to the transparency log with dedupe: the log topic into numbers, tiles and head, beside a bare insert.

The log's own step runs on the real topic and store, every write durable. A tenth of the entries come a second time, as
after a crash of the feed. The bare insert is the stock way at its best: the same rows {entry, number} ready in memory,
the synchronous driver, the same write concern, as many at a time as a step takes; no Kafka, no dedupe, no tree.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import MongoClient, WriteConcern

from bench.sizes import Size
from bench.stand import Engines
from bench.table import Table
from provenance.log.leaves import LeafKind, salted
from services.log import handlers, keyring
from services.log.mongo import MongoLog
from services.log.topology import MOST_ENTRIES_A_STEP, CommitmentsIn
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from wire.log_codec import encode_entries
from wire.topics import LOG

AIM_PER_S = 2_000
LEAVES: Mapping[str, int] = {"Python": 4_000, "Rust": 40_000}
A_RECORD = (500, 50)


def log_append(engines: Engines, _folder: Path, _size: Size) -> Sequence[Table]:
    table = Table(f"Log append with dedupe, {engines.store_name} store", ("what", "leaves/s", "of a bare insert"))
    entries = [_entry(number) for number in range(LEAVES[engines.store_name])]
    bare = _inserted(engines, entries)
    table.add(f"bare insert_many, {MOST_ENTRIES_A_STEP} at a time", bare, 1.0)
    for size in A_RECORD:
        rate = asyncio.run(_appended(engines, entries, size))
        table.add(f"number, keep, advance and sign, {size} a record", rate, rate / bare)
    table.notes.append(f"aim on the Rust store: ≥ {AIM_PER_S:,} leaves/s durable; one entry in ten comes twice")
    return [table]


def _entry(number: int) -> bytes:
    return salted(LeafKind.EVENT, number.to_bytes(32, "big"), salt_key=b"bench").entry


def _inserted(engines: Engines, entries: Sequence[bytes]) -> float:
    """A second."""
    rows = [{"_id": entry, "n": n} for n, entry in enumerate(entries)]
    with MongoClient[dict[str, Any]](engines.store_url) as client:
        concern = WriteConcern(w="majority", j=True)
        collection = client.get_database(f"b{secrets.token_hex(4)}").get_collection("entries", write_concern=concern)
        start = time.perf_counter()
        for at in range(0, len(rows), MOST_ENTRIES_A_STEP):
            collection.insert_many(rows[at : at + MOST_ENTRIES_A_STEP], ordered=False)
        return len(rows) / (time.perf_counter() - start)


async def _appended(engines: Engines, entries: Sequence[bytes], a_record: int) -> float:
    """A second, from the first step until the whole head is signed. The topic is filled beforehand."""
    prefix = f"b{secrets.token_hex(4)}"
    await _fill(engines.bootstrap, prefix, entries, a_record)
    store, topic = MongoLog(engines.store_url, prefix), CommitmentsIn(engines.bootstrap, prefix)
    with TemporaryDirectory() as folder:
        keys = keyring.load(Path(folder), origin="bench.example/log")
        await store.prepare()
        start = time.perf_counter()
        while await handlers.sequence(topic=topic, store=store):
            await handlers.sign(store=store, keys=keys)
        seconds = time.perf_counter() - start
    size = (await store.head()).size
    topic.close()
    store.close()
    if size != len(entries):
        raise RuntimeError(f"the log has {size} leaves, not {len(entries)}")
    return size / seconds


async def _fill(bootstrap: str, prefix: str, entries: Sequence[bytes], a_record: int) -> None:
    await asyncio.to_thread(ensure_topics, bootstrap, prefix=prefix, topics=[LOG])
    producer = KeyedProducer(bootstrap=bootstrap, client_id="bench-log")
    await producer.start()
    starts = range(0, len(entries), a_record)
    records = [[*entries[max(0, at - a_record // 10) : at], *entries[at : at + a_record]] for at in starts]
    await producer.send_all([Message(LOG.name(prefix), None, encode_entries(one)) for one in records])
    await producer.close()
