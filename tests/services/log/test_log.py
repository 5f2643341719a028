"""The log as it runs: fed, sequenced, signed and asked on the real broker and the real store."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from provenance.log.checkpoints import Checkpoint
from provenance.log.leaves import Leaf, LeafKind
from provenance.log.notes import Note, NoteError
from provenance.log.promises import Promise
from provenance.log.proofs import Proof
from provenance.log.tiles import Tile, unbundled
from provenance.merkle import hash_leaf, root_of
from services.log.domain import Forked, Head
from services.log.mongo import MongoLog
from services.log.topology import CommitmentsOut, EventTopics
from stream.keyed_producer import KeyedProducer
from stream.log_reader import end_offsets
from stream.receipts import Record
from stream.spot_reader import SpotReader
from tests.services.log.place import ORIGIN, REPORTER, LogPlace, event
from tests.services.running import Site, eventually
from wire.label_codec import LabelsRecord
from wire.log_codec import encode_entries, labels_record_id
from wire.topics import LOG


@pytest.fixture
async def place(site: Site, mongo_url: str, unique: str) -> AsyncIterator[LogPlace]:
    made = LogPlace(site, mongo_url, unique, unique)
    await made.create_topics()
    yield made


async def test_an_event_becomes_a_leaf_however_often_it_is_recorded_and_its_proof_checks_without_us(
    place: LogPlace,
) -> None:
    await place.publish([event(1), event(2)], [event(2), event(3)], [event(1)])
    async with place.feeding(), place.sequencing(), place.serving() as asked:
        for one in (event(1), event(2), event(3)):
            await eventually(lambda one=one: asked.covers(one.record_id), 30)  # type: ignore[misc]
        checkpoint = Checkpoint.read(Note.read(await asked.head()).text, origin=ORIGIN)
        proof = Proof.read(await asked.proof(event(2).record_id))
        for path in ("0/000.p/4", "0/000", "1/000.p/1", "0/1", "../head"):
            await asked.has_no_tile(path)
        bundle = await asked.tile("entries/000.p/3")
        hashes = await asked.tile("0/000.p/3")
    leaf = Leaf.read(proof.extra)
    assert proof.check(leaf.entry, origin=ORIGIN, keys=[place.key.verifier]).size == checkpoint.size == 3
    entries = unbundled(Tile(None, 0, 3), bundle)
    assert entries[proof.index] == leaf.entry
    assert checkpoint.root == root_of(map(hash_leaf, entries))
    assert hashes == b"".join(map(hash_leaf, entries))


async def test_who_reported_is_promised_the_leaf_that_the_log_then_has(place: LogPlace) -> None:
    (at,) = await place.publish([event(2), event(1)])
    async with place.serving() as asked:
        note, another = map(Note.read, await asked.promises(event(1), event(2), at=at))
        async with place.feeding(), place.sequencing():
            await eventually(lambda: asked.covers(event(1).record_id), 30)
        proof = Proof.read(await asked.proof(event(1).record_id))
    note.signed_by([place.key.verifier])
    promise = Promise.read(note.text)
    assert [promise.leaf.record_id.hex(), Promise.read(another.text).leaf.record_id.hex()] == [
        event(1).record_id,
        event(2).record_id,
    ]
    assert (promise.topic, promise.partition, promise.offset) == (at.topic, at.partition, at.offset)
    assert proof.check(promise.leaf.entry, origin=ORIGIN, keys=[place.key.verifier])
    with pytest.raises(NoteError, match="of the log"):
        Checkpoint.read(note.text, origin=ORIGIN)


@pytest.mark.parametrize(
    ("party", "number", "says"),
    [
        ("urn:x:other", 1, grpc.StatusCode.PERMISSION_DENIED),
        ("urn:x:reporter", 2, grpc.StatusCode.NOT_FOUND),
        ("", 1, grpc.StatusCode.PERMISSION_DENIED),
    ],
)
async def test_nothing_is_promised_to_others_and_nothing_that_was_not_recorded(
    place: LogPlace, party: str, number: int, says: grpc.StatusCode
) -> None:
    (at,) = await place.publish([event(1)])
    async with place.serving(party=party) as asked:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await asked.promises(event(number), at=at)
    assert refused.value.code() == says


async def test_what_is_done_with_labels_is_a_leaf_too(place: LogPlace) -> None:
    made = LabelsRecord("issued", "request-1", "brand", "09520001000010", 1_000, lot="L1", serials=("A", "B"))
    await place.publish_labels(made, made)
    record_id = labels_record_id(made)
    async with place.feeding(), place.sequencing(), place.serving() as asked:
        await eventually(lambda: asked.covers(record_id.hex()), 30)
        proof = Proof.read(await asked.proof(record_id.hex()))
    leaf = Leaf.read(proof.extra)
    assert (leaf.kind, leaf.record_id) == (LeafKind.LABELS, record_id)
    assert proof.check(leaf.entry, origin=ORIGIN, keys=[place.key.verifier]).size == 1


@pytest.mark.parametrize("party", [REPORTER, ""])
async def test_nobody_is_told_whose_a_leaf_is_but_who_signs_in(place: LogPlace, party: str) -> None:
    async with place.serving(party=party) as asked:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await asked.proof(event(1).record_id)
    assert refused.value.code() == (grpc.StatusCode.NOT_FOUND if party else grpc.StatusCode.UNAUTHENTICATED)


async def test_a_topic_shorter_than_what_was_read_of_it_stops_the_log(place: LogPlace) -> None:
    store = MongoLog(place.mongo_url, place.database)
    await store.prepare()
    assert await store.advance(Head(), replace(Head(), next_offset=5))
    with pytest.raises(Forked, match="ends at 0, and the log has read it to 5"):
        async with place.sequencing():
            pass
    store.close()


async def test_what_no_feed_wrote_on_the_logs_topic_is_passed_over_and_the_log_goes_on(place: LogPlace) -> None:
    await place.publish_on_the_log(b"\xff", encode_entries([b"short"]), encode_entries([bytes(33), b"short"]))
    await place.publish([event(1)])
    async with place.feeding(), place.sequencing(), place.serving() as asked:
        await eventually(lambda: asked.covers(event(1).record_id), 30)
        assert Checkpoint.read(Note.read(await asked.head()).text, origin=ORIGIN).size == 1


async def test_keys_that_were_lost_and_made_anew_stop_the_log_before_an_event_is_in_it_twice(
    place: LogPlace, tmp_path: Path
) -> None:
    await place.publish([event(1)])
    async with place.feeding(), place.sequencing(), place.serving() as asked:
        await eventually(lambda: asked.covers(event(1).record_id), 30)
    place.key_folder.rename(tmp_path / "kept")
    with pytest.raises(Forked, match="salts"):
        async with place.feeding("log-feed-1"):
            pass
    with pytest.raises(Forked, match="put them back"):
        async with place.serving():
            pass
    (tmp_path / "kept" / "log.ed25519").replace(place.key_folder / "log.ed25519")
    with pytest.raises(Forked, match="salts"):
        async with place.serving():
            pass


async def test_a_topic_that_was_parted_is_written_in_its_one_partition_and_stops_the_log(place: LogPlace) -> None:
    parted = replace(place, prefix=f"{place.prefix}-parted")
    await parted.create_topics(replace(LOG, partitions=3))
    producer = KeyedProducer(bootstrap=place.site.bootstrap, client_id="test-feed")
    await producer.start()
    for n in range(8):
        await CommitmentsOut(producer, parted.prefix).append([bytes([n]) * 33])
    await producer.close()
    ends = await asyncio.to_thread(end_offsets, place.site.bootstrap, [LOG.name(parted.prefix)])
    assert sorted((of.partition, end) for of, end in ends.items()) == [(0, 8), (1, 0), (2, 0)]
    with pytest.raises(Forked, match="has 3 partitions"):
        async with parted.sequencing():
            pass


async def test_reports_of_one_envelope_that_are_promised_at_once_are_one_read(
    place: LogPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [event(number) for number in range(20)]
    (at,) = await place.publish(events)
    recorded = EventTopics(place.site.bootstrap, place.prefix)
    reads: list[int] = []
    read = SpotReader.read

    def counted(reader: SpotReader, partition: int, offset: int, limit: int) -> list[Record]:
        reads.append(offset)
        return read(reader, partition, offset, limit)

    monkeypatch.setattr(SpotReader, "read", counted)
    found = await asyncio.gather(*(recorded.capturers(at) for _ in events))
    recorded.close()
    assert reads == [at.offset]
    assert [set(one) for one in found] == [{one.record_id for one in events}] * len(events)
