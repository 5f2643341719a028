"""What the forms about quality become: one EPCIS event each, built by `provenance.reports`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from provenance import reports
from provenance.days import CHINA
from provenance.quality.measures import Unit, is_of_traces, unit
from services.portal.reporting.command_events import usual
from services.portal.reporting.fields import Situation, Values
from services.portal.reporting.quality_fields import PROPERTIES, RESIDUE_UNIT, sample_of
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, say


def sample(values: Values, at: Situation, event_id: str) -> reports.Json:
    taken: date = values["at"].astimezone(CHINA).date()
    if values["due"] < taken:
        raise FieldError(say(N_("The report cannot be due before the sample was taken. Check the date.")), "due")
    return reports.sample(
        **usual(values, event_id),
        sample=sample_of(values["seal"], at.base),
        seal=values["seal"],
        lot=values["lot"],
        kg=values["mass"],
        due_on=values["due"],
        laboratory=values["laboratory"],
        site=values["site"],
    )


def inspection(values: Values, at: Situation, event_id: str) -> reports.Json:
    if values["override_reason"] and not values["verdict"]:
        raise FieldError(say(N_("Say which verdict you give against the measured values.")), "verdict")
    if not values["measurements"] and not values["verdict"] and not values["test_report"] and not values["file_hash"]:
        sentence = N_("Say what was found: a measured value, a verdict, or the report that says so.")
        raise FieldError(say(sentence), "measurements.0.value")
    return reports.inspection(
        **usual(values, event_id),
        lots={values["lot"]: None},
        conformant={"conformant": True, "non_conformant": False}.get(values["verdict"] or ""),
        site=values["site"],
        measurements=[measurement(row, n) for n, row in enumerate(values["measurements"])],
        test_report=values["test_report"],
        kind=values["kind"],
        sample=sample_of(values["seal"], at.base) if values["seal"] else None,
        laboratory=values["laboratory"],
        cma=values["cma"] or "",
        report_number=values["report_number"] or "",
        file_hash=values["file_hash"] or "",
        reason=values["reason"] or "",
        override_reason=values["override_reason"] or "",
    )


def measurement(row: Values, n: int) -> reports.Measurement:
    """Raises FieldError for a value of nothing."""
    name = row["substance"] or row["property"]
    if row["substance"] and row["property"]:
        sentence = N_("Say a property or a substance, not both: a value is of one thing.")
        raise FieldError(say(sentence), f"measurements.{n}.substance")
    if not name:
        sentence = N_("Say which property or substance this value is of.")
        raise FieldError(say(sentence), f"measurements.{n}.property")
    usual = RESIDUE_UNIT if row["substance"] else PROPERTIES[row["property"]][1]
    known = unit(row["unit"] or usual)
    assert known is not None  # noqa: S101 - read_unit and the table hold only known units
    value = row["value"]
    if row["property"] and not row["substance"]:
        _fits(row["property"], value.value, known, n)
    return reports.Measurement("", value.value, known.code, name, method=row["method"] or "", at_most=value.at_most)


def _fits(name: str, value: Decimal, given: Unit, n: int) -> None:
    """Raises FieldError for what cannot be: a share above the whole, sugar in thousandths of a gram."""
    meant = unit(PROPERTIES[name][1])
    of_one = {"pressure": {"pressure", "force"}}.get(meant.dimension, {meant.dimension}) if meant else set()
    is_part = meant is not None and meant.sign == "%" and is_of_traces(given.code)
    if meant is None or given.dimension not in of_one or is_part:
        sentence = N_("This is not measured in {unit}. The usual unit is {usual}.")
        raise FieldError(say(sentence, unit=given.sign, usual=PROPERTIES[name][1]), f"measurements.{n}.unit")
    if meant.dimension == "share" and value * given.worth > 1:
        raise FieldError(say(N_("More than 100 % cannot be. Is there a digit too many?")), f"measurements.{n}.value")


def hold(values: Values, at: Situation, event_id: str) -> reports.Json:
    recall = values["kind"] == "recall"
    return reports.hold(**usual(values, event_id), **_held(values), recall=recall)


def release(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.release(**usual(values, event_id), **_held(values))


def _held(values: Values) -> dict[str, Any]:
    items, lots = values["items"] or (), values["lots"] or ()
    if not items and not lots:
        raise FieldError(say(N_("Say what it is: scan a box or pallet, or give a lot.")), "items")
    return {"items": items, "lots": lots, "reason": values["reason"], "site": values["site"]}


def farm_input(values: Values, at: Situation, event_id: str) -> reports.Json:
    if not values["substance"] and not values["input_lot"]:
        raise FieldError(say(N_("Say what was used: its common name, or the lot on the package.")), "substance")
    mass: Decimal | None = values["mass"]
    return reports.farm_input(
        **usual(values, event_id),
        plot=values["plot"],
        input_lot=values["input_lot"] or "",
        kg=mass,
        substance=values["substance"] or "",
        dose=values["dose"] or "",
        grower=values["grower"],
    )
