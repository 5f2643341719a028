"""Reads a story of the demo, told in domain words, into events and their reporters; alone knows the file's format.

`read_season()` gives a `Story`: reporters with party and roles, and for each report, in order, its reporter and the
EPCIS event `provenance.reports` makes of it. Event ids come from the season's name and what the report says, so a
season played twice is the same season. Whoever plays it posts each event with a token for its reporter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints
from uuid import NAMESPACE_URL, uuid5

import yaml

from deploy.demo.dates import AS_TOLD, Move, move_by, move_for
from deploy.demo.room_loggers import RoomLogger
from epcis.events import Event, picks
from provenance import reports
from provenance.days import day_of
from provenance.reports import Json

FOLDER = Path(__file__).parent
SEASON = FOLDER / "season.yaml"
DAYLILY = FOLDER / "daylily.yaml"
FRAUD = FOLDER / "fraud.yaml"
REGISTRIES = (FOLDER / "registry.yaml", FOLDER / "daylily_registry.yaml", FOLDER / "fraud_registry.yaml")
"""Master data of the stories, in the order in which they are written: the later rest on the first."""
DOUBLED = FOLDER / "doubled_registry.yaml"
"""A plot with twice its area on paper, which the registry does not take while the season lasts."""
_ENVELOPE = frozenset({"by", "id", "twice"})
_RANGE = re.compile(r"(?P<kind>.+) (?P<first>\d+)(?:-(?P<last>\d+))?")


Serials = Mapping[str, Sequence[str]]
"""By kind of boxes, those of the labels they were given."""
NO_SERIALS: Serials = {}


MOVE_WITH: Mapping[Path, Path] = {
    **dict.fromkeys((SEASON, FRAUD, DOUBLED, REGISTRIES[0], REGISTRIES[2]), SEASON),
    **dict.fromkeys((DAYLILY, REGISTRIES[1]), DAYLILY),
}
"""The story whose days decide by how much those of a file are moved."""


class StoryError(ValueError):
    """The season cannot be read; the message says which report and what is wrong."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who sends a report: a party's id and its roles, as its token says."""

    name: str
    party: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One event and its reporter."""

    reporter: Reporter
    event: Json


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment for what a grower brought, and what the grower says of it, where it says something.

    Both as `provenance.payments.reading` reads them.
    """

    reporter: Reporter
    payment: Json
    payee: Reporter
    answer: Json | None


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """Signed labels for a packed lot, to be ordered after the first `after` reports; `boxes` is the kind they go on.

    `fails` are the rules that stand against it, none where the labels are given; `title` says what was tried.
    """

    boxes: str
    lot: str
    count: int
    after: int
    fails: frozenset[str] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """`told` in the order in which the reports came in; `show` are the ids worth looking at afterwards, by name.

    `payments`, and what `loggers` measured, are recorded before the first of the `labels` is ordered, of `brand` by its
    `office`.
    """

    reporters: Mapping[str, Reporter]
    told: tuple[Told, ...]
    show: Mapping[str, str]
    brand: str
    office: Reporter
    labels: tuple[LabelOrder, ...]
    payments: tuple[Paid, ...] = ()
    loggers: tuple[RoomLogger, ...] = ()


def read_season(file: Path = SEASON, serials: Serials = NO_SERIALS, move: Move = AS_TOLD) -> Story:
    """The story in a file; `serials` are those of its labels, once they are known. Raises StoryError."""
    return tell(yaml.safe_load(file.read_text(encoding="utf-8")), serials, move)


def tell(season: Mapping[str, Any], serials: Serials = NO_SERIALS, move: Move = AS_TOLD) -> Story:
    """The story of a season as parsed from its file, its days moved. Raises StoryError."""
    teller = _Teller(season, serials, move)
    told = [list(teller.tell(number, report)) for number, report in enumerate(season["reports"], 1)]
    show = {word: teller.things(name)[0] for word, name in season["show"].items()}
    labels = tuple(_order(order, season["reports"], told, teller) for order in season["labels"])
    everything = tuple(one for events in told for one in events)
    office, payments = teller.reporters["brand office"], tuple(map(teller.paid, season.get("payments", ())))
    loggers = tuple(map(teller.logger, season.get("loggers", ())))
    return Story(teller.reporters, everything, show, season["brand"], office, labels, payments, loggers)


