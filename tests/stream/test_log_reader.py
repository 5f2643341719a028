"""The log read again up to a cut."""

from collections import Counter

import pytest
from kafka import KafkaConsumer
from kafka.errors import KafkaTimeoutError

from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.log_reader import end_offsets, read_log
from stream.receipts import TopicPartition
from wire.errors import Transient
from wire.topics import Topic

TRIAL = Topic("trial", 3)


async def test_every_record_below_the_cut_is_read_once_and_none_above(kafka_bootstrap: str, topic_prefix: str) -> None:
    topic = TRIAL.name(topic_prefix)
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[TRIAL])
    producer = KeyedProducer(bootstrap=kafka_bootstrap, client_id="log")
    await producer.start()
    await producer.send_all([Message(topic, None, b"%d" % n, partition=n % 2) for n in range(3000)])
    cut = end_offsets(kafka_bootstrap, [topic])
    await producer.send_all([Message(topic, None, b"late", partition=partition) for partition in range(3)])
    await producer.close()
    assert cut == {TopicPartition(topic, 0): 1500, TopicPartition(topic, 1): 1500, TopicPartition(topic, 2): 0}
    counts = Counter(record.value for record in read_log(kafka_bootstrap, cut))
    assert counts == {b"%d" % n: 1 for n in range(3000)}
    first = TopicPartition(topic, 0)
    rest = [record.offset for record in read_log(kafka_bootstrap, {first: 1500}, {first: 1490})]
    assert rest == list(range(1490, 1500))


@pytest.mark.parametrize("call", ["beginning_offsets", "poll", "position"])
async def test_a_broker_that_does_not_answer_in_the_middle_is_a_transient_fault(
    kafka_bootstrap: str, topic_prefix: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[TRIAL])

    def silent(*_: object, **__: object) -> None:
        raise KafkaTimeoutError("no answer")

    monkeypatch.setattr(KafkaConsumer, call, silent)
    with pytest.raises(Transient):
        list(read_log(kafka_bootstrap, {TopicPartition(TRIAL.name(topic_prefix), 0): 1}))
