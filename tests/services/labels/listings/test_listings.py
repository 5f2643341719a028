"""What is said of a listing, and that anybody can check who said it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal

import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet
from produce.v1 import listings_pb2

from provenance.registry.records import Brand, Channel
from services.labels.listings.domain import GOOD_FOR_S, NOT_AUTHORISED, gist, sells
from services.labels.listings.ports import Granted
from services.labels.listings.rpc import ListingServicer
from tests.services.labels.listings.market import BRAND, GTIN, LISTING, NOW_MS, PLATFORM, SHOP, SINCE, URL, Market
from wire.errors import Rejected, Transient

OTHER = "https://id.gs1.org/417/9520001000300"
LOT = f"{URL}/01/09520001000010/10/P1"


async def test_a_listing_is_told_what_its_lot_weighed_bears_in_labels_and_has_left() -> None:
    market = Market(labelled={"09520001000010/P1": 40_000})
    (said,) = await market.check(LISTING)
    lot = {"lot": "P1", "link": LOT, "kilograms": "100", "kilograms_labelled": "40", "kilograms_left": "62.5"}
    assert said["authorised"] is True
    assert said["lots"] == [lot]
    assert said["kilograms_left"] == "62.5"
    assert (said["iss"], said["iat"], said["exp"]) == (URL, NOW_MS // 1000, NOW_MS // 1000 + GOOD_FOR_S)


async def test_a_lot_that_is_sold_out_is_not_on_sale_and_one_nobody_weighed_has_no_kilograms() -> None:
    market = Market(lots={"OUT": Granted(Decimal(100), Decimal()), "P1": Granted(None, None)})
    (said,) = await market.check(LISTING)
    assert said["lots"] == [{"lot": "P1", "link": LOT, "kilograms_labelled": "0"}]
    assert "kilograms_left" not in said, "a sum of which a part is not known is none"


async def test_an_answer_is_good_no_longer_than_what_it_rests_on() -> None:
    market = Market()
    market.registry.put(Channel(id="urn:x:shop", version=2, valid_from=SINCE, brand=BRAND, name_zh="店", url=SHOP,
                                valid_to=date(2026, 9, 22)))  # fmt: skip
    (said,) = await market.check(LISTING)
    assert said["valid_until"] == "2026-09-22"
    assert said["exp"] == 1_790_006_400, "midnight in China"
    market.now_ms += 86_400_000
    (said,) = await market.check(LISTING)
    assert (said["authorised"], said["why"]) == (False, "no-channel")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"shop": "https://other.example/p"}, "no-channel"),
        ({"shop": PLATFORM}, "no-channel"),
        ({"brand": "https://suyuan.example/brand/none"}, "not-the-brands"),
        ({"gtin": "9520001000027"}, "not-the-brands"),
        ({"gtin": "9520001000011"}, "no-product"),
        ({"gtin": f"{GTIN}/10/P1"}, "no-product"),
    ],
)
async def test_who_is_not_authorised_is_told_why_in_two_languages(change: dict[str, str], why: str) -> None:
    (said,) = await Market().check(replace(LISTING, **change))
    assert (said["authorised"], said["why"]) == (False, why)
    assert (said["sentence_zh"], said["sentence_en"]) == NOT_AUTHORISED[why]
    assert "lots" not in said


async def test_an_answer_is_checked_offline_with_the_published_keys_by_any_library() -> None:
    market = Market()
    (said,) = await market.check(LISTING)
    token = market.signer.jws(json.dumps(said).encode())
    keys = KeySet.import_key_set(json.loads(market.signer.jwks))
    checked = jws.deserialize_compact(token, keys, algorithms=["Ed25519"])
    assert json.loads(checked.payload) == said
    assert checked.headers() == {"alg": "Ed25519", "kid": market.signer.keys.signer.key_id.hex(), "typ": "listing+jwt"}
    head, payload, signature = token.split(".")
    other = payload[:40] + ("A" if payload[40] != "A" else "B") + payload[41:]
    for forged in (f"{head}.{other}.{signature}", f"{head}.{payload}.{'A' * len(signature)}"):
        with pytest.raises((BadSignatureError, ValueError)):
            jws.deserialize_compact(forged, keys, algorithms=["Ed25519"])


async def test_two_hundred_listings_of_a_product_ask_for_its_lots_once() -> None:
    market = Market()
    assert len(await market.check(*[LISTING] * 200)) == 200
    assert market.asked == 1


async def test_while_nobody_says_what_is_on_sale_nothing_is_said_of_it_and_it_is_asked_again() -> None:
    market = Market(away=True)
    on_sale = market.on_sale
    assert await on_sale.of_all([(GTIN, BRAND)]) == {(GTIN, BRAND): None}
    (said,) = await market.check(LISTING)
    assert (said["authorised"], "lots" in said, "kilograms_left" in said) == (True, False, False)
    asked = ListingServicer(check=lambda listings: market.check(*listings), books=market, signer=market.signer)
    request = listings_pb2.CheckListingsRequest(listings=[listings_pb2.Listing(**asdict(LISTING))])
    with pytest.raises(Transient):
        await asked.CheckListings(request, None)
    market.away = False
    assert len((await on_sale.of_all([(GTIN, BRAND)]))[GTIN, BRAND] or ()) == 1


async def test_who_leaves_does_not_end_the_question_of_the_others() -> None:
    on_sale = Market().on_sale
    left, stays = (asyncio.create_task(on_sale.of(GTIN, BRAND)) for _ in range(2))
    await asyncio.sleep(0)
    left.cancel()
    assert await stays


async def test_sales_are_no_change_and_a_lot_that_comes_or_goes_is_one() -> None:
    market = Market()
    (before,) = await market.check(LISTING)
    market.lots["P1"] = Granted(Decimal(100), Decimal(5))
    (sold,) = await market.check(LISTING)
    assert gist(sold) == gist(before)
    market.lots["P1"] = Granted(Decimal(100), Decimal())
    (out,) = await market.check(LISTING)
    assert gist(out) != gist(before)
    market.registry.put(Brand(id=BRAND, version=2, valid_from=SINCE, name_zh="玉露", owner=URL, county_code="141031"))
    (dropped,) = await market.check(LISTING)
    assert gist(dropped) not in (gist(before), gist(out))


def test_a_listing_without_a_part_is_none() -> None:
    with pytest.raises(Rejected):
        replace(LISTING, shop="")


@pytest.mark.parametrize(
    ("shop", "its"),
    [
        (SHOP, True),
        (SHOP + "/", True),
        (SHOP + "/pears?x=1", True),
        ("https://SHOP.example/p", True),
        (OTHER, True),
        ("https://shop.example/pirate", False),
        ("https://shop.example/", False),
        ("https://shop.example/p/../q", False),
        ("https://shop.example/p/%2e%2e/q", False),
        ("https://shop.example.evil.example/p", False),
        ("https://shop.example@evil.example/p", False),
        ("http://shop.example/p", False),
        ("https://[/p", False),
        ("", False),
    ],
)
def test_a_shop_is_known_by_its_party_or_by_pages_under_its_address(shop: str, its: bool) -> None:
    channel = Channel(id="urn:x:c", brand=BRAND, name_zh="店", party=OTHER, url=SHOP)
    assert sells(channel, shop) is its
    assert not sells(replace(channel, party="", url=""), shop)
