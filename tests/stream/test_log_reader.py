"""The log read again up to a cut."""

from collections import Counter

from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.log_reader import end_offsets, read_log
from stream.receipts import TopicPartition
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
