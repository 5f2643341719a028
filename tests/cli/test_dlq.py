"""`suyuan dlq` on a real broker: a record is set aside, listed, put back, and listed no more."""

import json

from stream.admin import ensure_topics
from stream.dead_letter import KafkaDeadLetters, Reason
from stream.keyed_producer import KeyedProducer
from stream.log_reader import end_offsets, read_log
from stream.receipts import Record
from tests.cli.command import suyuan


async def _set_aside(bootstrap: str, record: Record) -> None:
    producer = KeyedProducer(bootstrap=bootstrap, client_id="test")
    await producer.start()
    try:
        await KafkaDeadLetters(producer, group="g").set_aside(record, Reason.BUG, "it broke 三次")
    finally:
        await producer.close()


async def test_a_dead_letter_is_listed_until_it_is_replayed(kafka_bootstrap: str, unique: str) -> None:
    place = ["--kafka", kafka_bootstrap, "--prefix", unique]
    ensure_topics(kafka_bootstrap, prefix=unique)
    topic = f"{unique}.harvest.v1"
    await _set_aside(kafka_bootstrap, Record(topic, 3, 42, 1_790_000_000_000, None, b"as it was"))

    listed = json.loads(suyuan("dlq", "list", "--json", *place).stdout)
    assert [(letter["record"], letter["reason"]) for letter in listed] == [(f"{topic}/3/42", "bug")]
    assert "it broke 三次" in suyuan("dlq", "list", *place).stdout

    assert suyuan("dlq", "replay", f"{topic}/3/41", *place).returncode == 1
    replayed = suyuan("dlq", "replay", f"{topic}/3/42", *place)
    assert (replayed.returncode, replayed.stdout.splitlines()[-1]) == (0, "1 record replayed")
    records = list(read_log(kafka_bootstrap, end_offsets(kafka_bootstrap, [topic])))
    assert [record.value for record in records] == [b"as it was"]
    assert suyuan("dlq", "list", *place).stdout == "no dead letters\n"


def test_replay_wants_to_be_told_which_records() -> None:
    for arguments in ([], ["--all", "produce.harvest.v1/0/0"]):
        assert suyuan("dlq", "replay", *arguments).returncode == 2
