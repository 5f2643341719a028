"""A log of a test's own: its topics on the real broker, its database in the real store, its keys in a folder."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from produce.v1 import capture_pb2, log_pb2, log_pb2_grpc

from provenance.log.notes import SignerKey
from services.log import feed, keys, sequence, serve
from services.log.config import FeedConfig, SequenceConfig, ServeConfig
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.receipts import Receipt
from tests.services.running import Site, calling, free_port, running
from wire import label_codec
from wire.envelope import RecordedEvent, encode
from wire.label_codec import LabelsRecord
from wire.topics import HARVEST, LABELS, LOG, QUALITY, SHIPPING, Topic

ORIGIN = "suyuan.example/log"
REPORTER = "urn:x:reporter"


@dataclass(frozen=True)
class LogPlace:
    site: Site
    mongo_url: str
    database: str
    prefix: str

    @property
    def key_folder(self) -> Path:
        return self.site.folder / self.database

    @property
    def key(self) -> SignerKey:
        return keys.signing_key(self.key_folder, origin=ORIGIN)

    @property
    def salt_key(self) -> bytes:
        return keys.salt_key(self.key_folder)

    async def create_topics(self, log: Topic = LOG) -> None:
        topics = (HARVEST, QUALITY, SHIPPING, LABELS, log)
        await asyncio.to_thread(ensure_topics, self.site.bootstrap, prefix=self.prefix, topics=topics)

    async def publish(self, *envelopes: Sequence[RecordedEvent]) -> tuple[Receipt, ...]:
        topic = HARVEST.name(self.prefix)
        return await self._send([Message(topic, None, encode(events)) for events in envelopes])

    async def publish_labels(self, *records: LabelsRecord) -> None:
        await self._send([Message(LABELS.name(self.prefix), one.key, label_codec.encode(one)) for one in records])

    async def publish_on_the_log(self, *values: bytes) -> None:
        await self._send([Message(LOG.name(self.prefix), None, value) for value in values])

    async def _send(self, messages: Sequence[Message]) -> tuple[Receipt, ...]:
        producer = KeyedProducer(bootstrap=self.site.bootstrap, client_id="test-events")
        await producer.start()
        receipts = await producer.send_all(messages)
        await producer.close()
        return receipts

    @asynccontextmanager
    async def feeding(self, consumer_id: str = "log-feed-0") -> AsyncIterator[None]:
        port = free_port()
        settings = FeedConfig(
            kafka=self.site.bootstrap,
            mongo_url=self.mongo_url,
            consumer_id=consumer_id,
            http_port=port,
            state_folder=self.site.folder / f"{self.database}-{consumer_id}",
            key_folder=self.key_folder,
            database=self.database,
            topic_prefix=self.prefix,
        )
        async with running(feed.run, settings, f"http://127.0.0.1:{port}/ready"):
            yield

    @asynccontextmanager
    async def sequencing(self) -> AsyncIterator[None]:
        port = free_port()
        settings = SequenceConfig(
            kafka=self.site.bootstrap,
            mongo_url=self.mongo_url,
            http_port=port,
            key_folder=self.key_folder,
            origin=ORIGIN,
            database=self.database,
            topic_prefix=self.prefix,
            sign_every_s=0.1,
        )
        async with running(sequence.run, settings, f"http://127.0.0.1:{port}/ready"):
            yield

    @asynccontextmanager
    async def serving(self, *, party: str = REPORTER, role: str = "station") -> AsyncIterator["Asked"]:
        """Asks as this party; the public where it is empty."""
        port, http_port = free_port(), free_port()
        settings = ServeConfig(
            kafka=self.site.bootstrap,
            mongo_url=self.mongo_url,
            grpc_port=port,
            http_port=http_port,
            jwks_url=f"{self.site.issuer}/.well-known/jwks.json",
            key_folder=self.key_folder,
            origin=ORIGIN,
            database=self.database,
            topic_prefix=self.prefix,
        )
        token = await self.site.token(party, role) if party else ""
        up = running(serve.run, settings, f"http://127.0.0.1:{http_port}/ready")
        async with up, calling(f"127.0.0.1:{port}", token) as channel:
            yield Asked(log_pb2_grpc.LogServiceStub(channel))


@dataclass(frozen=True)
class Asked:
    stub: "log_pb2_grpc.LogServiceAsyncStub"

    async def promises(self, *events: RecordedEvent, at: Receipt) -> list[str]:
        receipt = capture_pb2.Receipt(topic=at.topic, partition=at.partition, offset=at.offset)
        asked = [log_pb2.RecordedAt(record_id=one.record_id, receipt=receipt) for one in events]
        return list((await self.stub.GetPromises(log_pb2.GetPromisesRequest(records=asked))).promises)

    async def proof(self, record_id: str) -> str:
        return (await self.stub.GetProof(log_pb2.GetProofRequest(record_id=record_id))).proof

    async def covers(self, record_id: str) -> bool:
        try:
            await self.proof(record_id)
        except grpc.aio.AioRpcError as error:
            assert error.code() == grpc.StatusCode.NOT_FOUND, error
            return False
        return True

    async def head(self) -> str:
        return (await self.stub.GetHead(log_pb2.GetHeadRequest())).checkpoint

    async def tile(self, path: str) -> bytes:
        return (await self.stub.GetTile(log_pb2.GetTileRequest(path=path))).tile

    async def has_no_tile(self, path: str) -> None:
        with pytest.raises(grpc.aio.AioRpcError) as missing:
            await self.tile(path)
        assert missing.value.code() == grpc.StatusCode.NOT_FOUND, path


def event(number: int, *, capturer: str = REPORTER) -> RecordedEvent:
    return RecordedEvent(f'{{"number":{number}}}'.encode(), bytes(32), 1_000 + number, capturer)
