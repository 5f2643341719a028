"""Platforms are told of changes, once each, until they have heard; by a message that nobody can forge or send again."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from provenance.days import day_at
from services.labels.listings import handlers
from services.labels.listings.addresses import is_public, read_networks
from services.labels.listings.delivering import MOST_ATTEMPTS, Delivering, NotSent, wait_ms
from services.labels.listings.mongo import MongoTellings
from services.labels.listings.ports import Granted, Message
from services.labels.listings.posting import Poster
from services.labels.mongo import MongoLedger
from tests.services.labels.listings.market import BRAND, Market, subscription
from tests.services.labels.listings.platform import platform
from tests.services.running import eventually

DAY_MS = 86_400_000


@dataclass
class Office:
    """The role's round, by hand; `answers` are what the platform says, `sent` what it was sent."""

    market: Market
    tellings: MongoTellings
    answers: list[int]
    sent: list[tuple[dict[str, str], bytes]]

    def __post_init__(self) -> None:
        self.ids = count(1)
        self.begin()

    def begin(self) -> None:
        """A process of its own: what an earlier one had in memory is gone."""
        market = self.market
        self.delivering = Delivering(
            tellings=self.tellings,
            signer=market.signer,
            post=self.post,
            subscription=market.registry.subscription,
            today=lambda: day_at(market.now_ms),
            now_ms=lambda: market.now_ms,
        )

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.sent.append((headers, body))
        status = self.answers.pop(0) if self.answers else 204
        if not status:
            raise NotSent("no answer")
        return status

    async def look(self) -> int:
        market = self.market

        async def check(listings: Any) -> Any:
            return await market.check(*listings)

        noticed = partial(handlers.look, registry=market.registry, tellings=self.tellings, check=check)
        named = partial(noticed, new_id=lambda: f"msg_{next(self.ids)}")
        return await named(sign=market.signer.jws, now_ms=lambda: market.now_ms)

    async def send_due(self) -> None:
        for message in await self.tellings.due(self.market.now_ms):
            await self.delivering.send(message)

    async def round(self) -> list[dict[str, Any]]:
        """What the platform was sent in it."""
        before = len(self.sent)
        await self.look()
        await self.send_due()
        return [json.loads(body)["data"] for _, body in self.sent[before:]]


@pytest.fixture
async def office(mongo_url: str, unique: str) -> AsyncIterator[Office]:
    ledger = MongoLedger(mongo_url, unique)
    tellings = MongoTellings(ledger)
    await tellings.prepare()
    market = Market()
    market.registry.put(subscription())
    yield Office(market, tellings, [], [])
    ledger.close()


async def test_a_platform_hears_how_things_stand_and_then_only_of_changes(office: Office) -> None:
    (first,) = await office.round()
    assert (first["authorised"], [lot["lot"] for lot in first["lots"]]) == (True, ["P1"])
    assert await office.round() == []
    office.market.lots.clear()
    (recalled,) = await office.round()
    assert recalled["lots"] == []
    assert await office.round() == []


async def test_a_shop_that_is_no_channel_any_more_is_told_once(office: Office) -> None:
    await office.round()
    channel = office.market.registry.channel("urn:x:shop", day_at(office.market.now_ms))
    assert channel
    office.market.registry.put(replace(channel, version=2, platform="", url="https://elsewhere.example/"))
    (said,) = await office.round()
    assert (said["authorised"], said["why"]) == (False, "no-channel")
    assert await office.round() == []


async def test_a_product_of_which_nobody_can_say_what_is_on_sale_keeps_no_other_from_being_told(office: Office) -> None:
    market = office.market
    await office.round()
    crowded = "https://id.gs1.org/01/09520001000027"
    on = day_at(market.now_ms)
    brand, channel = market.registry.brand(BRAND, on), market.registry.channel("urn:x:shop", on)
    assert brand and channel
    market.registry.put(replace(brand, id="urn:x:brand2", gtins=frozenset({crowded})))
    market.registry.put(replace(channel, id="urn:x:shop2", brand="urn:x:brand2"))
    market.crowded.add(crowded)
    market.lots.clear()
    assert [(said["brand"], said["lots"]) for said in await office.round()] == [(BRAND, [])]
    market.crowded.clear()
    assert [said["brand"] for said in await office.round()] == ["urn:x:brand2"]


async def test_what_is_not_acknowledged_is_sent_again_later_and_later_under_the_same_id(office: Office) -> None:
    office.answers += [500, 0, 302, 204]
    await office.look()
    waited = []
    while due := await _next_due(office):
        waited.append(due - office.market.now_ms)
        office.market.now_ms = due
        await office.send_due()
    assert waited == [0, 5_000, 20_000, 80_000]
    assert {headers["webhook-id"] for headers, _ in office.sent} == {"msg_1"}
    assert len({body for _, body in office.sent}) == 1, "who has it already sees that it is the same"
    assert len({headers["webhook-timestamp"] for headers, _ in office.sent}) == 4, "and each is signed anew"
    assert (await office.tellings.waiting(), await office.tellings.given_up()) == (0, 0)


async def test_after_a_day_a_platform_is_given_up_and_counted_and_told_of_the_next_change(office: Office) -> None:
    office.answers += [500] * MOST_ATTEMPTS
    await office.look()
    while due := await _next_due(office):
        office.market.now_ms = due
        await office.send_due()
    assert len(office.sent) == MOST_ATTEMPTS
    assert (await office.tellings.waiting(), await office.tellings.given_up()) == (0, 1)
    assert DAY_MS / 2 < sum(map(wait_ms, range(1, MOST_ATTEMPTS))) < 3 * DAY_MS
    office.market.lots.clear()
    assert len(await office.round()) == 1


