"""The demo's stories judged without a product: their reports as a store would give them, and the claim of a thing."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

import yaml

from cli.registry_file import read_records
from deploy.demo.room_loggers import RoomLogger
from deploy.demo.story import REGISTRIES, LabelOrder, Story
from epcis.event_id import event_hash_id
from provenance.access.say import parties_of
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back
from provenance.payments.reading import answer_of, payment_of
from provenance.payments.records import Payments
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Record
from provenance.reports import Json
from provenance.reports.logger_file import LoggerFile, readings_of_file
from provenance.rules.claims import Claim, claim
from provenance.standing import Reported
from provenance.weights import registered
from tests.provenance.beside_of import beside_of
from tests.provenance.paying import recorded as kept
from tests.provenance.reported import report

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=timezone(timedelta(hours=8)))


@cache
def records() -> tuple[Record, ...]:
    """The master data of all stories."""
    return tuple(entry.record for file in REGISTRIES for entry in read_records(file.name, file.read_bytes()))


def registry_of(*changed: Record) -> MemoryRegistry:
    """With records that were put after them."""
    return MemoryRegistry((*records(), *changed))


def parsed(file: Any) -> dict[str, Any]:
    season: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return season


def recorded(story: Story, until: int | None = None) -> list[Reported]:
    """Played in one go, as `make demo` does, weeks after the season."""
    played = round(NOW.timestamp() * 1000)
    told = [(one.event, one.reporter.party) for one in story.told[:until]]
    told += [(reading, logger.party) for logger in story.loggers for reading in _measured(logger)]
    return [report(event, recorded=played + n, capturer=party) for n, (event, party) in enumerate(told)]


def _measured(logger: RoomLogger) -> list[Json]:
    of = LoggerFile(logger.device, site=logger.site)
    return [{**one, "eventID": event_hash_id(one)} for one in readings_of_file(logger.file(NOW.date()), of)]


def back(story: Story, key: str, registry: MemoryRegistry, until: int | None = None) -> History:
    return build_from(
        recorded(story, until),
        trace_back([key], net_weight=registered(registry), parties=parties_of(registry, NOW.date)),
    )


def judged(story: Story, key: str, registry: MemoryRegistry, until: int | None = None, *, now: datetime = NOW) -> Claim:
    """The claim of a thing after the first `until` reports."""
    brand = registry.brand(story.brand, now.date())
    assert brand is not None
    history = back(story, key, registry, until)
    beside = replace(beside_of(history, recorded(story, until), registry, now), payments=paid(story))
    return claim(history, registry, brand, now, beside=beside)


def paid(story: Story) -> Payments:
    """What the payment store would give."""
    records = [kept(payment_of(one.payment), by=one.reporter.party) for one in story.payments]
    answered = [(one.payee.party, one.answer) for one in story.payments if one.answer]
    return Payments((*records, *(kept(answer_of(answer), by=payee) for payee, answer in answered)))


def ordered(story: Story, order: LabelOrder, registry: MemoryRegistry) -> Claim:
    """As the label service judges when the labels are asked for."""
    return judged(story, order.lot, registry, order.after)


def not_passed(found: Claim) -> dict[str, str]:
    return {result.rule: result.outcome for result in found.results if result.outcome != "passed"}
