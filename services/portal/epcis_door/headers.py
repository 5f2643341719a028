"""The GS1-… headers of the EPCIS 2.0 REST binding (12.3): what we send with every answer, and what we insist on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.requests import Request

from services.portal.epcis_door.capture_jobs import BEHAVIOURS, Behaviour
from services.portal.epcis_door.document_size import MAX_DOCUMENT_EVENTS
from services.portal.epcis_door.epc_format import epc_format
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import MAX_CAPTURE_BYTES

VERSION = "2.0.0"
NAMESPACE = "https://ns.suyuan.example/"

EPCIS_HEADERS: Mapping[str, str] = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-Vendor-Version": "0.1.0",
    "GS1-EPC-Format": "Never_Translates",
    "GS1-Extensions": f"suyuan={NAMESPACE}",
}

CAPTURE_HEADERS: Mapping[str, str] = {
    **EPCIS_HEADERS,
    "GS1-EPCIS-Capture-Limit": str(MAX_DOCUMENT_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_CAPTURE_BYTES),
    "GS1-Capture-Error-Behaviour": "rollback",
}


def capture_behaviour(request: Request) -> Behaviour:
    """Rollback where nothing is said (8.2.2)."""
    asked = request.headers.get("gs1-capture-error-behaviour", "rollback").strip().lower()
    found = next((behaviour for behaviour in BEHAVIOURS if behaviour == asked), None)
    if found is None:
        sentence = f"GS1-Capture-Error-Behaviour is {' or '.join(BEHAVIOURS)}."
        raise HttpProblem(400, "ValidationException", sentence)
    return found


def require_versions(request: Request) -> None:
    """406 where the caller rules out the one version there is, or wants identifiers in a spelling that is not given."""
    for vocabulary in ("EPCIS", "CBV"):
        least, most, exact = (_version(request, f"GS1-{vocabulary}-{bound}") for bound in ("Min", "Max", "Version"))
        if not least <= _OURS <= most or exact != _OURS:
            raise HttpProblem(406, "NotAcceptableException", f"This speaks {vocabulary} {VERSION} only.")
    epc_format(request)


_OURS = (2, 0)
_VERSION = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.[0-9]{1,9})*")


def _version(request: Request, header: str) -> tuple[int, int]:
    """Major and minor, which decide; ours where nothing is said."""
    text = request.headers.get(header, "").strip()
    found = _VERSION.fullmatch(text)
    if text and found is None:
        raise HttpProblem(400, "ValidationException", f"{header} is a version such as {VERSION}.")
    return (int(found[1]), int(found[2] or 0)) if found else _OURS
