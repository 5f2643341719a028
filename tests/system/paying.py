"""Money for a delivery, reported by the station and confirmed by the grower on a card, as it goes on the product."""

import re
from typing import Any

import httpx

from tests.running_product import RunningProduct

STATION = "https://id.gs1.org/417/9520001008023"
OFFICE = "https://id.gs1.org/417/9520001008016"
GROWER = "https://suyuan.example/grower/7f3a"


def payment(lot: str, yuan: str, *, kg: float = 100, payee: str = GROWER) -> dict[str, Any]:
    who = {"payer": STATION, "payee": payee}
    deliveries = [{"key": lot, "kilograms": str(kg)}]
    return {"kind": "settlement", "yuan": yuan, "paid_on": "2026-09-20", "deliveries": deliveries, **who}


def report(client: httpx.Client, wish: dict[str, Any]) -> str:
    """The id it was recorded under."""
    answer = client.post("/api/payments", json=wish)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["results"][0]["id"])


def card_of(product: RunningProduct, grower: str = GROWER) -> str:
    """Of the office, whose cards count."""
    token = product.token("registrar", party=OFFICE)
    return product.suyuan("registry", "card", grower, "--yes", "--token", token).stdout.strip()


def answer(phone: httpx.Client, card: str, id_: str, word: str, reason: str = "") -> None:
    """As the grower does: the form of this payment on the card's page. Waits until it can be read."""
    forms = phone.get(card).text.split("<form")[1:]
    form = next(form for form in forms if f'value="{id_}"' in form)
    hidden = dict(re.findall(r'name="(csrf|id|payment)" value="([^"]*)"', form))
    sent = phone.post(card, data=hidden | {"answer": word, "reason": reason})
    assert sent.status_code == 303, sent.text
    assert phone.get(httpx.URL(card).join(sent.headers["location"])).status_code == 200


def paid(product: RunningProduct, lot: str, kg: float, payee: str = GROWER) -> None:
    """Well paid, and confirmed by whom it was paid to."""
    with product.client("station", party=STATION) as station:
        id_ = report(station, payment(lot, f"{kg * 7:.2f}", kg=kg, payee=payee))
    with httpx.Client(timeout=60, trust_env=False, headers={"Accept": "text/html"}) as phone:
        answer(phone, card_of(product, payee), id_, "confirmed")
