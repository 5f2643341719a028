"""Plays the demo season through the public APIs: the registry command, tokens, the EPCIS door, the label API.

Playing it again changes nothing: every report carries its own id, and the label order its request id.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import httpx

from deploy.demo.story import FOLDER, LabelOrder, Reporter, Told, read_season

BRAND = "https://suyuan.example/brand/xixian-yulu"
BRAND_OFFICE = Reporter("brand office", "https://id.gs1.org/417/9520001008016", ("brand_office",))
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
        """Registry, reports, labels, reports; gives what is worth opening, by name. Raises DemoError."""
        self._import_registry()
        story = read_season()
        order = story.labels
        self._report(story.told[: order.after], done=0, total=len(story.told))
        labels = self._order(order)
        story = read_season(serials=[label["serial"] for label in labels])
        self._report(story.told[order.after :], done=order.after, total=len(story.told))
        shown = {name: self._page(id_) for name, id_ in story.show.items()}
        return shown | {"box": labels[0]["link"], "short_code": labels[0]["short_code"]}

    def _import_registry(self) -> None:
        command = (sys.executable, "-m", "cli", "registry", "import", str(FOLDER / "registry.yaml"))
        outcome = subprocess.run(command, capture_output=True, text=True)
        if outcome.returncode:
            raise DemoError(outcome.stderr.strip())
        self.tell(f"  registry: {outcome.stdout.strip()}")

    def _report(self, reports: Sequence[Told], *, done: int, total: int) -> None:
        token = lru_cache(self._token)
        for number, told in enumerate(reports, done + 1):
            answer = self._post("/epcis/events", told.event, token(told.reporter))
            if answer.status_code not in _STORED or not answer.json().get("sameContent", True):
                raise DemoError(f"report {number} by {told.reporter.name}: {answer.text}")
            if number % 20 == 0 or number == total:
                self.tell(f"  season: {number} of {total} reports are recorded")

    def _order(self, order: LabelOrder) -> list[dict[str, str]]:
        wish = {
            "request_id": str(uuid5(NAMESPACE_URL, f"demo {order.lot}")),
            "brand": BRAND,
            "lot": order.lot,
            "count": order.count,
        }
        answer = self._post("/api/labels", wish, self._token(BRAND_OFFICE))
        if answer.status_code != 201:
            raise DemoError(f"labels for {order.lot}: {answer.text}")
        self.tell(f"  labels: {order.count} for lot {order.lot} are issued")
        labels: list[dict[str, str]] = answer.json()["labels"]
        return labels

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
