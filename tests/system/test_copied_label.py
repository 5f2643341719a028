"""A label that was copied onto fifty boxes says so to who looks it up next, and one bought by a family does not."""

import time

import httpx
import pytest

from provenance.scans.thresholds import DEFAULTS
from tests.played_demo import demo_of
from tests.running_product import RunningProduct

pytestmark = pytest.mark.system

COPIES = 50
FAMILY = 3


def looks_like(network: int, phone: int = 0) -> dict[str, str]:
    """Of a phone somewhere in China, behind a proxy on this machine."""
    return {
        "X-Forwarded-For": f"36.{network}.7.{phone}",
        "User-Agent": f"Mozilla/5.0 (Linux; Android 9; model-{phone}) MicroMessenger/8",
        "Accept-Language": "zh-CN",
        "Accept": "text/html",
    }


def told(product: RunningProduct, link: str) -> dict[str, object]:
    """By a program that checks and is no phone."""
    with product.client() as client:
        answer = client.get(link, headers={"Accept": "application/json", "User-Agent": "python-check"})
    found: dict[str, object] = answer.json()["label"]["look_ups"]
    return found


def counted(product: RunningProduct, link: str, least: int) -> None:
    ends = time.monotonic() + 60
    while int(str(told(product, link)["count"])) < least:
        assert time.monotonic() < ends, f"fewer than {least} look-ups were told in a minute"
        time.sleep(0.2)


def test_a_label_copied_fifty_times_says_how_often_it_was_looked_up_and_what_that_may_mean(
    product: RunningProduct,
) -> None:
    link = demo_of(product).shown["daylily"]
    before = int(str(told(product, link)["count"]))
    with product.client() as client:
        for phone in range(FAMILY):
            client.get(link, headers=looks_like(255, phone)).raise_for_status()
    counted(product, link, before + FAMILY)
    if before == 0:
        assert "warnings" not in told(product, link)
    with product.client() as client:
        for network in range(COPIES):
            client.get(link, headers=looks_like(network)).raise_for_status()
        counted(product, link, COPIES + FAMILY)
        page: httpx.Response = client.get(link, headers=looks_like(0) | {"Accept-Language": "en"})
    codes = [warning["code"] for warning in told(product, link)["warnings"]]  # type: ignore[attr-defined]
    assert DEFAULTS.many_times <= COPIES and "many_times" in codes
    assert "may have been copied" in page.text and "last 90 days" in page.text
