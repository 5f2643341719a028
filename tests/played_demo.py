"""The demo's season played on a running product, as `make up` does: what there is to open, and who may sign in."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from deploy.local.site import ROOT
from tests.running_product import RunningProduct


@dataclass(frozen=True)
class Demo:
    """What the demo's player left: addresses by name, and the link of a card by who it signs in."""

    shown: dict[str, Any]
    cards: dict[str, str]


def play_demo(product: RunningProduct) -> Demo:
    """Playing it again changes nothing, but cards are new each time."""
    site = product.site
    where = ("--portal", site.portal_url, "--identity", f"http://{site.address('identity')}", "--var", str(site.var))
    words = (sys.executable, "-m", "deploy.demo", *where)
    played = subprocess.run(words, cwd=ROOT, env={**os.environ, **product.environ}, capture_output=True, text=True)
    assert played.returncode == 0, played.stderr
    return _left(product)


def demo_of(product: RunningProduct) -> Demo:
    """As it was played before, where it was: each of its cards may have been used."""
    return _left(product) if (product.site.var / "demo" / "cards.json").exists() else play_demo(product)


def _left(product: RunningProduct) -> Demo:
    shown, cards = (json.loads((product.site.var / "demo" / name).read_text()) for name in ("story.json", "cards.json"))
    return Demo(shown, {card["who"]: card["link"] for card in cards})
