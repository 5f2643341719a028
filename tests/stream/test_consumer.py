"""The guarded worker as a real process on a real broker, killed, stopped, broken: nothing is lost."""

import asyncio
import signal
from collections import Counter

import pytest

from stream.audit import DeepReading, behind, quarantined
from stream.client import native, new_admin
from stream.dead_letter import DeadLetter, Reason, open_letters
from stream.guard import BUG_EXIT, INTERRUPTED_EXIT, STALLED_EXIT
from stream.keyed_producer import KeyedProducer
from stream.progress import Progress
from stream.receipts import TopicPartition
from stream.replay import replay
from stream.worker import STOP_WITHIN_S
from tests.stream.trial import TrialWorker, World, eventually
from tests.stream.trial_worker import HOLD


async def test_an_event_is_redelivered_after_kill_9_in_the_middle_of_its_write(world: World) -> None:
    await world.send("before", "slow", "after")
    worker = world.work()
    await world.until_begun("slow")
    worker.kill()
    assert world.written() == ["before"]
    world.let("go")
    world.work()
    await world.until_written("slow", "after")
    assert await world.next_offset() == 3


async def test_sigterm_in_the_middle_of_a_write_finishes_it_and_commits(world: World) -> None:
    await world.send("slow", "after")
    worker = world.work()
    await world.until_begun("slow")
    worker.signal(signal.SIGTERM)
    await eventually(lambda: worker.readiness == "stopping", "the stop is under way while the write is")
    world.let("go")
    assert await worker.ended() == 0
    assert world.written()[0] == "slow"
    world.work()
    await world.until_written("after")
    assert Counter(world.written()) == {"slow": 1, "after": 1}


async def test_sigterm_during_a_transient_retry_leaves_the_event_to_the_next_start(world: World) -> None:
    await world.send("transient", "after")
    worker = world.work()
    await world.until_begun("transient", times=2)
    worker.signal(signal.SIGTERM)
    assert await worker.ended() == INTERRUPTED_EXIT
    assert world.written() == []
    world.let("go")
    world.work()
    await world.until_written("transient", "after")


async def test_a_process_told_to_stop_in_a_write_that_never_ends_ends_before_it_is_killed(world: World) -> None:
    await world.send("hang", "after")
    worker = world.work()
    await world.until_begun("hang")
    worker.signal(signal.SIGTERM)
    assert await worker.ended(within_s=2 * STOP_WITHIN_S) == INTERRUPTED_EXIT
    world.let("behave")
    world.work()
    await world.until_written("hang", "after")


async def test_a_bug_ends_the_process_and_at_the_third_time_the_record_is_quarantined_until_replayed(
    world: World,
) -> None:
    await world.send("before", "bug 1", "after")
    for _ in range(3):
        assert await world.work().ended() == BUG_EXIT
    assert world.begun("bug 1") == 3
    worker = world.work(look_for_quarantines_every_s=0.5)
    await world.until_written("after")
    assert world.begun("bug 1") == 3
    (letter,) = await asyncio.to_thread(quarantined, world.bootstrap, [world.topic_name])
    assert (letter.reason, letter.record.value, letter.record.offset) == (Reason.BUG, b"bug 1", 1)
    await eventually(lambda: "quarantined" in worker.readiness, "readiness fails")
    world.let("behave")  # the bug is mended
    await _replay(world, letter)
    await world.until_written("bug 1")
    await worker.until_ready()
    assert await asyncio.to_thread(open_letters, world.bootstrap, [world.topic_name]) == ()


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("exit", BUG_EXIT),
        ("interrupted", BUG_EXIT),
        ("stopped", BUG_EXIT),
        ("cancelled", INTERRUPTED_EXIT),
    ],
)
async def test_nothing_that_is_raised_leaves_the_agent(world: World, value: str, status: int) -> None:
    await world.send(value, "after")
    assert await world.work().ended() == status
    world.let("behave")
    world.work()
    await world.until_written(value, "after")


async def test_bad_data_is_set_aside_with_its_original_bytes_and_the_loop_goes_on(world: World) -> None:
    await world.send("rejected \u00e9", "after")
    world.work()
    await world.until_written("after")
    (letter,) = await asyncio.to_thread(open_letters, world.bootstrap, [world.topic_name])
    assert letter.record.value == "rejected \u00e9".encode()
    assert (letter.reason, letter.explanation, letter.group) == (Reason.REJECTED, "no envelope", world.group)
    assert await asyncio.to_thread(quarantined, world.bootstrap, [world.topic_name]) == ()


async def test_transient_trouble_is_retried_in_place_and_nothing_overtakes_it(world: World) -> None:
    await world.send("transient", "after")
    world.work(stalled_after_s=1)
    await world.until_begun("transient", times=5)
    assert world.begun("after") == 0
    world.let("go")
    await world.until_written("transient", "after")
    assert world.written() == ["transient", "after"]


async def test_a_worker_that_stands_still_ends_itself_and_the_event_comes_again(world: World) -> None:
    await world.send("hang", "after")
    assert await world.work(stalled_after_s=1).ended() == STALLED_EXIT
    world.let("behave")
    world.work()
    await world.until_written("hang", "after")


async def _behind(world: World, *values: str) -> TrialWorker:
    """A worker that writes the first of these, while it finds all others waiting."""
    await world.send("slow", *values)
    worker = world.work()
    await world.until_begun("slow")
    world.let("go")
    return worker


async def test_what_waits_is_written_together_and_each_record_once(world: World) -> None:
    values = [str(number) for number in range(300)]
    await _behind(world, *values)
    await world.until_progress(301)
    assert world.written() == ["slow", *values]
    assert world.longest_run() > 1


