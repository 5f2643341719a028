"""The description of the HTTP API (OpenAPI 3.1), written from the tables the routes are written from."""

from __future__ import annotations

from services.portal.openapi.certificates import certificates
from services.portal.openapi.epcis import epcis
from services.portal.openapi.examples import with_examples
from services.portal.openapi.halls import halls
from services.portal.openapi.labels import labels
from services.portal.openapi.log import log
from services.portal.openapi.pages import pages
from services.portal.openapi.parts import TEXT, Json, answered
from services.portal.openapi.payments import payments
from services.portal.openapi.reading import links, reading
from services.portal.openapi.registry import registry
from services.portal.openapi.reports import reports
from services.portal.openapi.rolls import rolls
from services.portal.openapi.shapes import RECEIPT

TAGS = {
    "Reports": "What people and devices report. Each becomes one EPCIS 2.0 event.",
    "Traceability": "Histories both ways, and the claim behind a label.",
    "Certificates": "What they say, what leans on them, and the 承诺达标合格证 of a lot.",
    "Payments": "What growers were paid, told to those it concerns.",
    "Registry": "Master data: parties, sites, products, brands, counties, mandates.",
    "Labels": "Labels a buyer can check.",
    "Log": "The transparency log: what was reported, so that nobody can take it back.",
    "EPCIS": "The EPCIS 2.0 REST binding.",
    "Digital Link": "GS1 Digital Link paths.",
    "Pages": "For people, by cookie; and what machines beside the portal ask.",
}


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
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": with_examples(_paths()),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {"Problem": _problem_response()},
            "schemas": {"Problem": _problem_schema(), "Receipt": RECEIPT},
        },
    }


def _paths() -> Json:
    """A path that takes commands is read too: certificates."""
    found: Json = {}
    for part in (reports, reading, halls, certificates, payments, registry, labels, rolls, log, epcis, links, pages):
        for where, methods in part().items():
            found.setdefault(where, {}).update(methods)
    return found


def _problem_response() -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return answered("What is wrong, and what would be right.", schema, "application/problem+json")


def _problem_schema() -> Json:
    one = {
        "type": "object",
        "properties": {"pointer": TEXT, "code": TEXT, "message": TEXT, "field": TEXT, "severity": TEXT},
    }
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "problems": {"type": "array", "items": one},
            "fields": {"type": "array", "items": one},
        },
    }
