"""Pieces of an OpenAPI document: parameters, bodies, answers, operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
TIME: Json = {"type": "string", "format": "date-time"}
NUMBER: Json = {"type": "integer"}
ANYTHING: Json = {"type": "object"}
JSON = "application/json"

_PROBLEM = {"$ref": "#/components/responses/Problem"}
READING = (400, 401, 404, 406, 429, 503)
WRITING = (400, 401, 403, 413, 415, 429, 503)


def get(tag: str, name: str, summary: str, parameters: Sequence[Json], answer: Mapping[str, Any]) -> Json:
    return {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": answered("The answer.", answer), **problems(*READING)},
    }


def post(
    tag: str,
    name: str,
    summary: str,
    body: Mapping[str, Any],
    answers: Mapping[str, Json],
    *,
    parameters: Sequence[Json] = (),
    media_type: str = JSON,
    besides: Sequence[int] = (),
    description: str = "",
) -> Json:
    """`besides`: statuses of problems that writing does not have as a rule."""
    return {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        **({"description": description} if description else {}),
        **({"parameters": list(parameters)} if parameters else {}),
        "requestBody": {"required": True, "content": {media_type: {"schema": dict(body)}}},
        "responses": {**answers, **problems(*sorted({*WRITING, *besides} - {int(status) for status in answers}))},
    }


def query(name: str, text: str, *, required: bool = False, many: bool = False, enum: Sequence[str] = ()) -> Json:
    schema: Json = {**TEXT, **({"enum": list(enum)} if enum else {})}
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": text,
        "schema": {"type": "array", "items": schema} if many else schema,
    }


def path(name: str, enum: Sequence[str] = ()) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {**TEXT, **({"enum": list(enum)} if enum else {})},
    }


AFTER = query("after", "Receipts (topic:partition:offset) that must be applied first.", many=True)


def answered(text: str, schema: Mapping[str, Any], media_type: str = JSON) -> Json:
    return {"description": text, "content": {media_type: {"schema": dict(schema)}}}


def problems(*statuses: int) -> Json:
    return {str(status): _PROBLEM for status in statuses}


def told(schema: Mapping[str, Any], description: str) -> Json:
    return {**schema, "description": description}


def record(properties: Mapping[str, Any], required: Sequence[str] = ()) -> Json:
    """An object of these members and no others."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": dict(properties), **needed, "additionalProperties": False}


def many(items: Mapping[str, Any], **more: Any) -> Json:
    return {"type": "array", "items": dict(items), **more}


def by_key(values: Mapping[str, Any]) -> Json:
    return {"type": "object", "additionalProperties": dict(values)}
