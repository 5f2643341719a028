"""The EPCIS 2.0 REST binding."""

from __future__ import annotations

from services.portal.epcis_door.capture import DEFAULT_JOBS
from services.portal.epcis_door.event_query import ACTIONS, DEFAULT_PER_PAGE, EVENT_TYPES, PARAMETER_NAMES
from services.portal.epcis_door.resources import RESOURCES, Resource
from services.portal.openapi.parts import (
    TEXT,
    TIME,
    Json,
    answered,
    get,
    many,
    path,
    post,
    problems,
    query,
    record,
)

_TAG = "EPCIS"
_EVENT: Json = {"type": "object", "required": ["type", "eventTime", "eventTimeZoneOffset"]}
_DOCUMENT: Json = {"type": "object", "required": ["type", "epcisBody"]}
_FOUND: Json = {"type": "object", "required": ["@context", "type", "epcisBody"]}
_COLLECTION = record({"@context": TEXT, "type": TEXT, "member": many(TEXT)}, ("@context", "type", "member"))
_PROBLEM = record(
    {
        **dict.fromkeys(("type", "title", "detail", "instance", "code"), TEXT),
        "status": {"type": "integer"},
    }
)
_JOB = record(
    {
        "captureID": TEXT,
        "createdAt": TIME,
        "finishedAt": TIME,
        "running": {"type": "boolean"},
        "success": {"type": "boolean"},
        "captureErrorBehaviour": {"enum": ["rollback", "proceed"]},
        "errors": many(_PROBLEM),
    },
    ("captureID", "createdAt", "running", "success", "captureErrorBehaviour", "errors"),
)


def epcis() -> Json:
    jobs = get(_TAG, "captureJobs", "Your jobs, newest first", _paging(DEFAULT_JOBS), many(_JOB))
    found = get(_TAG, "queryEvents", "Events by criteria", _criteria(), _FOUND)
    one = "Every document with this id"
    return {
        "/epcis": {"get": get(_TAG, "resources", "What there is below", [], _COLLECTION)},
        "/epcis/capture": {"post": _capture(), "get": jobs},
        "/epcis/capture/{captureID}": {"get": get(_TAG, "captureJob", "One job", [path("captureID")], _JOB)},
        "/epcis/events": {"post": _capture_event(), "get": found},
        "/epcis/events/{eventID}": {"get": get(_TAG, "event", one, [path("eventID")], _FOUND)},
        "/epcis/nextPageToken/{token}": {"delete": _forget()},
        **{where: methods for name, of in RESOURCES.items() for where, methods in _resource(name, of).items()},
    }


def _capture() -> Json:
    behaviour = {
        "name": "GS1-Capture-Error-Behaviour",
        "in": "header",
        "required": False,
        "description": "All or nothing, or whatever is right.",
        "schema": {"enum": ["rollback", "proceed"], "default": "rollback"},
    }
    summary = "Capture an EPCISDocument or EPCISQueryDocument as a job"
    accepted = {"202": {"description": "`Location` is the job."}}
    return post(_TAG, "capture", summary, _DOCUMENT, accepted, parameters=[behaviour], besides=(406,))


def _capture_event() -> Json:
    said = (
        "The event, with its `recordTime` once it can be read; `Link` says where its promise and proof are to be had."
    )
    recorded = {"201": answered(said, _EVENT)}
    return post(_TAG, "captureEvent", "Capture one event and wait until it can be read", _EVENT, recorded,
                besides=(409,))  # fmt: skip


def _forget() -> Json:
    return {
        "tags": [_TAG],
        "operationId": "forgetPage",
        "summary": "Release a page token; none is kept, so nothing happens",
        "parameters": [path("token")],
        "responses": {"204": {"description": "Released."}, **problems(429)},
    }


def _resource(name: str, of: Resource) -> Json:
    """The words of it, what is below one of them, and the events of one."""
    listed = get(_TAG, name, f"The {name} of the standard", [], _COLLECTION)
    if of.members is None:
        said = {"501": {"$ref": "#/components/responses/Problem"}}
        listed = {**listed, "summary": f"Not listed: there are as many {name} as there are things", "responses": said}
    value, events = path("value"), f"Events by {of.parameter}"
    return {
        f"/epcis/{name}": {"get": listed},
        f"/epcis/{name}/{{value}}": {"get": get(_TAG, f"{name}Below", "What is below one", [value], _COLLECTION)},
        f"/epcis/{name}/{{value}}/events": {
            "get": get(_TAG, f"{name}Events", events, [value, *_criteria()], _FOUND),
        },
    }


def _criteria() -> list[Json]:
    enums = {"eventType": EVENT_TYPES, "EQ_action": ACTIONS}
    paging = {one["name"]: one for one in _paging(DEFAULT_PER_PAGE)}
    return [
        paging.get(name) or query(name, "Several are separated by |.", enum=enums.get(name, ()))
        for name in PARAMETER_NAMES
    ]


def _paging(default: int) -> list[Json]:
    return [
        query("perPage", f"{default} where it is missing."),
        query("nextPageToken", "From the Link header before."),
    ]
