"""The demo's stories judged without a product: their reports as a store would give them, and the claim of a thing."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

import yaml

from cli.registry_file import read_records
from deploy.demo.dates import AS_TOLD, Move
from deploy.demo.room_loggers import RoomLogger
from deploy.demo.story import REGISTRIES, LabelOrder, Story, master_data
from epcis.event_id import event_hash_id
from provenance.access.say import parties_of
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back
from provenance.payments.reading import answer_of, payment_of
from provenance.payments.records import Payments, Said
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Record
from provenance.reports import Json
from provenance.reports.logger_file import LoggerFile, readings_of_file
from provenance.rules.claims import Claim, claim
from provenance.standing import Reported
from provenance.weights import registered
from tests.provenance.beside_of import beside_of
from tests.provenance.paying import RECORDED_MS
from tests.provenance.paying import recorded as kept
from tests.provenance.reported import report

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=timezone(timedelta(hours=8)))


@cache
def records(move: Move = AS_TOLD) -> tuple[Record, ...]:
    """The master data of all stories."""
    texts = {file.name: master_data(file, move).encode() for file in REGISTRIES}
    return tuple(entry.record for name, text in texts.items() for entry in read_records(name, text))


def registry_of(*changed: Record, move: Move = AS_TOLD) -> MemoryRegistry:
    """With records that were put after them."""
    return MemoryRegistry((*records(move), *changed))


def parsed(file: Any) -> dict[str, Any]:
    season: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return season


def recorded(story: Story, until: int | None = None, *, now: datetime = NOW) -> list[Reported]:
    """Played in one go, as `make demo` does, weeks after the season."""
    played = round(now.timestamp() * 1000)
    told = [(one.event, one.reporter.party) for one in story.told[:until]]
    told += [(reading, logger.party) for logger in story.loggers for reading in _measured(logger, now)]
    return [report(event, recorded=played + n, capturer=party) for n, (event, party) in enumerate(told)]


def _measured(logger: RoomLogger, now: datetime) -> list[Json]:
    of = LoggerFile(logger.device, site=logger.site)
    return [{**one, "eventID": event_hash_id(one)} for one in readings_of_file(logger.file(now.date()), of)]


def back(
    story: Story, key: str, registry: MemoryRegistry, until: int | None = None, *, played: datetime = NOW
) -> History:
    return build_from(
        recorded(story, until, now=played),
        trace_back([key], net_weight=registered(registry), parties=parties_of(registry, played.date)),
    )


def judged(
    story: Story,
    key: str,
    registry: MemoryRegistry,
    until: int | None = None,
    *,
    now: datetime = NOW,
    played: datetime = NOW,
) -> Claim:
    """The claim of a thing after the first `until` reports."""
    brand = registry.brand(story.brand, now.date())
    assert brand is not None
    history = back(story, key, registry, until, played=played)
    beside = replace(
        beside_of(history, recorded(story, until, now=played), registry, now), payments=paid(story, played)
    )
    return claim(history, registry, brand, now, beside=beside)


def paid(story: Story, played: datetime) -> Payments:
    """What the payment store would give."""
    after_ms = round(played.timestamp() * 1000) - RECORDED_MS
    said: list[tuple[Said, str]] = [(payment_of(one.payment), one.reporter.party) for one in story.payments]
    said += [(answer_of(one.answer), one.payee.party) for one in story.payments if one.answer]
    return Payments(tuple(kept(record, by=by, at_ms=after_ms + n) for n, (record, by) in enumerate(said)))


def ordered(story: Story, order: LabelOrder, registry: MemoryRegistry, *, now: datetime = NOW) -> Claim:
    """As the label service judges when the labels are asked for."""
    return judged(story, order.lot, registry, order.after, now=now, played=now)


def not_passed(found: Claim) -> dict[str, str]:
    return {result.rule: result.outcome for result in found.results if result.outcome != "passed"}
