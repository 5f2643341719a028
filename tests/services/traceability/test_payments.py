"""Payments from the log to the store, on real engines: projected, audited, rebuilt like events, and told to few."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance.payments.records import Said
from services.traceability.mongo.connection import connect
from services.traceability.mongo.generations import generation_database
from services.traceability.mongo.payments import MongoPaymentStore
from stream.keyed_producer import KeyedProducer, Message
from tests.provenance.paying import STATION, answer, correction, payment
from tests.services.traceability.events import LOT, harvest
from tests.services.traceability.projector_process import Deployment
from tests.services.traceability.test_rebuild_and_audit import command
from wire.envelope import RecordedEvent, encode
from wire.payment_codec import encode as payment_bytes
from wire.topics import PAYMENTS


@pytest.fixture
def deployment(kafka_bootstrap: str, mongo_url: str, unique: str, tmp_path: Path) -> Deployment:
    return Deployment.create(kafka_bootstrap, mongo_url, unique, tmp_path)


async def publish(deployment: Deployment, *said: Said, value: bytes = b"") -> None:
    events = [RecordedEvent(payment_bytes(one), b"", 1_700_000_000_000 + n, STATION) for n, one in enumerate(said)]
    producer = KeyedProducer(bootstrap=deployment.kafka, client_id="paying")
    await producer.start()
    topic = PAYMENTS.name(deployment.prefix)
    await producer.send_all([Message(topic, None, value or encode(events), partition=n) for n in (3, 4)])
    await producer.close()


async def test_payments_are_projected_audited_and_rebuilt_like_events(deployment: Deployment) -> None:
    await deployment.publish([harvest("h", LOT + "A")])
    await publish(deployment, payment("a"), correction("b", "a"), answer("y", "b"))
    with deployment.projector(generation=0):
        await deployment.caught_up(1)
        code, (result,) = await command(deployment, "audit", "--deep")
        assert (code, result["complete"], result["reports"]) == (0, True, 1 + 2 * 3)
        code, lines = await command(deployment, "rebuild")
        assert (code, lines[-1]["switched"], lines[-1]["events"]) == (0, True, 1 + 3)
        client = connect(deployment.mongo_url)
        kept = client[generation_database(deployment.database, 2)]["payments"]
        lost = await kept.find_one({})
        assert lost is not None
        await kept.delete_one({"_id": lost["_id"]})
        code, (result,) = await command(deployment, "audit", "--deep")
        assert (code, result["complete"]) == (1, False)
        assert lost["_id"] in result["missing"][0]["problem"]
        assert result["missing"][0]["topic"] == PAYMENTS.name(deployment.prefix)
        code, lines = await command(deployment, "rebuild")
        assert (code, lines[-1]["switched"], lines[-1]["differing"]) == (1, False, [lost["_id"]])
        client.close()


async def test_what_is_no_payment_is_set_aside_and_the_others_are_kept(deployment: Deployment) -> None:
    wrong = encode(
        [
            RecordedEvent(b"\xff", b"", 1, STATION),
            RecordedEvent(payment_bytes(payment("a")), b"", 2, STATION),
        ]
    )
    await publish(deployment, value=wrong)
    with deployment.projector():
        await deployment.caught_up()
        code, (result,) = await command(deployment, "audit", "--deep")
        assert (code, result["missing"], result["set_aside"]) == (0, [], 2)
    client = connect(deployment.mongo_url)
    store = MongoPaymentStore(client, generation_database(deployment.database, 1))
    assert len([one async for one in store.scan()]) == 1
    client.close()
