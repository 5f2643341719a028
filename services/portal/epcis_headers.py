"""The GS1-… headers of the EPCIS 2.0 REST binding (12.3): what we send with every answer, and what we insist on."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from services.portal.capture_jobs import BEHAVIOURS, Behaviour
from services.portal.document_size import MAX_DOCUMENT_EVENTS
from services.portal.http_problems import HttpProblem
from services.portal.requests import MAX_CAPTURE_BYTES

VERSION = "2.0.0"

EPCIS_HEADERS: Mapping[str, str] = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-Vendor-Version": "0.1.0",
    "GS1-EPC-Format": "Never_Translates",
    "GS1-Extensions": "suyuan=https://ns.suyuan.example/",
}

CAPTURE_HEADERS: Mapping[str, str] = {
    **EPCIS_HEADERS,
    "GS1-EPCIS-Capture-Limit": str(MAX_DOCUMENT_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_CAPTURE_BYTES),
    "GS1-Capture-Error-Behaviour": "rollback",
}

_FORMATS = ("", "No_Preference", "Never_Translates")


def capture_behaviour(request: Request) -> Behaviour:
    """Rollback where nothing is said (8.2.2)."""
    asked = request.headers.get("gs1-capture-error-behaviour", "rollback").strip().lower()
    found = next((behaviour for behaviour in BEHAVIOURS if behaviour == asked), None)
    if found is None:
        sentence = f"GS1-Capture-Error-Behaviour is {' or '.join(BEHAVIOURS)}."
        raise HttpProblem(400, "ValidationException", sentence)
    return found


def require_versions(request: Request) -> None:
    """406 where the caller rules out the one version there is, or wants identifiers rewritten."""
    for vocabulary in ("EPCIS", "CBV"):
        least = _version(request, f"GS1-{vocabulary}-Min")
        most = _version(request, f"GS1-{vocabulary}-Max")
        exact = _version(request, f"GS1-{vocabulary}-Version")
        if (least or _OURS) > _OURS or _shortened(most) < _OURS[: len(most or _OURS)] or (exact or _OURS) > _OURS:
            raise HttpProblem(406, "NotAcceptableException", f"This speaks {vocabulary} {VERSION} only.")
    if request.headers.get("gs1-epc-format", "") not in _FORMATS:
        raise HttpProblem(
            406,
            "NotAcceptableException",
            "Identifiers are given as they were reported: GS1-EPC-Format Never_Translates.",
        )


_OURS = (2, 0, 0)


def _shortened(version: tuple[int, ...] | None) -> tuple[int, ...]:
    return version or _OURS


def _version(request: Request, header: str) -> tuple[int, ...] | None:
    text = request.headers.get(header, "").strip()
    if not text:
        return None
    try:
        return tuple(int(part) for part in text.split("."))
    except ValueError:
        raise HttpProblem(400, "ValidationException", f"{header} is a version such as {VERSION}.") from None
