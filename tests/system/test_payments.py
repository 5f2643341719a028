"""From a payment to the buyer: disputed, corrected and confirmed by card; the price follows, and is told to few."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.running_product import RunningProduct
from tests.system.door import post
from tests.system.paying import GROWER, STATION, answer, card_of, payment, report
from tests.system.stranger import document
from tests.system.test_registered_world import LOOSE, REGISTRY, _picked

pytestmark = pytest.mark.system


@pytest.fixture
def station(product: RunningProduct) -> Iterator[httpx.Client]:
    assert product.suyuan("registry", "import", REGISTRY).returncode == 0
    with product.client("station", party=STATION) as client:
        yield client


def test_a_grower_disputes_by_card_is_paid_right_and_confirms(product: RunningProduct, station: httpx.Client) -> None:
    lot = f"{LOOSE}/10/{uuid.uuid4().hex[:10].upper()}"
    assert post(station, document([_picked(lot.rsplit("/", 1)[1], 100)]))["success"]
    paid = report(station, payment(lot, "400"))
    card = card_of(product)
    with httpx.Client(timeout=60, trust_env=False, headers={"Accept": "text/html"}) as phone:
        answer(phone, card, paid, "disputed", "少了50元")
        assert _listed(product, lot)[paid]["answer_reason"] == "少了50元"
        right = report(station, payment(lot, "450") | {"replaces": paid, "reason": "算错了"})
        assert _listed(product, lot)[paid]["corrected_by"] == [right]
        assert _listed(product, lot)[right]["answer"] == ""
        answer(phone, card, right, "confirmed")
    assert _listed(product, lot)[right]["by_card"] is True
    told = station.get("/api/paid-price", params={"code": lot}).json()
    assert (told["yuan_per_kg"], told["confirmed"]) == ("4.50", "1")
    public = httpx.get(f"{product.site.portal_url}/api/paid-price", params={"code": lot}, trust_env=False).json()
    assert (public["yuan_per_kg"], public["covered"]) == ("", "1")
    assert "4.50" not in json.dumps(public)


def test_a_table_with_one_stranger_is_recorded_by_none_of_its_lines(
    product: RunningProduct, station: httpx.Client
) -> None:
    lot = f"{LOOSE}/10/{uuid.uuid4().hex[:10].upper()}"
    lines = [f"{STATION},{payee},{lot},100,450,settlement,2026-09-20" for payee in (GROWER, "urn:x:stranger")]
    table = "\n".join(["payer,payee,lot,kilograms,yuan,kind,paid_on", *lines])
    outcome = product.suyuan("payment", "report", "-", given=table.encode())
    assert outcome.returncode == 1
    assert "urn:x:stranger is not registered" in outcome.stderr
    assert _listed(product, lot) == {}


def test_the_same_payment_twice_is_said_and_the_card_shows_what_is_not_paid(
    product: RunningProduct, station: httpx.Client
) -> None:
    lot = f"{LOOSE}/10/{uuid.uuid4().hex[:10].upper()}"
    assert post(station, document([_picked(lot.rsplit("/", 1)[1], 100)]))["success"]
    half = {"deliveries": [{"key": lot, "kilograms": "60"}]}
    first = report(station, payment(lot, "360") | half)
    assert _doubts(product, lot)[first] == []
    again = payment(lot, "360") | half
    told = station.post("/api/payments", json=again, headers={"Accept-Language": "en"}).json()["results"][0]
    assert "the same payment is recorded already" in " ".join(told["warnings"]).lower()
    assert "recorded-twice" in _doubts(product, lot)[told["id"]]
    much = payment(lot, "900") | {"deliveries": [{"key": lot, "kilograms": "500"}]}
    assert "brought 100 kg" in str(station.post("/api/payments", json=much, headers={"Accept-Language": "en"}).json())
    price = station.get("/api/paid-price", params={"code": lot}).json()
    assert "not counted" in price["sentence_en"]
    card = card_of(product)
    page = httpx.get(card, headers={"Accept-Language": "en", "Accept": "text/html"}, trust_env=False, timeout=60).text
    assert lot.rsplit("/", 1)[1] in page
    assert "100 kg" in page


def _doubts(product: RunningProduct, about: str) -> dict[str, list[str]]:
    return {id_: [doubt["code"] for doubt in one["doubts"]] for id_, one in _listed(product, about).items()}


def _listed(product: RunningProduct, about: str) -> dict[str, dict[str, Any]]:
    outcome = product.suyuan("payment", "list", about, "--json")
    assert outcome.returncode == 0, outcome.stderr
    return {one["id"]: one for one in json.loads(outcome.stdout)["payments"]}
