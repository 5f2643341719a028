"""Certificates: what one says, what leans on it, and the 承诺达标合格证 of a lot."""

from __future__ import annotations

from provenance.certificates.commitments import BASES, EVIDENCE
from services.portal.certificates.ports import DependentsPage, Found
from services.portal.commitments.paper import SIZES
from services.portal.openapi.parts import (
    AFTER,
    ANYTHING,
    TEXT,
    Json,
    answered,
    by_key,
    get,
    many,
    path,
    post,
    problems,
    query,
    record,
    told,
)
from services.portal.openapi.shapes import RECEIPT, shape

_TAG = "Certificates"
_OFFER = record(
    {
        "lot": TEXT,
        "form": {"enum": ["producer", "collector"]},
        "kilograms": TEXT,
        "origin": TEXT,
        "collected": many(record({"lot": TEXT, "certificate": TEXT})),
        "missing": many(TEXT),
        "issued": told(by_key(TEXT), "The caller's own for this lot that stand: number by id."),
    }
)
_COMMITMENT = record(
    {
        "lot": TEXT,
        "basis": many({"enum": list(BASES)}),
        "mass": told(TEXT, "Where it is not the whole lot, such as `62.5` or `125斤`."),
        "evidence": told(by_key({"enum": list(EVIDENCE)}), "By lot, what was collected for it."),
        "photos": told(by_key(TEXT), "By lot, the SHA-256 of a picture."),
        "event_id": told({**TEXT, "format": "uuid"}, "Your own, so that sending again is harmless."),
        "after": many(TEXT),
    },
    ("lot", "basis"),
)
_ISSUED = record(
    {
        "event_id": TEXT,
        "certificate": TEXT,
        "number": TEXT,
        "receipt": {"anyOf": [RECEIPT, {"type": "null"}]},
        "event": ANYTHING,
    },
    ("event_id", "certificate", "number"),
)


def certificates() -> Json:
    code = path("code")
    paging = [
        query("page_size", "Things made under it whose ways one page follows, at most 100."),
        query("page_token", "`next_page_token` of the answer before."),
    ]
    dependents = shape(DependentsPage, times=False)
    lot = query("lot", "The lot.", required=True)
    offer = "What is collected for a lot's 承诺达标合格证"
    issue = "Issue the 承诺达标合格证 of a lot"
    recorded = {"201": answered("Its number, and the event.", _ISSUED)}
    return {
        "/api/certificates/{code}": {
            "get": get(
                _TAG,
                "certificate",
                "What a certificate says and how it stands",
                [code, AFTER],
                shape(Found, times=False),
            )
        },
        "/api/certificates/{code}/dependents": {
            "get": get(_TAG, "dependents", "What leaned on it, page by page", [code, *paging, AFTER], dependents)
        },
        "/api/commitments": {
            "get": get(_TAG, "commitment", offer, [lot, AFTER], _OFFER),
            "post": _with_photos(post(_TAG, "issueCommitment", issue, _COMMITMENT, recorded, besides=(404, 413))),
        },
        **_papers(),
    }


def _with_photos(issue: Json) -> Json:
    """Or as a form whose files are the photos, each under its lot: their hashes are recorded, they are not kept."""
    form = {"type": "object", "properties": {"commitment": _COMMITMENT}}
    issue["requestBody"]["content"]["multipart/form-data"] = {"schema": form}
    return issue


def _papers() -> Json:
    forms = {"pdf": "application/pdf", "png": "image/png", "zpl": "application/octet-stream"}
    return {f"/certificates/{{number}}.{ending}": {"get": _paper(ending, form)} for ending, form in forms.items()}


def _paper(ending: str, media_type: str) -> Json:
    size = query("size", "Of the paper or label, millimetres.", enum=list(SIZES))
    drawn = answered("The paper.", {**TEXT, "format": "binary"}, media_type)
    return {
        "tags": [_TAG],
        "operationId": f"paper{ending.capitalize()}",
        "summary": f"A 承诺达标合格证 as {ending.upper()}",
        "parameters": [path("number"), size],
        "responses": {"200": drawn, **problems(400, 404, 429, 503)},
    }
