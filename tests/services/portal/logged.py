"""The transparency log behind the portal, in memory: the service's own handlers over its memory store and topic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.access.authority import PUBLIC, Principal
from provenance.log.leaves import LeafKind, salted
from provenance.log.notes import Kind, SignerKey
from services.log import handlers
from services.log.domain import LogKeys
from services.portal.log.ports import LogHead
from services.portal.ports import StoredEvent
from stream.receipts import Receipt
from tests.services.log.memory_log import MemoryLog, MemoryTopic
from wire.place import Place

ORIGIN = "portal.test/log"
KEY = SignerKey(ORIGIN, Kind.LOG, Ed25519PrivateKey.from_private_bytes(b"log" + bytes(29)))
SALT_KEY = b"salt" + bytes(28)
PROMISED_MS = 1_790_000_000_000


@dataclass
class MemoryTransparency:
    """`failure` is what it answers with; `asked` counts the promises that were asked for."""

    events: Mapping[str, StoredEvent]
    principals: Mapping[str, Principal]
    store: MemoryLog = field(default_factory=MemoryLog)
    topic: MemoryTopic = field(default_factory=MemoryTopic)
    failure: Exception | None = None
    asked: int = 0

    async def cover(self) -> None:
        """A checkpoint covers everything that is stored."""
        records = [bytes.fromhex(one) for one in self.events]
        await self.topic.append([salted(LeafKind.EVENT, one, salt_key=SALT_KEY).entry for one in records])
        while await handlers.sequence(topic=self.topic, store=self.store):
            pass
        await handlers.sign(store=self.store, keys=LogKeys([KEY]))

    async def capturers(self, place: Place) -> Mapping[str, str]:
        return {one.record_id: one.capturer for one in self.events.values() if one.receipt == place}

    async def promises(self, records: Sequence[tuple[str, Receipt]], *, token: str, timeout_s: float) -> Sequence[str]:
        self.asked += 1
        if self.failure:
            raise self.failure
        notes = await handlers.promises(
            records,
            principal=self.principals.get(token, PUBLIC),
            recorded=self,
            keys=LogKeys([KEY]),
            salt_key=SALT_KEY,
            now_ms=lambda: PROMISED_MS,
        )
        return list(map(str, notes))

    async def proof(self, record_id: str, *, token: str, timeout_s: float) -> str:
        if self.failure:
            raise self.failure
        principal = self.principals.get(token, PUBLIC)
        return str(
            await handlers.proof(record_id, principal=principal, store=self.store, origin=ORIGIN, salt_key=SALT_KEY)
        )

    async def head(self) -> LogHead:
        return LogHead(str(await handlers.newest(store=self.store)), (str(KEY.verifier),))

    async def tile(self, path: str) -> bytes:
        return await handlers.tile(path, store=self.store, origin=ORIGIN)
