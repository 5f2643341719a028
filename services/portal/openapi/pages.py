"""Pages for people, and what machines beside them ask: one line each, for nothing of theirs is for programs."""

from __future__ import annotations

import re

from services.portal.openapi.parts import TEXT, Json, answered, path, problems

PAGES = (
    ("/", "get", "The front page: type a code"),
    ("/look", "get", "To the page of a typed code"),
    ("/trace", "get", "The history of a code"),
    ("/certificates/{code}", "get", "A certificate"),
    ("/work", "get", "What the caller can report"),
    ("/forms/{noun}", "get", "The form of a report"),
    ("/forms/{noun}", "post", "A filled form"),
    ("/corrections", "get", "A report that is wrong"),
    ("/corrections", "post", "Take it back, or dispute it"),
    ("/corrections/report", "get", "Its form, with its values"),
    ("/corrections/report", "post", "The corrected report"),
    ("/commitments", "get", "The 承诺达标合格证 of a lot"),
    ("/commitments", "post", "Issue it"),
    ("/payments", "get", "Payments, and their form"),
    ("/payments", "post", "Report a payment"),
    ("/g/{code}", "get", "A grower's card: the payments to him"),
    ("/g/{code}", "post", "His answer to one"),
    ("/g/{code}/slip", "get", "His list to print"),
    ("/g/{code}/card.pdf", "get", "The card to print"),
    ("/cards", "get", "Growers' cards: who made and who ended them"),
    ("/cards", "post", "Make one, or withdraw it; what ends a card is asked first"),
    ("/enrolment", "get", "Proposals that wait"),
    ("/enrolment", "post", "Decide one"),
    ("/enrolment/history", "get", "Who proposed and approved a record, and why"),
    ("/enrolment/{noun}", "get", "The form of a proposal"),
    ("/enrolment/{noun}", "post", "Propose a record"),
    ("/labels", "get", "Ask for labels"),
    ("/labels", "post", "The labels, to print"),
    ("/sign-in", "get", "Sign in with a card"),
    ("/sign-in", "post", "The code of a card"),
    ("/sign-out", "post", "Sign out"),
    ("/language", "post", "Chinese or English"),
    ("/docs", "get", "This description, for people"),
    ("/openapi.json", "get", "This description, for programs"),
    ("/static/{hash}/{name}", "get", "Style, pictures, fonts"),
    ("/robots.txt", "get", "For crawlers"),
    ("/live", "get", "Whether the process runs"),
    ("/ready", "get", "Whether it can serve, and why not"),
    ("/metrics", "get", "For Prometheus, on this network only"),
)

_TYPES = {
    "/openapi.json": "application/json",
    "/static/{hash}/{name}": "application/octet-stream",
    "/robots.txt": "text/plain",
    "/live": "application/json",
    "/ready": "application/json",
    "/metrics": "text/plain",
    "/g/{code}/card.pdf": "application/pdf",
}
_PARAMETER = re.compile(r"\{(\w+)\}")


def pages() -> Json:
    found: Json = {}
    for where, method, summary in PAGES:
        found.setdefault(where, {})[method] = _page(where, method, summary)
    return found


def _page(where: str, method: str, summary: str) -> Json:
    name = "".join(part.capitalize() for part in re.findall(r"\w+", where)) or "Home"
    return {
        "tags": ["Pages"],
        "operationId": f"{method}{name}",
        "summary": summary,
        "parameters": [path(name) for name in _PARAMETER.findall(where)],
        "responses": {"200": answered("The page.", TEXT, _TYPES.get(where, "text/html")), **problems(404, 429, 503)},
    }
