"""How events become envelopes: nothing lost, nothing reordered, no bound passed."""

from hypothesis import given
from hypothesis import strategies as st

from stream.envelope_filling import Filling, OpenEnvelope, size_of
from wire.envelope import MAX_BYTES, MAX_EVENTS, RecordedEvent, encode


def event(size: int, mark: int = 0) -> RecordedEvent:
    return RecordedEvent(str(mark).encode() + b" " * size, bytes(32), 1_700_000_000_000, "https://id.gs1.org/417/9")


def add(filling: Filling[int], one: RecordedEvent) -> None:
    filling.add(one, filling.room(one) or OpenEnvelope(0))


def drain(filling: Filling[int], *, idle: bool = True) -> list[OpenEnvelope[int]]:
    taken = []
    while (envelope := filling.take(idle=idle)) is not None:
        taken.append(envelope)
    return taken


@given(st.lists(st.integers(0, 40_000), max_size=120))
def test_events_leave_in_order_within_the_bounds_and_none_is_lost(sizes: list[int]) -> None:
    filling: Filling[int] = Filling()
    events = [event(size, mark) for mark, size in enumerate(sizes)]
    for one in events:
        add(filling, one)
    envelopes = drain(filling)
    assert [one for envelope in envelopes for one in envelope.events] == events
    for envelope in envelopes:
        assert len(envelope.events) <= MAX_EVENTS
        assert len(envelope.events) == 1 or len(encode(envelope.events)) <= MAX_BYTES
        filling.settled(envelope)
    assert filling.pending_bytes == 0


@given(st.integers(0, 600_000))
def test_an_events_size_is_never_reckoned_too_small(size: int) -> None:
    assert len(encode([event(size)])) <= size_of(event(size))


def test_a_lone_event_leaves_at_once_when_nothing_is_in_flight() -> None:
    filling: Filling[int] = Filling()
    add(filling, event(10))
    (envelope,) = drain(filling, idle=True)
    assert len(envelope.events) == 1


def test_while_something_is_in_flight_the_open_envelope_stays_open_and_full_ones_leave() -> None:
    filling: Filling[int] = Filling()
    for mark in range(MAX_EVENTS + 3):
        add(filling, event(10, mark))
    (full,) = drain(filling, idle=False)
    assert len(full.events) == MAX_EVENTS
    (rest,) = drain(filling, idle=True)
    assert len(rest.events) == 3


def test_an_event_larger_than_an_envelope_travels_alone() -> None:
    filling: Filling[int] = Filling()
    for size in (10, 2 * MAX_BYTES, 10):
        add(filling, event(size))
    assert [len(envelope.events) for envelope in drain(filling)] == [1, 1, 1]
