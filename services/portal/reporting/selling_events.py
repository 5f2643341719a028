"""What the forms about consumers become: one EPCIS event each, built by `provenance.reports`."""

from __future__ import annotations

from provenance import reports
from services.portal.reporting.command_events import goods, usual
from services.portal.reporting.fields import Situation, Values
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, say


def sale(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.sale(**usual(values, event_id), site=values["site"], **goods(values))


def parcel(values: Values, at: Situation, event_id: str) -> reports.Json:
    if any("/21/" not in item for item in values["items"]):
        raise FieldError(say(N_("A parcel holds boxes with a number each: scan the code on every box.")), "items")
    return reports.parcel(
        **usual(values, event_id),
        site=values["site"],
        items=values["items"],
        order=values["order"],
        waybill=values["waybill"],
        courier=values["courier"],
    )


def returned(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.returned(
        **usual(values, event_id),
        site=values["site"],
        order=values["order"],
        reason=values["reason"] or "",
        **goods(values),
    )
