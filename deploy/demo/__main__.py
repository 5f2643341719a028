"""`python -m deploy.demo --portal URL --identity URL --var FOLDER`: plays the season on a running copy.

With `--measuring` the loggers of its rooms go on measuring instead, for as long as it runs.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path

import httpx

from deploy.demo.cards import Issuer, hand_out
from deploy.demo.player import DemoError, Player, remember
from deploy.demo.story import StoryError, read_season

MEASURED_EVERY_S = 6 * 3600
_PROBLEMS = (DemoError, StoryError, httpx.HTTPError, OSError)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("--portal", "--identity", "--var"):
        options.add_argument(name, required=True)
    options.add_argument("--measuring", action="store_true")
    asked = options.parse_args()
    var = Path(asked.var)
    if asked.measuring:
        go_on_measuring(asked.portal, asked.identity, var)
    try:
        with httpx.Client(timeout=30, trust_env=False) as http:
            player = _player(asked.portal, asked.identity, var, http)
            remember(player.play(), var / "demo" / "story.json")
            issuer = Issuer(asked.portal, asked.identity, player.secret, http)
            hand_out(list(issuer.cards(read_season().reporters)), var / "demo" / "cards.json")
    except _PROBLEMS as problem:
        sys.exit(f"suyuan: the demo season stopped: {problem}")


def go_on_measuring(portal: str, identity: str, var: Path) -> None:
    """What is still in a room is known to be cold only while somebody says so. What fails is tried again next time."""
    while True:
        time.sleep(MEASURED_EVERY_S)
        try:
            with httpx.Client(timeout=30, trust_env=False) as http:
                _player(portal, identity, var, http).measure()
        except _PROBLEMS as problem:
            print(f"the rooms were not measured: {problem}", flush=True)


def _player(portal: str, identity: str, var: Path, http: httpx.Client) -> Player:
    secret = (var / "identity" / "admin.secret").read_text(encoding="utf-8").strip()
    return Player(portal, identity, secret, http, partial(print, flush=True), date.today())


if __name__ == "__main__":
    main()