async def test_a_run_killed_between_its_write_and_its_advance_is_written_again(world: World) -> None:
    values = [str(number) for number in range(100)]
    world.let(HOLD)
    worker = await _behind(world, *values)

    async def written_and_not_advanced() -> bool:
        run = world.longest_run()
        return run > 1 and len(world.written()) == await world.next_offset() + run

    await eventually(written_and_not_advanced, "a run is written and not advanced")
    worker.kill()
    stood, written = await world.next_offset(), world.written()
    world.forbid(HOLD)
    world.work()
    await world.until_progress(101)
    assert stood < len(written)
    assert set(world.written()) == {"slow", *values}
    assert Counter(world.written()) >= Counter(written[stood:] * 2)


async def test_one_bad_record_of_a_run_is_the_only_dead_letter_and_the_rest_is_written(world: World) -> None:
    others = [f"{side} {number}" for side in ("before", "after") for number in range(20)]
    await _behind(world, *others[:20], "rejected", *others[20:])
    await world.until_progress(42)
    (letter,) = await asyncio.to_thread(open_letters, world.bootstrap, [world.topic_name])
    assert (letter.record.value, letter.record.offset) == (b"rejected", 21)
    assert Counter(world.written()) == Counter(["slow", *others])


async def test_a_poison_record_of_a_run_is_the_only_one_quarantined(world: World) -> None:
    others = [f"{side} {number}" for side in ("before", "after") for number in range(20)]
    worker = await _behind(world, *others[:20], "bug", *others[20:])
    for _ in range(3):
        assert await worker.ended() == BUG_EXIT
        worker = world.work()
    await world.until_progress(42)
    (letter,) = await asyncio.to_thread(open_letters, world.bootstrap, [world.topic_name])
    assert (letter.reason, letter.record.value, letter.record.offset) == (Reason.BUG, b"bug", 21)
    assert set(world.written()) == {"slow", *others}


async def test_a_rebalance_in_the_middle_of_a_write_loses_nothing(wide_world: World) -> None:
    world = wide_world
    for partition in range(4):
        await world.send("slow", *(f"{partition}-{number}" for number in range(20)), partition=partition)
    first = world.work("worker-0", session_timeout_s=3, heartbeat_s=0.5)
    await first.until_ready()
    await world.until_begun("slow")
    world.work("worker-1", session_timeout_s=3, heartbeat_s=0.5)
    await eventually(lambda: "not assigned" in first.readiness, "a rebalance has begun while the first one writes")
    world.let("go")
    for partition in range(4):
        await world.until_progress(21, partition)
    expected = {f"{partition}-{number}" for partition in range(4) for number in range(20)}
    assert expected < set(world.written())


async def test_a_worker_that_was_replaced_and_wakes_again_ends_itself(world: World) -> None:
    await world.send("slow", "after")
    sleeper = world.work("worker-0", session_timeout_s=2, heartbeat_s=0.5)
    await world.until_begun("slow")
    sleeper.signal(signal.SIGSTOP)
    world.let("go")
    world.work("worker-1", session_timeout_s=2, heartbeat_s=0.5)
    await world.until_progress(2)
    sleeper.signal(signal.SIGCONT)
    assert await sleeper.ended() == BUG_EXIT
    assert await world.next_offset() == 2


async def test_what_was_committed_without_being_written_is_read_again(world: World) -> None:
    await world.send(*"abcde")
    worker = world.work()
    await world.until_progress(5)
    worker.signal(signal.SIGTERM)
    assert await worker.ended() == 0
    world.store.execute("DELETE FROM written")
    await _rewind(world, 2)
    world.work()
    await world.until_progress(5)
    assert world.written() == ["c", "d", "e"]


async def test_records_missing_from_the_log_stop_the_worker_loudly(world: World) -> None:
    await world.send(*"abcde")
    admin = new_admin(world.bootstrap)
    admin.delete_records({native(TopicPartition(world.topic_name, 0)): 3})
    admin.close()
    assert await world.work().ended() == BUG_EXIT
    assert world.written() == []


async def test_the_audit_reads_the_log_again_and_agrees_with_the_projector(world: World) -> None:
    await world.send("a", "rejected", "b")
    world.work()
    await world.until_progress(3)
    of = TopicPartition(world.topic_name, 0)
    progress = {of: await world.progress.read(of) or Progress()}
    reading = await asyncio.to_thread(DeepReading, world.bootstrap, [world.topic_name])
    assert behind(reading.ends, progress) == ()
    values = await asyncio.to_thread(lambda: [record.value for record in reading.records({of: 3})])
    assert values == [b"a", b"rejected", b"b"]
    assert reading.differing(progress) == ()
    assert reading.differing({of: Progress(3, bytes(32))}) != ()


async def _replay(world: World, letter: DeadLetter) -> None:
    producer = KeyedProducer(bootstrap=world.bootstrap, client_id="replay")
    await producer.start()
    await replay(letter, producer)
    await producer.close()


async def _rewind(world: World, offset: int) -> None:
    """As if the store had been set back, or Faust had committed what it did not write."""
    progress = Progress()
    reading = await asyncio.to_thread(DeepReading, world.bootstrap, [world.topic_name])
    for record in await asyncio.to_thread(lambda: list(reading.records({}))):
        if record.offset < offset:
            progress = progress.after(record)
    world.store.execute("UPDATE progress SET next = ?, digest = ?", (progress.next_offset, progress.digest))
