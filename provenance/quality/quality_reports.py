"""What a sample, an inspection, a hold must say to be read by those who judge on it; in names of our own vocabulary.

A partner's report that uses none of these names is recorded as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from epcis.events import Event
from epcis.problems import Problem
from provenance.access.activities import Activity
from provenance.days import day_of
from provenance.quality.inspections import KINDS
from provenance.quality.measures import PLAINLY, unit
from provenance.short_names import short
from provenance.weights import gtin_of

_KIND, _HASH, _DUE = "suyuan:inspectionKind", "suyuan:fileHash", "suyuan:dueOn"
_SHA_256 = re.compile(r"[0-9a-f]{64}")
VERDICTS = ("conformant", "non_conformant")


def _inspection(event: Event) -> Iterator[Problem]:
    if event.body.get(_KIND) not in (None, *KINDS):
        yield Problem(f"/{_KIND}", "unknown-kind", f"{event.body[_KIND]!r} should be one of {', '.join(KINDS)}")
    if (digits := event.body.get(_HASH)) is not None and not _SHA_256.fullmatch(str(digits)):
        yield Problem(f"/{_HASH}", "no-hash", f"{digits!r} should be the SHA-256 of the report: 64 digits and a to f")
    if event.body.get("suyuan:overrideReason") and event.disposition not in VERDICTS:
        message = "an override says which verdict it gives: conformant or non_conformant"
        yield Problem("/disposition", "override-without-verdict", message)
    if event.disposition not in VERDICTS and "sensorElementList" not in event.body:
        message = "the inspection has neither values nor a verdict (conformant or non_conformant); recorded as pending"
        yield Problem("/disposition", "no-verdict", message, "warning")
    if bare := next(_without_their_lot(event), ""):
        message = f"{short(bare)} without its lot may say nothing of the others; scan the whole link or name the lot"
        yield Problem("/epcList", "no-lot", message, "warning")
    yield from _values(event)


def _without_their_lot(event: Event) -> Iterator[str]:
    lots = {gtin_of(item.key) for item in event.objects if item.of_class}
    for item in event.objects:
        if "/21/" in item.key and item.key not in event.lots_by_item and gtin_of(item.key) not in lots:
            yield item.key


def _values(event: Event) -> Iterator[Problem]:
    for i, element in enumerate(event.body.get("sensorElementList", ())):
        for j, report in enumerate(element.get("sensorReport", ())):
            yield from _value(report, f"/sensorElementList/{i}/sensorReport/{j}")


def _value(report: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    name, uom = report.get("suyuan:property"), report.get("uom")
    if name is None:
        return
    if not isinstance(name, str) or not name.strip():
        yield Problem(f"{pointer}/suyuan:property", "no-property", "say which property or substance the value is of")
    if uom is not None and unit(str(uom)) is None:
        message = f"{uom!r} is no unit known here; use the Rec 20 code of one of {', '.join(PLAINLY)}"
        yield Problem(f"{pointer}/uom", "unknown-unit", message)


def _sample(event: Event) -> Iterator[Problem]:
    text = event.body.get(_DUE)
    if text is None:
        return
    try:
        due = date.fromisoformat(text)
    except (TypeError, ValueError):
        yield Problem(f"/{_DUE}", "not-a-day", f"{text!r} should be a day such as 2026-09-12")
        return
    taken = day_of(event)
    if due < taken:
        yield Problem(f"/{_DUE}", "due-before-taken", f"the report is due on {due}, before the sample of {taken}")


def _hold(event: Event) -> Iterator[Problem]:
    if not event.body.get("suyuan:reason"):
        yield Problem("/suyuan:reason", "no-reason", "a hold without a reason; recorded, and told as such", "warning")


CHECKS: Mapping[Activity, Callable[[Event], Iterator[Problem]]] = {
    Activity.INSPECTING: _inspection,
    Activity.SAMPLING: _sample,
    Activity.HOLDING: _hold,
}
