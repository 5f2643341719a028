"""What a command's values become: one EPCIS event each, built by `provenance.reports`.

A builder refuses, at a field, what only shows when several fields are seen together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from provenance import reports
from provenance.certificates.numbers import wrong_with_number
from provenance.certificates.schemes import is_of_a_lot, scheme_of
from provenance.short_names import short
from services.portal.reporting import typed_codes
from services.portal.reporting.fields import Situation, Values
from services.portal.reporting.typed import FieldError, net_kg
from services.portal.sentences import N_, say


def delivery(values: Values, at: Situation, event_id: str) -> reports.Json:
    gross, kg = values["gross"], net_kg(values)
    grower, lot = values["grower"], values["lot"]
    return reports.delivery(
        **usual(values, event_id),
        lot=lot or typed_codes.delivery_lot(values["product"], values["at"], event_id),
        kg=kg,
        plot=values["plot"],
        grower=grower,
        station=values["site"],
        gross_kg=gross,
        tare_kg=gross - kg if kg != gross else None,
        weighed_in="斤" if values.get("unit") in ("斤", "jin") else "",
        crates=values["crates"] or 0,
        crate_kg=values["crate_weight"] or Decimal(0),
    )


def pooling(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.pooling(
        **usual(values, event_id),
        inputs=_lots(values, "inputs"),
        output=values["output"],
        kg=values["output_mass"],
        site=values["site"],
    )


def grading(values: Values, at: Situation, event_id: str) -> reports.Json:
    """All at once, or one of the reports of a run that stays open: then either side may be empty."""
    inputs, outputs, run = _lots(values, "inputs"), _lots(values, "outputs"), values["run"]
    for name, side, other in (("inputs", inputs, outputs), ("outputs", outputs, inputs)):
        if not side and not (run and other):
            raise FieldError(
                say(N_("Say what went in and what came out, or name the run that stays open.")), f"{name}.0.lot"
            )
    if values["closed"] and not run:
        raise FieldError(say(N_("Give the run its name: without one nothing stays open.")), "run")
    return reports.grading(
        **usual(values, event_id),
        inputs=inputs,
        outputs=outputs,
        site=values["site"],
        run=run,
        closed=values["closed"] == "closed",
    )


OF_A_LOT = N_("A 承诺达标合格证 is issued for one lot, from the lot's page: it asks for what the decree asks for.")


def certificate(values: Values, at: Situation, event_id: str) -> reports.Json:
    """`valid_to` is typed as it is printed, the last day; it is recorded as the day after."""
    lots, scope, ends = values["lots"] or (), values["scope"] or (), values["valid_to"]
    if values["state"] == "issued":
        _complete(values, ("scheme", "valid_from"))
        if is_of_a_lot(values["scheme"]):
            raise FieldError(say(OF_A_LOT), "scheme")
        _complete(values, ("valid_to",))
    else:
        _complete(values, ("reason",))
    if values["state"] == "issued" and not lots and not scope:
        raise FieldError(say(N_("Say what the certificate is for: a lot, product, plot, place or party.")), "scope")
    if ends and values["valid_from"] and ends < values["valid_from"]:
        raise FieldError(say(N_("The certificate must end after it begins. Check the two dates.")), "valid_to")
    if values["state"] == "issued":
        _numbered(values)
    return reports.certificate(
        **usual(values, event_id),
        certificate=values["certificate"],
        state=values["state"],
        issuer=at.party,
        scheme=values["scheme"] or "",
        scope=scope,
        lots=lots,
        number=values["number"] or "",
        valid_from=values["valid_from"],
        valid_to=ends and ends + timedelta(days=1),
        reason=values["reason"] or "",
    )


NUMBERS: Mapping[str, str] = {
    "green_food": N_(
        "Numbers of 绿色食品 are GF and 12 digits (county code 6, year 2, serial 4), or LB-XX-YYMMPPSSSSA;"
        " {number} is not."
    ),
    "organic": N_("Numbers of organic certificates have 17 digits (certifier 3, year 2, random 12); {number} has not."),
    "gi": N_(
        "Of a 地理标志 give the user's 统一社会信用代码, 18 characters of which the last checks the others;"
        " {number} is none."
    ),
    "commitment": N_(
        "Numbers of 承诺达标合格证 are HGZ, the day and a code, such as HGZ20260912-7K3QF2WX; {number} is not."
    ),
}
"""What would be right, by scheme; a laboratory numbers its reports as it likes."""


def _numbered(values: Values) -> None:
    """The printed number; where none is given, that of which our address of the certificate is made."""
    number, scheme = values["number"], values["scheme"]
    field = "number"
    if not number and "/certificate/" in values["certificate"]:
        number, field = short(values["certificate"]), "certificate"
    if number and wrong_with_number(scheme, number):
        raise FieldError(say(NUMBERS[scheme_of(scheme)], number=number), field)


def _complete(values: Values, names: Sequence[str]) -> None:
    for name in names:
        if not values[name]:
            raise FieldError(say(N_("Please fill this in.")), name)


def packing(values: Values, at: Situation, event_id: str) -> reports.Json:
    boxes, outputs = values["boxes"] or (), _lots(values, "outputs")
    if not boxes and not outputs:
        raise FieldError(say(N_("Say what was packed: scan the boxes, or give the packed lot.")), "boxes")
    return reports.packing(
        **usual(values, event_id),
        inputs=_lots(values, "inputs"),
        boxes=boxes,
        outputs=outputs,
        lot=values["lot"] or "",
        net_weight_kg=values["net_weight"],
        site=values["site"],
    )


def labelling(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.labelling(**usual(values, event_id), boxes=values["boxes"], lot=values["lot"], site=values["site"])


def palletising(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.palletising(**usual(values, event_id), pallet=values["pallet"], site=values["site"], **goods(values))


def unpacking(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.unpacking(
        **usual(values, event_id),
        pallet=values["pallet"],
        site=values["site"],
        items=values["items"] or (),
        lots=_lots(values),
    )


def shipment(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.shipment(
        **usual(values, event_id),
        from_site=values["site"],
        to_site=values["to_site"],
        carrier=values["carrier"],
        **goods(values),
    )


def receipt(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.receipt(
        **usual(values, event_id), site=values["site"], from_site=values["from_site"], **goods(values)
    )


def loss(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.loss(**usual(values, event_id), site=values["site"], reason=values["reason"] or "", **goods(values))


def stock_take(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.stock_take(**usual(values, event_id), site=values["site"], lots=_lots(values))


def _lots(values: Values, name: str = "lots") -> reports.Lots:
    """Kilograms by lot; the same lot in two rows is added up."""
    listed: dict[str, Decimal | None] = {}
    for row in values[name]:
        before, now = listed.get(row["lot"]), row["mass"]
        listed[row["lot"]] = now if before is None else before + (now or 0)
    return listed


def goods(values: Values) -> dict[str, Any]:
    """Items and loose lots of a step that is about something."""
    items, lots = values["items"] or (), _lots(values)
    if not items and not lots:
        raise FieldError(say(N_("Say what it is: scan a box or pallet, or give a lot.")), "items")
    return {"items": items, "lots": lots}


def usual(values: Values, event_id: str) -> dict[str, Any]:
    return {"event_id": event_id, "at": values["at"]}
