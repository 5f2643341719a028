"""Plays the demo season through the public APIs: the registry command, tokens, the EPCIS door, the label API.

Playing it again changes nothing: every report carries its own id, and the label order its request id.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import httpx

from deploy.demo.story import FOLDER, Reporter, Story, read_season

BRAND = "https://suyuan.example/brand/xixian-yulu"
BRAND_OFFICE = Reporter("brand office", "https://id.gs1.org/417/9520001008016", ("brand_office",))
LABELS = 60

_STORED = (201, 409)  # 409: it is stored already, with the same content or it would not be the same season


class DemoError(RuntimeError):
    """The season could not be played; the message is the answer that stopped it."""


@dataclass(frozen=True)
class Player:
    """`secret` mints the reporters' tokens; `tell` is told of progress."""

    portal: str
    identity: str
    secret: str
    http: httpx.Client
    tell: Callable[[str], None]

    def play(self) -> dict[str, str]:
        """Registry, events, labels; gives what is worth opening, by name. Raises DemoError."""
        story = read_season()
        self._import_registry()
        self._report(story)
        return self._label(story) | {name: self._page(id_) for name, id_ in story.show.items() if name != "box"}

    def _import_registry(self) -> None:
        command = (sys.executable, "-m", "cli", "registry", "import", str(FOLDER / "registry.yaml"))
        outcome = subprocess.run(command, capture_output=True, text=True)
        if outcome.returncode:
            raise DemoError(outcome.stderr.strip())
        self.tell(f"  registry: {outcome.stdout.strip()}")

    def _report(self, story: Story) -> None:
        token = lru_cache(self._token)
        for number, told in enumerate(story.told, 1):
            answer = self._post("/epcis/events", told.event, token(told.reporter))
            if answer.status_code not in _STORED or not answer.json().get("sameContent", True):
                raise DemoError(f"report {number} by {told.reporter.name}: {answer.text}")
            if number % 20 == 0 or number == len(story.told):
                self.tell(f"  season: {number} of {len(story.told)} reports")

    def _label(self, story: Story) -> dict[str, str]:
        lot = story.show["labelled"]
        order = {
            "request_id": str(uuid5(NAMESPACE_URL, f"demo {lot}")),
            "brand": BRAND,
            "lot": lot,
            "count": LABELS,
        }
        answer = self._post("/api/labels", order, self._token(BRAND_OFFICE))
        if answer.status_code != 201:
            raise DemoError(f"labels for {lot}: {answer.text}")
        first = answer.json()["labels"][0]
        self.tell(f"  labels: {LABELS} for lot {lot}")
        return {"box": first["link"], "short_code": first["short_code"]}

    def _token(self, reporter: Reporter) -> str:
        wish = {"admin": self.secret, "party": reporter.party, "roles": reporter.roles, "hours": 1}
        answer = self.http.post(f"{self.identity}/token", json=wish)
        if not answer.is_success:
            raise DemoError(f"a token for {reporter.name}: {answer.text}")
        return str(answer.json()["token"])

    def _post(self, path: str, body: Any, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return self.http.post(f"{self.portal}{path}", json=body, headers=headers)

    def _page(self, id_: str) -> str:
        return f"{self.portal}/b?code={quote(id_, safe='')}"


def remember(shown: dict[str, str], file: Path) -> None:
    """For `make up`, which prints it, and for whoever looks later."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(shown, indent=1, ensure_ascii=False), encoding="utf-8")