@cache
def days_of(file: Path) -> tuple[date, date]:
    """Of the harvest's first delivery, and of the last report, of all stories that are moved together."""
    together = [other for other in (SEASON, DAYLILY, FRAUD) if MOVE_WITH[other] == MOVE_WITH[file]]
    told = [Event(one.event) for other in together for one in read_season(other).told]
    picked = [day_of(event) for event in told if picks(event.body)]
    return min(picked), max(map(day_of, told))


def master_data(file: Path, move: Move = AS_TOLD) -> str:
    """A registry's file with its days moved."""
    text = file.read_text(encoding="utf-8")
    records = [move.record(record) for record in yaml.safe_load(text)]
    return text if move == AS_TOLD else yaml.safe_dump(records, allow_unicode=True, sort_keys=False)


def played_from(file: Path, brand_since: date) -> Move:
    """As a story was moved of whose brand this is the first day in the registry."""
    registries = (other for other in REGISTRIES if MOVE_WITH[other] == MOVE_WITH[file])
    brand = read_season(file).brand
    records = (record for other in registries for record in yaml.safe_load(master_data(other)))
    (begins,) = (record["valid_from"] for record in records if record["id"] == brand)
    return move_by(days_of(file)[0], brand_since - begins)


def move_on(file: Path, today: date) -> Move:
    """Of a story that is first played today."""
    return move_for(*days_of(file), today)


def _order(
    order: Mapping[str, Any], reports: Sequence[Mapping[str, Any]], told: Sequence[Sequence[Told]], teller: _Teller
) -> LabelOrder:
    """Placed just before its boxes get their labels; after all reports, where they never do."""
    lot = order["lot"]
    before = next((n for n, report in enumerate(reports) if report.get("labelling", {}).get("lot") == lot), len(told))
    after = sum(len(events) for events in told[:before])
    fails = frozenset(order.get("fails", ()))
    return LabelOrder(order["boxes"], teller.things(lot)[0], order["count"], after, fails, order.get("title", ""))


