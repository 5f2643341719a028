"""What inspections and samples say: read from the events in force of a history, judged by `conformity`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from epcis.events import Event
from epcis.identifiers import canonical
from provenance.days import day_of
from provenance.histories.history import Step
from provenance.quality.sealed import seal_of

Kind = Literal["self", "official", "laboratory", "rapid", ""]
KINDS: tuple[Kind, ...] = ("self", "rapid", "official", "laboratory")
BINDING: frozenset[Kind] = frozenset({"official", "laboratory"})
"""Whose failing result blocks until another accredited laboratory finds otherwise."""

SAMPLE = "suyuan:sample"


@dataclass(frozen=True, slots=True)
class Measured:
    """`value` is None where the report gives no number; `at_most` where there was less than can be measured.

    `substance` is the URI of the chemical substance, where it is named by one; the name too, where it has no other.
    """

    name: str
    value: Decimal | None
    uom: str
    method: str = ""
    at_most: bool = False
    substance: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """`kind` "" where the report does not say; `by` signed it; `laboratory` is "" where none is named."""

    event: Event
    by: str
    kind: Kind
    measured: tuple[Measured, ...]

    @property
    def event_id(self) -> str:
        return self.event.event_id

    @property
    def time_ms(self) -> int:
        return self.event.time_ms

    @property
    def on(self) -> date:
        return day_of(self.event)

    @property
    def things(self) -> frozenset[str]:
        return frozenset(item.key for item in self.event.objects)

    @property
    def lots(self) -> frozenset[str]:
        """The lots of the boxes it names, where it says which."""
        return frozenset(lot for _, lot in self.event.item_lots)

    @property
    def said(self) -> bool | None:
        """The verdict it gives itself, if any."""
        return {"conformant": True, "non_conformant": False}.get(self.event.disposition or "")

    @property
    def laboratory(self) -> str:
        named = _text(self.event.body, "suyuan:laboratory")
        return canonical(named) if named else ""

    @property
    def tester(self) -> str:
        """Whose finding it is: the laboratory's, else of whoever signed."""
        return self.laboratory or self.by

    @property
    def sample(self) -> str:
        named = _text(self.event.body, SAMPLE)
        return canonical(named) if named else ""

    @property
    def reason(self) -> str:
        """Why it was tested again."""
        return _text(self.event.body, "suyuan:reason")

    @property
    def override_reason(self) -> str:
        return _text(self.event.body, "suyuan:overrideReason")

    @property
    def report_number(self) -> str:
        return _text(self.event.body, "suyuan:reportNumber")


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample whose report is still to come; `due_on` None where nobody said when."""

    id: str
    event: Event
    due_on: date | None

    @property
    def event_id(self) -> str:
        return self.event.event_id


@dataclass(frozen=True, slots=True)
class Sampling:
    """A sample that was taken of these lots and sealed, and by whom."""

    event: Event
    by: str
    lots: frozenset[str]

    @property
    def on(self) -> date:
        return day_of(self.event)


def inspections(steps: Iterable[Step]) -> tuple[Inspection, ...]:
    """Those in force that name the goods themselves, in order."""
    told = (step for step in steps if step.in_force and not step.carried and step.event.biz_step == "inspecting")
    return tuple(_inspection(step) for step in told)


def taken_back(steps: Iterable[Step]) -> Iterator[tuple[Inspection, Step]]:
    """Those that name the goods and were declared wrong, with or without another report in their place."""
    for step in steps:
        if step.is_void and not step.carried and step.event.biz_step == "inspecting":
            yield _inspection(step), step


def pending(steps: Iterable[Step]) -> tuple[Sample, ...]:
    """Samples taken of which no inspection was reported, in order, each once."""
    standing = [step for step in steps if step.in_force and not step.carried]
    reported = {one.sample for one in inspections(standing)}
    taken: dict[str, Sample] = {}
    for step in standing:
        if step.event.biz_step == "sampling" and (named := _text(step.event.body, SAMPLE)):
            taken.setdefault(canonical(named), _sample(canonical(named), step.event))
    return tuple(sample for id_, sample in taken.items() if id_ not in reported)


def samplings(steps: Iterable[Step]) -> Mapping[str, Sequence[Sampling]]:
    """Who took what under which sample's seal, by sample, as reported of the goods themselves."""
    taken: dict[str, list[Sampling]] = {}
    for step in steps:
        event = step.event
        named = _text(event.body, SAMPLE) if event.biz_step == "sampling" and seal_of(event) else ""
        if named and step.in_force and not step.carried:
            lots = frozenset(item.key for item in event.objects if item.of_class)
            taken.setdefault(canonical(named), []).append(Sampling(event, step.document.first.capturer, lots))
    return taken


def _inspection(step: Step) -> Inspection:
    event = step.event
    said = _text(event.body, "suyuan:inspectionKind")
    kind: Kind = next((one for one in KINDS if one == said), "")
    return Inspection(event, step.document.first.capturer, kind, tuple(read_measured(event)))


def read_measured(event: Event) -> Iterator[Measured]:
    """Every value of a named property or substance, and of what only its type says."""
    for element in event.body.get("sensorElementList", ()):
        for report in element.get("sensorReport", ()):
            substance = str(report.get("chemicalSubstance") or "")
            name = report.get("suyuan:property") or substance or report.get("type", "")
            at_most = "value" not in report and "maxValue" in report and "minValue" not in report
            number = report.get("value", report.get("meanValue", report.get("maxValue") if at_most else None))
            method = report.get("suyuan:method", "")
            yield Measured(str(name), _decimal(number), str(report.get("uom", "")), str(method), at_most, substance)


def _sample(id_: str, event: Event) -> Sample:
    try:
        due_on = date.fromisoformat(_text(event.body, "suyuan:dueOn"))
    except ValueError:
        due_on = None
    return Sample(id_, event, due_on)


def _decimal(number: Any) -> Decimal | None:
    try:
        # Through the text: 13.1 in a report is thirteen and a tenth, not its binary neighbour.
        return None if number is None else Decimal(str(number))
    except InvalidOperation:
        return None


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field, "")
    return value.strip() if isinstance(value, str) else ""
