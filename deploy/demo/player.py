"""Plays the demo's stories through the public APIs: the registry command, tokens, the EPCIS door, the label API.

Playing it again changes nothing: every report carries its own id, and the label order its request id.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import httpx
import yaml

from deploy.demo.dates import Move
from deploy.demo.room_loggers import RoomLogger
from deploy.demo.story import (
    DAYLILY,
    DOUBLED,
    FRAUD,
    MOVE_WITH,
    REGISTRIES,
    SEASON,
    LabelOrder,
    Reporter,
    Story,
    Told,
    master_data,
    move_on,
    played_from,
    read_season,
)
from deploy.demo.streams import live_streams
from provenance.registry.plot_changes import next_season

Label = dict[str, str]
Json = Mapping[str, Any]
_BY_AGE = {"not_recalled"}
"""What may stand against honest fruit too, where the story is played long after its season: its shelf life is over."""
_RECEIPTS = 50
"""Of payments, waited for at once."""

_READ_S = 60.0
"""How long a logger's file may take to be read."""

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
    today: date

    def play(self) -> dict[str, Any]:
        """The honest season, the daylily, the frauds; gives what is worth opening, by name. Raises DemoError."""
        moves = {story: self._move(story) for story in (SEASON, DAYLILY)}
        self._import_registry(moves)
        shown, gifts = self._tell(SEASON, moves[SEASON])
        daylily, pouches = self._tell(DAYLILY, moves[DAYLILY])
        frauds, _ = self._tell(FRAUD, moves[MOVE_WITH[FRAUD]])
        for box in gifts.get("gift", ())[:1]:
            shown |= {"box": box["link"], "short_code": box["short_code"]}
        for pouch in pouches.get("pouch", ())[:1]:
            daylily |= {"box": pouch["link"]}
        return shown | {"daylily": daylily["box"], "fraud": frauds}

    def measure(self) -> None:
        """What the loggers of the stories' rooms have measured since."""
        for file in (SEASON, FRAUD):
            for logger in read_season(file, move=self._move(MOVE_WITH[file])).loggers:
                self.send(logger)

    def _move(self, file: Path) -> Move:
        """As it was played before, which the first version of its brand tells; else as on a first day."""
        story = read_season(file)
        about = {"kind": "brand", "id": story.brand}
        found = self.http.get(
            f"{self.portal}/api/registry/history", params=about, headers=_bearer(self._token(story.office))
        )
        if not found.is_success:
            return move_on(file, self.today)
        first = min(found.json()["versions"], key=lambda version: int(version["version"]))
        return played_from(file, date.fromisoformat(first["valid_from"]))

    def _import_registry(self, moves: Mapping[Path, Move]) -> None:
        for file in REGISTRIES:
            outcome = _imported(file, moves[MOVE_WITH[file]])
            if outcome.returncode:
                raise DemoError(outcome.stderr.strip())
            self.tell(f"  {file.stem}: {outcome.stdout.strip()}")
        streams = yaml.safe_dump(live_streams(read_season(SEASON).brand, self.today), allow_unicode=True)
        self.tell(f"  live streams: {_put(streams).stdout.strip()}")
        refused = _imported(DOUBLED, moves[MOVE_WITH[DOUBLED]])
        if not refused.returncode:
            raise DemoError(f"{DOUBLED.name}: a plot was given twice its area in the middle of the season")
        self.tell(f"  {DOUBLED.stem}: turned down, as it should be: {(refused.stderr or refused.stdout).strip()}")
        self._double(moves[MOVE_WITH[DOUBLED]])

    def _double(self, move: Move) -> None:
        """The same plot for the season to come, which two hands may write: it bears nothing in this one.

        Playing again finds it done.
        """
        first = str(next_season(self.today))
        (record,) = yaml.safe_load(master_data(DOUBLED, move))
        station, office = (read_season(FRAUD).reporters[name] for name in ("station", "brand office"))
        wish = {"id": record["id"], "on": first}
        found = self.http.get(f"{self.portal}/api/registry/site", params=wish, headers=_bearer(self._token(office)))
        present = found.json() if found.is_success else {}
        if present.get("area_mu") == record["area_mu"]:
            return
        wanted = record | {"valid_from": first, "version": present.get("version", 0) + 1}
        proposal = f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(wanted))}"
        self._agreed("/api/registry/proposals", wanted | {"proposal": proposal}, station)
        self._agreed("/api/registry/decisions", {"proposal": proposal, "verdict": "approve"}, office)
        self.tell(f"  {DOUBLED.stem}: from {first} on it stands on paper, approved by the {office.name}")

    def _agreed(self, path: str, body: Json, by: Reporter) -> None:
        answer = self._post(path, [body], self._token(by))
        if not answer.is_success or answer.json()["results"][0]["status"] != "accepted":
            raise DemoError(f"{DOUBLED.name}: {by.name}: {answer.text}")

    def _tell(self, file: Path, move: Move) -> tuple[dict[str, Any], dict[str, list[Label]]]:
        """Reports up to each order of labels, the order, and so on; what to show, and the labels by kind of boxes."""
        story, given, done = read_season(file, move=move), dict[str, list[Label]](), 0
        self.pay(story)
        for logger in story.loggers:
            self.send(logger)
        for order in sorted(story.labels, key=lambda order: order.after):
            self.report(story.told[done : order.after], done=done, total=len(story.told), name=file.stem)
            done = order.after
            if labels := self.order(order, story):
                given[order.boxes] = labels
                serials = {boxes: [one["serial"] for one in listed] for boxes, listed in given.items()}
                story = read_season(file, serials, move)
        self.report(story.told[done:], done=done, total=len(story.told), name=file.stem)
        caught = {order.title: self._page(order.lot) for order in story.labels if order.title}
        return caught or {name: self._page(id_) for name, id_ in story.show.items()}, given

    def report(self, reports: Sequence[Told], *, done: int, total: int, name: str) -> None:
        token = lru_cache(self._token)
        for number, told in enumerate(reports, done + 1):
            answer = self._post("/epcis/events", told.event, token(told.reporter))
            if answer.status_code not in _STORED or not answer.json().get("sameContent", True):
                raise DemoError(f"report {number} by {told.reporter.name}: {answer.text}")
            if number % 20 == 0 or number == total:
                self.tell(f"  {name}: {number} of {total} reports are recorded")

    def send(self, logger: RoomLogger) -> None:
        """Its file up to today; waits until it is recorded."""
        if not (text := logger.file(self.today)):
            return
        of, headers = {"device": logger.device, "site": logger.site}, _bearer(self._token(logger))
        sent = headers | {"Content-Type": "text/csv"}
        answer = self.http.post(f"{self.portal}/api/readings", params=of, content=text.encode(), headers=sent)
        if answer.status_code != 202:
            raise DemoError(f"the file of {logger.device}: {answer.text}")
        for job in answer.json()["captures"]:
            self._recorded(f"{self.portal}{job}", headers)
        self.tell(f"  {answer.json()['readings']} readings of {logger.device.rsplit('/', 1)[-1]} are recorded")

    def _recorded(self, job: str, headers: Mapping[str, str]) -> None:
        deadline = time.monotonic() + _READ_S
        while (state := self.http.get(job, headers=headers).json())["running"]:
            if time.monotonic() > deadline:
                raise DemoError(f"{job} is still running")
            time.sleep(0.1)
        if not state["success"]:
            raise DemoError(f"{job}: {state['errors']}")

    def pay(self, story: Story) -> None:
        """What growers were paid and what they say of it, each by its own; waits until both can be read."""
        token = lru_cache(self._token)
        receipts = [self._paid(one.payment, token(one.reporter)) for one in story.payments]
        by_card = lru_cache(partial(self._card_token, by=story.office))
        receipts += [self._paid(one.answer, by_card(one.payee)) for one in story.payments if one.answer]
        for start in range(0, len(receipts), _RECEIPTS):
            after = {"after": receipts[start : start + _RECEIPTS]}
            self.http.get(f"{self.portal}/api/payments", params=after, headers=_bearer(token(story.office)))

    def _paid(self, record: Json, token: str) -> str:
        answer = self._post("/api/payments", record, token)
        results: list[Json] = answer.json()["results"] if answer.is_success else []
        if [result["status"] for result in results] != ["accepted"]:
            raise DemoError(f"payment {record['id']}: {answer.text}")
        receipt: Json = results[0]["receipt"]
        return f"{receipt['topic']}:{receipt['partition']}:{receipt['offset']}"

    def order(self, order: LabelOrder, story: Story) -> list[Label]:
        """The labels; none where the claim stands against it, as the story says. Raises DemoError for the other."""
        wish = {
            "request_id": request_of(order.lot),
            "brand": story.brand,
            "lot": order.lot,
            "count": order.count,
        }
        answer = self._post("/api/labels", wish, self._token(story.office))
        body = answer.json()
        results = body.get("claim", {}).get("results", ())
        failed = {rule["rule"]: rule["sentence_en"] for rule in results if rule["outcome"] == "failed"}
        as_told = failed.keys() - _BY_AGE == order.fails and answer.status_code == (409 if failed else 201)
        if not as_told:
            raise DemoError(f"labels for {order.lot}: {answer.text}")
        if failed:
            self.tell(f"  labels: none for lot {order.lot}, {order.title or 'too old'}: {' '.join(failed.values())}")
            return []
        self.tell(f"  labels: {order.count} for lot {order.lot} are issued")
        labels: list[Label] = body["labels"]
        return labels

    def _card_token(self, grower: Reporter, *, by: Reporter) -> str:
        """What opening a card gives that the office has made for this grower."""
        wish = {"admin": self.secret, "party": grower.party, "by": by.party}
        made = self.http.post(f"{self.identity}/grower-cards", json=wish)
        opened = self.http.post(f"{self.identity}/grower-cards/open", json={"card": made.json().get("card", "")})
        if not opened.is_success:
            raise DemoError(f"a card for {grower.name}: {made.text if not made.is_success else opened.text}")
        return str(opened.json()["token"])

    def _token(self, reporter: Reporter | RoomLogger) -> str:
        wish = {"admin": self.secret, "party": reporter.party, "roles": reporter.roles, "hours": 1}
        answer = self.http.post(f"{self.identity}/token", json=wish)
        if not answer.is_success:
            raise DemoError(f"a token for {reporter.party}: {answer.text}")
        return str(answer.json()["token"])

    def _post(self, path: str, body: Any, token: str) -> httpx.Response:
        return self.http.post(f"{self.portal}{path}", json=body, headers=_bearer(token))

    def _page(self, id_: str) -> str:
        return f"{self.portal}/b?code={quote(id_, safe='')}"


def request_of(lot: str) -> str:
    """The id under which labels are asked for: by it they are printed, again and again."""
    return str(uuid5(NAMESPACE_URL, f"demo {lot}"))


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _imported(file: Path, move: Move) -> subprocess.CompletedProcess[str]:
    return _put(master_data(file, move))


def _put(records: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "cli", "registry", "import", "-")
    return subprocess.run(command, input=records, capture_output=True, text=True)


def remember(shown: Mapping[str, Any], file: Path) -> None:
    """For `make up`, which prints it, and for whoever looks later."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(shown, indent=1, ensure_ascii=False), encoding="utf-8")