async def test_who_says_gone_is_given_up_at_once(office: Office) -> None:
    office.answers.append(410)
    await office.round()
    assert (await office.tellings.waiting(), await office.tellings.given_up()) == (0, 1)


async def test_a_process_that_ends_between_sending_and_noting_it_sends_the_same_again(office: Office) -> None:
    await office.look()
    (message,) = await office.tellings.due(office.market.now_ms)
    await office.post("", {"webhook-id": message.id}, message.body)  # and is killed
    office.begin()
    await office.send_due()
    (_, first), (headers, second) = office.sent
    assert (headers["webhook-id"], second) == (message.id, first)
    assert await office.round() == []


async def test_a_change_takes_the_place_of_what_waits(office: Office) -> None:
    office.answers += [500]
    await office.round()
    office.market.lots["P2"] = Granted(Decimal(10), Decimal(10))
    (said,) = await office.round()
    assert [lot["lot"] for lot in said["lots"]] == ["P1", "P2"]
    office.market.now_ms += DAY_MS
    assert [data["lots"] for data in await office.round()] == [], "what was so yesterday is not told any more"


async def test_two_processes_at_once_tell_it_once(office: Office) -> None:
    made = await asyncio.gather(*(office.look() for _ in range(8)))
    assert sum(made) == 1
    office.market.lots.clear()
    assert sum(await asyncio.gather(*(office.look() for _ in range(8)))) == 1


async def test_a_subscription_that_has_ended_is_sent_nothing(office: Office) -> None:
    await office.look()
    ended = day_at(office.market.now_ms)
    office.market.registry.put(replace(subscription(), version=2, valid_to=ended))
    await office.send_due()
    assert office.sent == []
    assert await office.tellings.waiting() == 0


async def test_a_platform_that_hangs_holds_up_no_other(office: Office) -> None:
    released = asyncio.Event()
    market = office.market
    market.registry.put(replace(subscription("https://slow.example/"), id="https://suyuan.example/subscription/0"))
    heard = asyncio.Event()

    async def post(url: str, headers: dict[str, str], body: bytes) -> int:
        if "slow" in url:
            await released.wait()
        else:
            heard.set()
        return 204

    office.post = post  # type: ignore[method-assign]
    office.begin()
    await office.look()
    await office.delivering.begin()
    async with asyncio.timeout(10):
        await heard.wait()

    async def one_waits() -> bool:
        return await office.tellings.waiting() == 1

    await eventually(one_waits)
    await office.delivering.close()


async def test_a_message_is_signed_with_its_id_and_its_time(office: Office) -> None:
    await office.round()
    headers, body = office.sent[0]
    version, signature = headers["webhook-signature"].split(",")
    public = office.market.signer.keys.signer.private.public_key()
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert version == "v1a"
    public.verify(b64decode(signature), signed)
    for forged in (signed + b" ", signed.replace(b"msg_1", b"msg_2"), signed.replace(b".1790", b".1791", 1)):
        with pytest.raises(InvalidSignature):
            public.verify(b64decode(signature), forged)
    assert json.loads(body)["type"] == "listing.changed"


async def test_it_goes_over_https_to_the_name_and_no_redirect_is_followed(tmp_path: Path) -> None:
    async with platform(tmp_path) as (there, trust):
        post = Poster(read_networks("127.0.0.0/8, ::1"), trust)
        there.answers = [204, 302]
        assert await post(there.url, {"webhook-id": "msg_1"}, b"{}") == 204
        assert await post(there.url, {}, b"{}") == 302
        assert [headers["host"] for headers, _ in there.heard] == [f"localhost:{there.port}"] * 2
        with pytest.raises(NotSent, match="private"):
            await Poster(trust=trust)(there.url, {}, b"{}")
        with pytest.raises(NotSent):
            await Poster(read_networks("127.0.0.0/8, ::1"))(there.url, {}, b"{}")  # nobody vouches for it
        assert len(there.heard) == 2
        there.answers = [0]
        with pytest.raises(NotSent):
            await post(there.url, {}, b"{}")


@pytest.mark.parametrize("url", ["http://localhost/", "ftp://localhost/", "https:///x", "https://name.invalid/"])
async def test_where_nothing_can_be_sent_to_is_no_bug(url: str) -> None:
    with pytest.raises(NotSent):
        await Poster()(url, {}, b"{}")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("3fff::1", False),
        ("4000::1", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("2606:4700::1111", True),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("2001:0:a00:1::", False),
    ],
)
def test_private_addresses_are_known_however_they_are_written(address: str, public: bool) -> None:
    assert is_public(address) is public


async def _next_due(office: Office) -> int | None:
    waiting = [found["message"]["due_ms"] async for found in office.tellings._kept.find({"message.due_ms": {"$gt": 0}})]
    return min(waiting, default=None)


async def test_nor_does_one_that_hangs_with_more_due_than_is_read_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.labels.listings.mongo.MOST_DUE", 2)
    slow, heard = "https://suyuan.example/subscription/0", asyncio.Event()
    office.market.registry.put(replace(subscription("https://slow.example/"), id=slow))
    for n, whose in enumerate([slow, slow, slow, subscription().id]):
        message = Message(f"telling {n}", f"msg_{n}", whose, b"{}", 0)
        await office.tellings.change(
            message.telling, subscription=whose, listing={}, before="", gist="g", message=message, due_ms=n
        )

    async def post(url: str, headers: dict[str, str], body: bytes) -> int:
        await (asyncio.Event().wait() if "slow" in url else asyncio.sleep(0))
        heard.set()
        return 204

    office.post = post  # type: ignore[method-assign]
    office.begin()

    async def told() -> bool:
        await office.delivering.begin()
        return heard.is_set()

    await eventually(told)
    await office.delivering.close()
