"""The log's process side: feed, sequence, sign; and what is answered about it.

The topic decides and the store follows: entry i is the i-th that occurs for the first time on the log's one partition,
so two who sequence at once write the same. Number, keep, advance, sign: in this order, each safe to repeat after a
crash between any two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from provenance.access.authority import PUBLIC, Principal
from provenance.log.checkpoints import Checkpoint
from provenance.log.growth import grown, open_tiles
from provenance.log.leaves import Leaf, LeafKind, first_occurrences, salted
from provenance.log.notes import Note
from provenance.log.promises import Promise
from provenance.log.proofs import Proof
from provenance.log.tiles import Tile, TileError, has, subtrees
from provenance.merkle import consistency_proof, hash_leaf, inclusion_proof, verify_consistency, verify_inclusion
from services.log.domain import Forked, LogKeys, Prove, tiles_read
from services.log.ports import LogEnd, LogStore, LogTopic, Recorded
from stream.receipts import Record
from wire.errors import NotFound, Rejected, Unauthenticated, Unauthorised
from wire.place import Place

MOST_ENTRIES = 500
"""In one record on the log topic: 17 KB."""

Entries = Callable[[Record], Sequence[bytes]]


async def feed(records: Sequence[Record], *, entries_of: Entries, end: LogEnd) -> None:
    """Returns when all that is in the records is on the log's topic. Raises Rejected where one cannot be read."""
    entries = list(dict.fromkeys(entry for record in records for entry in entries_of(record)))
    for start in range(0, len(entries), MOST_ENTRIES):
        await end.append(entries[start : start + MOST_ENTRIES])


async def sequence(*, topic: LogTopic, store: LogStore) -> bool:
    """One step from the head on; False where nothing waits. Who loses to another sequencer only begins again.

    Raises Forked, and Transient.
    """
    head = await store.head()
    records = await topic.read(head.next_offset)
    if not records:
        return False
    entries = [entry for record in records for entry in record.entries]
    numbers = await store.numbers(frozenset(entries))
    fresh = first_occurrences(entries, {entry for entry, number in numbers.items() if number < head.size})
    new = head.after(records, fresh)
    await store.number(fresh, head.size)
    await store.keep(grown(head.size, await store.tiles(open_tiles(head.size)), fresh))
    await store.advance(head, new)
    return True


async def sign(*, store: LogStore, keys: LogKeys) -> int:
    """The head as it stands, where it is longer than what was signed last; nothing else is ever signed. How long it is.

    Raises Forked, signing nothing, where what was signed last is not in it or is signed by no key of ours.
    """
    head, last = await store.head(), await store.checkpoint()
    if last:
        keys.check_own(last)
        before = Checkpoint.read(last.text, origin=keys.origin)
        if before.size >= head.size:
            return before.size
        path = await _proved(partial(consistency_proof, before.size, head.size), head.size, store)
        if not verify_consistency(before.size, head.size, path, before.root, head.root):
            raise Forked(f"the log of {head.size} does not begin with the one of {before.size} that was signed")
    await store.keep_checkpoint(head.size, keys.signed(str(Checkpoint(keys.origin, head.size, head.root))))
    return head.size


async def promises(
    asked: Sequence[tuple[str, Place]],
    *,
    principal: Principal,
    recorded: Recorded,
    keys: LogKeys,
    salt_key: bytes,
    now_ms: Callable[[], int],
) -> list[Note]:
    """For who reported these events, by record id and where each lies, in the order asked.

    Raises NotFound where one does not lie there, Unauthorised, Transient.
    """
    capturers = {place: await recorded.capturers(place) for place in dict.fromkeys(place for _, place in asked)}
    for record_id, place in asked:
        _check_reported(principal, capturers[place].get(record_id))
    leaves = [salted(LeafKind.EVENT, bytes.fromhex(record_id), salt_key=salt_key) for record_id, _ in asked]
    texts = [
        str(Promise(leaf, place.topic, place.partition, place.offset, now_ms()))
        for leaf, (_, place) in zip(leaves, asked, strict=True)
    ]
    return [keys.signed(text) for text in texts]


async def proof(record_id: str, *, principal: Principal, store: LogStore, origin: str, salt_key: bytes) -> Proof:
    """That an event, or what was done with labels, stands in the log. Raises NotFound until a checkpoint covers it."""
    if principal == PUBLIC:
        raise Unauthenticated("A proof says which entry is whose: sign in.")
    leaves = {leaf.entry: leaf for leaf in _leaves(record_id, salt_key)}
    numbers, signed = await store.numbers(leaves), await store.checkpoint()
    covering = signed and Checkpoint.read(signed.text, origin=origin)
    number, entry = min(((number, entry) for entry, number in numbers.items()), default=(0, b""))
    if not signed or not covering or not entry or number >= covering.size:
        raise NotFound("No checkpoint of the log covers this record yet.")
    path = await _proved(partial(inclusion_proof, number, covering.size), covering.size, store)
    made = Proof(number, tuple(path), signed, extra=leaves[entry].opened)
    if not verify_inclusion(hash_leaf(entry), number, covering.size, path, covering.root):
        raise Forked(f"entry {number} of the log of {covering.size} is not the one that has this number")
    return made


async def tile(path: str, *, store: LogStore, origin: str) -> bytes:
    """Raises NotFound where there is no such tile, or not yet under the newest checkpoint."""
    try:
        wanted = Tile.read(path)
    except TileError as error:
        raise NotFound(str(error)) from error
    signed = await store.checkpoint()
    if signed is None or not has(Checkpoint.read(signed.text, origin=origin).size, wanted):
        raise NotFound("The log is not that long.")
    return (await store.tiles([wanted]))[wanted]


async def newest(*, store: LogStore) -> Note:
    """Raises NotFound before anything was signed."""
    if (signed := await store.checkpoint()) is None:
        raise NotFound("The log has no checkpoint yet.")
    return signed


def _check_reported(principal: Principal, capturer: str | None) -> None:
    if capturer is None:
        raise NotFound("No event of this record id was recorded at this place.")
    if principal.party != capturer and "operator" not in principal.roles:
        raise Unauthorised("A promise is for the party that reported the event.")


async def _proved(prove: Prove, size: int, store: LogStore) -> list[bytes]:
    """A proof in the log of `size` entries, from its tiles."""
    tiles = await store.tiles(tiles_read(prove, size))
    return prove(subtrees(size, tiles.__getitem__))


def _leaves(record_id: str, salt_key: bytes) -> list[Leaf]:
    """Of every kind: of one record id there is one."""
    try:
        return [salted(kind, bytes.fromhex(record_id), salt_key=salt_key) for kind in LeafKind]
    except ValueError as error:
        raise Rejected("record_id is the SHA-256 of the event's RFC 8785 form, 64 letters of hex.") from error
