"""Master data: read, written, proposed by one party and decided by another."""

from __future__ import annotations

from services.portal.enrolment.api import DECISION, MAX_PENDING
from services.portal.enrolment.registry_api import KINDS, MAX_PAGE
from services.portal.openapi.parts import (
    ANYTHING,
    NUMBER,
    TEXT,
    Json,
    answered,
    get,
    many,
    path,
    post,
    query,
    record,
    told,
)
from services.portal.openapi.shapes import PROBLEM, RECEIPT

_TAG = "Registry"
_RECORD: Json = {
    "type": "object",
    "required": ["record", "id"],
    "properties": {
        "record": {"enum": list(KINDS)},
        "id": told(TEXT, "Its GS1 key as a URI, or an address of yours."),
        "version": told(NUMBER, "1 for a new one, else one above the version it replaces."),
        "valid_from": {**TEXT, "format": "date"},
        "valid_to": told({**TEXT, "format": "date"}, "The first day on which it no longer counts."),
    },
}
"""Beside these, the fields of its kind, as in registry files."""

_STATUS = {"enum": ["accepted", "rejected", "retry"]}
_STATE = {"enum": ["", "pending", "approved", "rejected", "withdrawn"]}
_FLAG = record({"kind": TEXT, "other": TEXT, "zh": TEXT, "en": TEXT, "share": TEXT})
_WRITTEN = {"status": _STATUS, "version": NUMBER, "receipt": RECEIPT, "problems": many({**PROBLEM, "required": []})}
_DECIDED = {**_WRITTEN, "proposal": TEXT, "state": _STATE, "flags": many(_FLAG)}
_PROPOSED = {
    "proposal": TEXT,
    "proposed_by": TEXT,
    "proposed_on": TEXT,
    "state": _STATE,
    "decided_by": TEXT,
    "decided_on": TEXT,
    "reason": TEXT,
    "confirmed": TEXT,
    "record": ANYTHING,
}
_WAITING = {
    **_PROPOSED,
    "present": told({"type": ["object", "null"]}, "The record as it stands; null where it is new."),
    "flags": many(_FLAG),
    "may_decide": told({"type": "boolean"}, "Whether the caller may."),
    "problems": many(PROBLEM),
}
_VERDICT = {
    **dict.fromkeys(DECISION, TEXT),
    "verdict": {"enum": ["approve", "reject", "withdraw"]},
    "valid_from": told({**TEXT, "format": "date"}, "From when an approved record counts; today where left out."),
    "confirmed": told(TEXT, "Why a flagged plot is approved all the same."),
}


def registry() -> Json:
    kind, identified = path("kind", KINDS), query("id", "One record, for ids that are addresses.")
    on = query("on", "The record as it was on this day (ISO 8601 date); today where it is missing.")
    put = "Write records: `version` is 1 for a new one, else one above the version it replaces"
    listed = record({"records": many(ANYTHING), "nextPageToken": TEXT})
    listed = {**listed, "additionalProperties": True, "description": "A page, or with `id` the record itself."}
    return {
        "/api/registry/{kind}": {
            "get": get(_TAG, "records", "Records of a kind", [kind, on, identified, *_paging(MAX_PAGE)], listed)
        },
        "/api/registry/{kind}/{id}": {"get": get(_TAG, "record", "One record", [kind, path("id"), on], ANYTHING)},
        "/api/registry": {
            "put": post(_TAG, "putRecords", put, many(_RECORD), {"200": _results(_WRITTEN)}),
            "post": post(_TAG, "postRecords", "The same as PUT", many(_RECORD), {"200": _results(_WRITTEN)}),
        },
        **_enrolment(),
    }


def _enrolment() -> Json:
    proposal = told(TEXT, "A URI of your own, so that sending again is harmless.")
    proposed = {**_RECORD, "properties": {**_RECORD["properties"], "proposal": proposal}}
    waiting = record({"pending": many(record(_WAITING)), "nextPageToken": TEXT}, ("pending",))
    verdict = record(_VERDICT, ("proposal", "verdict"))
    story = record(
        {"versions": many(ANYTHING), "proposals": many(record(_PROPOSED)), "flags": many(_FLAG)}, ("versions",)
    )
    of = [query("kind", "Kind of the record.", required=True, enum=KINDS), query("id", "Its id.", required=True)]
    propose, answers = "Propose records that another party approves", {"200": _results(_DECIDED)}
    return {
        "/api/registry/proposals": {
            "get": get(_TAG, "proposals", "What waits and concerns the caller", _paging(MAX_PENDING), waiting),
            "post": post(_TAG, "propose", propose, many(proposed), answers),
        },
        "/api/registry/decisions": {
            "post": post(_TAG, "decide", "Approve, reject or withdraw proposals", many(verdict), answers)
        },
        "/api/registry/history": {
            "get": get(_TAG, "recordHistory", "All versions and proposals of a record", of, story)
        },
    }


def _paging(most: int) -> list[Json]:
    return [query("perPage", f"At most {most}."), query("nextPageToken", "From the answer before.")]


def _results(of: Json) -> Json:
    return answered("One result a record, in the same order.", record({"results": many(record(of, ("status",)))}))