class _Teller:
    def __init__(self, season: Mapping[str, Any], serials: Serials, move: Move) -> None:
        self._move = move
        self._season = str(season["season"])
        self._year, self._clock = int(season["year"]), str(season["clock"])
        names = season["names"]
        lots = {lot: f"{product}/10/{lot}" for product, listed in names["lots"].items() for lot in listed}
        self._names: Mapping[str, str] = {**names["things"], **lots}
        self._boxes: Mapping[str, Mapping[str, str]] = names["boxes"]
        self._labelled = serials
        self._filed: dict[str, Json] = {}
        self.reporters = {
            name: Reporter(name, self.things(said["party"])[0], tuple(said["roles"]))
            for name, said in season["reporters"].items()
        }

    def tell(self, number: int, report: Mapping[str, Any]) -> Iterator[Told]:
        """The events of one report; a row of readings is several, a report sent twice is there twice."""
        try:
            events = list(self._events(report))
            reporter = self.reporters[report["by"]]
        except (KeyError, TypeError, ValueError) as error:
            raise StoryError(f"report {number} of the season: {error}") from error
        for event in events:
            yield from [Told(reporter, event)] * (2 if report.get("twice") else 1)

    def paid(self, report: Mapping[str, Any]) -> Paid:
        """By the station that bought it, in money counted out on the spot; confirmed or disputed by the grower."""
        said, payer = report["paid"], self.reporters[report["by"]]
        grower = self.things(said["payee"])[0]
        id_ = self._event_id("paid", said)
        deliveries = [{"key": self.things(lot)[0], "kilograms": str(kg)} for lot, kg in said["deliveries"].items()]
        payment = {
            "id": id_,
            "kind": said.get("kind", "settlement"),
            "payer": payer.party,
            "payee": grower,
            "yuan": str(said["yuan"]),
            "paid_on": self._day(f"{self._year}-{said['day']}").isoformat(),
            "deliveries": deliveries,
            "method": said.get("method", "cash"),
        }
        return Paid(payer, payment, Reporter(said["payee"], grower, ("grower",)), self._answer(id_, report))

    def logger(self, said: Mapping[str, Any]) -> RoomLogger:
        reporter, device, site = self.reporters[said["by"]], self._text(said["device"]), self._text(said["site"])
        since, every = self._time(said["from"]), timedelta(hours=said["every_hours"])
        around = Decimal(str(said["around"]))
        return RoomLogger(reporter.party, reporter.roles, device, site, since, every, around)

    def _answer(self, payment: str, report: Mapping[str, Any]) -> Json | None:
        word = report.get("answered")
        if word is None:
            return None
        at = self._time(f"{report['paid']['day']} 20:00")
        answer = {"id": self._event_id("answered", report), "payment": payment, "answer": word}
        return answer | {"time_ms": int(at.timestamp() * 1000)}

    def _events(self, report: Mapping[str, Any]) -> Iterator[Json]:
        (kind,) = report.keys() - _ENVELOPE
        said = report[kind]
        if kind == "take_back":
            yield self._taken_back(said)
        elif kind == "readings":
            yield from self._readings(said)
        else:
            event = self._event(kind, said)
            self._filed[report.get("id", "")] = event
            yield event

    def _event(self, kind: str, said: Mapping[str, Any]) -> Json:
        builder: Callable[..., Json] = getattr(reports, kind)
        hints = get_type_hints(builder)
        fields = {name: self._value(str(hints[name]), value) for name, value in said.items()}
        return builder(event_id=self._event_id(kind, said), **fields)

    def _taken_back(self, said: Mapping[str, Any]) -> Json:
        corrected_by = [self._filed[name]["eventID"] for name in said["corrected_by"]]
        wrong = self._filed[said["report"]]
        return reports.correction(wrong, at=self._time(said["at"]), corrective_event_ids=corrected_by)

    def _readings(self, said: Mapping[str, Any]) -> Iterator[Json]:
        start, step = self._time(said["from"]), timedelta(hours=said["every_hours"])
        for n, celsius in enumerate(said["celsius"]):
            yield reports.reading(
                event_id=self._event_id(f"reading {n}", said),
                start=start + n * step,
                end=start + (n + 1) * step,
                device=self.things(said["device"])[0],
                mean_c=Decimal(str(celsius)),
                goods=[thing for name in said.get("goods", ()) for thing in self.things(name)],
                site=self.things(said["site"])[0] if "site" in said else None,
            )

    def _value(self, hint: str, value: Any) -> Any:
        return next((read(self, value) for word, read in _READERS if word in hint), value)

    def things(self, name: str) -> list[str]:
        """The id a short name stands for, or the serials of "gift 1-60"; anything else stands for itself."""
        if name in self._names:
            return [self._names[name]]
        found = _RANGE.fullmatch(name)
        if found is None or found["kind"] not in self._boxes:
            return [name]
        box, first = self._boxes[found["kind"]], int(found["first"])
        numbers = range(first, int(found["last"] or first) + 1)
        return [f"{box['product']}/21/{self._serial(found['kind'], number)}" for number in numbers]

    def _serial(self, kind: str, number: int) -> str:
        if kind in self._labelled:
            return self._labelled[kind][number - 1]
        return self._boxes[kind]["serial"].format(number)

    def _all(self, names: Any) -> list[str]:
        listed = [names] if isinstance(names, str) else names
        return [thing for name in listed for thing in self.things(name)]

    def _masses(self, lots: Mapping[str, Any]) -> dict[str, Decimal | None]:
        return {self.things(lot)[0]: None if kg is None else Decimal(str(kg)) for lot, kg in lots.items()}

    def _measured(self, listed: Any) -> list[reports.Measurement]:
        return [reports.Measurement(**{**said, "value": Decimal(str(said["value"]))}) for said in listed]

    def _time(self, text: str) -> datetime:
        return self._move.day(datetime.fromisoformat(f"{self._year}-{text.replace(' ', 'T')}:00{self._clock}"))

    def _day(self, value: Any) -> date:
        return self._move.day(value if isinstance(value, date) else date.fromisoformat(value))

    def _text(self, value: Any) -> str:
        return self.things(str(value))[0]

    def _event_id(self, kind: str, said: Mapping[str, Any]) -> str:
        content = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{self._season} {kind} {content}')}"


# The first word that occurs in a builder's type hint says how its value is read.
_READERS: tuple[tuple[str, Callable[[_Teller, Any], Any]], ...] = (
    ("Mapping", _Teller._masses),
    ("Measurement", _Teller._measured),
    ("Sequence", _Teller._all),
    ("datetime.datetime", _Teller._time),
    ("datetime.date", _Teller._day),
    ("Decimal", lambda _, value: None if value is None else Decimal(str(value))),
    ("bool", lambda _, value: bool(value)),
    ("str", _Teller._text),
)
