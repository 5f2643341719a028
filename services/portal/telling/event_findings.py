"""What an event says of quality: a certificate's state, the particulars of a test, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from epcis.events import Event
from epcis.vocabulary import bare_word
from provenance.quality.conformity import plainly
from provenance.quality.measures import unit
from services.portal.certificates.reading import STATES
from services.portal.languages import Language
from services.portal.reporting.quality_fields import KINDS, PROPERTIES
from services.portal.reporting.typed import last_day, plain
from services.portal.sentences import N_
from services.portal.telling.naming import name_in, short

MOST_MEASURED = 20

Records = Mapping[str, Mapping[str, Any]]
"""Registry records by canonical key."""

_MEASURED: Mapping[str, str] = {plainly(name): row[0] for name, row in PROPERTIES.items()}
_QUALITY: Sequence[tuple[str, str]] = (
    ("suyuan:seal", N_("Number of the seal")),
    ("suyuan:dueOn", N_("Report due on")),
    ("suyuan:cma", N_("CMA number")),
    ("suyuan:reportNumber", N_("Number of the report")),
    ("suyuan:fileHash", N_("SHA-256 of the report")),
    ("suyuan:overrideReason", N_("Why another verdict than the values give")),
    ("suyuan:substance", N_("What was used")),
    ("suyuan:dose", N_("Dose")),
)
_CERTIFICATE: Sequence[tuple[str, str]] = (
    ("suyuan:number", N_("Number")),
    ("suyuan:validFrom", N_("Valid from")),
    ("suyuan:validTo", N_("Valid until")),
    ("suyuan:reason", N_("Reason")),
)


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    texts: tuple[str, ...]


def findings(event: Event, records: Records, language: Language) -> Iterator[Line]:
    yield from _certificate(event, records, language)
    yield from _quality(event, records, language)
    yield Line(language.text(N_("Measured")), tuple(_measured(event, language))[:MOST_MEASURED])


def _certificate(event: Event, records: Records, language: Language) -> Iterator[Line]:
    if isinstance(issuer := event.body.get("suyuan:issuer"), str):
        yield Line(language.text(N_("Issued by")), (named(issuer, records, language),))
    if isinstance(state := event.body.get("suyuan:state"), str):
        yield Line(language.text(N_("State")), (language.text(STATES.get(state, state)),))
    for field, label in _CERTIFICATE:
        if text := event.body.get(field):
            yield Line(language.text(label), (last_day(str(text)) if field == "suyuan:validTo" else str(text),))


def _quality(event: Event, records: Records, language: Language) -> Iterator[Line]:
    kinds = dict(KINDS)
    if (kind := event.body.get("suyuan:inspectionKind")) in kinds:
        yield Line(language.text(N_("Kind")), (language.text(kinds[kind]),))
    if isinstance(laboratory := event.body.get("suyuan:laboratory"), str):
        yield Line(language.text(N_("Laboratory")), (named(laboratory, records, language),))
    for field, label in _QUALITY:
        if isinstance(text := event.body.get(field), str):
            yield Line(language.text(label), (text,))


def _measured(event: Event, language: Language) -> Iterator[str]:
    for element in event.body.get("sensorElementList", ()):
        for report in element.get("sensorReport", ()):
            value = next((report[name] for name in ("value", "meanValue", "maxValue") if name in report), None)
            if value is not None:
                name = str(
                    report.get("suyuan:property") or report.get("suyuan:name") or plain_word(report.get("type", ""))
                )
                known = unit(report.get("uom", ""))
                sign = known.sign if known else report.get("uom", "")
                label = language.text(_MEASURED.get(plainly(name), name))
                less = "< " if "maxValue" in report and "value" not in report and "meanValue" not in report else ""
                yield f"{label} {less}{plain(Decimal(str(value)))} {sign}".strip()


def plain_word(word: str) -> str:
    return (bare_word(word) or "").rsplit("-", 1)[-1].replace("_", " ")


def named(key: str, records: Records, language: Language) -> str:
    return name_in(records.get(key, {}), language) or short(key)
