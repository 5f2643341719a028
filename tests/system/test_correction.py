"""A station types 4120 for 412 and a plot one letter off, sees it, and corrects both in one go: everything follows."""

import uuid
from collections.abc import Iterator
from fractions import Fraction
from html import unescape

import httpx
import pytest

from tests.running_product import RunningProduct
from tests.services.portal.people import asks, filled, text_of
from tests.system.door import post, shares, trace
from tests.system.measured import kept_cold
from tests.system.paying import STATION, paid
from tests.system.stranger import document
from tests.system.test_registered_world import (
    BRAND,
    CERTIFIER,
    GIFT,
    INSPECTOR,
    LOOSE,
    PACKER,
    REGISTRY,
    _certified,
    _handed_over,
    _inspected,
    _packed,
)

pytestmark = pytest.mark.system

HERE = {"site": "9520001005015", "product": "09520001007019", "unit": "kg", "at": "2026-09-12T08:00"}


@pytest.fixture
def station(product: RunningProduct) -> Iterator[httpx.Client]:
    """The station's agent with a browser, signed in."""
    assert product.suyuan("registry", "import", REGISTRY).returncode == 0
    with httpx.Client(base_url=product.site.portal_url, timeout=60, trust_env=False, follow_redirects=True) as browser:
        browser.headers.update({"accept": "text/html", "accept-language": "en"})
        browser.post("/sign-in", data={"code": product.token("station", party=STATION), "to": "/work"})
        yield browser


def _report(browser: httpx.Client, noun: str, **typed: str) -> httpx.Response:
    path = f"/forms/{noun}"
    page = _asked(browser, noun, **typed)
    page = browser.post(path, data=filled(page, path)) if asks(page) else page
    assert page.status_code == 200, text_of(page)
    return page


def _asked(browser: httpx.Client, noun: str, **typed: str) -> httpx.Response:
    path = f"/forms/{noun}"
    return browser.post(path, data=filled(browser.get(path), path) | HERE | typed)


def _verdict(client: httpx.Client, lot: str) -> str:
    answer = client.get("/api/claims", params={"code": f"{GIFT}/10/{lot}", "brand": BRAND})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["verdict"])


def test_history_shares_and_verdict_follow_a_correction(product: RunningProduct, station: httpx.Client) -> None:
    word = uuid.uuid4().hex[:8].upper()
    mistyped = {"plot": "7f3b", "grower": "7f3a", "gross": "4120", "lot": f"A{word}"}
    asked = text_of(_asked(station, "deliveries", **mistyped))
    assert "4120 kg is a great deal for one delivery." in asked and "7f3b is not registered" in asked
    wrong = _report(station, "deliveries", **mistyped)
    _report(station, "deliveries", plot="b21c", grower="b21c", gross="103", lot=f"B{word}")
    lots = {"inputs.0.lot": f"A{word}", "inputs.1.lot": f"B{word}", "output": f"P{word}"}
    _report(station, "poolings", **lots)
    pooled = f"{LOOSE}/10/P{word}"
    with product.client("laboratory", party=CERTIFIER) as certifier, product.client("packer", party=PACKER) as packer:
        _certified(certifier, word)
        with product.client("inspector", party=INSPECTOR) as inspector:
            _inspected(inspector, f"P{word}")
        with product.client("station", party=STATION) as program:
            _handed_over(program, packer, f"P{word}", 300.0)
        assert post(packer, document([_packed(f"P{word}", f"G{word}", 300.0)]))["success"]
        assert shares(packer, pooled)[f"{LOOSE}/10/A{word}"] == Fraction("0.975609756098")
        assert _verdict(packer, f"G{word}") != "granted"

        link = unescape(wrong.text.split('href="/corrections?event=', 1)[1].split('"', 1)[0])
        form = station.get(f"/corrections/report?event={link}")
        typed = filled(form, "/corrections/report") | {"gross": "412", "plot": "7f3a"}
        done = [station.post("/corrections/report", data=typed) for _ in range(2)][-1]
        assert "The report is corrected." in done.text, text_of(done)

        history = done.text.split('href="/trace?', 1)[1].split('"', 1)[0].replace("&amp;", "&")
        words = text_of(station.get(f"/trace?{history}"))
        assert "412 kg" in words and "corrected later" in words and "corrected this on" in words
        assert shares(packer, pooled) == {
            f"{LOOSE}/10/A{word}": Fraction("0.8"),
            f"{LOOSE}/10/B{word}": Fraction("0.2"),
        }
        kept_cold(product, f"{GIFT}/10/G{word}")
        paid(product, f"{LOOSE}/10/A{word}", 412)
        paid(product, f"{LOOSE}/10/B{word}", 103, "https://suyuan.example/grower/b21c")
        assert _verdict(packer, f"G{word}") == "granted"
    with product.client("operator") as operator:
        told = trace(operator, f"{LOOSE}/10/A{word}", "back")
    assert [step["standing"] for step in told["steps"]].count("corrected") == 1
