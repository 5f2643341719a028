"""Problems as RFC 7807 answers, with the exception names of EPCIS 2.0 where its door is meant.

Owns the one table from kinds of trouble to status and exception. Sentences are for the person who sent the request;
nothing of the request is put into headers or HTML here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from epcis.problems import Problem
from services.portal.refusals import known_reason
from services.portal.sentences import Sentence
from wire.errors import NotFound, Overloaded, Rejected, Transient, Unauthenticated, Unauthorised

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1

TITLES: Mapping[str, str] = {
    "ValidationException": "The document or event is not valid",
    "QueryParameterException": "A query parameter is unknown or wrong",
    "QueryTooLargeException": "The query asks for too much at once",
    "SecurityException": "Not allowed",
    "NoSuchResourceException": "There is no such resource",
    "NotAcceptableException": "This form of answer is not given here",
    "ResourceAlreadyExistsException": "There is one already",
    "CaptureLimitExceededException": "The request is larger than this door takes",
    "URITooLongException": "The address is too long",
    "UnsupportedMediaTypeException": "This form of content is not taken here",
    "ImplementationException": "The request could not be carried out",
}

Row = tuple[type[Exception], int, str]

KINDS: Sequence[Row] = (
    (Rejected, 400, "ValidationException"),
    (NotFound, 404, "NoSuchResourceException"),
    (Unauthenticated, 401, "SecurityException"),
    (Unauthorised, 403, "SecurityException"),
    (Overloaded, 429, "ImplementationException"),
    (Transient, 503, "ImplementationException"),
)
"""The first row whose type fits decides; what fits none is a bug."""


class HttpProblem(Exception):
    """An answer that is a problem. `kind` is an exception name of EPCIS 2.0; `more` are members of the answer.

    `sentence` is what a page says instead of its usual sentence for the status.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        problems: Sequence[Problem] = (),
        sentence: Sentence | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.sentence = status, kind, detail, sentence
        self.headers = dict(headers or {})
        self.more = more | ({"problems": [as_json(p) for p in problems]} if problems else {})

    def response(self) -> Response:
        body = {
            "type": f"epcisException:{self.kind}",
            "title": TITLES[self.kind],
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return Response(orjson.dumps(body), self.status, self.headers, MEDIA_TYPE)


def as_json(problem: Problem) -> dict[str, Any]:
    return {
        "pointer": problem.pointer,
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity,
    }


def of_error(error: Exception) -> HttpProblem | None:
    """The problem for a kind of trouble in `wire.errors`; None for a bug."""
    row = next((row for row in KINDS if isinstance(error, row[0])), None)
    if row is None:
        return None
    _, status, kind = row
    problems = getattr(error, "problems", ())
    said = known_reason(problems) or getattr(error, "sentence", None)
    return HttpProblem(
        status, kind, str(error) or TITLES[kind], headers=_headers(error), problems=problems, sentence=said
    )


def _headers(error: Exception) -> Mapping[str, str]:
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="suyuan"'}
    if isinstance(error, Transient):
        return {"Retry-After": str(getattr(error, "retry_after_s", RETRY_AFTER_S))}
    return {}
