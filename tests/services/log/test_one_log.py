"""There is one log, whoever sequences, however many at once, and wherever they are killed.

Every interleaving and every death is played: sequencers are coroutines that are taken on by one step, or thrown away.
"""

from collections.abc import Coroutine, Sequence
from copy import deepcopy
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.log.checkpoints import Checkpoint
from provenance.log.leaves import ENTRY_BYTES, first_occurrences
from provenance.log.notes import Kind, SignerKey
from provenance.log.tiles import WIDTH, Tile, subtrees, tiles_of, unbundled
from provenance.merkle import consistency_proof, hash_leaf, root_of, verify_consistency
from services.log.domain import Committed, Forked, Head, LogKeys
from services.log.handlers import sequence, sign
from tests.services.log.memory_log import MemoryLog, MemoryTopic

KEY = SignerKey("suyuan.example/log", Kind.LOG, Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
KEYS = LogKeys([KEY])
FEW = [bytes([0]) + bytes([number]) * (ENTRY_BYTES - 1) for number in range(12)]
"""Few different entries, so that most records repeat some."""

Records = list[tuple[bytes, ...]]
records = st.lists(st.lists(st.sampled_from(FEW), min_size=1, max_size=4).map(tuple), min_size=1, max_size=8)
turns = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 15), st.booleans()), min_size=10, max_size=40)
"""Which of three sequencers goes on, by how many steps, and whether it dies there and another takes its place."""


@given(records, turns, st.tuples(*[st.integers(1, 4)] * 3))
@settings(max_examples=300, deadline=None)
def test_sequencers_at_once_and_killed_anywhere_write_and_sign_one_log(
    given_records: Records, schedule: list[tuple[int, int, bool]], at_once: tuple[int, int, int]
) -> None:
    store, topics = MemoryLog(), [MemoryTopic(given_records, each) for each in at_once]
    running = [_sequencer(topic, store) for topic in topics]
    for which, steps, dies in schedule:
        for _ in range(steps):
            running[which].send(None)
            _can_be_read(store)
        if dies:
            running[which].close()
            running[which] = _sequencer(topics[which], store)
    for one in running:
        one.close()
    _finish(MemoryTopic(given_records), store)
    _is_the_log_of(given_records, store)


@pytest.mark.parametrize("steps", range(1, 60))
def test_a_log_of_several_tiles_goes_on_after_a_death_at_each_step(steps: int) -> None:
    many = [bytes([0]) + number.to_bytes(ENTRY_BYTES - 1, "big") for number in range(520)]
    topic = MemoryTopic([tuple(many[start : start + 130]) for start in (0, 130, 130, 260, 390)], at_once=2)
    store = MemoryLog()
    dying = _sequencer(topic, store)
    for _ in range(steps * 15):
        dying.send(None)
    dying.close()
    _finish(topic, store)
    _is_the_log_of(topic.records, store)


def test_a_hole_in_the_topic_stops_the_log() -> None:
    with pytest.raises(Forked, match="record 3 where 2 is the next"):
        Head(next_offset=2).after([Committed(3, FEW[:1])], FEW[:1])


def test_a_store_that_holds_another_log_stops_it_before_anything_is_signed() -> None:
    topic, store = MemoryTopic([(FEW[0], FEW[1])]), MemoryLog(entries={FEW[1]: 7})
    with pytest.raises(Forked, match="is 1 by the topic, 7 here"):
        _finish(topic, store)
    assert not store.signed
    assert store.heads == [Head()]


@pytest.mark.parametrize("kept", range(5))
def test_a_store_that_forgot_its_last_moments_comes_to_the_same_log_again(kept: int) -> None:
    """What it had after so many records, whatever it signed since."""
    given_records: Records = [(FEW[n], FEW[n + 1], FEW[0]) for n in range(8)]
    store = MemoryLog()
    for count in range(len(given_records) + 1):
        _finish(MemoryTopic(given_records[:count]), store)
        if count == kept:
            older = deepcopy(store)
    given_out, older.signed = store.signed, [*older.signed]
    _finish(MemoryTopic(given_records), older)
    assert older.heads[-1] == store.heads[-1]
    older.signed += given_out
    _is_the_log_of(given_records, older)


def test_what_was_signed_once_is_never_signed_away() -> None:
    store = MemoryLog()
    _finish(MemoryTopic([(FEW[0], FEW[1])]), store)
    rewritten = MemoryLog(signed=store.signed.copy())
    with pytest.raises(Forked, match="of 3 does not begin with the one of 2 that was signed"):
        _finish(MemoryTopic([(FEW[2], FEW[1], FEW[0])]), rewritten)
    assert rewritten.signed == store.signed


def test_a_log_that_was_signed_by_others_is_not_signed_on_by_a_new_key() -> None:
    other = SignerKey(KEY.name, Kind.LOG, Ed25519PrivateKey.from_private_bytes(bytes([2] * 32)))
    store, topic = MemoryLog(), MemoryTopic([(FEW[0], FEW[1])])
    _finish(topic, store)
    topic.records.append((FEW[2],))
    with pytest.raises(Forked, match="put them back"):
        _finish(topic, store, LogKeys([other]))
    _finish(topic, store, LogKeys([other], retired=[KEY.verifier]))
    assert [size for size, _ in store.signed] == [2, 3]


def _sequencer(topic: MemoryTopic, store: MemoryLog) -> Coroutine[Any, Any, None]:
    async def run() -> None:
        while True:
            await sequence(topic=topic, store=store)
            await sign(store=store, keys=KEYS)

    return run()


def _finish(topic: MemoryTopic, store: MemoryLog, keys: LogKeys = KEYS) -> None:
    async def run() -> None:
        while await sequence(topic=topic, store=store):
            pass
        await sign(store=store, keys=keys)

    one = run()
    while True:
        try:
            one.send(None)
        except StopIteration:
            return


def _is_the_log_of(given_records: Sequence[Sequence[bytes]], store: MemoryLog) -> None:
    """Leaves, tiles and every checkpoint that was ever signed are those of the fold over the whole topic."""
    leaves = first_occurrences([entry for record in given_records for entry in record], ())
    hashes = [hash_leaf(leaf) for leaf in leaves]
    head = store.heads[-1]
    assert (head.size, head.root, head.next_offset) == (len(leaves), root_of(hashes), len(given_records))
    assert [n for n, _ in enumerate(leaves)] == [store.entries[leaf] for leaf in leaves]
    for first in range(0, head.size, WIDTH):
        bundle = Tile(None, first // WIDTH, min(WIDTH, head.size - first))
        assert unbundled(bundle, store.grown[str(Tile(None, bundle.place))]) == leaves[first : first + WIDTH]
    for size, note in store.signed:
        assert Checkpoint.read(note.text, origin=KEY.name) == Checkpoint(KEY.name, size, root_of(hashes[:size]))
        path = consistency_proof(size, head.size, subtrees(head.size, lambda tile: _tile(store, tile)))
        assert verify_consistency(size, head.size, path, root_of(hashes[:size]), head.root)


def _can_be_read(store: MemoryLog) -> None:
    """At any moment: the head never went back, and all tiles under it are there."""
    if len(store.heads) > 1:
        assert store.heads[-2].next_offset < store.heads[-1].next_offset
    for tile in tiles_of(store.heads[-1].size):
        assert len(_tile(store, tile)) == tile.width * (32 if tile.level is not None else 35)


def _tile(store: MemoryLog, tile: Tile) -> bytes:
    piece = 32 if tile.level is not None else 35
    return store.grown[str(Tile(tile.level, tile.place))][: tile.width * piece]
