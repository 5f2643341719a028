"""What people report through the portal: one table of commands, each a table of fields and the event it becomes.

Pages, JSON API and its description are all written from these. The events themselves are `provenance.reports`; how a
field is read is `domain`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from provenance import reports
from services.portal import domain
from services.portal.domain import FieldError
from services.portal.fields import Command, Field, Reader, Rows, Situation, Values
from services.portal.sentences import N_, say

UNITS = (("斤", N_("斤 (half a kilogram)")), ("kg", N_("kg")))
VERDICTS = (("conformant", N_("Conforms")), ("non_conformant", N_("Does not conform")))
STATES = (
    ("issued", N_("Issued")),
    ("suspended", N_("Suspended")),
    ("reinstated", N_("Reinstated")),
    ("revoked", N_("Revoked")),
)
SCHEMES = (
    ("green_food", N_("Green food (绿色食品)")),
    ("organic", N_("Organic product (有机产品)")),
    ("gi", N_("Geographical indication (地理标志)")),
    ("conformity", N_("Conformity certificate (承诺达标合格证)")),
    ("laboratory", N_("Laboratory report")),
)
PROPERTIES: Mapping[str, tuple[str, str, str]] = {
    "soluble_solids": (N_("Soluble solids (°Brix)"), "Dimensionless", "P1"),
    "firmness": (N_("Firmness (kg/cm²)"), "Pressure", "D5"),
    "fruit_weight": (N_("Weight of one fruit (g)"), "Mass", "GRM"),
    "moisture": (N_("Moisture (%)"), "Dimensionless", "P1"),
    "residue_mg_kg": (N_("Residue (mg/kg)"), "MassConcentration", "M29"),
    "sulphur_dioxide": (N_("Sulphur dioxide (g/kg)"), "MassConcentration", "M29"),
}
"""Measured property to its name, GS1 measurement type and Rec 20 unit."""


# --- readers: what each field makes of its text ---


def _product(text: str, values: Values, at: Situation) -> str:
    return domain.read_product(text)


def _lot(text: str, values: Values, at: Situation) -> str:
    return domain.read_lot(text, values.get("product"))


def _code(text: str, values: Values, at: Situation) -> str:
    return domain.read_code(text)


def _codes(text: str, values: Values, at: Situation) -> tuple[str, ...]:
    """One code a line, as a scanner types them; each once."""
    return tuple(dict.fromkeys(domain.read_code(line) for line in text.splitlines() if line.strip()))


def _named(kind: str) -> Reader:
    return lambda text, values, at: domain.read_party_or_place(text, kind, at.base)


def _subjects(text: str, values: Values, at: Situation) -> tuple[str, ...]:
    lines = (line for line in text.splitlines() if line.strip())
    return tuple(dict.fromkeys(domain.read_party_or_place(line, "plot", at.base) for line in lines))


def _mass(text: str, values: Values, at: Situation) -> Decimal:
    return domain.read_positive_mass(text, values.get("unit", "kg"))


def _mass_or_none(text: str, values: Values, at: Situation) -> Decimal:
    return domain.read_mass(text, values.get("unit", "kg"))


def _count(text: str, values: Values, at: Situation) -> int:
    return domain.read_count(text)


def _number(text: str, values: Values, at: Situation) -> Decimal:
    return domain.read_number(text)


def _time(text: str, values: Values, at: Situation) -> Any:
    return domain.read_past_time(text, at.now)


def _date(text: str, values: Values, at: Situation) -> Any:
    return domain.read_date(text, at.now)


def _text(text: str, values: Values, at: Situation) -> str:
    return domain.tidy(text)


# --- fields that several commands have ---

WHEN = Field(name="at", label=N_("When"), read=_time, widget="time", required=False, hint=N_("Leave empty for now."))
PRODUCT = Field(
    name="product", label=N_("Product"), read=_product, widget="code", sticky=True,
    hint=N_("Scan or type the product number (GTIN)."), example="09520001000010",
)  # fmt: skip
UNIT = Field(
    name="unit", label=N_("Weighed in"), read=_text, widget="choice", choices=UNITS, default="斤", sticky=True,
    required=False,
)  # fmt: skip
SITE = Field(
    name="site", label=N_("Where"), read=_named("site"), widget="code", sticky=True,
    hint=N_("Scan the sign at the gate, or type its number (GLN)."), example="9520001000102",
)  # fmt: skip
ITEMS = Field(
    name="items", label=N_("Boxes and pallets"), read=_codes, widget="lines", required=False,
    hint=N_("One code a line: scan one after the other."),
)  # fmt: skip
LOT_ROWS = Rows(
    name="lots",
    label=N_("Loose lots"),
    least=0,
    fields=(
        Field(name="lot", label=N_("Lot"), read=_lot, widget="code"),
        Field(name="mass", label=N_("Weight"), read=_mass_or_none, widget="number", required=False),
    ),
)


def _lot_rows(name: str, label: str, least: int = 1) -> Rows:
    return Rows(name=name, label=label, least=least, fields=LOT_ROWS.fields)


def _lots(values: Values, name: str = "lots") -> reports.Lots:
    """Kilograms by lot; the same lot in two rows is added up."""
    listed: dict[str, Decimal | None] = {}
    for row in values[name]:
        before, now = listed.get(row["lot"]), row["mass"]
        listed[row["lot"]] = now if before is None else before + (now or 0)
    return listed


def _goods(values: Values) -> dict[str, Any]:
    """Items and loose lots of a step that is about something."""
    items, lots = values["items"] or (), _lots(values)
    if not items and not lots:
        raise FieldError(say(N_("Say what it is: scan a box or pallet, or give a lot.")), "items")
    return {"items": items, "lots": lots}


def _usual(values: Values, event_id: str) -> dict[str, Any]:
    return {"event_id": event_id, "at": values["at"]}


# --- what becomes of them ---


def delivery(values: Values, at: Situation, event_id: str) -> reports.Json:
    gross, tare = values["gross"], values["tare"] or Decimal(0)
    crates, crate = values["crates"] or 0, values["crate_weight"] or Decimal(0)
    kg = domain.net_kg(gross, tare, crates, crate)
    grower, lot = values["grower"], values["lot"]
    return reports.delivery(
        **_usual(values, event_id),
        lot=lot or domain.delivery_lot(values["product"], values["at"], event_id),
        kg=kg,
        plot=values["plot"],
        grower=grower,
        station=values["site"],
        gross_kg=gross,
        tare_kg=gross - kg if kg != gross else None,
    )


def pooling(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.pooling(
        **_usual(values, event_id),
        inputs=_lots(values, "inputs"),
        output=values["output"],
        kg=values["output_mass"],
        site=values["site"],
    )


def grading(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.grading(
        **_usual(values, event_id),
        inputs=_lots(values, "inputs"),
        outputs=_lots(values, "outputs"),
        site=values["site"],
    )


def inspection(values: Values, at: Situation, event_id: str) -> reports.Json:
    measured = [_measurement(row) for row in values["measurements"]]
    return reports.inspection(
        **_usual(values, event_id),
        lots={values["lot"]: None},
        conformant=values["verdict"] == "conformant",
        site=values["site"],
        measurements=measured,
        test_report=values["test_report"],
    )


def _measurement(row: Values) -> reports.Measurement:
    _, kind, uom = PROPERTIES[row["property"]]
    return reports.Measurement(type=kind, value=row["value"], uom=uom, name=row["property"])


def certificate(values: Values, at: Situation, event_id: str) -> reports.Json:
    lots, scope = values["lots"] or (), values["scope"] or ()
    if not lots and not scope:
        raise FieldError(say(N_("Say what the certificate is for: a lot, product, plot, place or party.")), "scope")
    if values["valid_to"] <= values["valid_from"]:
        raise FieldError(say(N_("The certificate must end after it begins. Check the two dates.")), "valid_to")
    return reports.certificate(
        **_usual(values, event_id),
        certificate=values["certificate"],
        state=values["state"],
        issuer=at.party,
        scheme=values["scheme"],
        scope=scope,
        lots=lots,
        number=values["number"] or "",
        valid_from=values["valid_from"],
        valid_to=values["valid_to"],
        reason=values["reason"] or "",
    )


def packing(values: Values, at: Situation, event_id: str) -> reports.Json:
    boxes, outputs = values["boxes"] or (), _lots(values, "outputs")
    if not boxes and not outputs:
        raise FieldError(say(N_("Say what was packed: scan the boxes, or give the packed lot.")), "boxes")
    return reports.packing(
        **_usual(values, event_id),
        inputs=_lots(values, "inputs"),
        boxes=boxes,
        outputs=outputs,
        lot=values["lot"] or "",
        net_weight_kg=values["net_weight"],
        site=values["site"],
    )


def palletising(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.palletising(
        **_usual(values, event_id), pallet=values["pallet"], site=values["site"], **_goods(values)
    )


def unpacking(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.unpacking(
        **_usual(values, event_id),
        pallet=values["pallet"],
        site=values["site"],
        items=values["items"] or (),
        lots=_lots(values),
    )


def shipment(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.shipment(
        **_usual(values, event_id),
        from_site=values["site"],
        to_site=values["to_site"],
        carrier=values["carrier"],
        **_goods(values),
    )


def receipt(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.receipt(
        **_usual(values, event_id), site=values["site"], from_site=values["from_site"], **_goods(values)
    )


def sale(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.sale(**_usual(values, event_id), site=values["site"], **_goods(values))


def loss(values: Values, at: Situation, event_id: str) -> reports.Json:
    return reports.loss(
        **_usual(values, event_id), site=values["site"], reason=values["reason"] or "", **_goods(values)
    )


# --- the table ---

COMMANDS: Mapping[str, Command] = {
    command.noun: command
    for command in (
        Command(
            noun="deliveries",
            title=N_("Delivery"),
            lead=N_("A grower brings fruit: weigh it in."),
            done=N_("The delivery is recorded."),
            build=delivery,
            entries=(
                PRODUCT,
                Field(name="plot", label=N_("Plot"), read=_named("plot"), widget="code", example="P-0417",
                      hint=N_("Scan the plot card, or type its code.")),
                Field(name="grower", label=N_("Grower"), read=_named("grower"), widget="code", example="G-0231",
                      hint=N_("Scan the grower's card, or type its code.")),
                UNIT,
                Field(name="gross", label=N_("Gross weight"), read=_mass, widget="number",
                      hint=N_("With crates and everything, as the scale shows it.")),
                Field(name="tare", label=N_("Tare"), read=_mass_or_none, widget="number", required=False,
                      hint=N_("Of the cart or pallet, without the crates.")),
                Field(name="crates", label=N_("Number of crates"), read=_count, widget="number", required=False),
                Field(name="crate_weight", label=N_("Weight of one empty crate"), read=_mass_or_none, widget="number",
                      required=False, sticky=True),
                SITE,
                Field(name="lot", label=N_("Lot"), read=_lot, widget="code", required=False,
                      hint=N_("Leave empty and a lot number is made.")),
                WHEN,
            ),
        ),
        Command(
            noun="poolings",
            title=N_("Pooling"),
            lead=N_("Deliveries are tipped together into one lot."),
            done=N_("The pooling is recorded."),
            build=pooling,
            entries=(
                PRODUCT,
                UNIT,
                _lot_rows("inputs", N_("Deliveries tipped in"), least=1),
                Field(name="output", label=N_("New pooled lot"), read=_lot, widget="code"),
                Field(name="output_mass", label=N_("Its weight"), read=_mass_or_none, widget="number", required=False,
                      hint=N_("Leave empty for the sum.")),
                SITE,
                WHEN,
            ),
        ),
        Command(
            noun="gradings",
            title=N_("Grading"),
            lead=N_("Lots are sorted into grades."),
            done=N_("The grading is recorded."),
            build=grading,
            entries=(
                PRODUCT,
                UNIT,
                _lot_rows("inputs", N_("Lots tipped in")),
                _lot_rows("outputs", N_("Grades that came out")),
                SITE,
                WHEN,
            ),
        ),
        Command(
            noun="inspections",
            title=N_("Inspection"),
            lead=N_("A lot was looked at and measured."),
            done=N_("The inspection is recorded."),
            build=inspection,
            entries=(
                PRODUCT,
                Field(name="lot", label=N_("Lot"), read=_lot, widget="code"),
                Rows(
                    name="measurements",
                    label=N_("Measurements"),
                    least=0,
                    fields=(
                        Field(name="property", label=N_("Property"), read=_text, widget="choice",
                              choices=tuple((name, row[0]) for name, row in PROPERTIES.items())),
                        Field(name="value", label=N_("Value"), read=_number, widget="number"),
                    ),
                ),
                Field(name="verdict", label=N_("Verdict"), read=_text, widget="choice", choices=VERDICTS),
                Field(name="test_report", label=N_("Test report"), read=_code, widget="code", required=False,
                      hint=N_("Its number (GDTI) or address, if there is one.")),
                SITE,
                WHEN,
            ),
        ),
        Command(
            noun="certificates",
            title=N_("Certificate"),
            lead=N_("A certificate is issued, suspended or revoked."),
            done=N_("The certificate's state is recorded."),
            build=certificate,
            entries=(
                Field(name="certificate", label=N_("Certificate"), read=_named("certificate"), widget="code",
                      hint=N_("Its code (GDTI), address or number."), example="GF-2026-0141"),
                Field(name="state", label=N_("What happened"), read=_text, widget="choice", choices=STATES),
                Field(name="scheme", label=N_("Kind"), read=_text, widget="choice", choices=SCHEMES),
                Field(name="number", label=N_("Printed number"), read=_text, required=False),
                Field(name="scope", label=N_("For these plots, places, products or parties"), read=_subjects,
                      widget="lines", required=False, hint=N_("One code a line.")),
                Field(name="lots", label=N_("For these lots"), read=_codes, widget="lines", required=False,
                      hint=N_("One code a line.")),
                Field(name="valid_from", label=N_("Valid from"), read=_date, widget="date"),
                Field(name="valid_to", label=N_("Valid until"), read=_date, widget="date"),
                Field(name="reason", label=N_("Reason"), read=_text, required=False,
                      hint=N_("For a suspension or revocation.")),
                Field(name="at", label=N_("In effect since"), read=_time, widget="time", required=False,
                      hint=N_("Leave empty for now.")),
            ),
        ),
        Command(
            noun="packing",
            title=N_("Packing"),
            lead=N_("A lot is packed into boxes."),
            done=N_("The packing is recorded."),
            build=packing,
            entries=(
                PRODUCT,
                UNIT,
                _lot_rows("inputs", N_("Lots packed from")),
                Field(name="boxes", label=N_("Boxes"), read=_codes, widget="lines", required=False,
                      hint=N_("One code a line: scan one after the other.")),
                _lot_rows("outputs", N_("Or packed lots without box codes"), least=0),
                Field(name="lot", label=N_("Lot printed on the boxes"), read=_lot, widget="code", required=False),
                Field(name="net_weight", label=N_("Net weight of one box"), read=_mass_or_none, widget="number",
                      required=False),
                SITE,
                WHEN,
            ),
        ),
        Command(
            noun="pallets",
            title=N_("Palletising"),
            lead=N_("Boxes go onto a pallet."),
            done=N_("The pallet is recorded."),
            build=palletising,
            entries=(
                Field(name="pallet", label=N_("Pallet"), read=_code, widget="code", example="095200010000000010",
                      hint=N_("Scan or type its number (SSCC).")),
                ITEMS,
                LOT_ROWS,
                SITE,
                WHEN,
            ),
        ),
        Command(
            noun="unpackings",
            title=N_("Unpacking"),
            lead=N_("A pallet is taken apart."),
            done=N_("The unpacking is recorded."),
            build=unpacking,
            entries=(
                Field(name="pallet", label=N_("Pallet"), read=_code, widget="code", example="095200010000000010",
                      hint=N_("If nothing is named below, everything was taken off.")),
                ITEMS,
                LOT_ROWS,
                SITE,
                WHEN,
            ),
        ),
        Command(
            noun="shipments",
            title=N_("Shipping"),
            lead=N_("Goods leave for another place."),
            done=N_("The shipment is recorded."),
            build=shipment,
            entries=(
                ITEMS,
                LOT_ROWS,
                SITE,
                Field(name="to_site", label=N_("To where"), read=_named("site"), widget="code", sticky=True),
                Field(name="carrier", label=N_("Carrier"), read=_named("party"), widget="code", required=False,
                      sticky=True),
                WHEN,
            ),
        ),
        Command(
            noun="receipts",
            title=N_("Receiving"),
            lead=N_("Goods arrive here."),
            done=N_("The arrival is recorded."),
            build=receipt,
            entries=(
                ITEMS,
                LOT_ROWS,
                SITE,
                Field(name="from_site", label=N_("From where"), read=_named("site"), widget="code", required=False,
                      sticky=True),
                WHEN,
            ),
        ),
        Command(
            noun="sales",
            title=N_("Sale"),
            lead=N_("Goods are sold to a consumer."),
            done=N_("The sale is recorded."),
            build=sale,
            entries=(ITEMS, LOT_ROWS, SITE, WHEN),
        ),
        Command(
            noun="losses",
            title=N_("Loss"),
            lead=N_("Goods are spoilt or thrown away."),
            done=N_("The loss is recorded."),
            build=loss,
            entries=(ITEMS, LOT_ROWS, SITE, Field(name="reason", label=N_("Reason"), read=_text, required=False), WHEN),
        ),
    )
}  # fmt: skip
