"""`python -m deploy.demo --portal URL --identity URL --var FOLDER`: plays the season on a running copy."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from functools import partial
from pathlib import Path

import httpx

from deploy.demo.cards import Issuer, hand_out
from deploy.demo.player import DemoError, Player, remember
from deploy.demo.story import StoryError, read_season


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("--portal", "--identity", "--var"):
        options.add_argument(name, required=True)
    asked = options.parse_args()
    var = Path(asked.var)
    try:
        secret = (var / "identity" / "admin.secret").read_text(encoding="utf-8").strip()
        with httpx.Client(timeout=30, trust_env=False) as http:
            player = Player(asked.portal, asked.identity, secret, http, partial(print, flush=True), date.today())
            remember(player.play(), var / "demo" / "story.json")
            issuer = Issuer(asked.portal, asked.identity, secret, http)
            hand_out(list(issuer.cards(read_season().reporters)), var / "demo" / "cards.json")
    except (DemoError, StoryError, httpx.HTTPError, OSError) as problem:
        sys.exit(f"suyuan: the demo season stopped: {problem}")


if __name__ == "__main__":
    main()
