"""Letters and marks on the topic of dead letters, and what is open by them."""

from collections.abc import AsyncIterator

import pytest

from stream.admin import ensure_topics
from stream.dead_letter import KafkaDeadLetters, Reason, open_letters
from stream.keyed_producer import KeyedProducer
from stream.log_reader import end_offsets, read_log
from stream.receipts import Record
from stream.replay import replay
from wire.topics import Topic

TRIAL = Topic("trial", 2)


@pytest.fixture
async def producer(kafka_bootstrap: str, topic_prefix: str) -> AsyncIterator[KeyedProducer]:
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[TRIAL])
    made = KeyedProducer(bootstrap=kafka_bootstrap, client_id="letters")
    await made.start()
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("key", "value"),
    [(None, b"\x00\xff"), (b"k", b""), (b"k", None), (None, None), (None, bytes(1024 * 1024 - 200))],
    ids=["bytes", "empty", "tombstone", "nothing", "as large as a record may be"],
)
async def test_a_letter_gives_the_record_back_as_it_was(
    producer: KeyedProducer, kafka_bootstrap: str, topic_prefix: str, key: bytes | None, value: bytes | None
) -> None:
    record = Record(TRIAL.name(topic_prefix), 1, 42, 1_700_000_000_123, key, value)
    letters = KafkaDeadLetters(producer, group="g")
    await letters.set_aside(record, Reason.REJECTED, "数据不对 " + "x" * 5000)
    (letter,) = open_letters(kafka_bootstrap, [record.topic])
    assert letter.record == record
    assert (letter.reason, letter.group) == (Reason.REJECTED, "g")
    assert letter.explanation.startswith("数据不对 x")


async def test_a_record_set_aside_by_two_groups_is_one_letter_and_one_replay_closes_it(
    producer: KeyedProducer, kafka_bootstrap: str, topic_prefix: str
) -> None:
    topic = TRIAL.name(topic_prefix)
    one, other = (Record(topic, 0, offset, 1, b"k", b"value") for offset in (7, 8))
    for group in ("traceability-1", "traceability-2"):
        await KafkaDeadLetters(producer, group=group).set_aside(one, Reason.BUG, "bug")
    await KafkaDeadLetters(producer, group="traceability-1").set_aside(other, Reason.REJECTED, "bad")
    letters = open_letters(kafka_bootstrap, [topic])
    assert [letter.record.place for letter in letters] == [one.place, other.place]
    receipt = await replay(letters[0], producer)
    assert [letter.record.place for letter in open_letters(kafka_bootstrap, [topic])] == [other.place]
    (record,) = read_log(kafka_bootstrap, end_offsets(kafka_bootstrap, [topic]))
    assert (record.place, record.key, record.value) == (receipt, b"k", b"value")


async def test_a_place_set_aside_again_after_its_replay_is_open_again(
    producer: KeyedProducer, kafka_bootstrap: str, topic_prefix: str
) -> None:
    record = Record(TRIAL.name(topic_prefix), 0, 7, 1, None, b"value")
    letters = KafkaDeadLetters(producer, group="g")
    await letters.set_aside(record, Reason.BUG, "first")
    await replay(open_letters(kafka_bootstrap, [record.topic])[0], producer)
    await letters.set_aside(record, Reason.BUG, "second")
    (letter,) = open_letters(kafka_bootstrap, [record.topic])
    assert letter.explanation == "second"


async def test_what_somebody_else_wrote_among_the_letters_hides_none_of_ours(
    producer: KeyedProducer, kafka_bootstrap: str, topic_prefix: str
) -> None:
    record = Record(TRIAL.name(topic_prefix), 0, 7, 1, None, b"value")
    dead_letters = record.topic + ".dlq"
    await producer.send(dead_letters, b"k", b"foreign")
    await producer.send(dead_letters, None, b"", (("suyuan-replayed", b"no place"),))
    await KafkaDeadLetters(producer, group="g").set_aside(record, Reason.BUG, "bug")
    (letter,) = open_letters(kafka_bootstrap, [record.topic])
    assert letter.record == record
