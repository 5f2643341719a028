"""Stories of the demo, told again through the public doors of the running product under names of their own.

As far as the labels: the honest one gets them, and with one kilogram or one day changed it does not, for that alone.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
import yaml

from deploy.demo.player import Player
from deploy.demo.story import REGISTRIES, SEASON, Story, tell
from tests.running_product import RunningProduct

pytestmark = pytest.mark.system

Reports = list[dict[str, Any]]


PAIRS = r"\b(L0912-[1-6]|P0912|A0914|B0914|G0914)\b"


def _told(change: Callable[[Reports], None]) -> Story:
    """The season up to its labels, with lots, a run and a certificate that nobody has told of before."""
    word = uuid.uuid4().hex[:6].upper()
    text = SEASON.read_text(encoding="utf-8")
    for pattern, instead in (
        (PAIRS, rf"{word}-\1"),
        (r"season: xixian", f"season: {word}"),
        (r"(9520001006005GF)(\d{8})\d{4}", rf"\g<1>\g<2>{int(word, 16) % 10_000:04}"),
        (r"sample/FY26-0912", f"sample/{word}"),
        (r"run/20260914", f"run/{word}"),
    ):
        text = re.sub(pattern, instead, text)
    season = yaml.safe_load(text)
    change(season["reports"])
    return tell(season)


def _as_it_was(_: Reports) -> None:
    pass


def _a_kilogram_more_than_scales_may_differ(reports: Reports) -> None:
    pooling: dict[str, Any] = next(report["pooling"] for report in reports if "pooling" in report)
    pooling["inputs"][next(iter(pooling["inputs"]))] = 421
    pooling["kg"] = 2355


@pytest.mark.parametrize(
    ("change", "fails"),
    [(_as_it_was, frozenset()), (_a_kilogram_more_than_scales_may_differ, frozenset({"balance"}))],
)
def test_a_kilogram_decides_whether_labels_are_given(
    product: RunningProduct, change: Callable[[Reports], None], fails: frozenset[str]
) -> None:
    for file in REGISTRIES[:1]:
        assert product.suyuan("registry", "import", file).returncode == 0
    story = _told(change)
    (order,) = story.labels
    secret = (product.site.var / "identity" / "admin.secret").read_text().strip()
    identity = f"http://{product.site.address('identity')}"
    with httpx.Client(timeout=60, trust_env=False) as http:
        player = Player(product.site.portal_url, identity, secret, http, lambda _: None, date.today())
        for logger in story.loggers:
            player.send(logger)
        player.report(story.told[: order.after], done=0, total=order.after, name="test")
        player.pay(story)
        labels = player.order(replace(order, fails=fails), story)
    assert len(labels) == (0 if fails else order.count)
    claims = httpx.get(f"{product.site.portal_url}/api/claims", params={"code": order.lot}, trust_env=False).json()
    assert {one["rule"] for one in claims["results"] if one["outcome"] != "passed"} == fails
