"""What a platform is told of its listings over HTTP."""

import json
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import KeySet

from services.portal.telling.histories import Claim
from tests.services.portal.conftest import BRAND
from tests.services.portal.halls.test_halls import GOOD, LOT
from tests.services.portal.halls.test_halls import shown as shown  # a fixture
from tests.services.portal.upstream import Behind
from wire.errors import Transient

SHOP = "https://shop.example/p"
LISTING = {"shop": SHOP, "gtin": "9520001000010", "brand": BRAND}


async def asked(client: httpx.AsyncClient, *listings: Any) -> list[dict[str, Any]]:
    answer = await client.post("/verify/listings", json={"listings": list(listings)})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    rows: list[dict[str, Any]] = answer.json()["listings"]
    return rows


async def test_a_channel_of_the_brand_is_authorised_and_told_the_lots_on_sale_and_can_show_it(
    shown: Behind, program: httpx.AsyncClient
) -> None:
    shown.log.claims[LOT] = Claim(verdict="granted", brand=BRAND, results=(GOOD,))
    answer = await program.post(
        "/api/deliveries", json=_delivery("P1"), headers={"authorization": "Bearer station-token"}
    )
    assert answer.status_code == 201, answer.text
    (row,) = await asked(program, LISTING)
    assert (row["authorised"], [one["lot"] for one in row["lots"]]) == (True, ["P1"])
    published = await program.get("/.well-known/listing-keys.json")
    assert published.headers["access-control-allow-origin"] == "*"
    signed = jws.deserialize_compact(row.pop("jws"), KeySet.import_key_set(published.json()), algorithms=["Ed25519"])
    assert json.loads(signed.payload) == row


async def test_answers_come_in_the_order_of_the_listings(shown: Behind, program: httpx.AsyncClient) -> None:
    rows = await asked(program, LISTING, LISTING | {"shop": "urn:x:nobody"}, LISTING)
    assert [row["authorised"] for row in rows] == [True, False, True]


async def test_while_nobody_can_say_nothing_is_said(
    shown: Behind, program: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: Any) -> Any:
        raise Transient("listings do not answer")

    monkeypatch.setattr(shown.listings, "check", away)
    answer = await program.post("/verify/listings", json={"listings": [LISTING]})
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


@pytest.mark.parametrize("body", [{}, {"listings": []}, {"listings": [LISTING] * 201}, {"listings": [{"shop": SHOP}]}])
async def test_what_is_no_listing_is_400(program: httpx.AsyncClient, body: Any) -> None:
    assert (await program.post("/verify/listings", json=body)).status_code == 400


def _delivery(lot: str) -> dict[str, str]:
    return {
        "product": "9520001000010", "plot": "P-0417", "grower": "G-0231", "unit": "kg", "gross": "400", "lot": lot,
        "site": "9520001000218", "at": "2026-09-12T06:30",
    }  # fmt: skip
