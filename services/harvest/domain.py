"""What a report of picking must say to be possible, and what is missed where it is absent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from epcis.events import Event
from epcis.problems import Problem
from provenance.access.activities import Activity, activity_of
from provenance.histories.harvest_days import FIELDS, stated_day, wrong_by

_STARTED, _ENDED = FIELDS


def checks(event: Event, latest: date) -> Iterator[Problem]:
    """Errors refuse, warnings are recorded with it. `latest` is the last day it can have happened on."""
    if activity_of(event) is Activity.PICKING:
        yield from _amounts(event)
        yield from _dates(event, latest)
    if event.read_point is None:
        message = "no plot is named in readPoint; recorded, and its origin is unknown until a report names one"
        yield Problem("/readPoint", "no-plot", message, "warning")


def _amounts(event: Event) -> Iterator[Problem]:
    for i, element in enumerate(event.body["quantityList"]):
        if "quantity" not in element:
            message = f"{element['epcClass']} was not weighed; recorded, and its share of any mix is unknown"
            yield Problem(f"/quantityList/{i}", "not-weighed", message, "warning")
        elif element["quantity"] == 0:
            message = f"0 of {element['epcClass']} is no picking; say how much there was, or leave the quantity out"
            yield Problem(f"/quantityList/{i}/quantity", "nothing-picked", message)


def _dates(event: Event, latest: date) -> Iterator[Problem]:
    days: dict[str, date] = {}
    for field in (_STARTED, _ENDED):
        text = event.body.get("ilmd", {}).get(field)
        try:
            if text is not None:
                days[field] = stated_day(text, event)
        except (TypeError, ValueError):
            yield Problem(f"/ilmd/{field}", "not-a-day", f"{text!r} should be a day such as 2026-09-12")
    for field, day in days.items():
        if day > latest:
            yield Problem(f"/ilmd/{field}", "in-the-future", f"{day} is more than 24 hours ahead")
        elif wrong := wrong_by(day, event):
            message = f"{wrong}; recorded, and when it was picked is unknown until a report says so"
            yield Problem(f"/ilmd/{field}", "unlikely-harvest-day", message, "warning")
    if len(days) == 2 and days[_ENDED] < days[_STARTED]:
        message = f"picking ended on {days[_ENDED]}, before it began on {days[_STARTED]}"
        yield Problem(f"/ilmd/{_ENDED}", "ends-before-it-begins", message)
