"""The description of the HTTP API (OpenAPI 3.1), written from the tables the routes are written from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.portal.commands import COMMANDS
from services.portal.correction_words import REASONS
from services.portal.epcis_capture import DEFAULT_JOBS
from services.portal.epcis_resources import RESOURCES
from services.portal.event_query import ACTIONS, DEFAULT_PER_PAGE, EVENT_TYPES, PARAMETER_NAMES
from services.portal.fields import Command, Entry, Field
from services.portal.registry_api import KINDS

Json = dict[str, Any]

_PROBLEM = {"$ref": "#/components/responses/Problem"}
_TEXT: Json = {"type": "string"}


def describe(public_url: str) -> Json:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Suyuan",
            "version": "0.1.0",
            "summary": "Traces produce from the orchard to the buyer.",
            "description": "Send a token as `Authorization: Bearer …`; reading without one shows the public fields. "
            "Problems are RFC 7807. Sending a report again with the same event id is harmless.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "security": [{"token": []}, {}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": {**_commands(), **_corrections(), **_reading(), **_payments(), **_registry(), **_labels(), **_epcis()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {"Problem": _problem_response()},
            "schemas": {"Problem": _problem_schema(), "Receipt": _receipt_schema()},
        },
    }


_TAGS = {
    "Reports": "What people and devices report. Each becomes one EPCIS 2.0 event.",
    "Traceability": "Histories both ways, and the claim behind a label.",
    "Payments": "What growers were paid, told to those it concerns.",
    "Registry": "Master data: parties, sites, products, brands, counties, mandates.",
    "Labels": "Labels a buyer can check.",
    "EPCIS": "The EPCIS 2.0 REST binding.",
    "Digital Link": "GS1 Digital Link paths.",
}


# --- reports ---


def _commands() -> Json:
    return {f"/api/{noun}": {"post": _command(command)} for noun, command in COMMANDS.items()}


def _command(command: Command) -> Json:
    required = [entry.name for entry in command.entries if _is_required(entry)]
    said = "A UUID of your own, so that sending again is harmless; `at` is needed with it."
    event_id = {**_TEXT, "format": "uuid", "description": said}
    properties = {"event_id": event_id, **{entry.name: _entry(entry) for entry in command.entries}}
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    warnings = "What to look at again, in the caller's language; all of it is recorded."
    answer = {
        "type": "object",
        "properties": {
            "event_id": _TEXT,
            "code": _TEXT,
            "receipt": {"$ref": "#/components/schemas/Receipt"},
            "warnings": {"type": "array", "items": _TEXT, "description": warnings},
            "event": {"type": "object"},
        },
    }
    return {
        "tags": ["Reports"],
        "operationId": command.noun,
        "summary": command.title,
        "description": command.lead,
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {"201": _json("Recorded.", answer), **_problems(400, 401, 403, 413, 415, 429, 503)},
    }


def _corrections() -> Json:
    fields = "The fields of its command that are to be different; the others stay. Left out, it is only taken back."
    declared_at = "When it was found wrong; give it, so that sending again is the same. Now where it is left out."
    body = {
        "type": "object",
        "required": ["corrects"],
        "additionalProperties": False,
        "properties": {
            "corrects": {**_TEXT, "description": "The event id of the report that is wrong."},
            "reason": {"enum": list(REASONS), "description": "CBV error reason; left out, the one that fits."},
            "report": {"type": "object", "description": fields},
            "event_id": {**_TEXT, "format": "uuid", "description": "A UUID of your own for the corrected report."},
            "declared_at": {**_TEXT, "format": "date-time", "description": declared_at},
            "after": {"type": "array", "items": _TEXT, "description": "Receipts that must be applied first."},
        },
    }
    post = {
        "tags": ["Reports"],
        "operationId": "corrections",
        "summary": "Take a report back, or correct it",
        "description": "Its reporter's word counts, an inspector's and the operator's; anybody else's is shown as a "
        "dispute, and `counts` is false. The corrected report is recorded before the declaration that names it. What "
        "was corrected already is 409, with `correctedBy`.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"201": _json("Recorded."), **_problems(400, 401, 403, 404, 409, 413, 415, 429, 503)},
    }
    return {"/api/corrections": {"post": post}}


def _is_required(entry: Entry) -> bool:
    return entry.required if isinstance(entry, Field) else entry.least > 0


def _entry(entry: Entry) -> Json:
    if isinstance(entry, Field):
        return _field(entry)
    inner = {one.name: _field(one) for one in entry.fields}
    needed = [one.name for one in entry.fields if one.required]
    row = {"type": "object", "properties": inner, "required": needed, "additionalProperties": False}
    return {"type": "array", "description": entry.label, "items": row, "minItems": entry.least}


def _field(one: Field) -> Json:
    schema: Json = {"type": ["string", "number"] if one.widget == "number" else "string"}
    if one.widget == "lines":
        schema = {"oneOf": [{"type": "array", "items": _TEXT}, _TEXT]}
    if one.choices:
        schema["enum"] = [value for value, _ in one.choices]
    if one.default:
        schema["default"] = one.default
    if one.example:
        schema["examples"] = [one.example]
    return {**schema, "description": " ".join(text for text in (one.label + ".", one.hint) if text)}


# --- reading ---


def _reading() -> Json:
    code = _query("code", "Lot, item or pallet: Digital Link, EPC URN, element string or digits.", required=True)
    after = _query("after", "Receipts (topic:partition:offset) that must be applied first.", many=True)
    direction = _query("direction", "Towards the orchard or towards the buyer.", enum=["back", "forward"])
    per_page = _query("perPage", "Forward, in pages: things on a page, at most 1000; without it all is one answer.")
    paged = [per_page, _query("nextPageToken", "From `page` of the answer before, with the same code and perPage.")]
    trace = _get("Traceability", "trace", "History of a code", [code, direction, after, *paged])
    return {
        "/api/trace": {"get": _with_choices(trace)},
        "/api/claims": {
            "get": _get(
                "Traceability", "claim", "The claim behind a label", [code, _query("brand", "Brand id."), after]
            )
        },
        "/api/balances": {
            "get": _get("Traceability", "balances", "What there was and what went, on every step", [code, after])
        },
        "/api/cold-chain": {"get": _get("Traceability", "coldChain", "Whether goods were kept cold", [code, after])},
        **_certificates(after),
        "/01/{gtin}/10/{lot}/21/{serial}": {
            "get": _get(
                "Digital Link",
                "digitalLink",
                "The buyer page (text/html), or what is known as JSON, or a linkset",
                [_path(name) for name in ("gtin", "lot", "serial")],
            )
        },
    }


def _certificates(after: Json) -> Json:
    paging = [
        _query("page_size", "Things made under it whose ways one page follows, at most 100."),
        _query("page_token", "From the answer before."),
    ]
    lot = _query("lot", "The lot.", required=True)
    issue = {
        "tags": ["Certificates"],
        "operationId": "issueCommitment",
        "summary": "Issue the 承诺达标合格证 of a lot",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _COMMITMENT}}},
        "responses": {"201": {"description": "Its number, and the event."}, **_problems(400, 401, 404, 503)},
    }
    return {
        "/api/certificates/{code}": {
            "get": _get(
                "Certificates", "certificate", "What a certificate says and how it stands", [_path("code"), after]
            )
        },
        "/api/certificates/{code}/dependents": {
            "get": _get(
                "Certificates", "dependents", "What leaned on it, page by page", [_path("code"), *paging, after]
            )
        },
        "/api/commitments": {
            "get": _get("Certificates", "commitment", "What is collected for a lot's 承诺达标合格证", [lot, after]),
            "post": issue,
        },
    }


_COMMITMENT: Json = {
    "type": "object",
    "required": ["lot", "basis"],
    "properties": {
        "lot": {"type": "string"},
        "basis": {"type": "array", "items": {"enum": ["quality_control", "own_test", "commissioned_test"]}},
        "mass": {"type": "string"},
        "evidence": {
            "type": "object",
            "additionalProperties": {"enum": ["certificate", "inspection", "rapid_test", "statement"]},
        },
        "photos": {"type": "object", "additionalProperties": {"type": "string"}},
        "event_id": {"type": "string", "format": "uuid"},
    },
}


def _payments() -> Json:
    after = _query("after", "Receipts (topic:partition:offset) that must be applied first.", many=True)
    about = _query("about", "A party, a lot, the event of a delivery, a payment; the caller where it is missing.")
    code = _query("code", "Lot, item or pallet.", required=True)
    amount = {"type": "object", "properties": {"key": _TEXT, "kilograms": _TEXT}}
    fields = {
        "id": {**_TEXT, "format": "uuid", "description": "Your own, so that sending again is harmless."},
        "kind": {"enum": ["settlement", "advance", "dividend"]},
        **dict.fromkeys(("payer", "payee", "yuan", "paid_on", "method"), _TEXT),
        "deliveries": {"type": "array", "items": amount, "description": "Lots or events of deliveries."},
        "deductions": {"type": "array", "items": {"type": "object", "properties": {"reason": _TEXT, "yuan": _TEXT}}},
        "replaces": {**_TEXT, "description": "The payment this corrects; with `reason`."},
        "withdraws": {**_TEXT, "description": "Alone with `id` and `reason`: takes a payment or a correction back."},
        "payment": {**_TEXT, "description": "With `answer` and `time_ms`: what the payee says of it."},
        "answer": {"enum": ["confirmed", "disputed"]},
        "reason": _TEXT,
        "time_ms": {"type": "integer"},
    }
    report = {
        "tags": ["Payments"],
        "operationId": "recordPayments",
        "summary": "Report a payment, a correction, a withdrawal or an answer; or a list of them",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object", "properties": fields}}},
        },
        "responses": {
            "201": _json("All are recorded."),
            "207": _json("Some are not: each has its `status` and `problems`."),
            **_problems(400, 401, 403, 413, 415, 503),
        },
    }
    return {
        "/api/payments": {
            "post": report,
            "get": _get("Payments", "payments", "Payments as they stand, that the caller may read", [about, after]),
        },
        "/api/paid-price": {
            "get": _get("Payments", "paidPrice", "What growers were paid a kilogram, as far as told", [code, after])
        },
    }


def _registry() -> Json:
    kind = {**_path("kind"), "schema": {"enum": list(KINDS)}}
    on = _query("on", "The record as it was on this day (ISO 8601 date); today where it is missing.")
    paging = [_query("perPage", "At most 500."), _query("nextPageToken", "From the answer before.")]
    records = {"type": "array", "items": {"type": "object", "required": ["record", "id"]}}
    return {
        "/api/registry/{kind}": {
            "get": _get("Registry", "records", "Records of a kind", [kind, on, _query("id", "One record."), *paging])
        },
        "/api/registry": {
            "put": {
                "tags": ["Registry"],
                "operationId": "putRecords",
                "summary": "Write records: `version` is 1 for a new one, else one above the version it replaces",
                "requestBody": {"required": True, "content": {"application/json": {"schema": records}}},
                "responses": {"200": _json("One result a record."), **_problems(400, 401, 403, 413, 415, 503)},
            }
        },
    }


def _labels() -> Json:
    body = {
        "type": "object",
        "required": ["lot"],
        "properties": {
            "lot": _TEXT,
            "brand": _TEXT,
            "count": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
            "after": {"type": "array", "items": _TEXT, "description": "Receipts that must be applied first."},
            "request_id": {**_TEXT, "description": "The same id gives the same labels again."},
        },
    }
    ask = {
        "tags": ["Labels"],
        "operationId": "issueLabels",
        "summary": "Ask for labels",
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "201": _json("Labels."),
            "409": _json("None, and the claim that says why."),
            **_problems(400, 401, 403, 503),
        },
    }
    code = _query("code", "Signed link or short code.", required=True)
    return {
        "/api/labels": {"post": ask, "get": _get("Labels", "verifyLabel", "What is known of a label", [code])},
        "/labels/{code}.svg": {"get": _picture("labelSvg", "image/svg+xml")},
        "/labels/{code}.png": {"get": _picture("labelPng", "image/png")},
        "/.well-known/label-keys.json": {"get": _get("Labels", "labelKeys", "Public keys (JWK set)", [])},
    }


def _picture(operation: str, media_type: str) -> Json:
    got = _get("Labels", operation, "The QR code of a label, by its short code", [_path("code")])
    drawn = {"description": "The picture.", "content": {media_type: {"schema": {**_TEXT, "format": "binary"}}}}
    return {**got, "responses": {"200": drawn, **_problems(404, 429, 503)}}


def _epcis() -> Json:
    document = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    behaviour = {
        "name": "GS1-Capture-Error-Behaviour",
        "in": "header",
        "required": False,
        "description": "All or nothing, or whatever is right.",
        "schema": {"enum": ["rollback", "proceed"], "default": "rollback"},
    }
    capture = {
        "tags": ["EPCIS"],
        "operationId": "capture",
        "summary": "Capture an EPCISDocument or EPCISQueryDocument as a job",
        "parameters": [behaviour],
        "requestBody": document,
        "responses": {
            "202": {"description": "Location is the job."},
            **_problems(400, 401, 403, 406, 413, 415, 429, 503),
        },
    }
    event = {
        "tags": ["EPCIS"],
        "operationId": "captureEvent",
        "summary": "Capture one event and wait until it can be read",
        "requestBody": document,
        "responses": {"201": _json("The event."), **_problems(400, 401, 403, 409, 413, 415, 429, 503)},
    }
    return {
        "/epcis/capture": {
            "post": capture,
            "get": _get("EPCIS", "captureJobs", "Your jobs, newest first", _paging(DEFAULT_JOBS)),
        },
        "/epcis/capture/{captureID}": {"get": _get("EPCIS", "captureJob", "One job", [_path("captureID")])},
        "/epcis/events": {"post": event, "get": _get("EPCIS", "queryEvents", "Events by criteria", _criteria())},
        "/epcis/events/{eventID}": {"get": _get("EPCIS", "event", "One event", [_path("eventID")])},
        **{
            f"/epcis/{name}/{{value}}/events": {
                "get": _get("EPCIS", f"{name}Events", f"Events by {resource.parameter}", [_path("value"), *_criteria()])
            }
            for name, resource in RESOURCES.items()
        },
    }


def _criteria() -> list[Json]:
    enums = {"eventType": list(EVENT_TYPES), "EQ_action": list(ACTIONS)}
    paging = {one["name"]: one for one in _paging(DEFAULT_PER_PAGE)}
    return [
        paging.get(name) or _query(name, "Several are separated by |.", enum=enums.get(name))
        for name in PARAMETER_NAMES
    ]


def _paging(default: int) -> list[Json]:
    return [
        _query("perPage", f"{default} where it is missing."),
        _query("nextPageToken", "From the Link header before."),
    ]


# --- parts ---


def _get(tag: str, operation: str, summary: str, parameters: list[Json]) -> Json:
    return {
        "tags": [tag],
        "operationId": operation,
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": _json("The answer."), **_problems(400, 401, 404, 406, 429, 503)},
    }


def _with_choices(operation: Json) -> Json:
    several = _json("The code may mean any of `candidates`: a number of several products, a product without a lot.")
    return {**operation, "responses": {**operation["responses"], "300": several}}


def _query(name: str, text: str, *, required: bool = False, many: bool = False, enum: list[str] | None = None) -> Json:
    schema: Json = {**_TEXT, **({"enum": enum} if enum else {})}
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": text,
        "schema": {"type": "array", "items": schema} if many else schema,
    }


def _path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


def _json(text: str, schema: Mapping[str, Any] | None = None) -> Json:
    return {"description": text, "content": {"application/json": {"schema": dict(schema or {"type": "object"})}}}


def _problems(*statuses: int) -> Json:
    return {str(status): _PROBLEM for status in statuses}


def _problem_response() -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": "What is wrong, and what would be right.",
        "content": {"application/problem+json": {"schema": schema}},
    }


def _problem_schema() -> Json:
    one = {
        "type": "object",
        "properties": {"pointer": _TEXT, "code": _TEXT, "message": _TEXT, "field": _TEXT, "severity": _TEXT},
    }
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "problems": {"type": "array", "items": one},
            "fields": {"type": "array", "items": one},
        },
    }


def _receipt_schema() -> Json:
    number = {"type": "integer"}
    return {"type": "object", "properties": {"topic": _TEXT, "partition": number, "offset": number}}
