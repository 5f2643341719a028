"""Pages for people, and what machines beside them ask: one line each, for nothing of theirs is for programs."""

from __future__ import annotations

import re

from services.portal.openapi.parts import TEXT, Json, answered, path, problems
from services.portal.rolls.acts import ACTS

PAGES = (
    ("/", "get", "The front page: type a code"),
    ("/look", "get", "To the page of a typed code"),
    ("/photo", "post", "To the page of the code in a photo; `codes` as JSON for whoever asks for it"),
    ("/offline", "get", "The page that checks labels without a network"),
    ("/service-worker.js", "get", "What keeps that page on a phone"),
    ("/trace", "get", "The history of a code"),
    ("/certificates/{code}", "get", "A certificate"),
    ("/halls/{county}", "get", "A county's hall: brands, lots on sale, where to buy"),
    ("/halls/{county}/badge.svg", "get", "A brand's badge of today, with a square that leads to the hall"),
    ("/halls/{county}/badge.png", "get", "The same as pixels"),
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
    ("/labels/packers", "get", "Who may put the caller's labels on goods"),
    ("/labels/packers", "post", "Give the mandate to label, or end it"),
    ("/labels/rolls", "get", "Rolls of labels: order one, and those so far"),
    ("/labels/rolls", "post", "The ordered roll"),
    ("/labels/rolls/{roll}", "get", "What has become of a roll"),
    *((f"/labels/{noun}", method, act.title) for noun, act in ACTS.items() for method in ("get", "post")),
    ("/labels/place", "post", "Roughly where a label was looked up, told by its page"),
    ("/labels/secret", "post", "Whether a number under a scratch-off field is right"),
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
    "/service-worker.js": "text/javascript",
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
