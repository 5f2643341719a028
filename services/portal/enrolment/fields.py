"""What is filled in to propose a grower, a plot, a mandate or a beneficiary, and the record it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from provenance.days import YEARS
from provenance.registry.county_codes import COUNTY_CODE
from services.portal.reporting import typed as domain
from services.portal.reporting import typed_codes
from services.portal.reporting.command_fields import named, read_date, read_text
from services.portal.reporting.fields import Field, Situation, Values
from services.portal.reporting.typed import FieldError, tidy
from services.portal.sentences import N_, say

ROLES = frozenset({"station", "packer", "grower", "brand_office", "registrar", "operator"})
"""Who is offered to propose; whether one may is the registry's to say."""

MOST_MU = 1_000_000
_POINT = re.compile(r"(-?\d{1,2}(?:\.\d+)?)[,\s]+(-?\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One kind of proposal. `kind` is the registry's, `code` the start of ids made for new ones."""

    noun: str
    kind: str
    title: str
    lead: str
    fields: tuple[Field, ...]
    build: Callable[[Values, Situation], Mapping[str, Any]]


def read_area(text: str, values: Values, at: Situation) -> str:
    """亩 as a decimal text; the word behind the number may stand there."""
    area = domain.read_number(tidy(text).removesuffix("亩"))
    if not 0 < area <= MOST_MU:
        raise FieldError(say(N_("This should be more than 0 and at most {most} 亩."), most=MOST_MU))
    return format(area, "f")


def read_year(text: str, values: Values, at: Situation) -> int:
    year = tidy(text).removesuffix("年")
    if not re.fullmatch("[0-9]{4}", year) or int(year) not in YEARS:
        raise FieldError(say(N_("This should be a year of four digits, such as 2016.")))
    return int(year)


def read_county(text: str, values: Values, at: Situation) -> str:
    if not COUNTY_CODE.fullmatch(tidy(text)):
        raise FieldError(say(N_("This should be the six digits of a county, such as 141031.")))
    return tidy(text)


def read_point(text: str, values: Values, at: Situation) -> tuple[float, float]:
    """Degrees north, degrees east."""
    found = _POINT.fullmatch(tidy(text).replace("，", ","))
    if found is None:
        raise FieldError(say(N_("Write latitude and longitude in degrees, such as 36.6612, 110.9204.")))
    return float(found[1]), float(found[2])


def read_boundary(text: str, values: Values, at: Situation) -> tuple[tuple[float, float], ...]:
    return tuple(read_point(line, values, at) for line in text.splitlines() if line.strip())


CODE = Field(name="code", label=N_("Code"), read=read_text, widget="code", required=False,
             hint=N_("As on the card. Leave empty for something new: a code is made."))  # fmt: skip
GROWER = Field(name="grower", label=N_("Grower"), read=named("grower"), widget="code", example="G-0231",
               hint=N_("Scan the grower's card, or type its code."))  # fmt: skip
COUNTY = Field(name="county_code", label=N_("County code"), read=read_county, widget="number", example="141031",
               sticky=True, hint=N_("Six digits."))  # fmt: skip
VILLAGE = Field(name="village", label=N_("Village"), read=read_text, required=False, sticky=True)
SINCE = Field(name="valid_from", label=N_("In force from"), read=read_date, widget="date", required=False,
              hint=N_("Leave empty for the day it is approved."))  # fmt: skip


def _id(values: Values, at: Situation, noun: str) -> str:
    return typed_codes.read_party_or_place(str(values["code"]), noun, at.base)


def _since(values: Values) -> Mapping[str, Any]:
    return {"valid_from": values["valid_from"].isoformat()} if values.get("valid_from") else {}


def _given(values: Values, *names: str) -> Mapping[str, Any]:
    return {name: values[name] for name in names if values.get(name)}


def _grower(values: Values, at: Situation) -> Mapping[str, Any]:
    name = values["public_name"]
    person = _given(values, "personal_name", "phone", "village", "county_code")
    names = {"name_zh": name, "public_name_zh": name}
    return {"record": "party", "id": _id(values, at, "grower"), "kind": "grower", **names, **person, **_since(values)}


def _plot(values: Values, at: Situation) -> Mapping[str, Any]:
    said = _given(values, "area_mu", "bearing_since", "county_code", "township", "village", "parcel_code")
    middle = dict(zip(("latitude", "longitude"), values["middle"], strict=True)) if values.get("middle") else {}
    corners = [{"latitude": north, "longitude": east} for north, east in values.get("boundary") or ()]
    lies = middle | ({"boundary": corners} if corners else {})
    head = {"record": "site", "id": _id(values, at, "plot"), "kind": "plot", "party": values["grower"]}
    return {**head, "name_zh": values["name"], **said, **lies, **_since(values)}


def _mandate(values: Values, at: Situation) -> Mapping[str, Any]:
    to_party = values.get("to_party") or at.party
    head = {"record": "mandate", "id": _id(values, at, "mandate"), "from_party": values["grower"]}
    return {**head, "to_party": to_party, "actions": ["report"], **_since(values)}


def _beneficiary(values: Values, at: Situation) -> Mapping[str, Any]:
    said = _given(values, "county_code", "source")
    head = {"record": "beneficiary", "id": _id(values, at, "beneficiary"), "party": values["grower"]}
    return {**head, **said, **_since(values)}


ENROLMENTS: Mapping[str, Enrolment] = {
    one.noun: one
    for one in (
        Enrolment(
            noun="grower", kind="party", title=N_("New grower"), build=_grower,
            lead=N_("A household that brings fruit. Its public name is shown to buyers, its own name to nobody."),
            fields=(
                CODE,
                Field(name="public_name", label=N_("Public name"), read=read_text, example="路家峪村果农01号",
                      hint=N_("Without the person's name.")),
                Field(name="personal_name", label=N_("Person's name"), read=read_text, required=False,
                      hint=N_("For the registry only; can be erased.")),
                Field(name="phone", label=N_("Telephone"), read=read_text, required=False, widget="number",
                      hint=N_("For the registry only; can be erased.")),
                VILLAGE, COUNTY, SINCE,
            ),
        ),
        Enrolment(
            noun="plot", kind="site", title=N_("Plot"), build=_plot,
            lead=N_("A new plot, or a change of one. A larger area counts from the first of January to come."),
            fields=(
                CODE, GROWER,
                Field(name="name", label=N_("Name of the plot"), read=read_text, example="东坡梨园"),
                Field(name="area_mu", label=N_("Area in 亩"), read=read_area, widget="number", example="6.5"),
                Field(name="bearing_since", label=N_("Trees bear since"), read=read_year, widget="number",
                      required=False, example="2016"),
                COUNTY,
                Field(name="township", label=N_("Township"), read=read_text, required=False, sticky=True),
                VILLAGE,
                Field(name="parcel_code", label=N_("Parcel code (承包地块编码)"), read=read_text, widget="code",
                      required=False, hint=N_("Nineteen digits, as in the land contract.")),
                Field(name="middle", label=N_("Middle of the plot"), read=read_point, required=False,
                      example="36.6612, 110.9204", hint=N_("Latitude and longitude in degrees.")),
                Field(name="boundary", label=N_("Corners"), read=read_boundary, required=False, widget="lines",
                      hint=N_("In order around the plot, one a line: latitude, longitude.")),
                SINCE,
            ),
        ),
        Enrolment(
            noun="mandate", kind="mandate", title=N_("Mandate"), build=_mandate,
            lead=N_("A grower lets a station report for it."),
            fields=(
                CODE, GROWER,
                Field(name="to_party", label=N_("Who may report"), read=named("party"), widget="code", required=False,
                      hint=N_("Leave empty for your own party.")),
                SINCE,
            ),
        ),
        Enrolment(
            noun="beneficiary", kind="beneficiary", title=N_("Beneficiary"), build=_beneficiary,
            lead=N_("A household of the county's programme. Never shown in public."),
            fields=(
                CODE, GROWER, COUNTY,
                Field(name="source", label=N_("Source"), read=read_text,
                      hint=N_("The list or document that says so.")),
                SINCE,
            ),
        ),
    )
}  # fmt: skip

# What the registry answers, by the code of the problem, in the reader's language; else its own sentence is shown.
REFUSALS: Mapping[str, str] = {
    "next-season": N_(
        "A plot that would bear more counts from next season: let it begin on a first of January to come."
    ),
    "own-proposal": N_("Your own party proposed this: another has to approve or reject it."),
    "own-affair": N_("This is about your own party: one that it does not concern has to approve it."),
    "other-county": N_("The service centre of the county it lies in decides this."),
    "may-not-decide": N_("Your card does not approve or reject this."),
    "may-not-propose": N_("Your card does not propose this."),
    "decided-already": N_("It was decided already: open the list again."),
    "no-reason": N_("Say why it is rejected, so that it can be mended."),
    "flagged": N_("Something is odd about this plot, as shown: say why it is approved all the same."),
    "bears-too-late": N_("Trees bear since: this year is more than twenty years away."),
    "outside-china": N_("Middle of the plot: this is not in China. Are latitude and longitude exchanged?"),
    "version-conflict": N_("The record has been changed since: propose it anew."),
    "unknown-party": N_("A party it names is not registered yet: approve that one first."),
    "unknown-site": N_("A plot it names is not registered yet: approve that one first."),
    "no-parcel-code": N_("The parcel code should be nineteen digits, the first six the county's."),
    "crosses-itself": N_("The sides of the plot cross: name its corners in order."),
    "no-area": N_("A boundary needs at least three different corners."),
    "too-wide": N_("These corners lie too far apart: are latitude and longitude exchanged?"),
}
