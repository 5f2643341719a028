"""`GS1-EPC-Format`: in which spelling an answer's identifiers are (EPCIS 2.0, 12.3).

As reported, unless Digital Links are asked for. EPC URNs cannot be given: they say where the company prefix ends, which
a Digital Link does not. The hash id of an event is the same in every spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from starlette.requests import Request

from epcis.identifiers import canonical
from services.portal.http.problems import HttpProblem

EpcFormat = Literal["Never_Translates", "Always_GS1_Digital_Link"]
HEADER = "GS1-EPC-Format"
_ASKED: Mapping[str, EpcFormat] = {
    "": "Never_Translates",
    "No_Preference": "Never_Translates",
    "Never_Translates": "Never_Translates",
    "Always_GS1_Digital_Link": "Always_GS1_Digital_Link",
}
# Names of events and of namespaces are no EPCs.
_KEPT = frozenset({"@context", "eventID", "correctiveEventIDs"})


def epc_format(request: Request) -> EpcFormat:
    """Raises HttpProblem 406 for a spelling that cannot be given."""
    asked = _ASKED.get(request.headers.get(HEADER, ""))
    if asked is None:
        sentence = (
            f"{HEADER} is one of {', '.join(name for name in _ASKED if name)}; EPC URNs are not made of other keys."
        )
        raise HttpProblem(406, "NotAcceptableException", sentence)
    return asked


def spelled(event: Mapping[str, Any], wanted: EpcFormat) -> dict[str, Any]:
    """The event with the EPC URNs in its standard fields as Digital Links, where that is wanted; extensions stay."""
    return dict(event) if wanted == "Never_Translates" else dict(_linked(event))


def _linked(value: Any) -> Any:
    if isinstance(value, str):
        return canonical(value) if value.startswith("urn:epc:") else value
    if isinstance(value, list):
        return [_linked(member) for member in value]
    if isinstance(value, Mapping):
        return {k: member if k in _KEPT or ":" in k else _linked(member) for k, member in value.items()}
    return value
